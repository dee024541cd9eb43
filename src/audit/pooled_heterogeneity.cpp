// Q, I2, tau2 and prediction intervals of a printed result against each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

template <typename Function>
void for_each_result(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

/// Degrees of freedom of heterogeneity: printed, or k - 1.
std::optional<double> degrees(const Sheet& sheet, std::size_t row) {
  if (const auto df = sheet.number(row, "df")) return df->value;
  if (const auto k = sheet.number(row, "k"); k && k->is_integer() && k->value > 1) return k->value - 1;
  return std::nullopt;
}

/// 100 max(0, 1 - df / Q).
Range i2_of(const Range& q, double df) {
  return monotone({std::max(q.lo, 1e-12), std::max(q.hi, 1e-12)},
                  [df](double value) { return 100 * std::max(0.0, 1 - df / value); });
}

void run_q_i2(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto q = sheet.number(row, "q"), i2 = sheet.number(row, "i2"), p = sheet.number(row, "q_p");
    const auto df = degrees(sheet, row);
    if (!q || !df) return;
    if (i2) {
      sink.looked();
      const Range range = i2_of(q->range, *df);
      if (!agrees(*i2, range)) {
        Finding& finding = sink.add(sheet.subject(row),
                                    fmt::format("Q = {} on {} degrees of freedom gives I2 = {} %, printed {}.", q->text,
                                                *df, text(range), i2->text),
                                    {sheet.place(row, "i2"), sheet.place(row, "q")});
        finding.causes = {"an I2 from tau2, as metafor prints it", "a digit"};
        finding.severity = Severity::warning;
      }
    }
    if (!p) return;
    sink.looked();
    const Range range = monotone({std::max(0.0, q->range.lo), q->range.hi},
                                 [&](double value) { return stats::chi2_upper(value, *df); });
    if (!agrees(*p, range))
      sink.add(
          sheet.subject(row),
          fmt::format("Q = {} on {} degrees of freedom gives p = {}, printed {}.", q->text, *df, text(range), p->text),
          {sheet.place(row, "q_p"), sheet.place(row, "q")});
  });
}

void run_tau2_i2(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto tau2 = sheet.number(row, "tau2"), i2 = sheet.number(row, "i2");
    if (!tau2 || !i2) return;
    sink.looked();
    // A printed 0.00 or 0 % may hide a small number beside a small one, but not beside a large one.
    constexpr double kLarge = 5;
    const bool no_tau2 = tau2->value == 0 && i2->range.lo > kLarge;
    const bool no_i2 = i2->value == 0 && tau2->range.lo > 0 && tau2->value > 0.05;
    if (!no_tau2 && !no_i2) return;
    Finding& finding = sink.add(sheet.subject(row), fmt::format("tau2 = {} beside I2 = {} %.", tau2->text, i2->text),
                                {sheet.place(row, no_tau2 ? "tau2" : "i2"), sheet.place(row, no_tau2 ? "i2" : "tau2")});
    finding.arithmetic = {"both are 0 or neither is, where they come from one model"};
    finding.causes = {"I2 of Q beside tau2 of another estimator", "a number of another outcome"};
  });
}

void run_i2_p(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto i2 = sheet.number(row, "i2"), p = sheet.number(row, "q_p");
    const auto df = degrees(sheet, row);
    if (!i2 || !p || !df || sheet.number(row, "q") || i2->value >= 100) return;
    sink.looked();
    const auto q_at = [&](double percent) { return *df / (1 - std::clamp(percent, 0.0, 99.999) / 100); };
    // I2 = 0 stands for every Q up to df.
    const Range q{i2->range.lo <= 0 ? 0 : q_at(i2->range.lo), q_at(i2->range.hi)};
    const Range range = monotone(q, [&](double value) { return stats::chi2_upper(value, *df); });
    if (agrees(*p, range)) return;
    Finding& finding = sink.add(sheet.subject(row),
                                fmt::format("I2 = {} % of {} effects implies Q = {} and p = {}, printed {}.", i2->text,
                                            *df + 1, text(q), text(range), p->text),
                                {sheet.place(row, "q_p"), sheet.place(row, "i2")});
    finding.arithmetic = {fmt::format("Q = {} / (1 - {} / 100) = {}", *df, i2->text, text(q))};
    finding.causes = {"an I2 from tau2 instead of Q", "\"<\" and \">\" mixed up", "a digit"};
  });
}

/// Half-width of the prediction interval over that of the confidence interval.
struct Prediction {
  Printed mean;
  Reported lower, upper;
};

std::optional<Prediction> prediction_of(const Sheet& sheet, std::size_t row) {
  const auto mean = read_printed(sheet, row);
  const auto lower = sheet.number(row, "pi_lb"), upper = sheet.number(row, "pi_ub");
  if (!mean || !lower || !upper) return std::nullopt;
  return Prediction{*mean, *lower, *upper};
}

void run_pi_inside(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto p = prediction_of(sheet, row);
    if (!p) return;
    sink.looked();
    if (p->lower.range.lo <= p->mean.lower.range.hi && p->upper.range.hi >= p->mean.upper.range.lo) return;
    const bool narrower = p->upper.range.hi - p->lower.range.lo < p->mean.upper.range.lo - p->mean.lower.range.hi;
    Finding& finding = sink.add(
        sheet.subject(row),
        fmt::format("The prediction interval [{}; {}] is {} the confidence interval [{}; {}].", p->lower.text,
                    p->upper.text, narrower ? "narrower than" : "not around", p->mean.lower.text, p->mean.upper.text),
        {sheet.place(row, "pi_lb"), sheet.place(row, "pi_ub"), sheet.place(row, "ci_lb")});
    // A normal quantile beside Knapp-Hartung's may make it narrower where tau2 is 0.
    if (const auto tau2 = sheet.number(row, "tau2"); tau2 && tau2->range.lo <= 0) {
      finding.severity = Severity::warning;
      finding.causes = {"quantiles of different distributions, where tau2 is 0"};
    }
    finding.causes.emplace_back("intervals of different models");
  });
}

struct Quantile {
  const char* name;
  double df;
};

/// Half-width that a quantile gives from tau2 and the standard error of the mean.
Range half_width(const Prediction& p, const Reported& tau2, double df) {
  const double q = stats::interval_quantile(0.95, df);
  return exactly(q) * sqrt(Range{std::max(0.0, tau2.range.lo), tau2.range.hi} + square(standard_error(p.mean)));
}

Range printed_half_width(const Prediction& p) {
  const Range lower = p.mean.ratio ? log(p.lower.range) : p.lower.range;
  const Range upper = p.mean.ratio ? log(p.upper.range) : p.upper.range;
  return (upper - lower) * exactly(0.5);
}

std::vector<Quantile> quantiles_for(double k) {
  return {{"normal", HUGE_VAL}, {"t with k - 1 degrees of freedom", k - 1}, {"t with k - 2 degrees of freedom", k - 2}};
}

void report_prediction(const Sheet& sheet, std::size_t row, const Prediction& p, const Reported& tau2, double k,
                       Sink& sink) {
  const Range printed = printed_half_width(p);
  Finding& finding = sink.add(
      sheet.subject(row),
      fmt::format("The prediction interval [{}; {}] does not follow from tau2 = {} and the interval of the mean.",
                  p.lower.text, p.upper.text, tau2.text),
      {sheet.place(row, "pi_lb"), sheet.place(row, "pi_ub"), sheet.place(row, "tau2")});
  for (const Quantile& quantile : quantiles_for(k)) {
    if (!(quantile.df > 0)) continue;
    finding.arithmetic.push_back(fmt::format("{}: half-width {}, printed {}", quantile.name,
                                             text(half_width(p, tau2, quantile.df)), text(printed)));
    // tau typed as tau2, or the other way round.
    Reported root = tau2;
    root.range = square(tau2.range);
    if (overlap(printed, half_width(p, root, quantile.df)))
      finding.causes.push_back(fmt::format("the printed tau2 is tau ({})", quantile.name));
  }
  finding.causes.emplace_back("several components of variance, or another tau2");
}

void run_pi_tau2(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto p = prediction_of(sheet, row);
    const auto tau2 = sheet.number(row, "tau2"), k = sheet.number(row, "k");
    if (!p || !tau2 || !k || k->value < 3) return;
    sink.looked();
    std::vector<std::string> fitting;
    for (const Quantile& quantile : quantiles_for(k->value))
      if (quantile.df > 0 && overlap(printed_half_width(*p), half_width(*p, *tau2, quantile.df)))
        fitting.emplace_back(quantile.name);
    if (fitting.empty()) report_prediction(sheet, row, *p, *tau2, k->value, sink);
    if (fitting.size() != 1) return;
    Finding& finding =
        sink.add(sheet.subject(row),
                 fmt::format("The prediction interval [{}; {}] is that of one variance tau2 with the {} quantile.",
                             p->lower.text, p->upper.text, fitting.front()),
                 {sheet.place(row, "pi_lb"), sheet.place(row, "pi_ub")});
    finding.severity = Severity::info;
  });
}

void run_pi_centre(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto p = prediction_of(sheet, row);
    if (!p || !symmetric(p->mean)) return;
    sink.looked();
    Printed as_interval = p->mean;
    as_interval.lower = p->lower;
    as_interval.upper = p->upper;
    if (symmetric(as_interval)) return;
    sink.add(sheet.subject(row),
             fmt::format("The middle of the prediction interval [{}; {}] is {}, the estimate {}.", p->lower.text,
                         p->upper.text, text(middle(as_interval)), p->mean.estimate.text),
             {sheet.place(row, "pi_lb"), sheet.place(row, "pi_ub"), sheet.place(row, "estimate")})
        .causes = {"digits mistyped", "an interval by bootstrap"};
  });
}

void run_tau(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    for (const auto& [square_name, root_name] : {std::pair("tau2", "tau"), std::pair("figure_tau2", "figure_tau")}) {
      const auto tau2 = sheet.number(row, square_name), tau = sheet.number(row, root_name);
      if (!tau2 || !tau) continue;
      sink.looked();
      if (overlap(tau2->range, square(tau->range))) continue;
      sink.add(sheet.subject(row),
               fmt::format("tau = {} squared is {}, printed {}.", tau->text, text(square(tau->range)), tau2->text),
               {sheet.place(row, square_name), sheet.place(row, root_name)});
    }
    for (const auto& [in_text, in_figure] : {std::pair("tau2", "figure_tau2"), std::pair("i2", "figure_i2")}) {
      const auto one = sheet.number(row, in_text), other = sheet.number(row, in_figure);
      if (!one || !other) continue;
      sink.looked();
      if (overlap(one->range, other->range)) continue;
      Finding& finding = sink.add(sheet.subject(row),
                                  fmt::format("The text has {} = {}, the figure {}.", in_text, one->text, other->text),
                                  {sheet.place(row, in_text), sheet.place(row, in_figure)});
      if (const auto root = sheet.number(row, "figure_tau");
          in_text == std::string("tau2") && root && overlap(root->range, one->range))
        finding.causes = {fmt::format("the text prints the root: tau = {}", root->text)};
      finding.causes.emplace_back("results of two analyses");
    }
  });
}

void run_narrower(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto random = read_printed(sheet, row);
    const auto common = read_printed(sheet, row, {"common_estimate", "common_ci_lb", "common_ci_ub"});
    if (!random || !common) return;
    sink.looked();
    if (standard_error(*random).hi >= standard_error(*common).lo) return;
    sink.add(sheet.subject(row),
             fmt::format("The random-effects interval {} is narrower than that of a common effect, {}.", text(*random),
                         text(*common)),
             {sheet.place(row, "ci_lb"), sheet.place(row, "common_ci_lb")})
        .causes = {"Knapp-Hartung without its lower bound", "columns swapped"};
  });
}

struct Cut {
  std::string word;
  double from = 0;
};

/// "small 0.2; medium 0.5; large 0.8"
std::vector<Cut> cuts_of(const std::string& setting) {
  std::vector<Cut> out;
  for (const std::string& part : split(setting, ';')) {
    const std::string entry(trim(part));
    const std::size_t blank = entry.rfind(' ');
    if (blank == std::string::npos) continue;
    if (const auto value = parse_number(entry.substr(blank + 1)))
      out.push_back({std::string(trim(entry.substr(0, blank))), *value});
  }
  std::sort(out.begin(), out.end(), [](const Cut& a, const Cut& b) { return a.from < b.from; });
  return out;
}

std::string word_for(double value, const std::vector<Cut>& cuts) {
  std::string out;
  for (const Cut& cut : cuts)
    if (value >= cut.from) out = cut.word;
  return out;
}

void check_word(const Sheet& sheet, std::size_t row, const char* word_name, const char* number_name,
                const char* setting, Sink& sink) {
  const std::vector<Cut> cuts = cuts_of(sheet.setting(setting));
  const std::string word = to_lower(sheet.text(row, word_name));
  const auto number = sheet.number(row, number_name);
  const bool known = std::any_of(cuts.begin(), cuts.end(), [&](const Cut& cut) { return to_lower(cut.word) == word; });
  if (!known || !number) return;
  sink.looked();
  const std::string low = word_for(std::fabs(number->range.lo), cuts),
                    high = word_for(std::fabs(number->range.hi), cuts);
  if (word == to_lower(low) || word == to_lower(high)) return;
  sink.add(sheet.subject(row),
           fmt::format("{} is called {}; by the declared cut points ({}) it is {}.", number->text, word,
                       sheet.setting(setting), high.empty() ? "below the lowest" : high),
           {sheet.place(row, word_name), sheet.place(row, number_name)});
}

void run_words(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    check_word(sheet, row, "effect_word", "estimate", "effect_words", sink);
    check_word(sheet, row, "tf_effect_word", "tf_estimate", "effect_words", sink);
    check_word(sheet, row, "heterogeneity_word", "i2", "heterogeneity_words", sink);
  });
}

const Check kChecks[] = {
    {"MA-01", "Q, I2, degrees of freedom and p", Severity::error,
     "Measures of heterogeneity that contradict each other.",
     "I2 = max(0, 1 - df / Q); p = P(chi2_df > Q); over rounding", "I2 from tau2 (then a warning)", "Recompute.",
     "higgins2003", run_q_i2},
    {"MA-06", "Prediction interval inside the confidence interval", Severity::error,
     "A prediction interval that does not hold the confidence interval.", "bounds compared beyond rounding",
     "tau2 = 0 with different quantiles (then a warning)", "Recompute.", "own", run_pi_inside},
    {"MA-07", "Random effects narrower than common effect", Severity::warning,
     "A random-effects interval narrower than the common-effect one.", "standard errors from the intervals",
     "Knapp-Hartung", "Look which columns these are.", "rover2015", run_narrower},
    {"MA-10", "Prediction interval, tau2 and standard error", Severity::warning,
     "A prediction interval that tau2 and the standard error do not give.",
     "half-width = q sqrt(tau2 + se^2) with normal, t(k - 1) or t(k - 2) quantile; which one fits is told",
     "multilevel models, whose interval holds several variances", "Say how it was computed.", "own", run_pi_tau2},
    {"MA-21", "tau2 of zero with I2 above it", Severity::error, "tau2 = 0 beside I2 > 0, or the other way round.",
     "beyond rounding; I2 above 5 %, tau2 above 0.05", "I2 of Q beside tau2 of another estimator",
     "Name both estimators.", "own", run_tau2_i2},
    {"MA-22", "p of heterogeneity against I2", Severity::warning, "A p-value of Q that I2 and k do not give.",
     "Q = df / (1 - I2); p = P(chi2_df > Q)", "I2 from tau2", "Print Q.", "higgins2003", run_i2_p},
    {"MA-28", "Word against the declared cut points", Severity::warning,
     "An effect or heterogeneity called by another word than "
     "its number has.",
     "cut points as the table declares them", "none known", "Correct the word.", "own", run_words},
    {"MA-29", "tau against tau2, text against figure", Severity::error,
     "tau that is not the root of tau2, or numbers of text and "
     "figure that differ.",
     "tau^2 = tau2 over rounding", "none known", "Find the right one.", "own", run_tau},
    {"MA-30", "Prediction interval off its estimate", Severity::warning,
     "A prediction interval whose middle is not the estimate.", "middle within rounding", "bootstrap intervals",
     "Look for the digit.", "own", run_pi_centre},
};

}  // namespace

std::span<const Check> pooled_heterogeneity_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
