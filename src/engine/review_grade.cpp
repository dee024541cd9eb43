#include "engine/review_grade.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/missing.hpp"
#include "engine/review_ratings.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using review::Evidence;
using review::GradeOutcome;

constexpr const char* kRatios[] = {"OR", "RR", "HR", "IRR", "PETO"};

/// The name of the study behind the i-th row in the model.
std::string study_name(const ReviewSpec& spec, const Result& result, std::size_t i) {
  const auto column = result.effects.table->find(spec.effects.study);
  return column ? std::string(result.effects.table->cell(result.effects.row[result.used[i]], *column)) : "";
}

/// The largest number of each study, summed; NaN if no study gives one.
double sum_by_study(const ReviewSpec& spec, const Result& result, const stats::Vector& numbers) {
  std::map<std::string, double> largest;
  for (std::size_t i = 0; i < result.used.size(); ++i) {
    const double value = result.used[i] < numbers.size() ? numbers[result.used[i]] : kMissing;
    if (is_missing(value)) continue;
    double& held = largest[study_name(spec, result, i)];
    held = std::max(held, value);
  }
  if (largest.empty()) return kMissing;
  return std::accumulate(largest.begin(), largest.end(), 0.0,
                         [](double sum, const auto& one) { return sum + one.second; });
}

/// Shares of the weight, in percent, from studies at high risk of bias and from studies without a rating.
void add_risk_of_bias(const ReviewEvidence& evidence, const AnalysisSpec& analysis, const Result& result,
                      Evidence& out) {
  const Answer* answer = result.answer(kWeights);
  const std::map<std::string, bool> risk = risk_by_study(evidence, analysis.id);
  if (risk.empty() || !answer || answer->error) return;
  const stats::Vector weights = answer->block.vector("weights");
  double at_risk = 0, unrated = 0, total = 0;
  for (std::size_t i = 0; i < std::min(weights.size(), result.used.size()); ++i) {
    const auto study = risk.find(study_name(evidence.spec, result, i));
    total += weights[i];
    if (study == risk.end())
      unrated += weights[i];
    else if (study->second)
      at_risk += weights[i];
  }
  if (!(total > 0)) return;
  out.high_risk_weight = 100 * at_risk / total;
  out.unrated_weight = 100 * unrated / total;
}

/// The first test of small-study effects that the analysis asks for and that has a p.
void add_small_study_test(const AnalysisSpec& analysis, const Result& result, Evidence& out) {
  for (const BiasSpec& bias : analysis.bias) {
    const Answer* answer = result.answer(bias_name(bias.id));
    const bool tests =
        std::holds_alternative<AskRegressionTest>(bias.ask) || std::holds_alternative<AskRankTest>(bias.ask);
    if (!tests || !answer || answer->error || is_missing(answer->block.number("pval"))) continue;
    out.small_study_test = bias.title;
    out.small_study_p = answer->block.number("pval");
    return;
  }
}

double sum_or(double value, const stats::Vector& parts) {
  return is_missing(value) && !parts.empty() ? std::accumulate(parts.begin(), parts.end(), 0.0) : value;
}

void add_pooled(const ReviewSpec& spec, const Result& result, Evidence& out) {
  const Pooled p = pooled(spec, result);
  const auto shown = [&](double value) { return out.ratio ? std::exp(value) : value; };
  out.k = p.k;
  out.studies = p.studies;
  out.i2 = sum_or(p.i2, p.i2_levels);
  out.tau2 = sum_or(p.tau2, p.sigma2);
  if (result.fit->number("p") != 1) return;
  out.effect = {shown(p.estimate), shown(p.ci_lb), shown(p.ci_ub)};
  out.pi_lower = shown(p.pi_lb);
  out.pi_upper = shown(p.pi_ub);
}

std::optional<review::ControlRisks> risks_of(const Result& result) {
  const effect::RawCounts& counts = result.effects.counts;
  if (counts.kind != effect::RawCounts::Kind::tables) return std::nullopt;
  std::vector<double> events, persons;
  for (std::uint32_t i : result.used) {
    events.push_back(counts.x2[i]);
    persons.push_back(counts.n2[i]);
  }
  return review::control_risks(events, persons);
}

stats::Vector events_of(const effect::RawCounts& counts) {
  stats::Vector out = counts.x1;
  for (std::size_t i = 0; i < std::min(out.size(), counts.x2.size()); ++i) out[i] += counts.x2[i];
  return out;
}

void add_absolute(GradedOutcome& graded) {
  const auto measure = review::risk_measure(graded.evidence.measure);
  std::vector<double> risks = graded.outcome.assumed_risks;
  if (risks.empty() && graded.risks) risks.push_back(graded.risks->median);
  graded.evidence.control_risk = risks.empty() ? kMissing : risks.front();
  if (!measure || is_missing(graded.evidence.effect.lower)) return;
  for (double risk : risks)
    if (auto effect = review::absolute_effect(*measure, graded.evidence.effect, risk))
      graded.absolute.push_back(effect.take());
}

GradedOutcome grade_outcome(const ReviewEvidence& evidence, const GradeOutcome& outcome) {
  GradedOutcome out;
  out.outcome = outcome;
  auto certainty = review::grade_certainty(outcome.judgement);
  HR_ASSERT(static_cast<bool>(certainty));  // refused while review.toml was read
  out.certainty = *certainty;
  const AnalysisSpec& analysis = *evidence.spec.analysis(outcome.analysis);
  const Result& result = evidence.result(outcome.analysis).result;
  Evidence& found = out.evidence;
  found.measure = outcome.measure.empty() ? result.effects.effects.measure : outcome.measure;
  found.ratio = evidence.spec.effects.transf == "exp" ||
                std::find(std::begin(kRatios), std::end(kRatios), found.measure) != std::end(kRatios);
  add_pooled(evidence.spec, result, found);
  found.participants = sum_by_study(evidence.spec, result, result.effects.effects.ni);
  found.events = sum_by_study(evidence.spec, result, events_of(result.effects.counts));
  add_risk_of_bias(evidence, analysis, result, found);
  add_small_study_test(analysis, result, found);
  out.risks = risks_of(result);
  add_absolute(out);
  out.suggestions = review::grade_suggestions(outcome, found);
  return out;
}

nlohmann::ordered_json number_json(double value) {
  return is_missing(value) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
}

nlohmann::ordered_json interval_json(const review::Interval& one) {
  return {
      {"estimate", number_json(one.estimate)}, {"ci_lb", number_json(one.lower)}, {"ci_ub", number_json(one.upper)}};
}

nlohmann::ordered_json evidence_json(const Evidence& e) {
  nlohmann::ordered_json out{{"measure", e.measure}, {"effect", interval_json(e.effect)}};
  for (const auto& [name, value] : {std::pair{"pi_lb", e.pi_lower},
                                    {"pi_ub", e.pi_upper},
                                    {"I2", e.i2},
                                    {"tau2", e.tau2},
                                    {"k", e.k},
                                    {"studies", e.studies},
                                    {"participants", e.participants},
                                    {"events", e.events},
                                    {"high_risk_weight", e.high_risk_weight},
                                    {"unrated_weight", e.unrated_weight},
                                    {"small_study_p", e.small_study_p},
                                    {"control_risk", e.control_risk}})
    out[name] = number_json(value);
  return out;
}

nlohmann::ordered_json outcome_json(const GradedOutcome& graded) {
  using Json = nlohmann::ordered_json;
  const GradeOutcome& outcome = graded.outcome;
  Json out{{"outcome", outcome.id},
           {"name", outcome.name},
           {"analysis", outcome.analysis},
           {"follow_up", outcome.follow_up},
           {"importance", outcome.importance}};
  out["start"] = graded.certainty.start;
  out["downs"] = graded.certainty.downs;
  out["ups"] = graded.certainty.ups;
  out["level"] = graded.certainty.level;
  out["certainty"] = review::grade_word(graded.certainty.level);
  out["symbol"] = review::grade_symbol(graded.certainty.level);
  out["steps"] = Json::array();
  for (const review::GradeStep& step : outcome.judgement.steps)
    out["steps"].push_back({{"domain", review::grade_domain_name(step.domain)},
                            {"step", step.step},
                            {"footnote", step.footnote},
                            {"by", step.by}});
  out["evidence"] = evidence_json(graded.evidence);
  out["absolute"] = Json::array();
  for (const review::AbsoluteEffect& one : graded.absolute)
    out["absolute"].push_back({{"assumed_risk", one.risk},
                               {"risk_with", interval_json(one.with)},
                               {"per_1000", interval_json(one.per_1000)}});
  out["suggestions"] = Json::array();
  for (const review::GradeSuggestion& one : graded.suggestions)
    out["suggestions"].push_back({{"domain", review::grade_domain_name(one.domain)},
                                  {"step", one.step},
                                  {"rule", one.rule},
                                  {"finding", one.finding},
                                  {"source", one.source}});
  return out;
}

}  // namespace

std::vector<GradedOutcome> grade_outcomes(const ReviewEvidence& evidence) {
  std::vector<GradedOutcome> out;
  for (const GradeOutcome& outcome : evidence.spec.grade.outcomes) out.push_back(grade_outcome(evidence, outcome));
  return out;
}

std::vector<std::string> grade_problems(const std::vector<GradedOutcome>& graded) {
  std::vector<std::string> out;
  for (const GradedOutcome& one : graded)
    for (std::string& problem : review::grade_contradictions(one.outcome)) out.push_back(std::move(problem));
  return out;
}

std::vector<std::string> grade_warnings(const std::vector<GradedOutcome>& graded) {
  std::vector<std::string> out;
  if (graded.size() > kMostOutcomes)
    out.push_back(
        fmt::format("a Summary of Findings has at most {} outcomes; this one has {}", kMostOutcomes, graded.size()));
  for (const GradedOutcome& one : graded) {
    if (is_missing(one.evidence.effect.estimate))
      out.push_back(fmt::format("{}: the analysis '{}' has no pooled effect", one.outcome.id, one.outcome.analysis));
    if (one.certainty.clamped)
      out.push_back(fmt::format("{}: the steps add up to {}; the certainty is held at {}", one.outcome.id,
                                one.certainty.start - one.certainty.downs + one.certainty.ups,
                                review::grade_word(one.certainty.level)));
    for (const review::AbsoluteEffect& effect : one.absolute)
      if (effect.held)
        out.push_back(fmt::format("{}: with an assumed risk of {} the effect goes beyond all or none; it is held there",
                                  one.outcome.id, effect.risk));
  }
  return out;
}

std::string grade_json(const std::vector<GradedOutcome>& graded) {
  nlohmann::ordered_json out{{"schema", "hedgerow.grade/1"}, {"outcomes", nlohmann::ordered_json::array()}};
  for (const GradedOutcome& one : graded) out["outcomes"].push_back(outcome_json(one));
  out["problems"] = grade_problems(graded);
  out["warnings"] = grade_warnings(graded);
  return out.dump(1) + "\n";
}

}  // namespace hedgerow::engine
