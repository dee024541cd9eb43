// DA: summaries whose distribution does not suit means and SDs, levels of intervals, weights.
//
//   skew       (mean - a) / SD for a scale that starts at a: below 2 the values cannot be near normal, below 1 far
// from it
//   quartiles  test of skewness from median, quartiles and range (effect/recover.hpp)
//   weights    compared with 1 / v and 1 / (v + tau2) by ranks
//
// Sources: altman1996 (skew), shi2023 (test of skewness), cochrane-handbook (chapters 6.5.2.5 and 10.5.3), kadlec2023.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/arm_view.hpp"
#include "audit/detail/row_effect.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/recover.hpp"

namespace hedgerow::audit {

namespace {

using detail::Arm;
using detail::Time;

/// How far a group's mean lies above the lower end of its scale, in SDs.
struct Skew {
  Arm arm;
  Time time;
  Range ratio;
  double low = 0;
};

void report_skew(const std::vector<Skew>& found, Sink& sink) {
  constexpr double kVerySkewed = 1;
  const Skew& worst = *std::min_element(found.begin(), found.end(),
                                        [](const Skew& a, const Skew& b) { return a.ratio.hi < b.ratio.hi; });
  Finding& finding =
      sink.add(found.size() == 1 ? worst.arm.subject() : fmt::format("outcome \"{}\"", worst.arm.text("outcome")),
               fmt::format("The mean {} is only {} SDs above {}, the lower end of the scale: the values are skewed{}.",
                           worst.arm.text(worst.time.mean), text(worst.ratio), format_shortest(worst.low),
                           found.size() == 1 ? "" : fmt::format(" (the worst of {} groups)", found.size())),
               worst.arm.places({worst.time.mean, worst.time.sd}));
  finding.severity = worst.ratio.hi < kVerySkewed ? Severity::warning : Severity::note;
  finding.causes = {"differences of means may mislead: consider logarithms or the ratio of means (ROM)"};
}

void run_skew(const Subject& subject, Sink& sink) {
  constexpr double kSkewed = 2;
  std::map<std::string, std::vector<Skew>> found;
  for (const Arm& arm : detail::arms_of(subject))
    for (const Time& time : detail::times()) {
      const auto low = parse_number(arm.declared("scale_min"));
      const auto mean = arm.number(time.mean), sd = arm.number(time.sd);
      if (!mean || !sd || !(sd->range.lo > 0) || std::string(time.word) == "change") continue;
      if (!low) {
        sink.could_not("no lower end of the scale (scale_min)");
        continue;
      }
      sink.looked();
      const Range ratio = (mean->range - exactly(*low)) / sd->range;
      if (ratio.lo >= 0 && ratio.hi < kSkewed) found[arm.text("outcome")].push_back({arm, time, ratio, *low});
    }
  for (const auto& [outcome, skews] : found) report_skew(skews, sink);
}

void run_level(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto effect = detail::row_effect(*sheet, row);
      if (!effect || !effect->se || !(effect->se->lo > 0)) continue;
      sink.looked();
      const auto other = detail::other_level(*effect);
      if (!other) continue;
      const detail::Printed& p = effect->printed();
      Finding& finding =
          sink.add(sheet->subject(row),
                   fmt::format("The interval of {} is one of {} %, not of {} %.", detail::text(p),
                               format_shortest(*other), format_shortest(100 * detail::level(p))),
                   {sheet->place(row, p.names.lower), sheet->place(row, p.names.upper), sheet->place(row, "sei")});
      finding.arithmetic = {fmt::format("half-width / standard error = {}", text(detail::half_width(p) / *effect->se))};
      finding.causes = {"an interval of another level copied as it stood", "a standard error that was adjusted"};
    }
}

double value_of(const Arm& arm, const char* name) {
  const auto number = arm.number(name);
  return number ? number->value : kMissing;
}

void run_quantiles(const Subject& subject, Sink& sink) {
  for (const Arm& arm : detail::arms_of(subject)) {
    const effect::FiveNumbers x{value_of(arm, "min"), value_of(arm, "q1"),  value_of(arm, "median"),
                                value_of(arm, "q3"),  value_of(arm, "max"), value_of(arm, "n")};
    if (effect::five_number_case(x) == 0 || is_missing(x.median) || is_missing(x.n)) continue;
    sink.looked();
    const effect::Skewness test = effect::skewness_test(x);
    if (!test.significant()) continue;
    Finding& finding =
        sink.add(arm.subject(), "Median and quantiles are skewed: a mean and an SD made from them are unreliable.",
                 arm.places({"median", "q1", "q3", "min", "max"}));
    finding.arithmetic = {fmt::format("test of skewness: {} > {}", format_significant(test.statistic, 3),
                                      format_significant(test.critical, 3))};
    finding.causes = {"use a method for skewed data (qe, bc, mln) or look at the result without this row"};
  }
}

/// An SD that equals the distance of two quantiles. `sd_of`: what an SD from them would be.
void look_at_distance(const Arm& arm, const char* from, const char* to, const char* what,
                      double (*sd_of)(double, double, double), Sink& sink) {
  const auto sd = arm.number("sd"), low = arm.number(from), high = arm.number(to);
  if (!sd || sd->decimals == 0 || !low || !high) return;
  sink.looked();
  if (format_fixed(high->value - low->value, sd->decimals) != sd->text) return;
  Finding& finding =
      sink.add(arm.subject(), fmt::format("The SD {} equals {}.", sd->text, what), arm.places({"sd", from, to}));
  if (const auto n = detail::people(arm, 2))
    finding.causes = {fmt::format("an SD from it would be about {}",
                                  format_significant(sd_of(low->value, high->value, static_cast<double>(*n)), 3))};
}

void run_range_as_sd(const Subject& subject, Sink& sink) {
  for (const Arm& arm : detail::arms_of(subject)) {
    look_at_distance(arm, "q1", "q3", "the interquartile range", effect::sd_from_iqr, sink);
    look_at_distance(arm, "min", "max", "the range", effect::sd_from_range, sink);
  }
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t j = i; j < end; ++j) out[order[j]] = 0.5 * static_cast<double>(i + end - 1);
    i = end;
  }
  return out;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n, my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 1;
}

struct Weights {
  std::vector<double> printed, common, random, sizes;
  double sum = 0, slack = 0;
};

Weights weights_of(const Analysis& analysis, const Sheet& sheet) {
  Weights out;
  const auto all = pooled(analysis);
  const double tau2 = all ? all->tau2 : 0;
  for (std::size_t i = 0; i < analysis.rows.size(); ++i) {
    const auto weight = sheet.number(analysis.rows[i], "weight");
    if (!weight || weight->relation != '=') continue;
    out.printed.push_back(weight->value);
    out.common.push_back(1 / analysis.vi[i]);
    out.random.push_back(1 / (analysis.vi[i] + tau2));
    out.sum += weight->value;
    out.slack += weight->half_unit();
    const auto n1 = sheet.number(analysis.rows[i], "n1i"), n2 = sheet.number(analysis.rows[i], "n2i"),
               n = sheet.number(analysis.rows[i], "ni");
    if (n) out.sizes.push_back(n->value);
    if (!n && n1 && n2) out.sizes.push_back(n1->value + n2->value);
  }
  return out;
}

void run_weights(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 4;
  constexpr double kAlike = 0.95;
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("weight")) continue;
    const Weights w = weights_of(analysis, sheet);
    if (w.printed.size() < kFewest || w.printed.size() < analysis.rows.size()) continue;
    sink.looked();
    const Place place = sheet.place(analysis.rows.front(), "weight");
    // Weights in percent add up to 100; other weights need not.
    if (std::fabs(w.sum - 100) > w.slack + 1e-9 && std::fabs(w.sum - 100) < 10)
      sink.add(analysis.title(), fmt::format("The weights add up to {} %.", format_shortest(w.sum)), {place});
    const std::vector<double> printed = ranks(w.printed);
    const double best = std::max(correlation(printed, ranks(w.common)), correlation(printed, ranks(w.random)));
    if (best >= kAlike) continue;
    Finding& finding = sink.add(
        analysis.title(),
        fmt::format("The weights do not follow the precision: rank correlation {}.", format_fixed(best, 2)), {place});
    if (w.sizes.size() == w.printed.size() && correlation(printed, ranks(w.sizes)) >= kAlike)
      finding.causes = {"weights by numbers of people"};
    finding.causes.insert(finding.causes.end(), {"Mantel-Haenszel weights", "equal weights"});
  }
}

const Check kChecks[] = {
    {"MA-03", "Weights against precision", Severity::warning,
     "Weights that do not follow the variances, or do not add up.",
     "rank correlation with 1/v and with 1/(v + tau2) both below 0.95; a sum within 10 of 100 but not 100 beyond "
     "rounding",
     "Mantel-Haenszel weights", "Say how rows were weighted.", "kadlec2023", run_weights},
    {"DA-05", "Skewed values", Severity::note, "A mean so near the end of its scale that the values are skewed.",
     "(mean - scale_min) / SD below 2 (note), below 1 (warning)", "scales with a floor that nobody reaches",
     "Consider logarithms or the ratio of means.", "altman1996", run_skew},
    {"DA-15", "Interval of another level", Severity::warning,
     "An interval whose width fits another level than declared.",
     "half-width / standard error at the quantiles of 90 %, 99 %, 80 % or 68 % within 1 %, not of the declared level",
     "t quantiles of few degrees of freedom that are not told", "Compare with the report, and convert.", "kanukula2024",
     run_level},
    {"DA-16", "Skewed quantiles", Severity::warning, "Medians with quartiles or a range that are clearly skewed.",
     "test of skewness at 0.05", "5 % of symmetric samples", "Use a method for skewed data.", "shi2023", run_quantiles},
    {"DA-17", "Range in place of an SD", Severity::note, "An SD that equals the interquartile range or the range.",
     "equal to the printed digits", "chance", "Look at the report.", "cochrane-handbook", run_range_as_sd},
};

}  // namespace

std::span<const Check> scale_checks() { return kChecks; }

}  // namespace hedgerow::audit
