// PR, MO, RP: the review against its own plan: when it was registered, which outcomes it promised, which studies its
// search should have found, how often it looked, and whether others can repeat it.
//
// Sources: page2021 (items 24, 27), armitage1969 (repeated tests), lopeznicolas2022 (data and scripts).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/days.hpp"
#include "audit/detail/repeated_looks.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

using detail::Day;

/// The registration of a review and its first search; from the review itself, or from the settings of a table.
struct Course {
  std::optional<Day> registered, first_search;
  std::vector<Place> places;
};

std::vector<Course> courses(const Subject& subject) {
  std::vector<Course> out;
  if (subject.protocol && subject.log)
    out.push_back({detail::day_of(subject.protocol->registered),
                   detail::day_of(subject.log->first_search),
                   {subject.protocol->place, subject.log->place}});
  for (const Sheet* sheet : subject.of(SheetKind::search)) {
    Course course{detail::day_of(sheet->setting("registered")), std::nullopt, {}};
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto day = detail::day_of(sheet->text(row, "date"));
      if (!day || (course.first_search && day->first >= course.first_search->first)) continue;
      course.first_search = day;
      course.places = {sheet->place(row, "date")};
    }
    out.push_back(course);
  }
  return out;
}

void run_registered_late(const Subject& subject, Sink& sink) {
  for (const Course& course : courses(subject)) {
    if (!course.registered || !course.first_search) continue;
    sink.looked();
    if (!detail::after(*course.registered, *course.first_search)) continue;
    sink.add("registration",
             fmt::format("Registered {}, after the first search of {}.", course.registered->text,
                         course.first_search->text),
             course.places)
        .causes = {"an update of an older review", "a plan made when results were known"};
  }
}

/// Outcomes that were analysed or graded, by all names that they have.
std::set<std::string> outcomes_of(const Subject& subject) {
  std::set<std::string> out;
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::grade, SheetKind::rows})
    for (const Sheet* sheet : subject.of(kind))
      for (std::size_t row = 0; row < sheet->rows(); ++row) out.insert(sheet->text(row, "outcome"));
  for (const Analysis& analysis : subject.analyses) out.insert(analysis.id);
  if (subject.protocol) out.insert(subject.protocol->analysed.begin(), subject.protocol->analysed.end());
  out.erase("");
  return out;
}

/// What was planned: of the review, or of the setting `planned_outcomes` of a table of pooled results.
struct Planned {
  std::string outcome;
  Place place;
};

std::vector<Planned> planned(const Subject& subject) {
  std::vector<Planned> out;
  if (subject.protocol)
    for (const std::string& outcome : subject.protocol->outcomes) out.push_back({outcome, subject.protocol->place});
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (const std::string& part : split(sheet->setting("planned_outcomes"), ';'))
      if (!trim(part).empty() && sheet->rows() > 0)
        out.push_back({std::string(trim(part)), sheet->place(0, "outcome")});
  return out;
}

void run_planned_outcomes(const Subject& subject, Sink& sink) {
  const std::vector<Planned> all = planned(subject);
  if (all.empty()) return;
  const std::set<std::string> analysed = outcomes_of(subject);
  for (const Planned& one : all) {
    sink.looked();
    const bool there = std::any_of(analysed.begin(), analysed.end(), [&](const std::string& outcome) {
      return detail::names(outcome, one.outcome) || detail::names(one.outcome, outcome);
    });
    if (there) continue;
    sink.add(fmt::format("outcome \"{}\"", one.outcome),
             fmt::format("'{}' was planned and is not analysed.", one.outcome), {one.place})
        .causes = {"another name", "no study reports it: say so", "left out when results were known"};
  }
}

void run_missed(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  for (const auto& [study, found] : subject.log->known) {
    sink.looked();
    if (found) continue;
    sink.add(fmt::format("study \"{}\"", study), fmt::format("The known study {} was found by no search.", study),
             {subject.log->place})
        .causes = {"not indexed in the databases that were searched", "a search that is too narrow"};
  }
}

void run_looks(const Subject& subject, Sink& sink) {
  constexpr double kMost = 50;
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto looks = parse_number(sheet->declared(row, "looks"));
      if (!looks || !(*looks >= 1) || *looks > kMost) continue;
      sink.looked();
      if (*looks < sink.limit()) continue;
      sink.add(sheet->subject(row),
               fmt::format("Look {} at growing data: a test at 5 % errs in {} % by now.", *looks,
                           format_fixed(100 * detail::chance_of_crossing(static_cast<int>(*looks)), 0)),
               {sheet->place(row, "estimate")})
          .causes = {"use a method for repeated looks, or tell the interval alone"};
    }
}

void run_not_repeatable(const Subject& subject, Sink& sink) {
  for (const detail::Claim& claim : detail::claims_of(subject)) {
    const std::string text = to_lower(claim.statement), about = to_lower(claim.subject);
    if (!detail::holds_any(text + " " + about, {"data availab", "availability of data", "data are availab",
                                                "data is availab", "code availab", "script"}))
      continue;
    sink.looked();
    if (!detail::holds_any(text, {"on request", "upon request", "upon reasonable", "not available", "not publicly"}))
      continue;
    sink.add(claim.name(), "Data and scripts are not given, so that nobody can repeat the analysis.",
             {claim.place("statement")});
  }
}

const Check kChecks[] = {
    {"MO-26", "Repeated looks", Severity::note, "Repeated tests of growing data without a correction.",
     "three looks or more (column or setting `looks`)", "methods for repeated looks", "Correct for the looks.",
     "armitage1969", run_looks, 3},
    {"PR-10", "Registered after the search", Severity::warning, "A review registered after its first search.",
     "day of registration after that of the first search, for certain", "updates of reviews", "Say so.", "page2021",
     run_registered_late},
    {"PR-11", "Outcomes of the plan", Severity::warning, "Planned outcomes that are not analysed.",
     "planned names that no analysed outcome has", "other names", "Report them, or say why not.", "page2021",
     run_planned_outcomes},
    {"PR-19", "Known studies missed", Severity::warning, "Studies that the search should have found and did not.",
     "a DOI, PMID or title of the list of known studies that no record has", "studies that no database holds",
     "Widen the search.", "page2021", run_missed},
    {"RP-11", "No data, no script", Severity::warning, "Data or scripts on request, or not at all.",
     "words of a statement on availability", "data that must not be shared", "Add the data and the settings.",
     "lopeznicolas2022", run_not_repeatable},
};

}  // namespace

std::span<const Check> protocol_checks() { return kChecks; }

}  // namespace hedgerow::audit
