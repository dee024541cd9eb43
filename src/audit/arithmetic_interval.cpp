// Effects of studies against their own intervals, standard errors and p-values (detail/row_effect.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audit/analysis.hpp"
#include "audit/detail/arithmetic_groups.hpp"
#include "audit/detail/row_effect.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

template <typename Look>
void each_effect(const Subject& subject, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (const auto effect = row_effect(*sheet, row)) look(*effect);
}

/// Whether every reading of the row has the property.
template <typename Property>
bool whichever_way(const RowEffect& effect, Property&& has) {
  return std::all_of(effect.readings.begin(), effect.readings.end(), has);
}

bool reversed(const Printed& p) { return p.lower.range.lo > p.upper.range.hi; }
bool sound(const Printed& p) { return !reversed(p) && holds_estimate(p); }

std::vector<Place> places_of(const Printed& p, std::initializer_list<const char*> more = {}) {
  std::vector<Place> out = {p.sheet->place(p.row, p.names.estimate), p.sheet->place(p.row, p.names.lower),
                            p.sheet->place(p.row, p.names.upper)};
  for (const char* name : more)
    if (p.sheet->has(name)) out.insert(out.begin(), p.sheet->place(p.row, name));
  return out;
}

void tell_slip(Finding& finding, const Subject& subject, const RowEffect& effect) {
  const auto slip = only_slip(effect);
  if (!slip) return;
  finding.repair = fmt::format("{} = {} instead of {}", slip->cell, slip->to, slip->from);
  const auto value = parse_reported(slip->to);
  tell_repair(finding, subject, *effect.printed().sheet, effect.printed().row, {{slip->cell, value->value}});
}

/// Bounds that are the interval of the estimate once they are exchanged.
std::optional<Printed> exchanged(const RowEffect& effect) {
  for (Printed p : effect.readings) {
    std::swap(p.lower, p.upper);
    if (symmetric(p)) return p;
  }
  return std::nullopt;
}

void run_order(const Subject& subject, Sink& sink) {
  each_effect(subject, [&](const RowEffect& effect) {
    sink.looked();
    const Printed& p = effect.printed();
    if (sound(p)) return;
    Finding& finding = sink.add(p.sheet->subject(p.row),
                                reversed(p) ? fmt::format("The bounds of {} stand the wrong way round.", text(p))
                                            : fmt::format("The estimate {} lies outside its own interval [{}; {}].",
                                                          p.estimate.text, p.lower.text, p.upper.text),
                                places_of(p));
    finding.causes = {"bounds swapped", "a lost minus sign", "digits swapped or mistyped",
                      "the interval of another row"};
    if (const auto swapped = exchanged(effect))
      finding.repair = text(*swapped);
    else
      tell_slip(finding, subject, effect);
  });
}

void run_lopsided(const Subject& subject, Sink& sink) {
  each_effect(subject, [&](const RowEffect& effect) {
    const Printed& p = effect.printed();
    if (!sound(p)) return;
    sink.looked();
    if (!whichever_way(effect, lopsided)) return;
    Finding& finding = sink.add(
        p.sheet->subject(p.row),
        fmt::format("{} is not the middle of its interval: that is {}.", text(p), text(middle(p))), places_of(p));
    finding.arithmetic = {fmt::format("{}({} + {}) / 2 = {}", p.ratio ? "logarithms of " : "", p.lower.text,
                                      p.upper.text, text(middle(p)))};
    finding.causes = {"digits swapped or mistyped", "a lost minus sign",
                      "an interval on another scale than the estimate",
                      "an interval that is not symmetric by construction (profile, exact, bootstrap)"};
    tell_slip(finding, subject, effect);
  });
}

/// Which side of no effect an interval tells, and a p-value: 1 an effect, 0 none, -1 not clear.
int interval_tells(const Printed& p) {
  const double none = p.ratio ? 1 : 0;
  if (p.lower.range.lo > none || p.upper.range.hi < none) return 1;
  return p.lower.range.hi < none && p.upper.range.lo > none ? 0 : -1;
}
int p_tells(const Reported& p, double alpha) {
  constexpr double kMargin = 2;
  if (p.range.hi < alpha / kMargin) return 1;
  return p.range.lo > alpha * kMargin ? 0 : -1;
}

bool contradicts(const Printed& p, const Reported& printed) {
  const int one = interval_tells(p), other = p_tells(printed, 1 - level(p));
  return one >= 0 && other >= 0 && one != other;
}

void run_p(const Subject& subject, Sink& sink) {
  each_effect(subject, [&](const RowEffect& effect) {
    const Printed& p = effect.printed();
    if (!effect.p || !sound(p) || whichever_way(effect, lopsided)) return;
    sink.looked();
    if (!whichever_way(effect, [&](const Printed& reading) { return !fits_p(effect, reading); })) return;
    const Range range = p_of_interval(p, effect.df);
    const bool decides = whichever_way(effect, [&](const Printed& reading) { return contradicts(reading, *effect.p); });
    Finding& finding = sink.add(
        p.sheet->subject(p.row),
        decides && interval_tells(p) == 1
            ? fmt::format("The interval of {} excludes no effect, but p = {} is printed.", text(p), effect.p->text)
        : decides ? fmt::format("The interval of {} holds no effect, but p = {} is printed.", text(p), effect.p->text)
                  : fmt::format("{} gives p = {}, printed {}.", text(p), text(range), effect.p->text),
        places_of(p, {"p"}));
    finding.arithmetic = {fmt::format("p from the interval is {} (normal and t with {} degrees of freedom)",
                                      text(range), format_shortest(effect.df))};
    finding.causes = {"the p-value of another row or test", "digits mistyped", "an adjusted or one-sided p-value"};
    finding.decides = decides;
  });
}

/// What else may stand in the column of standard errors.
std::vector<std::string> other_spread(const RowEffect& effect, const Printed& p) {
  const Range q = quantiles(level(p), effect.df);
  const Range se = half_width(p) / q;
  std::vector<std::string> out;
  if (overlap(square(se), *effect.se)) out.emplace_back("a variance in the column of standard errors");
  if (overlap(sqrt(se), *effect.se)) out.emplace_back("the root of a standard error");
  if (overlap(half_width(p), *effect.se)) out.emplace_back("half the interval in the column of standard errors");
  return out;
}

void run_width(const Subject& subject, Sink& sink) {
  each_effect(subject, [&](const RowEffect& effect) {
    const Printed& p = effect.printed();
    if (!effect.se || !(effect.se->lo > 0) || !sound(p) || whichever_way(effect, lopsided)) return;
    sink.looked();
    // An interval of another usual level is DA-15.
    if (!whichever_way(effect, [&](const Printed& reading) { return !fits_se(effect, reading); }) ||
        other_level(effect))
      return;
    const std::string se = p.sheet->has("sei") ? "sei" : "vi";
    const Range ratio = half_width(p) / *effect.se;
    Finding& finding =
        sink.add(p.sheet->subject(p.row),
                 fmt::format("Half of the interval of {} is {} standard errors ({} {}); an interval of {} % has {}.",
                             text(p), text(ratio), se, p.sheet->text(p.row, se), format_shortest(100 * level(p)),
                             text(quantiles(level(p), effect.df))),
                 places_of(p, {se.c_str()}));
    for (std::string& cause : other_spread(effect, p)) finding.causes.push_back(std::move(cause));
    finding.causes.emplace_back("an adjusted standard error beside an unadjusted interval");
  });
}

const Check kChecks[] = {
    {"AR-12", "Estimate outside its interval", Severity::error,
     "A study's estimate that its own interval does not hold.",
     "lower <= estimate <= upper within rounding; bounds exchanged and single slips are tried", "none known",
     "Compare the three numbers with the report.", "own", run_order},
    {"AR-13", "Lopsided interval of a study", Severity::warning,
     "An interval that is longer on one side of the estimate.",
     "(upper - estimate) / (estimate - lower) above 1.1 or below 1/1.1 beyond rounding, ratios on the log scale; an "
     "effect "
     "whose measure is not told must be lopsided on both scales",
     "profile, exact, bootstrap and Bayesian intervals", "Look for the digit, the sign, the scale.", "own",
     run_lopsided},
    {"AR-14", "p-value against interval", Severity::warning,
     "A p-value that the estimate and its interval do not give.",
     "p by normal and t distribution, apart from the printed one by more than a factor of 2 beyond rounding",
     "adjusted, one-sided, exact or rank tests beside a Wald interval", "Compare both with the report.", "own", run_p},
    {"AR-28", "Standard error against interval", Severity::warning,
     "A standard error that does not give the interval beside it.",
     "half-width / standard error outside the normal and t quantiles of the interval's level, widened by 2 %",
     "standard errors that were adjusted for clusters afterwards", "Find out which of the two the analysis uses.",
     "own", run_width},
};

}  // namespace

std::span<const Check> arithmetic_interval_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
