// Two-by-two tables against the effect, the p-value and the number needed to treat that stand beside them.
//
//   OR = a d / (b c)     RR = (a / n1) / (c / n2)     RD = a / n1 - c / n2     NNT = 1 / |RD|
//
// p by six usual tests: chi2 with and without Yates' correction, G, the z-test of unpooled proportions, Fisher's exact
// test (sum of all tables that are not more likely) and its mid-p form. Sources: agresti2013, altman1998 (NNT).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/subject.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

struct Cells {
  double a = 0, b = 0, c = 0, d = 0;
  double n1() const { return a + b; }
  double n2() const { return c + d; }
  double n() const { return n1() + n2(); }
  double events() const { return a + c; }
};

std::optional<Cells> cells_of(const Sheet& sheet, std::size_t row) {
  const auto value = [&](const char* name) -> std::optional<double> {
    const auto number = sheet.number(row, name);
    return number && number->is_integer() && number->value >= 0 ? std::optional(number->value) : std::nullopt;
  };
  const auto a = value("ai"), c = value("ci"), n1 = value("n1i"), n2 = value("n2i");
  auto b = value("bi"), d = value("di");
  if (a && n1 && !b) b = *n1 - *a;
  if (c && n2 && !d) d = *n2 - *c;
  if (!a || !b || !c || !d || *b < 0 || *d < 0 || *a + *b == 0 || *c + *d == 0) return std::nullopt;
  return Cells{*a, *b, *c, *d};
}

double odds_ratio(const Cells& x, double add) { return (x.a + add) * (x.d + add) / ((x.b + add) * (x.c + add)); }
double risk_ratio(const Cells& x, double add) {
  return (x.a + add) / (x.n1() + 2 * add) / ((x.c + add) / (x.n2() + 2 * add));
}
double risk_difference(const Cells& x) { return x.a / x.n1() - x.c / x.n2(); }

struct Reading {
  double value = 0;
  const char* how;
};

/// What the counts give for a measure: as they are, with the groups or the event the other way round, with 0.5 added.
std::vector<Reading> readings(const Cells& x, const std::string& measure) {
  const bool zero = std::min({x.a, x.b, x.c, x.d}) == 0;
  if (measure == "RD") return {{risk_difference(x), "the counts"}};
  const auto ratio = measure == "OR" ? odds_ratio : risk_ratio;
  if (zero) return {{ratio(x, 0.5), "the counts with 0.5 added"}, {ratio(x, 0.25), "the counts with 0.25 added"}};
  return {{ratio(x, 0), "the counts"}, {ratio(x, 0.5), "the counts with 0.5 added"}};
}

/// Slips that would explain a printed effect.
std::vector<std::string> explanations(const Cells& x, const std::string& measure, const Reported& printed) {
  const auto gives = [&](double value) { return std::isfinite(value) && agrees(printed, exactly(value)); };
  const auto ratio = measure == "OR" ? odds_ratio : risk_ratio;
  std::vector<std::string> out;
  if (measure == "RD") {
    if (gives(-risk_difference(x))) out.emplace_back("the groups swapped, which gives it");
    if (gives(100 * risk_difference(x))) out.emplace_back("a difference in percentage points, which gives it");
    return out;
  }
  if (gives(1 / ratio(x, 0))) out.emplace_back("the groups swapped, which gives it");
  if (measure == "OR" && gives(risk_ratio(x, 0))) out.emplace_back("the risk ratio in place of the odds ratio");
  if (measure == "RR" && gives(odds_ratio(x, 0))) out.emplace_back("the odds ratio in place of the risk ratio");
  if (measure == "RR" && gives(risk_ratio({x.b, x.a, x.d, x.c}, 0)))
    out.emplace_back("the ratio of those without the event");
  if (gives(std::log(ratio(x, 0)))) out.emplace_back("the logarithm, which gives it");
  return out;
}

struct Effect {
  std::string measure, quantity;
};

/// The columns of a row that hold an effect of its counts.
std::vector<Effect> effects_of(const Sheet& sheet, std::size_t row) {
  std::vector<Effect> out;
  for (const auto& [measure, quantity] : {std::pair("OR", "or"), std::pair("RR", "rr"), std::pair("RD", "rd")})
    if (sheet.number(row, quantity)) out.push_back({measure, quantity});
  const std::string measure = sheet.declared(row, "measure");
  if ((measure == "OR" || measure == "RR" || measure == "RD") && sheet.number(row, "estimate"))
    out.push_back({measure, "estimate"});
  return out;
}

void look_at_effect(const Sheet& sheet, std::size_t row, const Cells& x, const Effect& effect, Sink& sink) {
  const Reported printed = *sheet.number(row, effect.quantity);
  if (printed.relation != '=') return;
  sink.looked();
  const std::vector<Reading> all = readings(x, effect.measure);
  if (std::any_of(all.begin(), all.end(),
                  [&](const Reading& r) { return !std::isfinite(r.value) || agrees(printed, exactly(r.value)); }))
    return;
  const auto causes = explanations(x, effect.measure, printed);
  // An adjusted effect lies near the crude one; a swap or another measure is named whatever the distance.
  const double crude = all.front().value;
  const double apart =
      effect.measure == "RD" ? std::fabs(printed.value - crude) : std::fabs(std::log(printed.value / crude));
  constexpr double kAdjustedRatio = 0.6931, kAdjustedDifference = 0.1, kFar = 0.05;
  Finding& finding = sink.add(
      sheet.subject(row),
      fmt::format("Counts give {} {}, printed {}.", effect.measure, format_significant(crude, 4), printed.text),
      {sheet.place(row, effect.quantity), sheet.place(row, "ai"), sheet.place(row, "ci")});
  finding.arithmetic = {fmt::format("{}/{} against {}/{}", x.a, x.n1(), x.c, x.n2())};
  const bool may_be_adjusted = apart < (effect.measure == "RD" ? kAdjustedDifference : kAdjustedRatio);
  if (causes.empty() && (may_be_adjusted || apart < kFar)) finding.severity = Severity::note;
  finding.causes = causes;
  finding.causes.emplace_back(may_be_adjusted ? "an adjusted effect" : "digits mistyped");
}

template <typename Look>
void each_table(const Subject& subject, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (const auto x = cells_of(*sheet, row)) look(*sheet, row, *x);
}

void run_effect(const Subject& subject, Sink& sink) {
  each_table(subject, [&](const Sheet& sheet, std::size_t row, const Cells& x) {
    for (const Effect& effect : effects_of(sheet, row)) look_at_effect(sheet, row, x, effect, sink);
  });
}

double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

/// Fisher's exact p and its mid-p form.
std::pair<double, double> fisher(const Cells& x) {
  const double all = log_choose(x.n(), x.events());
  const auto chance = [&](double a) {
    return std::exp(log_choose(x.n1(), a) + log_choose(x.n2(), x.events() - a) - all);
  };
  const double here = chance(x.a);
  constexpr double kSlack = 1e-7;  // equal chances that rounding tells apart, as in R
  double p = 0, equal = 0;
  for (double a = std::max(0.0, x.events() - x.n2()); a <= std::min(x.n1(), x.events()); ++a) {
    const double other = chance(a);
    if (other > here * (1 + kSlack)) continue;
    p += other;
    if (other > here * (1 - kSlack)) equal += other;
  }
  return {std::min(1.0, p), std::min(1.0, p - 0.5 * equal)};
}

double pearson(const Cells& x, bool yates) {
  const double difference = std::fabs(x.a * x.d - x.b * x.c);
  const double top = yates ? std::max(0.0, difference - x.n() / 2) : difference;
  return x.n() * top * top / (x.n1() * x.n2() * x.events() * (x.n() - x.events()));
}

double likelihood_ratio(const Cells& x) {
  double g = 0;
  for (const auto& [count, row, column] :
       {std::array{x.a, x.n1(), x.events()}, std::array{x.b, x.n1(), x.n() - x.events()},
        std::array{x.c, x.n2(), x.events()}, std::array{x.d, x.n2(), x.n() - x.events()}})
    if (count > 0) g += 2 * count * std::log(count * x.n() / (row * column));
  return std::max(0.0, g);
}

double unpooled_p(const Cells& x) {
  const double p1 = x.a / x.n1(), p2 = x.c / x.n2();
  const double se = std::sqrt(p1 * (1 - p1) / x.n1() + p2 * (1 - p2) / x.n2());
  return se > 0 ? stats::two_sided_p((p1 - p2) / se, HUGE_VAL) : (p1 == p2 ? 1 : 0);
}

struct NamedP {
  const char* name;
  double p = 0;
};

std::vector<NamedP> usual_tests(const Cells& x) {
  const auto [exact, mid] = fisher(x);
  return {{"chi2", stats::chi2_upper(pearson(x, false), 1)},
          {"chi2 with Yates' correction", stats::chi2_upper(pearson(x, true), 1)},
          {"Fisher", exact},
          {"mid-p", mid},
          {"G", stats::chi2_upper(likelihood_ratio(x), 1)},
          {"z", unpooled_p(x)}};
}

void run_p(const Subject& subject, Sink& sink) {
  constexpr double kMostPeople = 1e6;  // Fisher's test runs over all tables
  each_table(subject, [&](const Sheet& sheet, std::size_t row, const Cells& x) {
    const auto printed = sheet.number(row, "p");
    if (!printed || x.events() == 0 || x.events() == x.n() || x.n() > kMostPeople) return;
    sink.looked();
    const std::vector<NamedP> tests = usual_tests(x);
    if (std::any_of(tests.begin(), tests.end(), [&](const NamedP& t) { return agrees(*printed, exactly(t.p)); }))
      return;
    const auto [low, high] =
        std::minmax_element(tests.begin(), tests.end(), [](const NamedP& s, const NamedP& t) { return s.p < t.p; });
    // Between the least and the largest of them a seventh test may lie.
    if (agrees(*printed, {low->p, high->p})) return;
    Finding& finding = sink.add(sheet.subject(row),
                                fmt::format("None of six usual tests of {}/{} against {}/{} gives p = {}.", x.a, x.n1(),
                                            x.c, x.n2(), printed->text),
                                {sheet.place(row, "p"), sheet.place(row, "ai"), sheet.place(row, "ci")});
    for (const NamedP& test : tests)
      finding.arithmetic.push_back(fmt::format("{}: p = {}", test.name, format_significant(test.p, 3)));
    if (printed->relation == '=' && agrees(printed_like(2 * printed->value, *printed), {low->p, high->p}))
      finding.causes.emplace_back("a one-sided test");
    finding.causes.insert(finding.causes.end(), {"a stratified or adjusted test", "digits mistyped"});
  });
}

void run_nnt(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto nnt = sheet->number(row, "nnt"), rd = sheet->number(row, "rd");
      const auto x = cells_of(*sheet, row);
      if (!nnt || nnt->relation != '=' || (!rd && !x)) continue;
      const Range difference = abs(rd ? rd->range : exactly(risk_difference(*x)));
      if (!(difference.lo > 0)) continue;
      sink.looked();
      const Range expected = exactly(1) / difference;
      // Numbers needed to treat are rounded up by custom.
      const Range shown = abs(nnt->range), up{expected.lo, nnt->decimals == 0 ? std::ceil(expected.hi) : expected.hi};
      if (overlap(shown, up)) continue;
      Finding& finding =
          sink.add(sheet->subject(row), fmt::format("1 / |RD| is {}, printed NNT {}.", text(expected), nnt->text),
                   {sheet->place(row, "nnt"), sheet->place(row, rd ? "rd" : "ai")});
      if (overlap(shown * exactly(0.01), expected) || overlap(shown * exactly(100), expected))
        finding.causes.emplace_back("a risk difference in percent");
      finding.causes.emplace_back("the number needed to treat at another baseline risk");
    }
}

const Check kChecks[] = {
    {"AR-11", "p-value against counts", Severity::warning,
     "A p-value that no usual test of the two-by-two table gives.",
     "outside chi2, chi2 with Yates' correction, Fisher, mid-p, G and z, and not between them",
     "stratified or adjusted tests", "Find out which test was done.", "agresti2013", run_p},
    {"AR-16", "Effect against counts", Severity::warning,
     "An odds ratio, risk ratio or risk difference that the counts do not give.",
     "the crude effect, with 0.5 or 0.25 added where a count is 0; note where it is within a factor of 2 (0.1 for RD), "
     "as an "
     "adjusted effect may be, and no slip gives it",
     "adjusted effects", "See whether RR and OR, or the groups, were exchanged.", "xu2022", run_effect},
    {"AR-27", "Number needed to treat", Severity::warning, "A number needed to treat that is not 1 / |RD|.",
     "1 / |RD| rounded, or rounded up", "another baseline risk", "Say for which baseline risk it holds.", "altman1998",
     run_nnt},
};

}  // namespace

std::span<const Check> arithmetic_table2x2_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
