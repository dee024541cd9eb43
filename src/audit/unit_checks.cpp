// DE: what is pooled together although it is not of one kind, or counted twice.
//
// Sources: cochrane-handbook (chapters 9.3.5, 10.5.2), morris2002 (standardisers).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "audit/check.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

bool contains_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

/// Standardised by the spread of changes, or of the raw scores.
enum class Standard { none, change, raw };

Standard standard_of(const std::string& measure) {
  if (measure == "SMCC") return Standard::change;
  return measure.rfind("SM", 0) == 0 ? Standard::raw : Standard::none;
}

void run_standards(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("measure")) continue;
    std::map<Standard, std::size_t> first;
    for (const std::size_t row : analysis.rows)
      if (const Standard of = standard_of(sheet.text(row, "measure")); of != Standard::none) first.emplace(of, row);
    sink.looked();
    if (first.size() < 2) continue;
    sink.add(analysis.title(),
             "Differences in units of the SD of changes and of raw scores are pooled together: they differ by sqrt(2 "
             "(1 - r)).",
             {sheet.place(first[Standard::change], "measure"), sheet.place(first[Standard::raw], "measure")});
  }
}

/// Whether a row has numbers at the end of the study, or changes.
bool has_numbers(const Sheet& sheet, std::size_t row, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return sheet.number(row, name).has_value(); });
}

void run_final_and_change(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("m1_change") || (!sheet.has("m1_post") && !sheet.has("m1i"))) continue;
    std::vector<std::size_t> final, change;
    for (const std::size_t row : analysis.rows) {
      const bool ends = has_numbers(sheet, row, {"m1_post", "m1i"}), changes = has_numbers(sheet, row, {"m1_change"});
      if (ends && !changes) final.push_back(row);
      if (changes && !ends) change.push_back(row);
    }
    sink.looked();
    if (final.empty() || change.empty()) continue;
    const bool standardised = analysis.measure.rfind("SM", 0) == 0;
    Finding& finding = sink.add(analysis.title(),
                                fmt::format("{} rows have final values only and {} changes only, pooled together.",
                                            final.size(), change.size()),
                                {sheet.place(change.front(), "m1_change"),
                                 sheet.place(final.front(), sheet.has("m1_post") ? "m1_post" : "m1i")});
    if (standardised)
      finding.causes = {"standard deviations of changes and of final values do not mean the same: use one of them"};
    else
      finding.severity = Severity::note;
  }
}

bool whole_sample(const std::string& group) {
  const std::string word = to_lower(trim(group));
  return word == "all" || word == "total" || word == "overall" || word == "whole sample" || word == "both" ||
         word == "entire sample" || word == "all participants";
}

void run_nested(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("group") || !sheet.has("study")) continue;
    using Key = std::pair<std::string, std::string>;
    std::map<Key, std::vector<std::size_t>> whole, part;
    for (const std::size_t row : analysis.rows) {
      const std::string group = sheet.text(row, "group");
      if (group.empty()) continue;
      const Key key(sheet.text(row, "study"), sheet.text(row, "outcome") + "\n" + sheet.text(row, "time"));
      (whole_sample(group) ? whole : part)[key].push_back(row);
    }
    sink.looked();
    for (const auto& [key, rows] : whole) {
      const auto found = part.find(key);
      if (found == part.end()) continue;
      sink.add(fmt::format("study \"{}\"", key.first),
               fmt::format("The whole sample and its part \"{}\" are both pooled.",
                           sheet.text(found->second.front(), "group")),
               {sheet.place(rows.front(), "group"), sheet.place(found->second.front(), "group")});
    }
  }
}

void run_episodes(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    static const std::set<std::string> kPeople = {"OR", "RR", "RD"};
    if (!kPeople.contains(analysis.measure) || !sheet.has("outcome") || !sheet.has("ai")) continue;
    std::set<std::string> told;
    for (const std::size_t row : analysis.rows) {
      const std::string outcome = sheet.text(row, "outcome");
      sink.looked();
      const bool counts_events =
          contains_any(to_lower(outcome), {"episodes", "attacks", "number of falls", "relapses", "exacerbations"});
      if (!counts_events || !told.insert(outcome).second) continue;
      sink.add(fmt::format("outcome \"{}\"", outcome),
               fmt::format("\"{}\" may happen several times to one person, but it is pooled as {}.", outcome,
                           analysis.measure),
               {sheet.place(row, "outcome")})
          .causes = {"episodes counted as people: use a ratio of rates (IRR)"};
    }
  }
}

const Check kChecks[] = {
    {"DE-06", "Two standardisers", Severity::warning,
     "Differences standardised by changes and by raw scores in one pool.", "SMCC beside other standardised measures",
     "none known", "Convert one into the other with r.", "morris2002", run_standards},
    {"DE-07", "Final values and changes", Severity::warning, "Final values and changes in one pool.",
     "rows that have only one of the two; note for differences in natural units",
     "differences in natural units may be mixed", "Use one kind, or show both.", "cochrane-handbook",
     run_final_and_change},
    {"DE-10", "Whole sample and its part", Severity::error, "A sample that is pooled beside a part of it.",
     "group \"all\", \"total\" or \"overall\" beside other groups of the same study, outcome and time", "none known",
     "Keep one of them.", "own", run_nested},
    {"DE-12", "Episodes as people", Severity::note, "Events that may recur, pooled as if each were a person.",
     "words of recurring events in the outcome, with OR, RR or RD", "people with at least one episode",
     "Use rates, or say that people were counted.", "cochrane-handbook", run_episodes},
};

}  // namespace

std::span<const Check> unit_checks() { return kChecks; }

}  // namespace hedgerow::audit
