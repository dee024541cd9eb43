// Means and standard deviations that whole-number scores (detail/grim.hpp), or a scale with two ends
// (detail/bounded.hpp), cannot have.
//
//   DEBIT   s^2 = p (1 - p) n / (n - 1) where every value is 0 or 1
//
// Values are whole numbers only where the table says so (integer, items): it is never guessed.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/detail/arm_view.hpp"
#include "audit/detail/bounded.hpp"
#include "audit/detail/grim.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// Mean and standard deviation of a group at one time, with the ends of their scale.
struct Summary {
  Arm arm;
  Time time;
  std::optional<Reported> mean, sd;
  std::optional<double> low, high;  ///< of the scale; of changes: the largest that it allows

  Place place(const char* name) const { return arm.place(name); }
};

std::optional<double> end_of_scale(const Arm& arm, const char* name) { return parse_number(arm.declared(name)); }

void each_summary(const Subject& subject, const std::function<void(const Summary&)>& look) {
  for (const Arm& arm : arms_of(subject))
    for (const Time& time : times()) {
      Summary out{arm,
                  time,
                  arm.number(time.mean),
                  arm.number(time.sd),
                  end_of_scale(arm, "scale_min"),
                  end_of_scale(arm, "scale_max")};
      if (!out.mean) continue;
      if (std::string(time.word) == "change" && out.low && out.high) {
        const double width = *out.high - *out.low;
        out.low = -width;
        out.high = width;
      }
      look(out);
    }
}

bool says_yes(const std::string& text) {
  const std::string word = to_lower(trim(text));
  return word == "true" || word == "yes" || word == "1";
}
bool says_no(const std::string& text) {
  const std::string word = to_lower(trim(text));
  return word == "false" || word == "no" || word == "0";
}

std::optional<std::int64_t> whole(const std::optional<double>& value) {
  if (!value || std::floor(*value) != *value || std::fabs(*value) > 1e6) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

/// Nothing unless the table says that the values are whole numbers and how many people there are.
std::optional<WholeScores> whole_scores(const Summary& summary, Sink& sink) {
  const std::string integer = summary.arm.declared("integer");
  const auto items = whole(parse_number(summary.arm.declared("items")));
  if (says_no(integer) || (!says_yes(integer) && !items)) return std::nullopt;
  const auto n = people(summary.arm);
  if (!n) {
    sink.could_not("no number of people beside a mean of whole numbers");
    return std::nullopt;
  }
  return WholeScores{*n, std::max<std::int64_t>(1, items.value_or(1)), whole(summary.low), whole(summary.high)};
}

bool binary(const WholeScores& scores) { return scores.items == 1 && scores.scale_min == 0 && scores.scale_max == 1; }

bool outside_scale(const Summary& summary) {
  return (summary.low && summary.mean->range.hi < *summary.low) ||
         (summary.high && summary.mean->range.lo > *summary.high);
}

std::string scores_text(const WholeScores& scores) {
  return scores.items == 1 ? fmt::format("{} whole-number scores", scores.n)
                           : fmt::format("{} scores of {} whole-number items", scores.n, scores.items);
}

void run_means(const Subject& subject, Sink& sink) {
  each_summary(subject, [&](const Summary& summary) {
    const auto scores = whole_scores(summary, sink);
    if (!scores || outside_scale(summary)) return;
    if (!informative(*scores, summary.mean->decimals)) {
      sink.could_not("n times items is not below 10^decimals: every mean is possible");
      return;
    }
    const auto sums = sums_of(*scores, *summary.mean);
    if (!sums) return;
    sink.looked();
    if (!sums->none()) return;
    const std::vector<std::string> near = nearest_means(*scores, *summary.mean);
    Finding& finding = sink.add(summary.arm.subject(),
                                fmt::format("No set of {} has the mean {}.", scores_text(*scores), summary.mean->text),
                                {summary.place(summary.time.mean), summary.place("n")});
    const double total = static_cast<double>(scores->n * scores->items);
    finding.arithmetic = {fmt::format("{} * {} = {}, not a whole number within rounding; nearest means: {}",
                                      summary.mean->text, format_shortest(total),
                                      format_significant(summary.mean->value * total, 6), join(near, ", "))};
    finding.causes = {"fewer people answered than the group has", "digits mistyped",
                      "half points or weights are allowed after all"};
  });
}

void run_spreads(const Subject& subject, Sink& sink) {
  each_summary(subject, [&](const Summary& summary) {
    if (!summary.sd) return;
    const auto scores = whole_scores(summary, sink);
    if (!scores || binary(*scores) || outside_scale(summary)) return;
    const auto sums = sums_of(*scores, *summary.mean);
    if (!sums || sums->none()) return;
    sink.looked();
    if (spread_possible(*scores, *summary.mean, *summary.sd, Divisor::n_minus_1)) return;
    Finding& finding = sink.add(summary.arm.subject(),
                                fmt::format("SD {} cannot occur with mean {} among {}.", summary.sd->text,
                                            summary.mean->text, scores_text(*scores)),
                                {summary.place(summary.time.sd), summary.place(summary.time.mean), summary.place("n")});
    finding.arithmetic = {fmt::format("no whole sum of squares gives it with a sum of {}{}", sums->lo,
                                      sums->hi > sums->lo ? fmt::format(" to {}", sums->hi) : "")};
    if (spread_possible(*scores, *summary.mean, *summary.sd, Divisor::n))
      finding.causes.emplace_back("the standard deviation with divisor n in place of n - 1, which fits");
    const double root = std::sqrt(static_cast<double>(scores->n));
    const Range as_se = summary.sd->range * exactly(root);
    finding.causes.push_back(fmt::format("a standard error: the SD would be {}", text(as_se)));
    finding.causes.insert(finding.causes.end(), {"fewer people answered than the group has", "digits mistyped"});
  });
}

void run_scale(const Subject& subject, Sink& sink) {
  each_summary(subject, [&](const Summary& summary) {
    if (!summary.low || !summary.high) return;
    sink.looked();
    const std::string scale = fmt::format("{} to {}", format_shortest(*summary.low), format_shortest(*summary.high));
    if (outside_scale(summary)) {
      Finding& finding = sink.add(summary.arm.subject(),
                                  fmt::format("The mean {} lies outside the scale {}.", summary.mean->text, scale),
                                  {summary.place(summary.time.mean)});
      finding.causes = {"another version of the scale", "scores expressed in percent", "digits mistyped"};
      return;
    }
    const auto n = people(summary.arm, 2);
    if (!summary.sd || !n) return;
    const Range most = largest_sd(summary.mean->range, *summary.low, *summary.high, *n);
    if (summary.sd->range.lo <= most.hi) return;
    Finding& finding =
        sink.add(summary.arm.subject(),
                 fmt::format("On the scale {} a mean of {} allows an SD of at most {}; printed {}.", scale,
                             summary.mean->text, format_significant(most.hi, 4), summary.sd->text),
                 {summary.place(summary.time.sd), summary.place(summary.time.mean)});
    finding.arithmetic = {fmt::format("sqrt(({0} - {1}) * ({2} - {0}) * {3} / {4}) = {5}", summary.mean->text,
                                      format_shortest(*summary.low), format_shortest(*summary.high), *n, *n - 1,
                                      format_significant(most.middle(), 4))};
    finding.causes = {"another version of the scale", "a recoded or weighted score", "digits mistyped"};
  });
}

/// Standard deviations of 0/1 data with divisors n - 1 and n.
Range binary_sd(const Range& p, long n) {
  const auto at = [](double share) { return std::sqrt(std::max(0.0, share * (1 - share))); };
  Range out = monotone(p, at);
  if (p.contains(0.5)) out.hi = 0.5;
  return {out.lo, out.hi * std::sqrt(static_cast<double>(n) / static_cast<double>(n - 1))};
}

void run_binary(const Subject& subject, Sink& sink) {
  each_summary(subject, [&](const Summary& summary) {
    if (!summary.sd || std::string(summary.time.word) == "change") return;
    const auto scores = whole_scores(summary, sink);
    if (!scores || !binary(*scores) || scores->n < 2 || outside_scale(summary)) return;
    sink.looked();
    const Range sd = binary_sd(summary.mean->range, scores->n);
    if (agrees(*summary.sd, sd)) return;
    Finding& finding =
        sink.add(summary.arm.subject(),
                 fmt::format("Where every value is 0 or 1 and the share is {}, the SD must be {}; printed {}.",
                             summary.mean->text, text(sd), summary.sd->text),
                 {summary.place(summary.time.sd), summary.place(summary.time.mean)});
    finding.arithmetic = {
        fmt::format("sqrt({0} * (1 - {0}) * {1} / {2}) = {3}", summary.mean->text, scores->n, scores->n - 1, text(sd))};
    finding.causes = {"the standard error of the share", "weighted data", "digits mistyped"};
  });
}

const Check kChecks[] = {
    {"AR-01", "Mean that whole numbers cannot have (GRIM)", Severity::warning,
     "A mean of whole-number scores that no whole sum gives.",
     "ceil((2m - 1) n L / 2 10^D) <= floor((2m + 1) n L / 2 10^D) for a mean m / 10^D of n people and L items; asked "
     "only if "
     "n L < 10^D and the table says that values are whole numbers",
     "missing answers to this item; half points", "Ask for the number of people behind this mean.", "brown2017",
     run_means},
    {"AR-02", "SD that whole numbers cannot have (GRIMMER)", Severity::warning,
     "A standard deviation that no whole-number scores with the printed mean have.",
     "no whole sum of squares of the right parity, between the least and the largest that the sum and the scale allow, "
     "for "
     "any sum that gives the mean",
     "as AR-01; a divisor n", "Compare mean, SD and n with the report; try the SD as a standard error.", "allard2018",
     run_spreads},
    {"AR-03", "Outside the scale", Severity::error,
     "A mean or standard deviation that the ends of the scale do not allow.",
     "a <= mean <= b; SD <= sqrt((mean - a) (b - mean) n / (n - 1))", "another version of the scale",
     "Find out which version was used.", "bhatia2000", run_scale},
    {"AR-06", "SD of yes/no data (DEBIT)", Severity::error,
     "A standard deviation that 0/1 data with this mean do not have.",
     "SD = sqrt(p (1 - p) n / (n - 1)), also with divisor n", "weighted data", "Compare the share with the counts.",
     "heathers2019", run_binary},
};

}  // namespace

std::span<const Check> arithmetic_integer_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
