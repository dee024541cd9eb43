// DA: values on scales that the dictionary knows (dictionary.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "audit/check.hpp"
#include "audit/detail/arm_view.hpp"
#include "audit/detail/bounded.hpp"
#include "audit/detail/grim.hpp"
#include "audit/detail/instrument_view.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

using detail::Arm;
using detail::Named;
using detail::Time;

using Look = std::function<void(const Arm&, const Time&, const Reported& mean, const Named&)>;

/// Means of groups whose instrument is known.
void each_mean(const Subject& subject, const Look& look) {
  for (const Arm& arm : detail::arms_of(subject)) {
    const Named named = detail::instrument_of(subject, *arm.sheet, arm.row);
    if (!named.entry) continue;
    for (const Time& time : detail::times())
      if (const auto mean = arm.number(time.mean)) look(arm, time, *mean, named);
  }
}

bool of_change(const Time& time) { return std::string(time.word) == "change"; }

/// Ends of the scale, or of its changes.
std::pair<double, double> ends(const DictionaryEntry& entry, const Time& time) {
  const double width = *entry.max - *entry.min;
  return of_change(time) ? std::pair(-width, width) : std::pair(*entry.min, *entry.max);
}

void report_outside(const Arm& arm, const Time& time, const Reported& mean, const Named& named, Sink& sink) {
  const DictionaryEntry& entry = *named.entry;
  Finding& finding =
      sink.add(arm.subject(),
               fmt::format("{} runs from {} to {}; the mean {}is {}.", entry.name, format_shortest(*entry.min),
                           format_shortest(*entry.max), of_change(time) ? "change " : "", mean.text),
               arm.places({time.mean}));
  if (!named.declared) finding.severity = Severity::warning;
  if (mean.value >= 0 && mean.value <= 100 && *entry.max < 100)
    finding.causes.emplace_back("scores in percent of the most");
  finding.causes.insert(finding.causes.end(), {"another version of the instrument", "digits mistyped"});
}

void report_spread(const Arm& arm, const Time& time, const Reported& sd, double most, const Named& named, Sink& sink) {
  Finding& finding = sink.add(arm.subject(),
                              fmt::format("On {} ({} to {}) this mean allows an SD of at most {}; printed {}.",
                                          named.entry->name, format_shortest(*named.entry->min),
                                          format_shortest(*named.entry->max), format_significant(most, 3), sd.text),
                              arm.places({time.sd, time.mean}));
  if (!named.declared) finding.severity = Severity::warning;
  finding.causes = {"another version of the instrument", "digits mistyped"};
}

void run_range(const Subject& subject, Sink& sink) {
  each_mean(subject, [&](const Arm& arm, const Time& time, const Reported& mean, const Named& named) {
    if (!named.entry->min) return;
    sink.looked();
    const auto [low, high] = ends(*named.entry, time);
    if (mean.range.hi < low || mean.range.lo > high) {
      report_outside(arm, time, mean, named, sink);
      return;
    }
    const auto sd = arm.number(time.sd);
    const auto n = detail::people(arm, 2);
    if (!sd || !n) return;
    const double most = detail::largest_sd(mean.range, low, high, *n).hi;
    if (sd->range.lo > most) report_spread(arm, time, *sd, most, named, sink);
  });
}

const char* word(Better better) { return better == Better::higher ? "higher is better" : "lower is better"; }

void run_direction(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    std::map<Better, std::pair<std::size_t, const DictionaryEntry*>> seen;
    for (const std::size_t row : analysis.rows)
      if (const Named named = detail::instrument_of(subject, sheet, row);
          named.entry && named.entry->better != Better::unknown)
        seen.emplace(named.entry->better, std::pair(row, named.entry));
    if (seen.empty()) continue;
    sink.looked();
    if (seen.size() < 2) continue;
    const auto& [one_row, one] = seen.begin()->second;
    const auto& [other_row, other] = seen.rbegin()->second;
    const std::string column = sheet.has("instrument") ? "instrument" : "outcome";
    Finding& finding = sink.add(analysis.title(),
                                fmt::format("{} ({}) and {} ({}) are pooled together.", one->name, word(one->better),
                                            other->name, word(other->better)),
                                {sheet.place(one_row, column), sheet.place(other_row, column)});
    finding.causes = {"effects of one direction must have their sign changed: see that it was done"};
  }
}

/// The unit from which one factor brings the mean into the plausible range; empty if none or several do.
std::string other_unit(const DictionaryEntry& entry, double mean) {
  std::vector<std::string> out;
  for (const auto& [unit, factor] : entry.units)
    if (mean * factor >= entry.plausible->first && mean * factor <= entry.plausible->second) out.push_back(unit);
  return out.size() == 1 ? out.front() : "";
}

void run_plausible(const Subject& subject, Sink& sink) {
  each_mean(subject, [&](const Arm& arm, const Time& time, const Reported& mean, const Named& named) {
    const DictionaryEntry& entry = *named.entry;
    if (!entry.plausible || of_change(time)) return;
    sink.looked();
    if (mean.range.hi >= entry.plausible->first && mean.range.lo <= entry.plausible->second) return;
    const std::string unit = other_unit(entry, mean.value);
    Finding& finding = sink.add(arm.subject(),
                                fmt::format("{}: means of groups are usually {} to {} {}; this is {}.", entry.name,
                                            format_shortest(entry.plausible->first),
                                            format_shortest(entry.plausible->second), entry.unit, mean.text),
                                arm.places({time.mean}));
    if (unit.empty()) return;
    finding.severity = Severity::warning;
    finding.causes = {fmt::format("in {}, it would be {} {}", unit,
                                  format_significant(mean.value * entry.units.at(unit), 4), entry.unit)};
  });
}

void run_whole(const Subject& subject, Sink& sink) {
  each_mean(subject, [&](const Arm& arm, const Time& time, const Reported& mean, const Named& named) {
    const DictionaryEntry& entry = *named.entry;
    const auto n = detail::people(arm, 2);
    const auto sd = arm.number(time.sd);
    // Tables that say themselves whether scores are whole are the business of AR-01 and AR-02.
    if (!entry.min || entry.step != 1.0 || !n || !arm.declared("integer").empty() || !arm.declared("items").empty())
      return;
    const auto [low, high] = ends(entry, time);
    const detail::WholeScores scores{*n, 1, static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
    const auto sums = detail::sums_of(scores, mean);
    if (!sums || mean.range.hi < low || mean.range.lo > high) return;
    sink.looked();
    const bool no_mean = sums->none();
    if (!no_mean && (!sd || detail::spread_possible(scores, mean, *sd, detail::Divisor::n_minus_1))) return;
    Finding& finding =
        sink.add(arm.subject(),
                 no_mean ? fmt::format("No {} whole scores of {} have the mean {}.", *n, entry.name, mean.text)
                         : fmt::format("No {} whole scores of {} have the mean {} and the SD {}.", *n, entry.name,
                                       mean.text, sd->text),
                 arm.places({no_mean ? time.mean : time.sd, "n"}));
    finding.causes = {"fewer people answered than the group has", "missing answers that were filled in"};
    if (!no_mean) finding.causes.insert(finding.causes.begin(), "a standard error printed as SD");
  });
}

const Check kChecks[] = {
    {"DA-08", "Directions of scales", Severity::warning, "Instruments of opposite directions in one pool.",
     "the dictionary's direction of each row's instrument", "signs that were changed already",
     "See that the sign of one of them was changed.", "cochrane-handbook", run_direction},
    {"DA-14", "Outside the instrument's range", Severity::error,
     "A mean or an SD that the ends of a known instrument do not allow.",
     "min <= mean <= max; SD <= sqrt((mean - min) (max - mean) n / (n - 1)); a warning where only the outcome's name "
     "tells "
     "the instrument",
     "other versions of an instrument", "Find out which version was used; declare scale_min and scale_max.", "own",
     run_range},
    {"DA-23", "Unusual measure of the body", Severity::note, "A mean far from what groups of adults have.",
     "outside the dictionary's range; a warning if one other unit brings it in", "children, athletes, the very ill",
     "Look at the unit.", "own", run_plausible},
    {"DA-24", "Whole scores of an instrument", Severity::note,
     "A mean or an SD that whole scores of a known instrument cannot have.",
     "GRIM and GRIMMER with the dictionary's range, where a person's score is a whole number",
     "people who did not answer, filled-in answers", "Find the number of people behind it.", "brown2017", run_whole},
};

}  // namespace

std::span<const Check> instrument_checks() { return kChecks; }

}  // namespace hedgerow::audit
