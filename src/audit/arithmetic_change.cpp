// Before, after and change of a group against each other.
//
//   r = (s1^2 + s2^2 - sd^2) / (2 s1 s2)      the correlation that three standard deviations imply
//
// Source: cochrane-handbook (chapter 6.5.2.8).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/detail/arm_view.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr double kNearlyOne = 0.97;
constexpr Range kUsual{0.2, 0.95};

double correlation(double before, double after, double change) {
  return (before * before + after * after - change * change) / (2 * before * after);
}

/// Over all values within rounding. r is largest in s1 nowhere inside, least where s1^2 = s2^2 - sd^2.
Range correlation(const Range& before, const Range& after, const Range& change) {
  Range out{HUGE_VAL, -HUGE_VAL};
  const auto take = [&](double s1, double s2, double sd) {
    if (!(s1 > 0) || !(s2 > 0)) return;
    const double r = correlation(s1, s2, sd);
    out = {std::min(out.lo, r), std::max(out.hi, r)};
  };
  const auto inner = [](const Range& range, double other, double sd) {
    return std::clamp(std::sqrt(std::max(0.0, other * other - sd * sd)), range.lo, range.hi);
  };
  for (const double sd : {change.lo, change.hi})
    for (const double s1 : {before.lo, before.hi})
      for (const double s2 : {after.lo, after.hi}) {
        take(s1, s2, sd);
        take(inner(before, s2, sd), s2, sd);
        take(s1, inner(after, s1, sd), sd);
      }
  return out;
}

std::string formula(const Reported& before, const Reported& after, const std::string& change, const Range& r) {
  const double middle = correlation(before.value, after.value, parse_number(change).value_or(0));
  return fmt::format("({0}^2 + {1}^2 - {2}^2) / (2*{0}*{1}) = {3}; with rounding {4} (allowed -1 to 1)", before.text,
                     after.text, change, format_significant(middle, 3), text(r));
}

struct Spreads {
  Reported before, after, change;
  Range r;
};

std::optional<Spreads> spreads_of(const Arm& arm) {
  const auto before = arm.number("sd_pre"), after = arm.number("sd_post"), change = arm.number("sd_change");
  if (!before || !after || !change || before->range.hi <= 0 || after->range.hi <= 0) return std::nullopt;
  return Spreads{*before, *after, *change, correlation(before->range, after->range, change->range)};
}

/// What r would be if the SD of change is a standard error; nothing if that is not usual either.
std::optional<Range> as_standard_error(const Arm& arm, const Spreads& s) {
  const auto n = people(arm, 2);
  if (!n) return std::nullopt;
  const Range sd = s.change.range * exactly(std::sqrt(static_cast<double>(*n)));
  const Range r = correlation(s.before.range, s.after.range, sd);
  return overlap(r, kUsual) ? std::optional(r) : std::nullopt;
}

/// Groups of one outcome whose spreads leave hardly any change, and all of it: body height has r near 1 everywhere.
struct Crowd {
  std::size_t near_one = 0, all = 0;
  bool hardly_changes() const { return all >= 3 && 2 * near_one > all; }
};

std::map<std::string, Crowd> crowds_of(const Subject& subject) {
  std::map<std::string, Crowd> out;
  for (const Arm& arm : arms_of(subject))
    if (const auto s = spreads_of(arm)) {
      Crowd& crowd = out[arm.text("outcome")];
      ++crowd.all;
      crowd.near_one += s->r.lo > kNearlyOne;
    }
  return out;
}

void report_spreads(const Arm& arm, const Spreads& s, const Crowd& crowd, Sink& sink) {
  const bool impossible = s.r.lo > 1 || s.r.hi < -1;
  const auto se = as_standard_error(arm, s);
  Finding& finding =
      sink.add(arm.subject(),
               fmt::format("SD {} of the change {} the SDs {} before and {} after: they imply a correlation of {}.",
                           s.change.text, impossible ? "cannot be obtained from" : "is unusual beside", s.before.text,
                           s.after.text, text(s.r)),
               arm.places({"sd_change", "sd_pre", "sd_post"}));
  const bool likely = s.r.hi < 0 || (se && !crowd.hardly_changes());
  finding.severity = impossible ? Severity::error : likely ? Severity::warning : Severity::note;
  finding.arithmetic = {formula(s.before, s.after, s.change.text, s.r)};
  if (se && s.r.lo > kNearlyOne) {
    const double n = static_cast<double>(*people(arm));
    finding.causes.push_back(fmt::format("{0} is the standard error of the change: {0} * sqrt({1}) = {2} gives r = {3}",
                                         s.change.text, n, format_significant(s.change.value * std::sqrt(n), 3),
                                         text(*se)));
  }
  finding.causes.emplace_back(s.r.hi < 0 ? "the SD before or after in place of the SD of the change"
                                         : "an adjusted SD of the change");
  finding.causes.emplace_back("other people before than after");
  if (impossible) finding.causes.emplace_back("digits of one of the three mistyped");
}

void run_spreads(const Subject& subject, Sink& sink) {
  const std::map<std::string, Crowd> crowds = crowds_of(subject);
  for (const Arm& arm : arms_of(subject)) {
    const auto s = spreads_of(arm);
    if (!s) continue;
    sink.looked();
    if (s->r.hi < 0 || s->r.lo > kNearlyOne) {
      report_spreads(arm, *s, crowds.at(arm.text("outcome")), sink);
      continue;
    }
    const auto printed = arm.group == 0 ? arm.number("r") : std::nullopt;
    // Correlations were often computed from numbers with more digits than the table has.
    constexpr double kApart = 0.02;
    if (!printed || overlap(widened(printed->range, kApart), s->r)) continue;
    Finding& finding = sink.add(
        arm.subject(), fmt::format("The SDs imply a correlation of {}; printed {}.", text(s->r), printed->text),
        arm.places({"r", "sd_change", "sd_pre", "sd_post"}));
    finding.arithmetic = {formula(s->before, s->after, s->change.text, s->r)};
    finding.causes = {"the correlation of another outcome", "other people before than after"};
  }
}

void run_means(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    const auto before = arm.number("mean_pre"), after = arm.number("mean_post"), change = arm.number("mean_change");
    if (!before || !after || !change) continue;
    sink.looked();
    const Range difference = after->range - before->range;
    if (overlap(difference, change->range)) continue;
    Finding& finding = sink.add(
        arm.subject(),
        fmt::format("The change {} is not the mean after less the mean before, {}.", change->text, text(difference)),
        arm.places({"mean_change", "mean_pre", "mean_post"}));
    finding.arithmetic = {fmt::format("{} - {} = {}", after->text, before->text, text(difference))};
    if (overlap(-difference, change->range)) {
      finding.causes.emplace_back("before less after");
      finding.repair = fmt::format("{} instead of {}", printed_like(-change->value, *change).text, change->text);
    } else if (const Range percent = difference / before->range * exactly(100); overlap(percent, change->range)) {
      finding.causes.emplace_back("the change in percent of the mean before, which fits");
    } else {
      finding.causes = {"other people before than after", "an adjusted mean", "digits mistyped"};
    }
  }
}

const Check kChecks[] = {
    {"AR-04", "Change SD against SDs before and after", Severity::warning,
     "A standard deviation of change that the standard deviations before and after do not allow, or hardly.",
     "r = (s1^2 + s2^2 - sd^2) / (2 s1 s2): error outside -1 to 1; warning below 0, or above 0.97 where sd * sqrt(n) "
     "gives r "
     "of 0.2 to 0.95 and most groups of the outcome are not above 0.97; note above 0.97 else",
     "measures that hardly change (body height) have r near 1; other people before than after",
     "Find out whether the number is a standard error.", "cochrane-handbook", run_spreads},
    {"AR-05", "Change against before and after", Severity::warning,
     "A mean change that is not the difference of the means.", "change and after - before are apart beyond rounding",
     "adjusted means; other people before than after", "Compare the three means with the report.", "cochrane-handbook",
     run_means},
};

}  // namespace

std::span<const Check> arithmetic_change_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
