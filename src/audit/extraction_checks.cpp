// DA, MA: from the report of a study to the table: two extractors, and the effect that the study itself reports.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

void run_double_extraction(const Subject& subject, Sink& sink) {
  if (!subject.log || !subject.log->extraction) return;
  const ExtractionFacts& facts = *subject.log->extraction;
  sink.looked(facts.compared);
  if (facts.different == 0) return;
  Finding& finding =
      sink.add(fmt::format("extraction by {} and {}", facts.one, facts.other),
               fmt::format("{} and {} differ in {} of {} values, {} of which change the pooled effect; {} undecided.",
                           facts.one, facts.other, facts.different, facts.compared, facts.consequential,
                           facts.undecided == 0   ? std::string("none is")
                           : facts.undecided == 1 ? std::string("1 is")
                                                  : fmt::format("{} are", facts.undecided)),
               {subject.log->place});
  finding.arithmetic = facts.worst;
  if (facts.undecided == 0) finding.severity = Severity::info;
  finding.decides = facts.undecided > 0 && facts.consequential > 0;
}

/// The study's own value on the scale of the model: a ratio beside printed ratios is taken to its logarithm.
std::optional<Range> own_value(const Analysis& analysis, const Sheet& sheet, std::size_t row) {
  const auto own = sheet.number(row, "reported");
  if (!own || own->relation != '=') return std::nullopt;
  const bool printed_ratio = detail::is_ratio(analysis.measure) && sheet.has("estimate");
  if (!printed_ratio) return own->range;
  if (!(own->range.lo > 0)) return std::nullopt;
  return log(own->range);
}

void run_own_effect(const Subject& subject, Sink& sink) {
  // A tenth of a standard deviation, or a tenth of a ratio.
  const double much = sink.limit();
  for (const Analysis& analysis : subject.analyses) {
    const bool ratio = detail::is_ratio(analysis.measure), standardised = analysis.measure.rfind("SM", 0) == 0;
    if (!ratio && !standardised) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    for (std::size_t i = 0; i < analysis.rows.size(); ++i) {
      const auto own = own_value(analysis, sheet, analysis.rows[i]);
      if (!own) continue;
      sink.looked();
      const double limit = ratio ? std::log1p(much) : much;
      const double off = std::max(own->lo - analysis.yi[i], analysis.yi[i] - own->hi);
      if (off <= limit) continue;
      Finding& finding = sink.add(
          sheet.subject(analysis.rows[i]),
          fmt::format("The row's effect is {}, the study itself reports {}{}.", format_fixed(analysis.yi[i], 2),
                      sheet.number(analysis.rows[i], "reported")->text, ratio ? " (compared as logarithms)" : ""),
          {sheet.place(analysis.rows[i], "reported")});
      finding.causes = {"another outcome, time or group of the study", "an adjusted estimate",
                        "a slip in the extraction"};
      if ((own->hi < 0) != (analysis.yi[i] < 0)) finding.causes.insert(finding.causes.begin(), "a sign reversed");
      tell_change(finding, analysis, replaced(analysis, i, own->middle(), analysis.vi[i]), subject.options);
    }
  }
}

const Check kChecks[] = {
    {"DA-22", "Two extractions", Severity::warning, "Values that two extractors typed differently.",
     "differences in the log; info where all are decided", "none known", "Decide them, those that matter first.",
     "kanukula2024", run_double_extraction},
    {"MA-08", "Row against its source", Severity::warning,
     "A row whose effect is not the one that the study reports (column `reported`).",
     "more than 0.1 standard deviations, or 10 % of a ratio, beyond rounding", "adjusted estimates, other times",
     "Find out which one is meant.", "gotzsche2007", run_own_effect, 0.1},
};

}  // namespace

std::span<const Check> extraction_checks() { return kChecks; }

}  // namespace hedgerow::audit
