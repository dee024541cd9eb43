// Effects and standard errors against the summaries that stand in the same row.
//
//   d = (m1 - m2) / sd, sd pooled, of one group, or the root of the mean variance;   g = (1 - 3 / (4 df - 1)) d
//   d = t sqrt(1 / n1 + 1 / n2)                                                      from a test statistic
//   least standard error of an unadjusted effect:
//     log OR  sqrt(4 / n1 + 4 / n2)    SMD  sqrt(1 / n1 + 1 / n2)   log HR  2 / sqrt(events)   z of r  1 / sqrt(n - 1)
//   log HR = (O - E) / V,  V <= events / 4
//
// The floors follow from the variances: 1/x + 1/(n - x) >= 4/n, and the other terms of the variance of an SMD are not
// negative. Sources: gotzsche2007, maassen2020 (errors of effects), parmar1998, tierney2007 (hazard ratios).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/subject.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

using Number = std::optional<Reported>;

/// Exact numbers of a row.
struct Row {
  const Sheet& sheet;
  std::size_t row;

  Number number(const char* name) const {
    const Number out = sheet.number(row, name);
    return out && out->relation == '=' ? out : std::nullopt;
  }
  Place place(const char* name) const { return sheet.place(row, name); }
  std::string measure() const { return sheet.declared(row, "measure"); }
  /// Whether people are their own controls, or pairs: floors for independent groups do not hold.
  bool paired() const {
    const std::string design = to_lower(sheet.text(row, "design") + sheet.setting("design"));
    return std::any_of(kPaired.begin(), kPaired.end(),
                       [&](const char* word) { return design.find(word) != std::string::npos; });
  }

 private:
  static constexpr std::array kPaired = {"paired", "cross", "matched", "pre-post", "prepost", "within", "single"};
};

template <typename Look>
void each_row(const Subject& subject, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(Row{*sheet, row});
}

struct Means {
  Reported m1, sd1, m2, sd2;
  double n1 = 0, n2 = 0;

  Range difference() const { return m1.range - m2.range; }
  double df() const { return n1 + n2 - 2; }
  double correction() const { return 1 - 3 / (4 * df() - 1); }
  Range pooled() const {
    return sqrt((exactly(n1 - 1) * square(sd1.range) + exactly(n2 - 1) * square(sd2.range)) / exactly(df()));
  }
  Range average() const { return sqrt((square(sd1.range) + square(sd2.range)) * exactly(0.5)); }
};

std::optional<Means> means_of(const Row& row) {
  const Number m1 = row.number("m1i"), sd1 = row.number("sd1i"), n1 = row.number("n1i"), m2 = row.number("m2i"),
               sd2 = row.number("sd2i"), n2 = row.number("n2i");
  if (!m1 || !sd1 || !n1 || !m2 || !sd2 || !n2) return std::nullopt;
  if (n1->value < 2 || n2->value < 2 || !(sd1->range.lo > 0) || !(sd2->range.lo > 0)) return std::nullopt;
  return Means{*m1, *sd1, *m2, *sd2, n1->value, n2->value};
}

struct Candidate {
  std::string name;
  Range value;
};

std::vector<Candidate> candidates(const Means& x, bool standardised) {
  const Range difference = x.difference();
  if (!standardised) return {{"the difference of the means", difference}};
  const Range d = difference / x.pooled();
  return {{"d", d},
          {"g", d * exactly(x.correction())},
          {"Glass's delta by group 2", difference / x.sd2.range},
          {"Glass's delta by group 1", difference / x.sd1.range},
          {"d by the mean variance", difference / x.average()}};
}

/// An effect whose rounding says little is compared to 0.005.
bool gives(const Range& value, const Reported& printed) {
  constexpr double kLeast = 0.005;
  return overlap(value, widened(exactly(printed.value), std::max(kLeast, printed.half_unit())));
}

std::string cause_of(const std::vector<Candidate>& all, const Means& x, const Reported& printed, bool standardised) {
  for (const Candidate& one : all)
    if (gives(-one.value, printed)) return fmt::format("the sign: {} is {}", one.name, text(one.value));
  if (!standardised) return "";
  const Range v1 = square(x.sd1.range) * exactly(x.n1), v2 = square(x.sd2.range) * exactly(x.n2);
  const Range sd = sqrt((exactly(x.n1 - 1) * v1 + exactly(x.n2 - 1) * v2) / exactly(x.df()));
  if (gives(x.difference() / sd, printed) || gives(x.difference() / sd * exactly(x.correction()), printed))
    return "the SDs of the table are standard errors: read so, they give it";
  return "";
}

void run_means(const Subject& subject, Sink& sink) {
  each_row(subject, [&](const Row& row) {
    const std::string measure = row.measure();
    const bool standardised = measure.rfind("SMD", 0) == 0;
    const Number printed = row.number("yi") ? row.number("yi") : row.number("estimate");
    const auto x = means_of(row);
    if (!printed || !x || (!standardised && measure != "MD")) return;
    sink.looked();
    const auto all = candidates(*x, standardised);
    if (std::any_of(all.begin(), all.end(), [&](const Candidate& one) { return gives(one.value, *printed); })) return;
    const char* column = row.number("yi") ? "yi" : "estimate";
    Finding& finding =
        sink.add(row.sheet.subject(row.row),
                 fmt::format("The effect {} cannot be obtained from the means and SDs: they give {}.", printed->text,
                             text(all[standardised ? 1 : 0].value)),
                 {row.place(column), row.place("m1i"), row.place("sd1i"), row.place("m2i"), row.place("sd2i")});
    for (const Candidate& one : all) finding.arithmetic.push_back(fmt::format("{} = {}", one.name, text(one.value)));
    if (const std::string cause = cause_of(all, *x, *printed, standardised); !cause.empty())
      finding.causes.push_back(cause);
    finding.causes.insert(finding.causes.end(), {"an effect of changes or adjusted means", "digits mistyped"});
  });
}

void run_two_ways(const Subject& subject, Sink& sink) {
  constexpr double kApart = 0.1;
  each_row(subject, [&](const Row& row) {
    const auto x = means_of(row);
    const Number t = row.number("t");
    if (!x || !t) return;
    sink.looked();
    const Range by_means = abs(x->difference() / x->pooled());
    const Range by_t = abs(t->range * exactly(std::sqrt(1 / x->n1 + 1 / x->n2)));
    if (overlap(widened(by_means, kApart), by_t)) return;
    Finding& finding =
        sink.add(row.sheet.subject(row.row),
                 fmt::format("Two ways to the same effect disagree: d = {} by the means, {} by t = {}.", text(by_means),
                             text(by_t), t->text),
                 {row.place("t"), row.place("m1i"), row.place("sd1i"), row.place("m2i"), row.place("sd2i")});
    finding.causes = {"standard errors in place of SDs", "the t of a test of changes, or adjusted", "digits mistyped"};
  });
}

/// The least standard error that independent people allow, with its formula.
struct Floor {
  double se = 0;
  std::string formula;
};

std::optional<Floor> floor_of(const Row& row) {
  const std::string measure = row.measure();
  const Number n1 = row.number("n1i"), n2 = row.number("n2i"), n = row.number("ni"), events = row.number("events");
  const bool groups = n1 && n2 && n1->value >= 1 && n2->value >= 1;
  const double each = groups ? 1 / n1->value + 1 / n2->value : 0;
  if (measure == "OR" && groups)
    return Floor{std::sqrt(4 * each), fmt::format("sqrt(4/{} + 4/{})", n1->text, n2->text)};
  if (measure.rfind("SMD", 0) == 0 && groups)
    return Floor{std::sqrt(each), fmt::format("sqrt(1/{} + 1/{})", n1->text, n2->text)};
  if (measure == "HR" && events && events->value >= 1)
    return Floor{2 / std::sqrt(events->value), fmt::format("2 / sqrt({})", events->text)};
  if (measure == "ZCOR" && n && n->value > 1)
    return Floor{1 / std::sqrt(n->value - 1), fmt::format("1 / sqrt({} - 1)", n->text)};
  return std::nullopt;
}

void run_floor(const Subject& subject, Sink& sink) {
  constexpr double kSlack = 0.98;
  each_row(subject, [&](const Row& row) {
    const Number sei = row.number("sei"), vi = row.number("vi");
    const auto floor = floor_of(row);
    if (!floor || (!sei && !vi) || row.paired()) return;
    sink.looked();
    const Range se = sei ? sei->range : sqrt(vi->range);
    if (se.hi >= kSlack * floor->se) return;
    const char* column = sei ? "sei" : "vi";
    Finding& finding = sink.add(row.sheet.subject(row.row),
                                fmt::format("With so many people the standard error cannot be below {}; entered {}.",
                                            format_significant(floor->se, 3), text(se)),
                                {row.place(column), row.place("n1i"), row.place("n2i")});
    finding.arithmetic = {fmt::format("{} = {}", floor->formula, format_significant(floor->se, 3))};
    if (sei && sqrt(se).hi >= floor->se) finding.causes.emplace_back("a variance in the column of standard errors");
    finding.causes.insert(finding.causes.end(),
                          {"a logarithm with another base", "paired data or covariates that explain much"});
    // Covariates and pairs can make the variance of a mean difference smaller, never that of crude odds.
    if (row.measure() == "OR") finding.severity = Severity::error;
  });
}

void run_variance(const Subject& subject, Sink& sink) {
  constexpr double kApart = 0.02;
  each_row(subject, [&](const Row& row) {
    const Number sei = row.number("sei"), vi = row.number("vi");
    if (!sei || !vi || !(sei->range.lo > 0) || !(vi->range.lo > 0)) return;
    sink.looked();
    const Range ratio = vi->range / square(sei->range);
    if (overlap(ratio, Range{1 - kApart, 1 + kApart})) return;
    Finding& finding = sink.add(row.sheet.subject(row.row),
                                fmt::format("The variance {} is not the square of the standard error {}: that is {}.",
                                            vi->text, sei->text, text(square(sei->range))),
                                {row.place("vi"), row.place("sei")});
    if (overlap(sei->range / square(vi->range), Range{1 - kApart, 1 + kApart}))
      finding.causes.emplace_back("the two columns swapped");
    else if (overlap(vi->range / sei->range, Range{1 - kApart, 1 + kApart}))
      finding.causes.emplace_back("one column copied into the other");
    finding.causes.emplace_back("one of them changed without the other");
  });
}

void run_correlation(const Subject& subject, Sink& sink) {
  each_row(subject, [&](const Row& row) {
    for (const char* name : {"ri", "r"}) {
      const Number r = row.number(name);
      // A whole number beyond 1 in a column "r" is a count of responders, as tables of trials call it.
      if (!r || r->is_integer()) continue;
      sink.looked();
      if (r->range.lo <= 1 && r->range.hi >= -1) continue;
      Finding& finding =
          sink.add(row.sheet.subject(row.row), fmt::format("{} is no correlation: they lie between -1 and 1.", r->text),
                   {row.place(name)});
      finding.causes = {"Fisher's z or a regression coefficient in the column of correlations", "a lost decimal point"};
    }
  });
}

void run_hazard(const Subject& subject, Sink& sink) {
  constexpr double kSlack = 1.05;
  each_row(subject, [&](const Row& row) {
    const Number oe = row.number("oe"), v = row.number("v"), hr = row.number("hr"), events = row.number("events");
    if (v && events && events->value > 0) {
      sink.looked();
      if (v->range.lo > kSlack * events->value / 4) {
        Finding& finding = sink.add(row.sheet.subject(row.row),
                                    fmt::format("V = {} exceeds a quarter of the {} events, {}.", v->text, events->text,
                                                format_shortest(events->value / 4)),
                                    {row.place("v"), row.place("events")});
        finding.causes = {"the standard error, or 1 / V, in place of V", "events of one group alone"};
      }
    }
    if (!oe || !v || !hr || !(v->range.lo > 0)) return;
    sink.looked();
    const Range expected = exp(oe->range / v->range);
    if (agrees(*hr, expected)) return;
    Finding& finding =
        sink.add(row.sheet.subject(row.row),
                 fmt::format("exp((O - E) / V) is {}, printed hazard ratio {}.", text(expected), hr->text),
                 {row.place("hr"), row.place("oe"), row.place("v")});
    if (agrees(*hr, exp(-(oe->range / v->range)))) finding.causes.emplace_back("the groups swapped, which gives it");
    if (agrees(*hr, oe->range / v->range)) finding.causes.emplace_back("the logarithm, which gives it");
    finding.causes.emplace_back("an adjusted hazard ratio");
  });
}

const Check kChecks[] = {
    {"AR-17", "Effect against means", Severity::warning,
     "A mean difference or standardised mean difference that the means and SDs do not give.",
     "none of d, g, Glass's delta by either group, d by the mean variance (MD: the difference) within max(0.005, "
     "rounding)",
     "effects of changes, adjusted means", "Compute the effect from the table, or say what it is of.", "gotzsche2007",
     run_means},
    {"AR-18", "Two ways to one effect", Severity::warning, "A t statistic and means that give different effects.",
     "|d| by means and by t more than 0.1 apart beyond rounding", "adjusted tests, tests of changes",
     "Find out which of the two is of the comparison.", "maassen2020", run_two_ways},
    {"AR-21", "Standard error below its floor", Severity::warning,
     "A standard error smaller than so many people allow.",
     "below 0.98 sqrt(4/n1 + 4/n2) for log OR (error), sqrt(1/n1 + 1/n2) for SMD, 2 / sqrt(events) for log HR, 1 / "
     "sqrt(n - "
     "1) for Fisher's z; rows whose design says paired, cross-over, matched are left out",
     "covariates that explain much", "See whether it is a variance, or of another scale.", "own", run_floor},
    {"AR-22", "Variance against standard error", Severity::error,
     "A variance that is not the square of its standard error.", "|v / se^2 - 1| > 0.02 beyond rounding", "none known",
     "Recompute one column.", "own", run_variance},
    {"AR-23", "Correlation outside -1 to 1", Severity::error, "A number that is no correlation.",
     "|r| > 1 beyond rounding", "none known", "Find out what it is.", "own", run_correlation},
    {"AR-24", "Pieces of a hazard ratio", Severity::error,
     "Observed less expected, variance, events and hazard ratio that contradict each other.",
     "log HR = (O - E) / V within rounding; V <= 1.05 events / 4", "adjusted hazard ratios", "Compare with the report.",
     "parmar1998", run_hazard},
};

}  // namespace

std::span<const Check> arithmetic_effect_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
