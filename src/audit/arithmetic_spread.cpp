// Spreads of one group against each other: standard error, SD and interval; quartiles, range and SD.
//
//   se = sd / sqrt(n)                     half-width of the interval of a mean = q se, q normal or t(n - 1)
//   sd <= (max - min) / 2 sqrt(n / (n - 1))          half of the people at each end
//   sd >= (max - min) / sqrt(2 (n - 1))              one person at each end, the others between
//   |mean - median| <= sd sqrt((n - 1) / n)
//
// Source: cochrane-handbook (chapter 6.5.2), hozo2005 (the bounds of mean and SD by range).
#include <fmt/format.h>

#include <cmath>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/detail/arm_view.hpp"
#include "audit/detail/row_effect.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

Range root(double n) { return exactly(std::sqrt(n)); }

void report_se(const Arm& arm, const Time& time, const Range& expected, Sink& sink) {
  const Reported sd = *arm.number(time.sd), se = *arm.number(time.se);
  Finding& finding = sink.add(
      arm.subject(), fmt::format("SD / sqrt(n) is {}; printed as standard error: {}.", text(expected), se.text),
      arm.places({time.se, time.sd, "n"}));
  finding.arithmetic = {fmt::format("{} / sqrt({}) = {}", sd.text, arm.text("n"), text(expected))};
  if (overlap(sd.range, se.range)) finding.causes.emplace_back("the SD copied into the column of standard errors");
  if (overlap(square(expected), se.range)) finding.causes.emplace_back("a variance in place of a standard error");
  finding.causes.insert(finding.causes.end(), {"another number of people at that time",
                                               "a standard error that allows for clusters or covariates"});
}

/// The standard error of a group's mean, from the interval of the mean.
void look_at_interval(const Arm& arm, const Range& se, double n, const std::string& from, Sink& sink) {
  const auto mean = arm.number("mean"), lower = arm.number("ci_lb"), upper = arm.number("ci_ub");
  if (!mean || !lower || !upper) return;
  sink.looked();
  const double level = parse_number(arm.declared("ci_level")).value_or(95) / 100;
  const Range q = quantiles(level, std::max(1.0, n - 1));
  const Range half = (upper->range - lower->range) * exactly(0.5);
  if (overlap(half, se * Range{0.98 * q.lo, 1.02 * q.hi})) return;
  Finding& finding = sink.add(arm.subject(),
                              fmt::format("Half of the interval [{}; {}] is {}; {} gives {}.", lower->text, upper->text,
                                          text(half), from, text(se * q)),
                              arm.places({"ci_lb", "ci_ub", "sd", "se", "n"}));
  finding.causes = {"an interval of another level", "an interval of the difference, not of this group",
                    "a standard error printed as SD"};
}

/// Whether SD and standard error of every time fit each other.
bool spreads_fit(const Arm& arm, double n, Sink& sink) {
  bool out = true;
  for (const Time& time : times()) {
    const auto sd = arm.number(time.sd), se = arm.number(time.se);
    if (!sd || !se) continue;
    sink.looked();
    const Range expected = sd->range / root(n);
    if (overlap(expected, se->range)) continue;
    report_se(arm, time, expected, sink);
    out = false;
  }
  return out;
}

void run_triangle(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    const auto sd = arm.number("sd"), se = arm.number("se"), n = arm.number("n");
    if (!n || n->value < 2) {
      if ((sd && se) || (se && arm.number("ci_lb"))) sink.could_not("no number of people");
      continue;
    }
    // In a table of comparisons the interval is that of the difference.
    if (!spreads_fit(arm, n->value, sink) || arm.group != 0) continue;
    if (sd)
      look_at_interval(arm, sd->range / root(n->value), n->value, "the SD", sink);
    else if (se)
      look_at_interval(arm, se->range, n->value, "the standard error", sink);
  }
}

struct Named {
  std::string name;
  Reported number;
};

void run_order(const Arm& arm, Sink& sink) {
  std::vector<Named> present;
  for (const char* name : {"min", "q1", "median", "q3", "max"})
    if (const auto number = arm.number(name)) present.push_back({name, *number});
  for (std::size_t i = 0; i + 1 < present.size(); ++i) {
    sink.looked();
    const Named &a = present[i], &b = present[i + 1];
    if (a.number.range.lo <= b.number.range.hi) continue;
    Finding& finding =
        sink.add(arm.subject(), fmt::format("{} {} is above {} {}.", a.name, a.number.text, b.name, b.number.text),
                 arm.places({a.name, b.name}));
    finding.causes = {"columns or digits swapped"};
  }
  const auto mean = arm.number("mean");
  if (!mean || present.empty()) return;
  const auto low = arm.number("min"), high = arm.number("max");
  if ((low && mean->range.hi < low->range.lo) || (high && mean->range.lo > high->range.hi))
    sink.add(arm.subject(), fmt::format("The mean {} lies outside the range of the values.", mean->text),
             arm.places({"mean", "min", "max"}));
}

void run_median(const Arm& arm, Sink& sink) {
  const auto mean = arm.number("mean"), median = arm.number("median"), sd = arm.number("sd");
  if (!mean || !median || !sd) return;
  sink.looked();
  const Range apart = abs(mean->range - median->range);
  if (apart.lo <= sd->range.hi) return;
  Finding& finding =
      sink.add(arm.subject(),
               fmt::format("Mean {} and median {} are {} apart, more than the SD {}: no set of values has that.",
                           mean->text, median->text, text(apart), sd->text),
               arm.places({"sd", "mean", "median"}));
  finding.causes = {"a standard error printed as SD", "digits mistyped"};
}

void run_range(const Arm& arm, Sink& sink) {
  const auto sd = arm.number("sd"), low = arm.number("min"), high = arm.number("max");
  const auto n = people(arm, 2);
  if (!sd || !low || !high || !n) return;
  sink.looked();
  const double nd = static_cast<double>(*n);
  const Range width = high->range - low->range;
  const double most = width.hi / 2 * std::sqrt(nd / (nd - 1)), least = width.lo / std::sqrt(2 * (nd - 1));
  if (sd->range.lo <= most && sd->range.hi >= least) return;
  Finding& finding =
      sink.add(arm.subject(),
               fmt::format("SD {} is impossible for the range {} to {} of {} people: it can be {} to {}.", sd->text,
                           low->text, high->text, *n, format_significant(least, 3), format_significant(most, 3)),
               arm.places({"sd", "min", "max", "n"}));
  finding.arithmetic = {
      fmt::format("({} - {}) / sqrt(2 * {}) = {}", high->text, low->text, *n - 1, format_significant(least, 3)),
      fmt::format("({} - {}) / 2 * sqrt({} / {}) = {}", high->text, low->text, *n, *n - 1,
                  format_significant(most, 3))};
  if (sd->range.hi < least) {
    const Range as_se = sd->range * root(nd);
    if (as_se.hi >= least && as_se.lo <= most)
      finding.causes.push_back(fmt::format("a standard error: the SD would be {}", text(as_se)));
  }
  finding.causes.emplace_back("quartiles in the columns of minimum and maximum");
}

void run_quantiles(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    run_order(arm, sink);
    run_median(arm, sink);
    run_range(arm, sink);
  }
}

const Check kChecks[] = {
    {"AR-15", "Standard error, SD and interval of a group", Severity::warning,
     "A standard error that is not SD / sqrt(n), or an interval of a mean that neither gives.",
     "ranges of SD / sqrt(n) and SE apart; half-width outside the normal and t quantiles times SE, widened by 2 %",
     "clustered or adjusted standard errors", "Find out which number the report calls what.", "cochrane-handbook",
     run_triangle},
    {"AR-20", "Order of quantiles; SD against range", Severity::error,
     "Quantiles in the wrong order, or a mean or SD that the range or the median does not allow.",
     "min <= q1 <= median <= q3 <= max; |mean - median| <= SD; (max - min) / sqrt(2 (n - 1)) <= SD <= (max - min) / 2 "
     "sqrt(n / (n - 1))",
     "none known", "Compare with the report.", "hozo2005", run_quantiles},
};

}  // namespace

std::span<const Check> arithmetic_spread_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
