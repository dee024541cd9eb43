#include "review/grade.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

struct DomainRule {
  GradeDomain domain;
  const char* name;
  const char* words;
  int lowest, highest;
};

constexpr DomainRule kRules[] = {
    {GradeDomain::risk_of_bias, "risk_of_bias", "risk of bias", -2, 0},
    {GradeDomain::inconsistency, "inconsistency", "inconsistency", -2, 0},
    {GradeDomain::indirectness, "indirectness", "indirectness", -2, 0},
    {GradeDomain::imprecision, "imprecision", "imprecision", -3, 0},
    {GradeDomain::publication_bias, "publication_bias", "publication bias", -2, 0},
    {GradeDomain::large_effect, "large_effect", "large effect", 0, 2},
    {GradeDomain::dose_response, "dose_response", "dose-response gradient", 0, 1},
    {GradeDomain::confounding, "confounding", "opposing confounding", 0, 1},
};

const DomainRule& rule_of(GradeDomain domain) {
  return *std::find_if(std::begin(kRules), std::end(kRules), [&](const DomainRule& r) { return r.domain == domain; });
}

constexpr const char* kWords[] = {"Very low", "Low", "Moderate", "High"};
constexpr const char* kSymbols[] = {"⊕◯◯◯", "⊕⊕◯◯", "⊕⊕⊕◯", "⊕⊕⊕⊕"};

Error fault(const GradeStep& step, std::size_t i, const char* field, const std::string& message) {
  return make_error(ErrorCode::input,
                    fmt::format("steps[{}].{} ({}): {}", i + 1, field, grade_domain_words(step.domain), message),
                    step.where);
}

/// ROBINS-I starts high and may then lose three levels for the risk of bias alone.
int lowest_step(const GradeJudgement& judgement, const DomainRule& rule) {
  const bool robins = !judgement.randomised && judgement.robins_i && rule.domain == GradeDomain::risk_of_bias;
  return robins ? -3 : rule.lowest;
}

Checked check_step(const GradeJudgement& judgement, std::size_t i) {
  const GradeStep& step = judgement.steps[i];
  const DomainRule& rule = rule_of(step.domain);
  const int lowest = lowest_step(judgement, rule);
  if (step.step < lowest || step.step > rule.highest)
    return fault(step, i, "step", fmt::format("{} is outside of {} to {}", step.step, lowest, rule.highest));
  if (step.step != 0 && trim(step.footnote).empty())
    return fault(step, i, "footnote", "a step needs a footnote that says why it was taken");
  for (std::size_t j = 0; j < i; ++j)
    if (judgement.steps[j].domain == step.domain) return fault(step, i, "domain", "this domain is judged twice");
  return {};
}

}  // namespace

std::string grade_domain_name(GradeDomain domain) { return rule_of(domain).name; }
std::optional<GradeDomain> grade_domain_named(const std::string& name) {
  for (const DomainRule& rule : kRules)
    if (name == rule.name) return rule.domain;
  return std::nullopt;
}

std::string grade_domain_words(GradeDomain domain) { return rule_of(domain).words; }
bool rates_up(GradeDomain domain) { return rule_of(domain).highest > 0; }

const std::vector<GradeDomain>& grade_domains() {
  static const std::vector<GradeDomain> all = [] {
    std::vector<GradeDomain> out;
    for (const DomainRule& rule : kRules) out.push_back(rule.domain);
    return out;
  }();
  return all;
}

Expected<GradeCertainty> grade_certainty(const GradeJudgement& judgement) {
  GradeCertainty out;
  out.start = judgement.randomised || judgement.robins_i ? 4 : 2;
  for (std::size_t i = 0; i < judgement.steps.size(); ++i) {
    HR_CHECK(check_step(judgement, i));
    const int step = judgement.steps[i].step;
    (step < 0 ? out.downs : out.ups) += std::abs(step);
  }
  for (std::size_t i = 0; i < judgement.steps.size(); ++i) {
    if (judgement.steps[i].step <= 0 || !judgement.rate_up_because.empty()) continue;
    if (judgement.randomised)
      return fault(judgement.steps[i], i, "step",
                   "evidence from randomised trials is not rated up; give rate_up_because to do it nevertheless");
    if (out.downs > 0)
      return fault(judgement.steps[i], i, "step",
                   "evidence that was rated down is not rated up; give rate_up_because to do it nevertheless");
  }
  const int sum = out.start - out.downs + out.ups;
  out.level = std::clamp(sum, 1, 4);
  out.clamped = out.level != sum;
  return out;
}

std::string grade_word(int level) { return kWords[std::clamp(level, 1, 4) - 1]; }
std::string grade_symbol(int level) { return kSymbols[std::clamp(level, 1, 4) - 1]; }

std::optional<int> grade_level(const std::string& text) {
  std::string word = to_lower(trim(text));
  std::replace(word.begin(), word.end(), '_', ' ');
  std::replace(word.begin(), word.end(), '-', ' ');
  // Other programs print the open circle as one of these.
  for (const char* circle : {"○", "⊝", "⊖"})
    for (std::size_t at = word.find(circle); at != std::string::npos; at = word.find(circle))
      word.replace(at, std::string(circle).size(), "◯");
  for (int level = 1; level <= 4; ++level)
    if (word == to_lower(kWords[level - 1]) || word == kSymbols[level - 1]) return level;
  return std::nullopt;
}

void apply_steps(const std::vector<OutcomeStep>& steps, GradeOutcome& outcome) {
  std::vector<GradeStep>& own = outcome.judgement.steps;
  for (const OutcomeStep& one : steps) {
    if (one.outcome != outcome.id) continue;
    const auto same =
        std::find_if(own.begin(), own.end(), [&](const GradeStep& step) { return step.domain == one.step.domain; });
    if (same == own.end())
      own.push_back(one.step);
    else
      *same = one.step;
  }
}

std::vector<std::string> grade_contradictions(const GradeOutcome& outcome) {
  std::vector<std::string> out;
  const auto certainty = grade_certainty(outcome.judgement);
  const auto word = grade_level(outcome.stated_level), symbol = grade_level(outcome.stated_symbol);
  const auto against_sum = [&](const std::string& stated, const std::optional<int>& level) {
    if (level && certainty && *level != certainty->level)
      out.push_back(fmt::format("{}: '{}' is stated, but the steps give {} ({} - {} + {})", outcome.id, stated,
                                grade_word(certainty->level), certainty->start, certainty->downs, certainty->ups));
  };
  if (word && symbol && *word != *symbol)
    out.push_back(fmt::format("{}: the level '{}' and the symbol '{}' ({}) contradict each other", outcome.id,
                              outcome.stated_level, outcome.stated_symbol, grade_word(*symbol)));
  against_sum(outcome.stated_level, word);
  against_sum(outcome.stated_symbol, symbol);
  return out;
}

}  // namespace hedgerow::review
