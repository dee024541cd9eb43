// Levels of a moderator against each other: Q between, its p-value, the marks of significance.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

std::string subject_of(const Moderator& moderator) {
  return fmt::format("outcome \"{}\", moderator \"{}\"", moderator.outcome, moderator.name);
}

std::size_t printed_levels(const Sheet& sheet, const Moderator& moderator) {
  return static_cast<std::size_t>(std::count_if(moderator.rows.begin(), moderator.rows.end(), [&](std::size_t row) {
    return sheet.number(row, "estimate").has_value();
  }));
}

double alpha_of(const Sheet& sheet, const Subject& subject) {
  return parse_number(sheet.setting("alpha")).value_or(subject.options.alpha);
}

template <typename Function>
void for_each_moderator(const Subject& subject, Function&& look) {
  for (const Sheet& sheet : subject.sheets)
    if (sheet.kind() == SheetKind::levels)
      for (const Moderator& moderator : moderators(sheet)) look(sheet, moderator);
}

void run_q(const Subject& subject, Sink& sink) {
  for_each_moderator(subject, [&](const Sheet& sheet, const Moderator& moderator) {
    const std::size_t first = moderator.rows.front();
    const auto printed = sheet.number(first, "q_between");
    if (!printed) return;
    const std::vector<Printed> results = sound_results(sheet, moderator.rows);
    const auto q = between_q(results);
    if (!q) return sink.could_not("levels whose intervals do not fit their estimates give no Q");
    sink.looked();
    if (agrees(*printed, *q)) return;
    Finding& finding = sink.add(subject_of(moderator),
                                fmt::format("The levels give Q between = {}, printed {}.", text(*q), printed->text),
                                {sheet.place(first, "q_between")});
    for (const Printed& p : results)
      finding.arithmetic.push_back(
          fmt::format("{}: {}, se {}", sheet.text(p.row, "level"), text(p), text(standard_error(p))));
    finding.causes = {"a digit of a level or of Q", "a test with one tau2 for all levels, or an F test"};
  });
}

void run_q_p(const Subject& subject, Sink& sink) {
  for_each_moderator(subject, [&](const Sheet& sheet, const Moderator& moderator) {
    const std::size_t first = moderator.rows.front();
    const auto q = sheet.number(first, "q_between"), df = sheet.number(first, "df"), p = sheet.number(first, "q_p");
    if (df) {
      sink.looked();
      const std::size_t levels = printed_levels(sheet, moderator);
      if (levels > 1 && df->value != static_cast<double>(levels) - 1)
        sink.add(subject_of(moderator),
                 fmt::format("{} levels leave {} degrees of freedom, printed {}.", levels, levels - 1, df->text),
                 {sheet.place(first, "df")});
    }
    if (!q || !df || !p || !(df->value > 0)) return;
    sink.looked();
    const Range range = monotone({std::max(0.0, q->range.lo), q->range.hi},
                                 [&](double value) { return stats::chi2_upper(value, df->value); });
    if (agrees(*p, range)) return;
    Finding& finding = sink.add(subject_of(moderator),
                                fmt::format("Q = {} on {} degrees of freedom gives p = {}, printed {}.", q->text,
                                            df->text, text(range), p->text),
                                {sheet.place(first, "q_p"), sheet.place(first, "q_between")});
    finding.causes = {"a digit of Q or p", "an F test"};
  });
}

/// Whether the cell of a mark says significant.
bool marked(const std::string& text) { return !text.empty() && text != "0" && to_lower(text) != "no" && text != "-"; }

void check_mark(const Sheet& sheet, std::size_t row, const Printed& p, Sink& sink) {
  const double null = p.ratio ? 1 : 0;
  const bool above = p.lower.range.lo > null || p.upper.range.hi < null;
  const bool around = p.lower.range.hi < null && p.upper.range.lo > null;
  const bool mark = marked(sheet.text(row, "marked"));
  if (!above && !around) return;  // a bound that is printed as the null value decides nothing
  if (mark == above) return;
  sink.add(sheet.subject(row),
           fmt::format("{} is {}marked significant, but its interval {} no effect.", text(p), mark ? "" : "not ",
                       above ? "excludes" : "includes"),
           {sheet.place(row, "marked"), sheet.place(row, "ci_lb"), sheet.place(row, "ci_ub")});
}

void run_marks(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (!sheet.has("marked")) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto p = read_printed(sheet, row);
      if (!p || !symmetric(*p)) continue;
      sink.looked();
      check_mark(sheet, row, *p, sink);
    }
  }
  for_each_moderator(subject, [&](const Sheet& sheet, const Moderator& moderator) {
    const std::size_t first = moderator.rows.front();
    const auto p = sheet.number(first, "q_p");
    if (!sheet.has("marked_between") || !p) return;
    sink.looked();
    const bool mark = marked(sheet.text(first, "marked_between"));
    const double alpha = alpha_of(sheet, subject);
    if (mark ? p->range.lo < alpha : p->range.hi > alpha || p->relation == '>') return;
    sink.add(subject_of(moderator),
             fmt::format("p = {} is {}marked significant at {}.", p->text, mark ? "" : "not ", format_shortest(alpha)),
             {sheet.place(first, "marked_between"), sheet.place(first, "q_p")});
  });
}

const Check kChecks[] = {
    {"MA-13", "Q between does not follow from the levels", Severity::warning,
     "A test between levels whose printed Q is not that of the printed levels.",
     "Q = sum w (y - mean)^2 with w from the intervals, over all that rounding allows", "a common tau2 or an F test",
     "Recompute; look for the digit.", "own", run_q},
    {"MA-14", "p-value and degrees of freedom of Q between", Severity::error,
     "A p-value that Q and its degrees of freedom do not give, or degrees of freedom that are not levels - 1.",
     "p = P(chi2_df > Q) over the rounding of Q; df = printed levels - 1", "an F test", "Recompute.", "own", run_q_p},
    {"MA-15", "Mark of significance", Severity::error,
     "A result marked significant, or not marked, against its interval or p.",
     "the interval excludes the null value, or p < alpha, beyond rounding", "another alpha than declared",
     "Correct the mark.", "own", run_marks},
};

}  // namespace

std::span<const Check> pooled_between_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
