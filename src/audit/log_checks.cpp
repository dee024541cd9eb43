// PR: what the log of decisions says about the screening (log_facts.hpp).
#include <fmt/format.h>

#include "audit/check.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

void run_diagram(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  for (const Sheet* flow : subject.of(SheetKind::flow))
    for (std::size_t row = 0; row < flow->rows(); ++row)
      for (const auto& [name, count] : subject.log->counts) {
        const auto printed = flow->number(row, "count");
        if (flow->text(row, "item") != name || !printed) continue;
        sink.looked();
        if (printed->value == static_cast<double>(count)) continue;
        sink.add(flow->subject(row), fmt::format("The log gives {} {}, the diagram {}.", name, count, printed->text),
                 {flow->place(row, "count"), subject.log->place});
      }
}

void run_twins(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  sink.looked();
  for (const Twins& pair : subject.log->twins) {
    Finding& finding =
        sink.add(fmt::format("records {} and {}", pair.one, pair.other),
                 pair.opposite ? fmt::format("Records {} and {} share the {}, and one is included, the other excluded.",
                                             pair.one, pair.other, pair.shared)
                               : fmt::format("Records {} and {} share the {} and are screened as two documents.",
                                             pair.one, pair.other, pair.shared),
                 {subject.log->place});
    if (pair.opposite) finding.severity = Severity::error;
    finding.causes = {"duplicates that were not linked (hedgerow dedup, dedup ask)",
                      "parts of one publication: say that they differ (hedgerow dedup decide)"};
  }
}

void look_at_single(const StageFacts& stage, const char* name, const Place& place, Sink& sink) {
  if (stage.decided == 0) return;
  sink.looked();
  if (stage.by_one == 0) return;
  sink.add(
      fmt::format("stage \"{}\"", name),
      fmt::format("{} of {} documents were judged by one person in the stage '{}'.", stage.by_one, stage.decided, name),
      {place});
}

void run_single(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  look_at_single(subject.log->abstract, "abstract", subject.log->place, sink);
  look_at_single(subject.log->fulltext, "fulltext", subject.log->place, sink);
}

void run_unread(const Subject& subject, Sink& sink) {
  if (!subject.log || subject.log->abstract.decided == 0) return;
  const StageFacts& stage = subject.log->abstract;
  sink.looked();
  // A review whose full texts are decided has ended its first stage, whatever is unread.
  if (stage.unread == 0 || subject.log->fulltext.decided == 0) return;
  sink.add("stage \"abstract\"",
           fmt::format("{} documents were never read although full texts are decided.", stage.unread),
           {subject.log->place})
      .causes = {"screening stopped early: 'screen sample' and 'screen status' say what that proves about the recall"};
}

void run_reasons(const Subject& subject, Sink& sink) {
  if (!subject.log || subject.log->fulltext.decided == 0) return;
  const StageFacts& stage = subject.log->fulltext;
  sink.looked();
  if (stage.without_reason == 0) return;
  sink.add("stage \"fulltext\"",
           fmt::format("{} report{} excluded without a reason, record {} for one.", stage.without_reason,
                       stage.without_reason == 1 ? " was" : "s were", stage.example),
           {subject.log->place});
}

/// Months from one day to another, both "2026-01-31".
double months(const std::string& from, const std::string& to) {
  const auto month = [](const std::string& day) {
    return 12 * parse_number(day.substr(0, 4)).value_or(0) + parse_number(day.substr(5, 2)).value_or(0);
  };
  return month(to) - month(from);
}

void run_stale(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  const LogFacts& facts = *subject.log;
  if (facts.last_search.size() < 7 || facts.last_decision.size() < 7) return;
  sink.looked();
  const double age = months(facts.last_search, facts.last_decision);
  if (age <= sink.limit()) return;
  sink.add("search",
           fmt::format("The last search, {}, was {} months old at the last decision.", facts.last_search, age),
           {facts.place})
      .causes = {"search again before publication"};
}

const Check kChecks[] = {
    {"PR-09", "Diagram against log", Severity::error, "A count of the diagram that the log of decisions does not give.",
     "equal, by the names of PRISMA", "counts of what no record stands for", "Take the log's.", "own", run_diagram},
    {"PR-12", "Old search", Severity::note, "A search that was more than a year old when the review ended.",
     "months from the last search to the last decision above 12", "slow fields", "Search again.", "page2021", run_stale,
     12},
    {"PR-15", "Duplicates left", Severity::warning, "Two documents with the same DOI or PMID.",
     "equal identifiers of documents that nobody declared different; an error if one is included and the other "
     "excluded",
     "supplements and parts with one DOI", "Link them, or say that they differ.", "own", run_twins},
    {"PR-17", "One person alone", Severity::note, "Documents that one person judged alone.",
     "one voter and no referee, where a decision was made by people", "declared rapid reviews",
     "Say so in the methods.", "page2021", run_single},
    {"PR-18", "Stopped early", Severity::warning, "Documents that nobody read although the review went on.",
     "no vote in the first stage, and decided full texts", "records that are still to be read",
     "State what is proved about the "
     "recall.",
     "callaghan2020", run_unread},
    {"PR-20", "Exclusion without a reason", Severity::error, "A full text that was excluded without a reason.",
     "empty reason in the second stage", "none known", "Give the reason.", "page2021", run_reasons},
};

}  // namespace

std::span<const Check> log_checks() { return kChecks; }

}  // namespace hedgerow::audit
