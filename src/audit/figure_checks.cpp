// RP: axes of figures: the scale of ratios, and which side favours what.
//
// A table tells its figure by the settings `axis` ("linear", "log"), `favours_left`, `favours_right`, and `better`
// ("lower", "higher"); an analysis of a review tells the labels of its forest plot, and the dictionary which end of an
// instrument is better. Effects are group 1 minus group 2, and group 2 is the one that is compared with.
#include <fmt/format.h>

#include <set>

#include "audit/check.hpp"
#include "audit/detail/instrument_view.hpp"
#include "audit/detail/printed.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

void run_axis(const Subject& subject, Sink& sink) {
  for (const SheetKind kind : {SheetKind::rows, SheetKind::pooled})
    for (const Sheet* sheet : subject.of(kind)) {
      const std::string axis = to_lower(sheet->setting("axis"));
      if (axis.empty() || sheet->rows() == 0) continue;
      sink.looked();
      if (axis != "linear" || !detail::is_ratio(sheet->declared(0, "measure"))) continue;
      sink.add(sheet->table().source(),
               "Ratios are shown on a linear axis: halving and doubling look unlike, and intervals lopsided.",
               {sheet->place(0, "estimate")});
    }
}

/// The label of a side that names the group which is compared with, although the effect favours the other group there.
struct Sides {
  std::string left, right;
  Better better = Better::unknown;

  /// Empty if the labels fit, or do not tell.
  std::string wrong() const {
    // Lower is better: effects below none favour group 1, so the left side must not name group 2.
    if (better == Better::unknown) return "";
    const std::string& of_group1 = better == Better::lower ? left : right;
    const std::string& of_group2 = better == Better::lower ? right : left;
    return detail::untreated(of_group1) && !detail::untreated(of_group2) ? of_group1 : "";
  }
};

void tell_sides(const std::string& what, const Sides& sides, const Place& place, Severity severity, Sink& sink) {
  if ((sides.left.empty() && sides.right.empty()) || sides.better == Better::unknown) return;
  sink.looked();
  const std::string wrong = sides.wrong();
  if (wrong.empty()) return;
  Finding& finding = sink.add(
      what,
      fmt::format("The {} side is labelled '{}', although {} is better.", wrong == sides.left ? "left" : "right", wrong,
                  sides.better == Better::lower ? "lower" : "higher"),
      {place});
  finding.severity = severity;
  finding.causes = {"labels exchanged", "effects taken the other way round"};
}

/// Of all instruments that the rows name; unknown if they differ.
Better better_of(const Subject& subject, const Analysis& analysis) {
  std::set<Better> seen;
  for (const std::size_t row : analysis.rows) {
    const detail::Named named = detail::instrument_of(subject, subject.sheets[analysis.sheet], row);
    if (named.entry) seen.insert(named.entry->better);
  }
  return seen.size() == 1 ? *seen.begin() : Better::unknown;
}

Better better_of(const std::string& word) {
  if (word == "lower") return Better::lower;
  return word == "higher" ? Better::higher : Better::unknown;
}

void run_sides(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses)
    if (analysis.declared)
      tell_sides(analysis.title(), {analysis.favours_left, analysis.favours_right, better_of(subject, analysis)},
                 analysis.place, Severity::warning, sink);
  for (const SheetKind kind : {SheetKind::rows, SheetKind::pooled})
    for (const Sheet* sheet : subject.of(kind))
      if (sheet->rows() > 0)
        tell_sides(sheet->table().source(),
                   {sheet->setting("favours_left"), sheet->setting("favours_right"),
                    better_of(to_lower(sheet->setting("better")))},
                   sheet->place(0, "estimate"), Severity::error, sink);
}

const Check kChecks[] = {
    {"RP-05", "Ratios on a linear axis", Severity::warning, "A figure of ratios whose axis is not logarithmic.",
     "setting axis = \"linear\" beside a measure of ratios", "none known", "Use a logarithmic axis.",
     "cochrane-handbook", run_axis},
    {"RP-06", "Sides of a figure", Severity::error,
     "A side of a forest plot labelled with the group that it does not "
     "favour.",
     "the label of the better side names control, placebo or usual care, and the other label does not; a warning where "
     "the dictionary tells which end is better",
     "effects of group 2 minus group 1", "Exchange the labels.", "cochrane-handbook", run_sides},
};

}  // namespace

std::span<const Check> figure_checks() { return kChecks; }

}  // namespace hedgerow::audit
