#include "engine/review_ratings.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "review/assess.hpp"

namespace hedgerow::engine {
namespace {

bool is_high(const std::string& judgement) {
  static const std::set<std::string> kHigh = {"high", "very high", "serious", "critical"};
  return kHigh.contains(to_lower(judgement));
}

bool is_high(const ReviewSpec& spec, const review::Instrument& instrument, const review::Assessment& one) {
  if (const auto judged = one.overall.judgement()) return is_high(instrument.judgements[*judged].word);
  const auto& bands = spec.grade.high_risk;
  return std::find(bands.begin(), bands.end(), one.band) != bands.end();
}

/// Whether there is a rating to go by: an overall judgement, or a score where bands of high risk are declared.
bool tells(const ReviewSpec& spec, const review::Assessment& one) {
  return one.overall.judgement() || (one.score && !spec.grade.high_risk.empty());
}

/// Analyses that the name of a rated result names.
std::set<std::string> named_analyses(const ReviewSpec& spec, const std::string& result) {
  std::set<std::string> out;
  const std::string name = review::plain(result);
  if (name.empty()) return out;
  for (const AnalysisSpec& analysis : spec.analyses)
    if (name == review::plain(analysis.id) || name == review::plain(analysis.title)) out.insert(analysis.id);
  for (const review::GradeOutcome& outcome : spec.grade.outcomes)
    if (name == review::plain(outcome.id) || name == review::plain(outcome.name)) out.insert(outcome.analysis);
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// The rows of `own` (all for an empty condition) but those of these studies.
std::string condition_without(const std::string& own, const std::string& column, const std::set<std::string>& studies) {
  std::vector<std::string> names;
  for (const std::string& study : studies) names.push_back(quoted(study));
  const std::string others = fmt::format("!(`{}` %in% c({}))", column, join(names, ", "));
  return own.empty() ? others : fmt::format("({}) & {}", own, others);
}

/// Names of few studies, the number of many.
std::string title_without(const std::set<std::string>& studies) {
  constexpr std::size_t kFew = 3;
  const std::string which = studies.size() > kFew
                                ? fmt::format("{} studies", studies.size())
                                : join(std::vector<std::string>(studies.begin(), studies.end()), ", ");
  return fmt::format("Without {} at high risk of bias", which);
}

std::set<std::string> studies_in_table(const ReviewEvidence& evidence) {
  const auto texts = evidence.table->texts(evidence.spec.effects.study);
  return texts ? std::set<std::string>(texts->begin(), texts->end()) : std::set<std::string>();
}

bool has_variant(const AnalysisSpec& analysis, const std::string& id) {
  return std::any_of(analysis.variants.begin(), analysis.variants.end(),
                     [&](const VariantSpec& variant) { return variant.id == id; });
}

}  // namespace

Expected<RatedBody> rated_body(review::Instrument instrument, const std::vector<review::RatedCell>& cells,
                               std::string source) {
  RatedBody out;
  out.source = std::move(source);
  const std::vector<review::Assessment> raters = review::assess(instrument, cells);
  out.agreed = review::consensus(instrument, cells);
  out.remarks = review::remarks(instrument, raters);
  HR_TRY(out.agreement, review::rater_agreement(instrument, raters));
  out.instrument = std::move(instrument);
  return out;
}

std::map<std::string, bool> risk_by_study(const ReviewEvidence& evidence, const std::string& analysis) {
  std::map<std::string, bool> out;
  const auto& bands = evidence.spec.grade.high_risk;
  if (!bands.empty())
    for (const review::Appraised& study : evidence.appraised)
      out[study.study] = std::find(bands.begin(), bands.end(), study.band) != bands.end();
  for (const RatedBody& body : evidence.rated)
    for (const review::Assessment& one : body.agreed.assessments) {
      const std::set<std::string> named = named_analyses(evidence.spec, one.result);
      if (!tells(evidence.spec, one) || (!named.empty() && !named.contains(analysis))) continue;
      out[one.study] = out[one.study] || is_high(evidence.spec, body.instrument, one);
    }
  return out;
}

void add_risk_variants(ReviewEvidence& evidence) {
  const std::set<std::string> in_table = studies_in_table(evidence);
  for (AnalysisSpec& analysis : evidence.spec.analyses) {
    if (has_variant(analysis, kWithoutHighRisk)) continue;
    std::set<std::string> high;
    for (const auto& [study, risky] : risk_by_study(evidence, analysis.id))
      if (risky && in_table.contains(study)) high.insert(study);
    if (high.empty() || high.size() == in_table.size()) continue;
    const SubsetSpec* own = evidence.spec.subset(analysis.choice.subset);
    const std::string id = fmt::format("{}-{}", analysis.id, kWithoutHighRisk);
    evidence.spec.subsets.push_back(
        {id, fmt::format("without {} at high risk of bias", high.size() == 1 ? "the study" : "the studies"),
         condition_without(own ? own->condition : "", evidence.spec.effects.study, high)});
    VariantSpec variant{kWithoutHighRisk, title_without(high), analysis.choice};
    variant.choice.subset = id;
    analysis.variants.push_back(std::move(variant));
  }
}

}  // namespace hedgerow::engine
