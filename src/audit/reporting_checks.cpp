// MA, MO, BI, RP: what a published result leaves out, and what its numbers alone cannot tell.
//
//   I2 from its own uncertainty: upper end of the 95 % interval by H (higgins2002),
//   ln H = ln(Q / (k - 1)) / 2, SE = (ln Q - ln(k - 1)) / (2 (sqrt(2 Q) - sqrt(2 k - 3))) for Q > k,
//   else sqrt((1 - 1 / (3 (k - 2)^2)) / (2 (k - 2)))
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/fitted.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"
#include "bias/excess_significance.hpp"

namespace hedgerow::audit {

namespace {

bool random_effects(const Sheet& sheet, std::size_t row) {
  if (to_lower(sheet.declared(row, "model")).find("random") != std::string::npos) return true;
  const auto tau2 = sheet.number(row, "tau2");
  return tau2 && tau2->value > 0;
}

/// Rows of a sheet for which something is missing, told once.
template <typename Missing>
void tell_once(const Sheet& sheet, const std::string& message, Sink& sink, Missing&& missing) {
  std::size_t first = sheet.rows(), all = 0;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    if (!missing(row)) continue;
    first = std::min(first, row);
    ++all;
  }
  if (all == 0) return;
  sink.add(all == 1 ? sheet.subject(first) : fmt::format("{} results of {}", all, sheet.table().source()), message,
           {sheet.place(first, "estimate")});
}

void run_prediction(const Subject& subject, Sink& sink) {
  constexpr double kFewest = 3;
  for (const Sheet* sheet : subject.of(SheetKind::pooled)) {
    sink.looked();
    tell_once(*sheet, "Random effects without a prediction interval: how effects of new settings may vary is not told.",
              sink, [&](std::size_t row) {
                const auto k = sheet->number(row, "k");
                return random_effects(*sheet, row) && sheet->number(row, "estimate") && k && k->value >= kFewest &&
                       !sheet->number(row, "pi_lb");
              });
  }
}

void run_method(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled)) {
    sink.looked();
    tell_once(*sheet, "Neither the estimator of tau2 nor the kind of interval is told (method, test).", sink,
              [&](std::size_t row) {
                return random_effects(*sheet, row) && sheet->number(row, "estimate") &&
                       (sheet->declared(row, "method").empty() || sheet->declared(row, "test").empty());
              });
  }
}

/// Upper end of the 95 % interval of I2, in percent.
double upper_i2(double q, double k) {
  const double df = k - 1, h = std::max(1.0, std::sqrt(q / df));
  const double se = q > k ? (std::log(q) - std::log(df)) / (2 * (std::sqrt(2 * q) - std::sqrt(2 * k - 3)))
                          : std::sqrt((1 - 1 / (3 * (k - 2) * (k - 2))) / (2 * (k - 2)));
  const double top = std::exp(std::log(h) + 1.96 * se);
  return 100 * std::max(0.0, 1 - 1 / (top * top));
}

void run_uncertain_i2(const Subject& subject, Sink& sink) {
  constexpr double kMany = 10, kMuch = 50;
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto i2 = sheet->number(row, "i2"), k = sheet->number(row, "k"), q = sheet->number(row, "q");
      if (!i2 || !k || k->value < 3 || k->value >= kMany || i2->value >= 25) continue;
      sink.looked();
      const double share = std::clamp(i2->value / 100, 0.0, 0.99);
      const double upper = upper_i2(q ? q->value : (k->value - 1) / (1 - share), k->value);
      if (upper < kMuch) continue;
      sink.add(sheet->subject(row),
               fmt::format("I2 = {} % of {} effects is compatible with up to {} %.", i2->text, k->text,
                           format_fixed(upper, 0)),
               {sheet->place(row, "i2"), sheet->place(row, "k")});
    }
}

void run_many_tests(const Subject& subject, Sink& sink) {
  std::size_t tests = 0;
  std::optional<Place> first;
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::levels})
    for (const Sheet* sheet : subject.of(kind))
      for (std::size_t row = 0; row < sheet->rows(); ++row)
        for (const char* p : {"p", "q_p"})
          if (sheet->number(row, p)) {
            ++tests;
            if (!first) first = sheet->place(row, p);
          }
  if (tests == 0) return;
  sink.looked();
  bool primary = false;
  for (const Sheet* sheet : subject.of(SheetKind::claims))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      primary = primary || to_lower(sheet->text(row, "statement")).find("primary outcome") != std::string::npos;
  if (static_cast<double>(tests) < sink.limit() || primary) return;
  sink.add("the published results",
           fmt::format("{} p-values, and no outcome is declared as the primary one: {} of them would be below 0.05 by "
                       "chance alone if nothing worked.",
                       tests, format_fixed(0.05 * static_cast<double>(tests), 1)),
           {*first});
}

/// Printed "odds ratios" that are logarithms: negative ones, or intervals symmetric as they stand and not on the log
/// scale.
void run_logarithms(const Subject& subject, Sink& sink) {
  constexpr double kWide = 0.4;
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::levels, SheetKind::rows})
    for (const Sheet* sheet : subject.of(kind)) {
      std::size_t wide = 0, plain = 0, negative = 0, first = sheet->rows();
      for (std::size_t row = 0; row < sheet->rows(); ++row) {
        auto p = detail::read_printed(*sheet, row);
        if (!p || !p->ratio) continue;
        sink.looked();
        negative += p->estimate.value < 0;
        if (p->estimate.value < 0) first = std::min(first, row);
        if (!(p->lower.range.lo > 0) || detail::half_width(*p).middle() * 2 < kWide) continue;
        ++wide;
        const bool on_log = detail::symmetric(*p);
        p->ratio = false;
        plain += !on_log && detail::symmetric(*p);
      }
      const bool most = wide >= 3 && 5 * plain > 4 * wide;
      if (negative == 0 && !most) continue;
      sink.add(sheet->table().source(),
               negative > 0
                   ? fmt::format("{} of the ratios are negative: they behave like logarithms.", negative)
                   : fmt::format("{} of {} intervals of ratios are symmetric as they stand, not on the log scale.",
                                 plain, wide),
               {sheet->place(std::min(first, sheet->rows() - 1), "estimate")});
    }
}

void run_wrong_side(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto p = detail::read_printed(*sheet, row);
      const std::string side = to_lower(trim(sheet->text(row, "tf_side")));
      const auto added = sheet->number(row, "tf_missing");
      if (!p || (side != "left" && side != "right") || (added && added->value == 0)) continue;
      sink.looked();
      const double none = p->ratio ? 1 : 0;
      // Results that show no effect are those that stay unpublished: they lie towards no effect.
      const bool towards_none = (p->estimate.value > none) == (side == "left");
      if (towards_none) continue;
      sink.add(sheet->subject(row),
               fmt::format("Studies were added on the {}, beyond {}: where even larger effects would be missing.", side,
                           p->estimate.text),
               {sheet->place(row, "tf_side"), sheet->place(row, "estimate")});
    }
}

void run_units(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::grade)) {
    std::size_t bare = 0, first = sheet->rows();
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      if (sheet->declared(row, "measure").rfind("SMD", 0) != 0 || !sheet->number(row, "estimate")) continue;
      sink.looked();
      if (sheet->number(row, "absolute") || sheet->number(row, "threshold")) continue;
      ++bare;
      first = std::min(first, row);
    }
    if (bare == 0) continue;
    sink.add(fmt::format("{} outcomes of {}", bare, sheet->table().source()),
             "Standardised mean differences stand without a natural unit or an effect that matters.",
             {sheet->place(first, "estimate")})
        .causes = {"multiply by the SD of a known instrument, or name the smallest effect that matters"};
  }
}

void run_digits(const Subject& subject, Sink& sink) {
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::levels, SheetKind::grade})
    for (const Sheet* sheet : subject.of(kind)) {
      std::size_t many = 0, first = sheet->rows();
      for (std::size_t row = 0; row < sheet->rows(); ++row) {
        const auto estimate = sheet->number(row, "estimate");
        if (!estimate) continue;
        sink.looked();
        if (estimate->decimals <= sink.limit() || std::fabs(estimate->value) < 0.01) continue;
        ++many;
        first = std::min(first, row);
      }
      if (many == 0) continue;
      sink.add(
          sheet->table().source(),
          fmt::format("{} estimates have more than {} decimals, more than their intervals bear.", many, sink.limit()),
          {sheet->place(first, "estimate")});
    }
}

void run_fail_safe(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.asked.empty()) continue;
    sink.looked();
    if (std::find(analysis.asked.begin(), analysis.asked.end(), "fail_safe") == analysis.asked.end()) continue;
    sink.add(analysis.title(), "A fail-safe number ignores the size of effects and how they vary.", {analysis.place})
        .causes = {"show trim and fill or a regression test as sensitivity analyses instead"};
  }
}

void run_excess(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 10;
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.declared || analysis.moderators || !analysis.independent || analysis.yi.size() < kFewest) continue;
    const auto fit = detail::fitted(analysis);
    if (!fit) continue;
    const auto result = bias::excess_significance(*fit);
    if (!result) continue;
    sink.looked();
    if (result->pval >= sink.limit()) continue;
    sink.add(analysis.title(),
             fmt::format("{} significant results where {} were expected (p = {}).", result->observed,
                         format_fixed(result->expected, 1), format_significant(result->pval, 2)),
             {analysis.place});
  }
}

const Check kChecks[] = {
    {"MA-09", "Ratios that behave like logarithms", Severity::warning,
     "Values called ratios that are logarithms, or intervals on another scale.",
     "a negative ratio; or more than 80 % of the wide intervals symmetric as they stand and not on the log scale",
     "narrow intervals", "Find out the scale.", "kanukula2024", run_logarithms},
    {"MO-05", "No prediction interval", Severity::warning, "Random effects without a prediction interval.",
     "k >= 3, random effects, pi_lb missing", "none known", "Add it.", "inthout2016", run_prediction},
    {"MO-21", "I2 of few effects", Severity::note, "A small I2 that few effects cannot bear.",
     "k < 10, I2 < 25 %, upper end of its interval at least 50 %", "none known", "Show its interval, and tau2.",
     "higgins2002", run_uncertain_i2},
    {"MO-23", "Many tests", Severity::note, "Many p-values and no primary outcome.",
     "at least 10 p-values; no claim names a "
     "primary outcome",
     "a primary outcome that the claims do not name", "Name the primary outcome.", "cochrane-handbook", run_many_tests,
     10},
    {"BI-07", "Fail-safe number", Severity::warning, "A fail-safe number among the analyses.", "asked for",
     "none known", "Leave it out, or show it beside a better method.", "cochrane-handbook", run_fail_safe},
    {"BI-11", "Excess significance", Severity::note, "More significant results than the studies' power allows.",
     "O against E, exact or chi-squared, p < 0.1, at least 10 studies", "power depends on the effect that is assumed",
     "Look for selective reporting.", "ioannidis2007", run_excess, 0.1},
    {"BI-13", "Studies imputed beyond the effect", Severity::note, "Trim and fill on the side of larger effects.",
     "side filled away from no effect", "effects whose direction is reversed", "Say why such studies would be missing.",
     "own", run_wrong_side},
    {"RP-07", "Method not told", Severity::note, "Pooled results without estimator and kind of interval.",
     "random effects, method or test neither in the row nor in the settings", "told elsewhere", "Tell both.",
     "lopeznicolas2022", run_method},
    {"RP-09", "Standardised differences without a unit", Severity::note,
     "A Summary of Findings whose standardised differences nobody can picture.",
     "measure SMD, neither an absolute effect nor a threshold", "units told in the comments",
     "Say what the difference is on a known scale.", "cochrane-handbook", run_units},
    {"RP-14", "More digits than the data bear", Severity::note, "Estimates with more than three decimals.",
     "decimals > 3 for estimates of 0.01 or more", "values kept for further computation", "Round for readers.", "own",
     run_digits, 3},
};

}  // namespace

std::span<const Check> reporting_checks() { return kChecks; }

}  // namespace hedgerow::audit
