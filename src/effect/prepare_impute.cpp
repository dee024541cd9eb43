// Missing SDs from the other rows.
//
//   cv      SD = |mean| times the average of SD/|mean| over the other rows
//   pooled  SD^2 = sum (n - 1) SD^2 / sum (n - 1)
//   mean, median, max   of the SDs of the other rows
//   value   a declared number
//   row     the SD of a declared row, by its number from 1
//
// The other rows are those with an SD, of the same group if `by` names a column. [furukawa2006], [nakagawa2023] for cv.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"

namespace hedgerow::effect::detail {
namespace {

/// Rows that can lend their SD to this one.
Expected<std::vector<std::size_t>> donors(const StepRow& row) {
  const std::string by = row.option("by", "");
  std::size_t column = 0;
  if (!by.empty()) {
    HR_TRY(column, row.table().column(by));
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < row.rows(); ++i) {
    if (!row.chosen(i) || is_missing(row.in(i, "sd"))) continue;
    if (by.empty() || row.table().cell(i, column) == row.table().cell(row.index(), column)) out.push_back(i);
  }
  return out;
}

/// Value of a rule with the number of rows behind it.
struct Imputed {
  double sd = kMissing;
  std::size_t rows = 0;
};

Imputed from_cv(StepRow& row, const std::vector<std::size_t>& rows) {
  double sum = 0;
  std::size_t count = 0;
  for (const std::size_t i : rows) {
    const double mean = row.in(i, "mean");
    if (is_missing(mean) || mean == 0) continue;
    sum += row.in(i, "sd") / std::fabs(mean);
    ++count;
  }
  if (count == 0) return {};
  return {row.keep("cv", sum / static_cast<double>(count)) * std::fabs(row.in("mean")), count};
}

Imputed from_pooled(StepRow& row, const std::vector<std::size_t>& rows) {
  double squares = 0, df = 0;
  std::size_t count = 0;
  for (const std::size_t i : rows) {
    const double n = row.in(i, "n"), sd = row.in(i, "sd");
    if (is_missing(n)) continue;
    squares += (n - 1) * sd * sd;
    df += n - 1;
    ++count;
  }
  return df > 0 ? Imputed{std::sqrt(squares / df), count} : Imputed{};
}

Imputed from_sds(StepRow& row, const std::vector<std::size_t>& rows, const std::string& rule) {
  std::vector<double> sds;
  for (const std::size_t i : rows) sds.push_back(row.in(i, "sd"));
  if (sds.empty()) return {};
  std::sort(sds.begin(), sds.end());
  const std::size_t k = sds.size();
  if (rule == "max") return {sds.back(), k};
  if (rule == "median") return {(sds[(k - 1) / 2] + sds[k / 2]) / 2, k};
  double sum = 0;
  for (const double sd : sds) sum += sd;
  return {sum / static_cast<double>(k), k};
}

Expected<Imputed> from_declared(StepRow& row, const std::string& rule) {
  HR_TRY(const double number, row.number(rule, kMissing));
  if (is_missing(number))
    return make_error(ErrorCode::usage, fmt::format("impute_sd: the rule {} needs the option {}", rule, rule));
  if (rule == "value") {
    if (number < 0) return make_error(ErrorCode::usage, "impute_sd: value is an SD, which can't be negative");
    return Imputed{number, 0};
  }
  if (number < 1 || number > static_cast<double>(row.rows()) || number != std::floor(number))
    return make_error(ErrorCode::usage, fmt::format("impute_sd: row is a number from 1 to {}, found {}", row.rows(),
                                                    format_shortest(number)));
  const double sd = row.in(static_cast<std::size_t>(number) - 1, "sd");
  if (is_missing(sd))
    return make_error(ErrorCode::usage, fmt::format("impute_sd: row {} has no SD itself", format_shortest(number)));
  return Imputed{sd, 1};
}

Expected<Imputed> by_rule(StepRow& row, const std::string& rule) {
  if (rule == "value" || rule == "row") return from_declared(row, rule);
  HR_TRY(const std::vector<std::size_t> rows, donors(row));
  if (rule == "cv") {
    if (!row.bound("mean")) return make_error(ErrorCode::usage, "impute_sd: the rule cv needs the argument mean");
    return from_cv(row, rows);
  }
  if (rule == "pooled") {
    if (!row.bound("n")) return make_error(ErrorCode::usage, "impute_sd: the rule pooled needs the argument n");
    return from_pooled(row, rows);
  }
  if (rule == "mean" || rule == "median" || rule == "max") return from_sds(row, rows, rule);
  static const std::vector<std::string> names{"cv", "pooled", "mean", "median", "max", "value", "row"};
  return make_error(ErrorCode::usage, fmt::format("impute_sd: rule is one of {}, found '{}'{}", join(names, ", "), rule,
                                                  did_you_mean(rule, names)));
}

Checked impute_sd_row(StepRow& row) {
  if (row.given("sd")) return {};
  const std::string rule = row.option("rule", row.bound("mean") ? "cv" : "pooled");
  HR_TRY(const Imputed imputed, by_rule(row, rule));
  if (is_missing(imputed.sd)) {
    row.note(fmt::format("not imputed by {}: no other row, or no mean, to do it from", rule));
    return {};
  }
  row.imputed = true;
  row.method = imputed.rows > 0 ? fmt::format("SD imputed, rule {}, from {} other rows", rule, imputed.rows)
                                : fmt::format("SD imputed, rule {}", rule);
  row.note("SD imputed");
  row.out("sd", imputed.sd);
  return {};
}

}  // namespace

PrepareFamily impute_steps() {
  return {{"impute_sd",
           "missing SDs from the other rows, or a declared one",
           {{"sd", Kind::sd}, {"mean"}, {"n", Kind::size}},
           {{"sd"}},
           {"rule", "value", "row", "by"},
           {"sd"},
           impute_sd_row}};
}

}  // namespace hedgerow::effect::detail
