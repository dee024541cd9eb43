#include "engine/review_audit_facts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/run.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::engine {
namespace {

/// Names in a formula or a condition: letters, digits, '_' and '.'.
std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.') {
      word += c;
      continue;
    }
    if (!word.empty()) out.push_back(word);
    word.clear();
  }
  return out;
}

std::vector<std::string> covariates_of(const AnalysisSpec& spec, const data::Table& table) {
  std::string formulas = spec.choice.model.mods;
  for (const ModeratorSpec& moderator : spec.moderators) formulas += " " + moderator.formula;
  std::vector<std::string> out;
  for (const std::string& name : names_in(formulas))
    if (table.find(name) && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

/// Whether a column's name speaks of the risk of bias, or is one of the appraisal.
bool about_risk(const ReviewEvidence& evidence, const std::string& name) {
  const std::string word = to_lower(name);
  for (const char* part : {"risk", "rob", "quality", "pedro", "bias"})
    if (word.find(part) != std::string::npos) return true;
  return evidence.appraisal_table && evidence.spec.appraisal && evidence.appraisal_table->find(name) &&
         name != evidence.spec.appraisal->columns.study && name != evidence.spec.effects.study;
}

bool by_risk(const ReviewEvidence& evidence, const AnalysisSpec& spec) {
  std::string words = spec.choice.model.mods;
  const auto add_subset = [&](const std::string& id) {
    if (const SubsetSpec* subset = evidence.spec.subset(id)) words += " " + subset->id + " " + subset->condition;
  };
  add_subset(spec.choice.subset);
  for (const ModeratorSpec& moderator : spec.moderators) words += " " + moderator.formula;
  for (const SubgroupSpec& subgroup : spec.subgroups) words += " " + subgroup.ask.column;
  for (const VariantSpec& variant : spec.variants) {
    words += " " + variant.id;
    add_subset(variant.choice.subset);
  }
  const std::vector<std::string> names = names_in(words);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return about_risk(evidence, name); });
}

/// The one mean of a job; nothing if there is none.
std::optional<audit::Pooled> mean_of(const Job& job) {
  const auto result = run(job);
  if (!result || !result->fit || result->fit->number("p") != 1) return std::nullopt;
  const Block& fit = *result->fit;
  audit::Pooled out;
  out.k = static_cast<std::size_t>(fit.number("k"));
  out.estimate = fit.vector("beta").front();
  out.ci_lb = fit.vector("ci_lb").front();
  out.ci_ub = fit.vector("ci_ub").front();
  return out;
}

/// The result with each of these correlations in place of the assumed one.
std::vector<std::pair<double, audit::Pooled>> by_correlation(const ReviewResult& result) {
  Job job = result.what.job;
  std::vector<std::pair<double, audit::Pooled>> out;
  if (!job.effect.options.r || !job.effect.yi.empty()) return out;
  job.questions.clear();
  for (const double r : {0.0, 0.3, 0.5, 0.7, 0.9}) {
    job.effect.options.r = r;
    if (const auto mean = mean_of(job)) out.emplace_back(r, *mean);
  }
  return out;
}

std::optional<double> smallest_eigenvalue(const stats::BlockMatrix& v) {
  std::optional<double> out;
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const auto block = v.block(b);
    if (block.size() < 2) continue;
    stats::Matrix dense(block.size(), block.size());
    bool whole = true;
    for (std::size_t i = 0; i < block.size(); ++i)
      for (std::size_t j = 0; j < block.size(); ++j) {
        dense(i, j) = block(i, j);
        whole = whole && !is_missing(block(i, j));
      }
    if (!whole) continue;
    const double least = stats::symmetric_eigen(dense).values.front();
    out = out ? std::min(*out, least) : least;
  }
  return out;
}

}  // namespace

void add_model_facts(const ReviewEvidence& evidence, const ReviewResult& result, audit::Analysis& analysis) {
  const AnalysisSpec& spec = *evidence.spec.analysis(analysis.id);
  const Job& job = result.what.job;
  analysis.covariates = covariates_of(spec, *result.result.effects.table);
  analysis.by_risk = by_risk(evidence, spec);
  analysis.favours_left = evidence.spec.effects.favours_left;
  analysis.favours_right = evidence.spec.effects.favours_right;
  analysis.by_r = by_correlation(result);
  if (job.inference.robust && result.result.fit) {
    const auto& df = result.result.fit->vector("ddf");
    const auto least = std::min_element(df.begin(), df.end());
    if (least != df.end() && !is_missing(*least)) analysis.robust_df = *least;
  }
  if (result.result.effects.v) {
    const std::vector<std::size_t> used(result.result.used.begin(), result.result.used.end());
    analysis.smallest_eigenvalue = smallest_eigenvalue(result.result.effects.v->select(used));
  }
}

std::optional<audit::Protocol> protocol_of(const ReviewEvidence& evidence) {
  const review::Registration& registration = evidence.spec.registration;
  if (registration.date.empty() && registration.outcomes.empty()) return std::nullopt;
  audit::Protocol out{registration.date, registration.outcomes, {}, {kReviewFile, 0, "registration", ""}};
  for (const AnalysisSpec& analysis : evidence.spec.analyses) {
    out.analysed.push_back(analysis.title);
    for (const SubgroupSpec& subgroup : analysis.subgroups)
      for (const auto& [value, label] : subgroup.ask.labels) {
        out.analysed.push_back(value);
        out.analysed.push_back(label);
      }
  }
  for (const review::GradeOutcome& outcome : evidence.spec.grade.outcomes) out.analysed.push_back(outcome.name);
  return out;
}

}  // namespace hedgerow::engine
