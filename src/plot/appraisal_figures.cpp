#include "plot/appraisal_figures.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hedgerow::plot {
namespace {

using review::Assessment;
using review::Instrument;

scene::Color color(std::uint32_t rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8), static_cast<std::uint8_t>(rgb)};
}

std::vector<TrafficLevel> levels_of(const std::vector<review::Word>& words) {
  std::vector<TrafficLevel> out;
  for (const review::Word& word : words)
    out.push_back({word.word, word.symbol, color(word.cochrane), color(word.safe)});
  return out;
}

std::string label_of(const Assessment& a, bool with_rater) {
  std::string out = a.study;
  if (!a.result.empty()) out += ", " + a.result;
  if (with_rater && !a.rater.empty()) out += " (" + a.rater + ")";
  return out;
}

/// Whether a study and result stands in more than one row, so that the rater has to be named.
bool several_raters(const std::vector<Assessment>& assessments) {
  for (std::size_t i = 0; i < assessments.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (label_of(assessments[i], false) == label_of(assessments[j], false)) return true;
  return false;
}

void add_domains(const Instrument& instrument, const std::vector<Assessment>& assessments, TrafficData& out) {
  std::vector<std::size_t> shown;  // a panel that nobody rated is left out
  for (std::size_t d = 0; d < instrument.domains.size(); ++d) {
    const bool any = std::any_of(assessments.begin(), assessments.end(),
                                 [&](const Assessment& a) { return a.domains[d].judgement().has_value(); });
    if (instrument.domains[d].key || any) shown.push_back(d);
  }
  out.levels = levels_of(instrument.judgements);
  // The overall judgement stands with the panel of the first domain: applicability does not enter it.
  std::size_t own = 0;
  while (own < shown.size() && instrument.domains[shown[own]].panel == instrument.domains[shown[0]].panel) ++own;
  for (std::size_t s = 0; s <= shown.size(); ++s) {
    if (s == own) out.items.push_back({"Overall", "", instrument.domains[shown[0]].panel});
    if (s == shown.size()) break;
    const review::Domain& domain = instrument.domains[shown[s]];
    out.items.push_back({domain.id, domain.name, domain.panel});
  }
  const bool rater = several_raters(assessments);
  for (const Assessment& a : assessments) {
    TrafficRow row{label_of(a, rater), {}, ""};
    for (const std::size_t d : shown) row.levels.push_back(a.domains[d].judgement());
    row.levels.insert(row.levels.begin() + static_cast<std::ptrdiff_t>(own), a.overall.judgement());
    out.rows.push_back(std::move(row));
  }
}

void add_items(const Instrument& instrument, const std::vector<Assessment>& assessments, TrafficData& out) {
  const bool stars = instrument.scoring == review::Scoring::stars;
  const bool scored = stars || instrument.scoring == review::Scoring::count;
  out.levels = levels_of(instrument.answers);
  if (stars) {
    out.levels = yes_no_levels();
    out.levels.erase(out.levels.begin() + 1);
    out.levels[0].text = "Star";
    out.levels[1].text = "No star";
  }
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    const review::Item& item = instrument.items[i];
    out.items.push_back({stars ? item.id : std::to_string(i + 1), item.label + (item.counted ? "" : " (not counted)"),
                         item.domain == review::kNoDomain ? "" : instrument.domains[item.domain].name});
  }
  if (scored) out.score_header = "Score";
  const bool rater = several_raters(assessments);
  for (const Assessment& a : assessments) {
    TrafficRow row{label_of(a, rater), {}, ""};
    for (const auto& answer : a.answers)
      row.levels.push_back(answer && stars ? std::optional<std::size_t>(*answer > 0 ? 0 : 1) : answer);
    if (scored && a.score) row.score = fmt::format("{}/{}", *a.score, review::max_score(instrument));
    out.rows.push_back(std::move(row));
  }
}

}  // namespace

TrafficData traffic_data(const Instrument& instrument, const std::vector<Assessment>& assessments) {
  TrafficData out;
  out.title = instrument.name;
  if (instrument.scoring == review::Scoring::worst)
    add_domains(instrument, assessments, out);
  else
    add_items(instrument, assessments, out);
  return out;
}

std::vector<double> traffic_weights(const std::vector<Assessment>& assessments) {
  std::vector<double> out;
  bool any = false;
  for (const Assessment& a : assessments) {
    out.push_back(a.weight);
    any = any || a.weight != 1.0;
  }
  if (!any) out.clear();
  return out;
}

}  // namespace hedgerow::plot
