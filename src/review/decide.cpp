#include "review/decide.hpp"

#include <algorithm>

namespace hedgerow::review {
namespace {

enum class Met { yes, no, unanswered };

/// The answer "not applicable" of this instrument, if it has one: the last word that a condition may leave out.
bool is_not_applicable(const Instrument& instrument, std::size_t answer) {
  return plain(instrument.answers[answer].word) == "na";
}

Met met(const Instrument& instrument, const Rule::Condition& condition, const Answers& answers) {
  const auto& answer = answers[condition.item];
  if (!answer) return Met::unanswered;
  const bool named = std::find(condition.answers.begin(), condition.answers.end(), *answer) != condition.answers.end();
  if (named) return Met::yes;
  return is_not_applicable(instrument, *answer) ? Met::unanswered : Met::no;
}

Proposal first_rule(const Instrument& instrument, const std::vector<Rule>& rules, const Answers& answers) {
  for (const Rule& rule : rules) {
    Met all = Met::yes;
    for (const Rule::Condition& condition : rule.conditions) {
      all = met(instrument, condition, answers);
      if (all == Met::unanswered) return {std::nullopt, instrument.items[condition.item].id};
      if (all == Met::no) break;
    }
    if (all == Met::yes) return {rule.judgement, ""};
  }
  return {};
}

}  // namespace

Proposal propose(const Instrument& instrument, std::size_t domain, const Answers& answers) {
  const Domain& d = instrument.domains[domain];
  if (d.rules.empty()) return {};
  const Proposal first = first_rule(instrument, d.rules, answers);
  if (d.also_rules.empty()) return first;
  const Proposal second = first_rule(instrument, d.also_rules, answers);
  if (!first.judgement) return first;
  if (!second.judgement) return second;
  const double a = instrument.judgements[*first.judgement].rank.value_or(-1.0);
  const double b = instrument.judgements[*second.judgement].rank.value_or(-1.0);
  return a >= b ? first : second;
}

std::optional<std::size_t> overall_judgement(const Instrument& instrument,
                                             const std::vector<std::optional<std::size_t>>& domains) {
  std::optional<std::size_t> worst;
  for (std::size_t d = 0; d < domains.size(); ++d) {
    if (!instrument.domains[d].key) continue;
    if (!domains[d]) return std::nullopt;
    const auto& rank = instrument.judgements[*domains[d]].rank;
    if (!rank) continue;
    if (!worst || *rank > *instrument.judgements[*worst].rank) worst = domains[d];
  }
  if (!worst) return worst;
  // Two words of the same rank (some concerns, no information): the first of them is the one that stands for the study.
  for (std::size_t j = 0; j < *worst; ++j)
    if (instrument.judgements[j].rank == instrument.judgements[*worst].rank) return j;
  return worst;
}

}  // namespace hedgerow::review
