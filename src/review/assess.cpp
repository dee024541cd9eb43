#include "review/assess.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

Assessment empty_assessment(const Instrument& instrument, const RatedCell& cell) {
  Assessment out;
  out.study = cell.study;
  out.result = cell.result;
  out.rater = cell.rater;
  out.answers.resize(instrument.items.size());
  out.support.resize(instrument.items.size());
  out.domains.resize(instrument.domains.size());
  return out;
}

void put(const RatedCell& cell, Assessment& out) {
  switch (cell.target) {
    case Target::item:
      out.answers[cell.index] = cell.value;
      out.support[cell.index] = cell.support;
      return;
    case Target::domain:
      out.domains[cell.index].given = cell.value;
      out.domains[cell.index].reason = cell.support;
      return;
    case Target::overall:
      out.overall.given = cell.value;
      out.overall.reason = cell.support;
      return;
    case Target::total:
      out.declared = cell.number;
      return;
    case Target::weight:
      out.weight = cell.number;
      return;
  }
}

std::optional<int> score_of(const Instrument& instrument, const Answers& answers) {
  bool any = false;
  int plain_sum = 0;
  std::vector<int> by_domain(instrument.domains.size(), 0);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) continue;
    any = true;
    if (!instrument.items[i].counted) continue;
    const int points =
        instrument.scoring == Scoring::stars ? static_cast<int>(*answers[i]) : instrument.answers[*answers[i]].counts;
    (instrument.items[i].domain == kNoDomain ? plain_sum : by_domain[instrument.items[i].domain]) += points;
  }
  if (!any) return std::nullopt;
  for (std::size_t d = 0; d < by_domain.size(); ++d) {
    const int most = instrument.domains[d].stars;
    plain_sum += most > 0 ? std::min(most, by_domain[d]) : by_domain[d];
  }
  return plain_sum;
}

void judge_overall(const Instrument& instrument, Assessment& out) {
  std::vector<std::optional<std::size_t>> judged;
  for (const Judged& domain : out.domains) judged.push_back(domain.judgement());
  out.overall.proposed = overall_judgement(instrument, judged);
}

/// Everything that follows from the ratings.
void conclude(const Instrument& instrument, Assessment& out) {
  if (instrument.scoring == Scoring::count || instrument.scoring == Scoring::stars) {
    out.score = score_of(instrument, out.answers);
    if (out.score) out.band = band_of(instrument, *out.score);
  }
  if (instrument.scoring != Scoring::worst) return;
  for (std::size_t d = 0; d < out.domains.size(); ++d) {
    const Proposal proposal = propose(instrument, d, out.answers);
    out.domains[d].proposed = proposal.judgement;
    out.domains[d].needs = proposal.needs;
  }
  judge_overall(instrument, out);
}

using Key = std::tuple<std::string, std::string, std::string>;

/// Assessments in the order of first appearance.
class Shelf {
 public:
  explicit Shelf(const Instrument& instrument) : instrument_(instrument) {}

  Assessment& at(const RatedCell& cell) {
    const auto [found, is_new] = index_.emplace(Key{cell.study, cell.result, cell.rater}, all.size());
    if (is_new) all.push_back(empty_assessment(instrument_, cell));
    return all[found->second];
  }

  std::vector<Assessment> all;

 private:
  const Instrument& instrument_;
  std::map<Key, std::size_t> index_;
};

bool is_consensus(const std::string& rater) { return to_lower(rater) == "consensus"; }

/// A place of the instrument that can be rated.
struct Slot {
  Target target;
  std::size_t index;
};

std::vector<Slot> slots(const Instrument& instrument) {
  std::vector<Slot> out;
  for (std::size_t i = 0; i < instrument.items.size(); ++i) out.push_back({Target::item, i});
  for (std::size_t d = 0; d < instrument.domains.size(); ++d) out.push_back({Target::domain, d});
  out.push_back({Target::overall, 0});
  return out;
}

/// What a rater's assessment says at a slot: domains and the whole also by the rules.
std::optional<std::size_t> said(const Assessment& a, const Slot& slot) {
  if (slot.target == Target::item) return a.answers[slot.index];
  return slot.target == Target::domain ? a.domains[slot.index].judgement() : a.overall.judgement();
}

/// Whether the rater set it, instead of leaving it to the rules.
bool was_given(const Assessment& a, const Slot& slot) {
  if (slot.target == Target::item) return a.answers[slot.index].has_value();
  return slot.target == Target::domain ? a.domains[slot.index].given.has_value() : a.overall.given.has_value();
}

std::string reason_at(const Assessment& a, const Slot& slot) {
  if (slot.target == Target::item) return a.support[slot.index];
  return slot.target == Target::domain ? a.domains[slot.index].reason : a.overall.reason;
}

RatedCell cell_at(const Assessment& a, const Slot& slot, std::size_t value, const std::string& support) {
  RatedCell out;
  out.study = a.study;
  out.result = a.result;
  out.target = slot.target;
  out.index = slot.index;
  out.value = value;
  out.support = support;
  return out;
}

Disagreement disagreement(const Instrument& instrument, const std::vector<const Assessment*>& raters,
                          const Slot& slot) {
  Disagreement out{raters.front()->study, raters.front()->result, slot.target, slot.index, {}};
  for (const Assessment* a : raters)
    if (const auto value = said(*a, slot))
      out.ratings.emplace_back(a->rater, rating_text(instrument, cell_at(*a, slot, *value, "")));
  return out;
}

/// The consensus of one study and result.
void agree_on(const Instrument& instrument, const std::vector<const Assessment*>& all, Agreed& out) {
  std::vector<const Assessment*> raters;
  const Assessment* third = nullptr;
  for (const Assessment* a : all) (is_consensus(a->rater) ? (third = a, void()) : raters.push_back(a));
  Assessment agreed = empty_assessment(instrument, cell_at(*all.front(), {Target::item, 0}, 0, ""));
  agreed.rater = raters.size() == 1 && !third ? raters.front()->rater : "consensus";
  std::vector<Disagreement> open;
  std::vector<std::pair<std::size_t, std::size_t>> alike;  // domains for which the rules gave all raters the same
  for (const Slot& slot : slots(instrument)) {
    if (third && was_given(*third, slot)) {
      put(cell_at(agreed, slot, *said(*third, slot), reason_at(*third, slot)), agreed);
      continue;
    }
    std::optional<std::size_t> value;
    std::string reason;
    bool same = true, given = false;
    for (const Assessment* a : raters) {
      const auto one = said(*a, slot);
      if (!one) continue;
      same = same && (!value || *value == *one);
      value = one;
      given = given || was_given(*a, slot);
      if (reason.empty()) reason = reason_at(*a, slot);
    }
    if (!same && !(slot.target == Target::overall && !given)) open.push_back(disagreement(instrument, raters, slot));
    if (same && value && given) put(cell_at(agreed, slot, *value, reason), agreed);
    if (same && value && !given && slot.target == Target::domain) alike.emplace_back(slot.index, *value);
  }
  for (const Assessment* a : all) {
    if (a->declared) agreed.declared = a->declared;
    agreed.weight = a->weight;
  }
  conclude(instrument, agreed);
  for (const auto& [d, value] : alike)
    if (!agreed.domains[d].judgement()) agreed.domains[d] = {value, std::nullopt, "", ""};
  if (instrument.scoring == Scoring::worst) judge_overall(instrument, agreed);
  for (Disagreement& one : open) {  // settled by the third: the rules decide from the agreed answers, or the whole does
    const bool domain = one.target == Target::domain && agreed.domains[one.index].judgement();
    if (!domain) out.open.push_back(std::move(one));
  }
  out.assessments.push_back(std::move(agreed));
}

}  // namespace

std::vector<Assessment> assess(const Instrument& instrument, const std::vector<RatedCell>& cells) {
  Shelf shelf(instrument);
  for (const RatedCell& cell : cells) put(cell, shelf.at(cell));
  for (Assessment& a : shelf.all) conclude(instrument, a);
  return std::move(shelf.all);
}

Agreed consensus(const Instrument& instrument, const std::vector<RatedCell>& cells) {
  const std::vector<Assessment> all = assess(instrument, cells);
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, std::vector<const Assessment*>> by_result;
  for (const Assessment& a : all) {
    auto& list = by_result[{a.study, a.result}];
    if (list.empty()) order.emplace_back(a.study, a.result);
    list.push_back(&a);
  }
  Agreed out;
  for (const auto& key : order) agree_on(instrument, by_result[key], out);
  return out;
}

bool low_risk(const Instrument& instrument, const Assessment& assessment, int cut) {
  if (instrument.scoring == Scoring::worst) return assessment.overall.judgement() == std::optional<std::size_t>(0);
  return assessment.score && *assessment.score >= cut;
}

int default_cut(const Instrument& instrument) {
  std::vector<int> starts;
  for (const Band& band : instrument.bands) starts.push_back(band.from);
  std::sort(starts.rbegin(), starts.rend());
  if (starts.size() >= 3) return starts[1];
  if (starts.size() == 2) return starts[0];
  return (max_score(instrument) * 6 + 9) / 10;
}

}  // namespace hedgerow::review
