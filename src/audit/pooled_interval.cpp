// Printed estimates against their own intervals, and the one change that brings them together.
#include <fmt/format.h>

#include <algorithm>

#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "audit/render.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

const std::vector<Triple>& triples(SheetKind kind) {
  static const std::vector<Triple> pooled = {{},
                                             {"tf_estimate", "tf_ci_lb", "tf_ci_ub"},
                                             {"loo_min", "loo_min_ci_lb", "loo_min_ci_ub"},
                                             {"loo_max", "loo_max_ci_lb", "loo_max_ci_ub"},
                                             {"common_estimate", "common_ci_lb", "common_ci_ub"}};
  static const std::vector<Triple> others = {{}};
  return kind == SheetKind::pooled ? pooled : others;
}

bool of_results(const Sheet& sheet) {
  return sheet.kind() == SheetKind::pooled || sheet.kind() == SheetKind::levels || sheet.kind() == SheetKind::grade;
}

std::vector<Place> places_of(const Printed& p) {
  return {p.sheet->place(p.row, p.names.estimate), p.sheet->place(p.row, p.names.lower),
          p.sheet->place(p.row, p.names.upper)};
}

/// The other rows of the same moderator.
std::vector<std::size_t> siblings(const Sheet& sheet, std::size_t row) {
  if (sheet.kind() != SheetKind::levels) return {};
  for (const Moderator& moderator : moderators(sheet))
    if (std::find(moderator.rows.begin(), moderator.rows.end(), row) != moderator.rows.end()) return moderator.rows;
  return {};
}

/// Results of the rows, some of them replaced.
std::vector<Printed> with_replaced(const Sheet& sheet, const std::vector<std::size_t>& rows,
                                   const std::vector<Printed>& replaced) {
  std::vector<Printed> out;
  for (const std::size_t row : rows) {
    auto p = read_printed(sheet, row);
    if (!p) continue;
    for (const Printed& other : replaced)
      if (other.row == row) p = other;
    out.push_back(*p);
  }
  return out;
}

/// Whether Q between, recomputed with some rows replaced, is what is printed; nothing if it cannot be said.
std::optional<bool> q_confirms(const Sheet& sheet, const std::vector<std::size_t>& rows,
                               const std::vector<Printed>& replaced) {
  const auto q = between_q(with_replaced(sheet, rows, replaced));
  for (const std::size_t row : rows)
    if (const auto printed = sheet.number(row, "q_between"); q && printed) return agrees(*printed, *q);
  return std::nullopt;
}

std::string confirmation(const Sheet& sheet, const std::vector<std::size_t>& rows,
                         const std::vector<Printed>& replaced) {
  const auto q = between_q(with_replaced(sheet, rows, replaced));
  return q ? fmt::format("Q between is then {}; printed {}", text(*q), sheet.text(rows.front(), "q_between")) : "";
}

/// Two rows whose intervals belong to each other's estimates.
struct Swap {
  Printed one, other;
};

std::optional<Swap> swapped_with(const Printed& p, const std::vector<std::size_t>& rows) {
  std::optional<Swap> out;
  for (const std::size_t row : rows) {
    if (row == p.row) continue;
    const auto q = read_printed(*p.sheet, row);
    if (!q) continue;
    Swap swap{p, *q};
    std::swap(swap.one.lower, swap.other.lower);
    std::swap(swap.one.upper, swap.other.upper);
    if (!symmetric(swap.one) || !symmetric(swap.other)) continue;
    if (out) return std::nullopt;
    out = swap;
  }
  return out;
}

void report_swap(const Printed& p, const Swap& swap, const std::vector<std::size_t>& rows, Sink& sink) {
  const Printed other = *read_printed(*p.sheet, swap.other.row);
  std::vector<Place> places = places_of(p);
  for (Place& place : places_of(other)) places.push_back(std::move(place));
  Finding& finding =
      sink.add(p.sheet->subject(p.row),
               fmt::format("{} lies outside its own interval, and {} too.", text(p), text(other)), std::move(places));
  finding.arithmetic = {fmt::format("middle of [{}; {}] = {}", other.lower.text, other.upper.text, text(middle(other))),
                        fmt::format("middle of [{}; {}] = {}", p.lower.text, p.upper.text, text(middle(p)))};
  finding.causes = {"the two intervals were swapped"};
  finding.repair = fmt::format("{} and {}", text(swap.one), text(swap.other));
  if (const std::string line = confirmation(*p.sheet, rows, {swap.one, swap.other}); !line.empty())
    finding.arithmetic.push_back(line);
}

void report_outside(const Printed& p, Sink& sink) {
  const bool reversed = p.lower.range.lo > p.upper.range.hi;
  Finding& finding = sink.add(
      p.sheet->subject(p.row),
      reversed ? fmt::format("The bounds of {} stand the wrong way round.", text(p))
               : fmt::format("{} lies outside its own interval [{}; {}].", p.estimate.text, p.lower.text, p.upper.text),
      places_of(p));
  finding.causes = {"digits swapped or mistyped", "the interval of another row", "a lost minus sign"};
  const std::vector<Slipped> slips = single_slips(p);
  if (slips.size() == 1)
    finding.repair = fmt::format("{} = {} instead of {}", slips[0].cell, slips[0].to, slips[0].from);
}

void run_outside(const Subject& subject, Sink& sink) {
  std::vector<std::pair<const Sheet*, std::size_t>> told;
  for (const Sheet& sheet : subject.sheets) {
    if (!of_results(sheet)) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      for (const Triple& names : triples(sheet.kind())) {
        const auto p = read_printed(sheet, row, names);
        if (!p) continue;
        sink.looked();
        if (holds_estimate(*p) || std::find(told.begin(), told.end(), std::pair(&sheet, row)) != told.end()) continue;
        const std::vector<std::size_t> rows = siblings(sheet, row);
        const auto swap = swapped_with(*p, rows);
        if (!swap) {
          report_outside(*p, sink);
          continue;
        }
        told.emplace_back(&sheet, swap->other.row);
        report_swap(*p, *swap, rows, sink);
      }
  }
}

/// The slips that also bring Q between to its printed value, where it is printed; the best kind of them.
std::vector<Slipped> confirmed(const std::vector<Slipped>& slips, const std::vector<std::size_t>& rows, bool& by_q) {
  std::vector<Slipped> out;
  for (const Slipped& slip : slips) {
    const auto confirms = q_confirms(*slip.result.sheet, rows, {slip.result});
    by_q = by_q || confirms.has_value();
    if (confirms.value_or(true)) out.push_back(slip);
  }
  if (!out.empty()) {
    const int best = out.front().rank;
    out.erase(std::remove_if(out.begin(), out.end(), [best](const Slipped& slip) { return slip.rank > best; }),
              out.end());
  }
  return out;
}

/// The same estimate with another interval in another row: a copy that may have kept the right digits.
std::string twin(const Printed& p) {
  for (std::size_t row = 0; row < p.sheet->rows(); ++row) {
    const auto other = read_printed(*p.sheet, row, p.names);
    if (!other || row == p.row || other->estimate.text != p.estimate.text || !symmetric(*other)) continue;
    if (p.sheet->text(row, "outcome") != p.sheet->text(p.row, "outcome")) continue;
    const bool one_bound = (other->lower.text == p.lower.text) != (other->upper.text == p.upper.text);
    if (one_bound)
      return fmt::format("{} ({}) has {}", p.sheet->subject(row), where(p.sheet->place(row, "estimate")), text(*other));
  }
  return "";
}

void report_lopsided(const Printed& p, Sink& sink) {
  Finding& finding = sink.add(
      p.sheet->subject(p.row),
      fmt::format("{} is not the middle of its interval: that is {}.", text(p), text(middle(p))), places_of(p));
  finding.arithmetic = {p.ratio
                            ? fmt::format("exp((ln {} + ln {}) / 2) = {}", p.lower.text, p.upper.text, text(middle(p)))
                            : fmt::format("({} + {}) / 2 = {}", p.lower.text, p.upper.text, text(middle(p)))};
  finding.causes = {"digits swapped or mistyped",
                    "an interval that is not symmetric by construction (profile, bootstrap)"};
  const std::vector<std::size_t> rows = siblings(*p.sheet, p.row);
  bool by_q = false;
  const std::vector<Slipped> slips = confirmed(single_slips(p), rows, by_q);
  for (const Slipped& slip : slips)
    if (slips.size() <= 3 && slips.size() > 1)
      finding.arithmetic.push_back(
          fmt::format("{} = {} would fit{}", slip.cell, slip.to, by_q ? ", with Q between" : ""));
  if (const std::string line = twin(p); !line.empty()) finding.arithmetic.push_back(line);
  if (slips.size() != 1) return;
  finding.repair = fmt::format("{} = {} instead of {}", slips[0].cell, slips[0].to, slips[0].from);
  if (by_q) finding.arithmetic.push_back(confirmation(*p.sheet, rows, {slips[0].result}));
}

void run_lopsided(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (!of_results(sheet)) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      for (const Triple& names : triples(sheet.kind())) {
        const auto p = read_printed(sheet, row, names);
        if (!p) continue;
        sink.looked();
        if (holds_estimate(*p) && !symmetric(*p)) report_lopsided(*p, sink);
      }
  }
}

/// p from an estimate and its interval: the range over rounding.
Range p_of(const Printed& p) {
  const Range estimate = p.ratio ? log(p.estimate.range) : p.estimate.range;
  const Range z = abs(estimate / standard_error(p));
  return monotone(z, [](double value) { return 2 * stats::normal_upper(value); });
}

/// z is a lower bound of p's possible tests; with t quantiles the interval itself tells on which side of alpha p is.
void run_p_value(const Subject& subject, Sink& sink) {
  constexpr double kMargin = 3;  // between z and t of ten degrees of freedom p differs by less, near alpha
  for (const Sheet& sheet : subject.sheets) {
    if (!of_results(sheet)) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto p = read_printed(sheet, row);
      const auto printed = sheet.number(row, "p");
      if (!p || !printed || !symmetric(*p)) continue;
      sink.looked();
      const Range range = p_of(*p);
      const Range wide{range.lo / kMargin, std::min(1.0, range.hi * kMargin)};
      if (agrees(*printed, wide)) continue;
      Finding& finding = sink.add(sheet.subject(row),
                                  fmt::format("{} gives p = {}, printed {}.", text(*p), text(range), printed->text),
                                  {sheet.place(row, "p"), sheet.place(row, "estimate")});
      finding.causes = {"the p-value of another test", "digits mistyped"};
    }
  }
}

const Check kChecks[] = {
    {"MA-11", "Estimate outside its interval", Severity::error,
     "A pooled estimate that its own interval does not hold.",
     "lower <= estimate <= upper within rounding; intervals of other levels whose middle is the estimate are tried, "
     "and Q "
     "between is recomputed",
     "none known", "Swap the intervals back, or look for the digit.", "own", run_outside},
    {"MA-12", "Lopsided interval", Severity::warning, "An interval whose middle is not the estimate.",
     "(lower + upper) / 2 within rounding of the estimate (ratios: on the log scale); single slips that mend it are "
     "tried, "
     "and kept if Q between confirms them",
     "profile-likelihood, exact, bootstrap or Bayesian intervals", "Look for the digit.", "own", run_lopsided},
    {"MA-23", "p-value against interval", Severity::warning,
     "A p-value that the estimate and its interval do not give.",
     "z = estimate / se from the interval; apart by more than a factor of 3 beyond rounding",
     "permutation or adjusted "
     "p-values",
     "Compare both with the source.", "own", run_p_value},
};

}  // namespace

std::span<const Check> pooled_interval_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
