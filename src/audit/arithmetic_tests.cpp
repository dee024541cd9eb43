// p-values against the test statistics that stand beside them.
//
// The printed p must be one of the p-values that the statistic's rounding allows, two-sided. Where it is not, the usual
// reasons are tried: a one-sided test, a p-value multiplied by the number of comparisons. Source: nuijten2016.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/subject.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

/// A test as printed, with the p-values that its statistic allows.
struct Test {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
  std::string name;   ///< quantity: "t", "z", "f", "chi2", "r"
  std::string label;  ///< "t(28) = 2.20"
  Reported p;
  Range recomputed;       ///< two-sided
  bool symmetric = true;  ///< a one-sided p is half of it
};

std::optional<double> degrees(const Sheet& sheet, std::size_t row, const char* name) {
  const auto df = sheet.number(row, name);
  return df && df->value > 0 ? std::optional(df->value) : std::nullopt;
}

/// t, z, F, chi2 or r of a row; nothing if it has none of them with its degrees of freedom.
std::optional<Test> test_of(const Sheet& sheet, std::size_t row) {
  const auto p = sheet.number(row, "p");
  if (!p) return std::nullopt;
  Test out{&sheet, row, "", "", *p, {}, true};
  const auto df = degrees(sheet, row, "df");
  const auto with = [&](const char* name, const std::string& label, const Range& range, bool symmetric) {
    out.name = name;
    out.label = fmt::format("{} = {}", label, sheet.text(row, name));
    out.recomputed = range;
    out.symmetric = symmetric;
    return std::optional(out);
  };
  const auto statistic = [&](const char* name) {
    const auto number = sheet.number(row, name);
    return number && number->relation == '=' ? std::optional(abs(number->range)) : std::nullopt;
  };
  if (const auto t = statistic("t"); t && df)
    return with("t", fmt::format("t({})", *df), monotone(*t, [&](double x) { return stats::two_sided_p(x, *df); }),
                true);
  const auto df1 = degrees(sheet, row, "df1"), df2 = degrees(sheet, row, "df2");
  if (const auto f = statistic("f"); f && df1 && df2)
    return with("f", fmt::format("F({}, {})", *df1, *df2),
                monotone(*f, [&](double x) { return stats::f_upper(x, *df1, *df2); }), false);
  if (const auto chi2 = statistic("chi2"); chi2 && df)
    return with("chi2", fmt::format("chi2({})", *df),
                monotone(*chi2, [&](double x) { return stats::chi2_upper(x, *df); }), false);
  if (const auto r = statistic("r"); r && r->hi < 1) {
    const auto n = sheet.number(row, "ni");
    const double free = df ? *df : n ? n->value - 2 : 0;
    if (free > 0)
      return with("r", fmt::format("r({})", free),
                  monotone(*r, [&](double x) { return stats::two_sided_p(x * std::sqrt(free / (1 - x * x)), free); }),
                  true);
  }
  if (const auto z = statistic("z"))
    return with("z", "z", monotone(*z, [](double x) { return stats::two_sided_p(x, HUGE_VAL); }), true);
  return std::nullopt;
}

template <typename Look>
void each_test(const Subject& subject, Sink& sink, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto test = test_of(*sheet, row);
      if (!test) {
        if (sheet->number(row, "p") && (sheet->number(row, "t") || sheet->number(row, "f")))
          sink.could_not("no degrees of freedom beside the statistic");
        continue;
      }
      sink.looked();
      if (!agrees(test->p, test->recomputed)) look(*test);
    }
}

bool one_sided(const Test& test) { return test.symmetric && agrees(test.p, test.recomputed * exactly(0.5)); }

/// The number of comparisons whose Bonferroni correction gives the printed p; 0 if there is none up to 20.
int comparisons(const Test& test) {
  for (int m = 2; m <= 20; ++m)
    if (agrees(test.p, min(test.recomputed * exactly(m), exactly(1)))) return m;
  return 0;
}

/// Whether printed and recomputed p lie on different sides of alpha, whatever rounding did.
bool flips(const Test& test, double alpha) {
  return (test.p.range.hi <= alpha && test.recomputed.lo > alpha) ||
         (test.p.range.lo > alpha && test.recomputed.hi <= alpha);
}

void explain(Finding& finding, const Test& test) {
  finding.arithmetic = {fmt::format("{} gives p = {} (two-sided)", test.label, text(test.recomputed))};
  if (one_sided(test)) finding.causes.emplace_back("a one-sided test, which gives the printed p");
  if (const int m = comparisons(test); m > 0)
    finding.causes.push_back(fmt::format("p multiplied by {} comparisons", m));
  finding.causes.insert(finding.causes.end(), {"degrees of freedom that were adjusted", "digits mistyped"});
}

std::vector<Place> places_of(const Test& test) {
  std::vector<Place> out = {test.sheet->place(test.row, "p"), test.sheet->place(test.row, test.name)};
  for (const char* name : {"df", "df1", "df2"})
    if (test.sheet->has(name)) out.push_back(test.sheet->place(test.row, name));
  return out;
}

void run_p(const Subject& subject, Sink& sink) {
  each_test(subject, sink, [&](const Test& test) {
    if (flips(test, subject.options.alpha)) return;
    Finding& finding = sink.add(
        test.sheet->subject(test.row),
        fmt::format("{} gives p = {}, printed {}.", test.label, text(test.recomputed), test.p.text), places_of(test));
    if (one_sided(test) || comparisons(test) > 0) finding.severity = Severity::note;
    explain(finding, test);
  });
}

void run_flip(const Subject& subject, Sink& sink) {
  each_test(subject, sink, [&](const Test& test) {
    if (!flips(test, subject.options.alpha)) return;
    Finding& finding = sink.add(test.sheet->subject(test.row),
                                fmt::format("{} gives p = {}, printed {}: the conclusion at {} changes.", test.label,
                                            text(test.recomputed), test.p.text, format_shortest(subject.options.alpha)),
                                places_of(test));
    if (one_sided(test) || comparisons(test) > 0) finding.severity = Severity::note;
    finding.decides = true;
    explain(finding, test);
  });
}

/// Mean, SD and size of the two groups of a comparison.
struct TwoMeans {
  Reported m1, sd1, m2, sd2;
  double n1 = 0, n2 = 0;
};

std::optional<TwoMeans> two_means(const Sheet& sheet, std::size_t row) {
  const auto value = [&](const char* name) {
    const auto number = sheet.number(row, name);
    return number && number->relation == '=' ? number : std::nullopt;
  };
  const auto m1 = value("m1i"), sd1 = value("sd1i"), n1 = value("n1i"), m2 = value("m2i"), sd2 = value("sd2i"),
             n2 = value("n2i");
  if (!m1 || !sd1 || !n1 || !m2 || !sd2 || !n2) return std::nullopt;
  if (n1->value < 2 || n2->value < 2 || sd1->range.hi <= 0 || sd2->range.hi <= 0) return std::nullopt;
  return TwoMeans{*m1, *sd1, *m2, *sd2, n1->value, n2->value};
}

Range student_p(const Range& difference, const Range& v1, const Range& v2, double n1, double n2) {
  const double df = n1 + n2 - 2;
  const Range pooled = (exactly(n1 - 1) * v1 + exactly(n2 - 1) * v2) / exactly(df);
  const Range t = abs(difference / sqrt(pooled * exactly(1 / n1 + 1 / n2)));
  return monotone(t, [df](double x) { return stats::two_sided_p(x, df); });
}

Range welch_p(const Range& difference, const Range& v1, const Range& v2, double n1, double n2) {
  const double a = v1.middle() / n1, b = v2.middle() / n2;
  const double df = (a + b) * (a + b) / (a * a / (n1 - 1) + b * b / (n2 - 1));
  const Range t = abs(difference / sqrt(v1 / exactly(n1) + v2 / exactly(n2)));
  return monotone(t, [df](double x) { return stats::two_sided_p(x, df); });
}

/// All p-values that Student's and Welch's test allow; `factor1`, `factor2`: what the printed SDs are multiplied by.
Range p_of_means(const TwoMeans& x, double factor1, double factor2) {
  const Range difference = x.m1.range - x.m2.range;
  const Range v1 = square(x.sd1.range * exactly(factor1)), v2 = square(x.sd2.range * exactly(factor2));
  return hull(student_p(difference, v1, v2, x.n1, x.n2), welch_p(difference, v1, v2, x.n1, x.n2));
}

/// Rank tests and small departures differ by less, mostly.
constexpr double kOtherTest = 3;

Range with_margin(const Range& p) { return {p.lo / kOtherTest, std::min(1.0, p.hi * kOtherTest)}; }

void run_means(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto p = sheet->number(row, "p");
      const auto x = two_means(*sheet, row);
      if (!p || !x) continue;
      sink.looked();
      const Range expected = p_of_means(*x, 1, 1);
      if (agrees(*p, with_margin(expected))) continue;
      Finding& finding =
          sink.add(sheet->subject(row), fmt::format("Means and SDs give p = {}; printed {}.", text(expected), p->text),
                   {sheet->place(row, "p"), sheet->place(row, "m1i"), sheet->place(row, "sd1i"),
                    sheet->place(row, "m2i"), sheet->place(row, "sd2i")});
      const Range as_se = p_of_means(*x, std::sqrt(x->n1), std::sqrt(x->n2));
      if (agrees(*p, as_se)) {
        finding.severity = Severity::warning;
        finding.causes.push_back(fmt::format("standard errors printed as SDs, which give p = {}", text(as_se)));
      }
      finding.causes.insert(finding.causes.end(), {"a test of changes, adjusted means or ranks", "digits mistyped"});
    }
}

const Check kChecks[] = {
    {"AR-08", "p-value against its statistic", Severity::warning,
     "A p-value that does not follow from the statistic and its degrees of freedom.",
     "printed p outside the p-values of the rounded t, z, F, chi2 or r; note where a one-sided test or a correction "
     "for up to "
     "20 comparisons gives it",
     "adjusted degrees of freedom (Greenhouse-Geisser, Welch)", "Compare statistic, degrees of freedom and p.",
     "nuijten2016", run_p},
    {"AR-09", "p-value on the other side of alpha", Severity::error,
     "A p-value that does not follow from its statistic, and the conclusion changes.",
     "as AR-08, with printed and recomputed p on different sides of alpha", "one-sided tests (note)",
     "Compare statistic, degrees of freedom and p.", "nuijten2016", run_flip},
    {"AR-10", "p-value against means and SDs", Severity::note, "A p-value far from that of a test of the two means.",
     "outside the p-values of Student's and Welch's test by more than a factor of 3; warning where standard errors in "
     "place "
     "of SDs give it",
     "analysis of covariance, tests of changes, rank tests", "Find out which test was done.", "own", run_means},
};

}  // namespace

std::span<const Check> arithmetic_test_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
