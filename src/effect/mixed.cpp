#include "effect/mixed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "data/expression.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect {
namespace {

// "rule 2 (paired_p)".
std::string describe(const std::vector<FormatRule>& rules, std::size_t index) {
  return fmt::format("rule {} ({})", index + 1, rules[index].form);
}

std::string place(const data::Table& table, std::size_t row) {
  return fmt::format("{}:{}", table.source(), table.line(row));
}

// The rows of each rule; every row belongs to exactly one.
Expected<std::vector<std::vector<std::size_t>>> assign(const std::vector<FormatRule>& rules, const data::Table& table) {
  std::vector<std::vector<std::size_t>> rows(rules.size());
  std::vector<std::size_t> owner(table.rows(), rules.size());
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    if (rules[rule].condition.empty()) {
      rows[rule].resize(table.rows());
      std::iota(rows[rule].begin(), rows[rule].end(), std::size_t{0});
    } else {
      HR_TRY(rows[rule], data::evaluate_condition(rules[rule].condition, table));
    }
    for (const std::size_t row : rows[rule]) {
      if (owner[row] != rules.size()) {
        return make_error(ErrorCode::input,
                          fmt::format("the row is matched by {} and by {}; exactly one rule must match",
                                      describe(rules, owner[row]), describe(rules, rule)),
                          place(table, row));
      }
      owner[row] = rule;
    }
  }
  const auto orphan = std::find(owner.begin(), owner.end(), rules.size());
  if (orphan != owner.end()) {
    return make_error(ErrorCode::input, "no rule matches the row; each row needs a format with its form",
                      place(table, static_cast<std::size_t>(orphan - owner.begin())));
  }
  return rows;
}

// -1, 1, or 0 where the cell is missing.
Expected<std::vector<int>> read_directions(const Direction& direction, const data::Table& table) {
  if (direction.column.empty()) return std::vector<int>{};
  HR_TRY(const std::size_t column, table.column(direction.column));
  std::vector<int> directions(table.rows(), 0);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.missing(row, column)) continue;
    const std::string_view text = table.cell(row, column);
    if (text != direction.negative && text != direction.positive) {
      return make_error(ErrorCode::input,
                        fmt::format("direction '{}' is neither '{}' (negative) nor '{}' (positive)", text,
                                    direction.negative, direction.positive),
                        table.where(row, column));
    }
    directions[row] = text == direction.positive ? 1 : -1;
  }
  return directions;
}

// A variance that a form does not know must not stop a table in which other forms do; the record names the one used.
Options options_for(const detail::Measure& measure, const Options& options) {
  Options own = options;
  if (measure.vtypes.size() == 1) own.vtype.reset();
  return own;
}

Checked check_use(const Direction& direction) {
  const std::vector<std::string> known = {"sign", "flip"};
  if (std::find(known.begin(), known.end(), direction.use) != known.end()) return {};
  return make_error(ErrorCode::usage, fmt::format("direction has no use '{}'{}; known are sign and flip", direction.use,
                                                  did_you_mean(direction.use, known)));
}

// Scales on which lower is better: the sign is reversed after the computation.
void reverse_signs(const std::vector<int>& directions, Effects& effects) {
  for (std::size_t i = 0; i < directions.size(); ++i) {
    if (directions[i] >= 0) continue;
    effects.yi[i] = -effects.yi[i];
    effects.records[i].method += "; sign reversed by the declared direction";
  }
}

// The rows of one rule.
Expected<Effects> compute_rule(const FormatRule& rule, const detail::Measure& measure, const data::Table& part,
                               const Options& options) {
  HR_CHECK(check_use(rule.direction));
  HR_TRY(const std::vector<int> directions, read_directions(rule.direction, part));
  const bool flip = rule.direction.use == "flip";
  HR_TRY(Effects effects, detail::compute_rows(measure, part, rule.arguments, options_for(measure, options),
                                               flip ? std::vector<int>{} : directions));
  if (flip) reverse_signs(directions, effects);
  return effects;
}

Effects empty_effects(std::size_t rows) {
  Effects effects;
  for (stats::Vector* values :
       {&effects.yi, &effects.vi, &effects.ni, &effects.n1i, &effects.n2i, &effects.v1i, &effects.v2i}) {
    values->assign(rows, kMissing);
  }
  effects.records.resize(rows);
  return effects;
}

// Puts the rows of one rule where they belong.
void scatter(Effects part, const std::vector<std::size_t>& rows, Effects& whole) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = rows[i];
    whole.yi[row] = part.yi[i];
    whole.vi[row] = part.vi[i];
    whole.ni[row] = part.ni[i];
    if (!part.n1i.empty()) {
      whole.n1i[row] = part.n1i[i];
      whole.n2i[row] = part.n2i[i];
      whole.v1i[row] = part.v1i[i];
      whole.v2i[row] = part.v2i[i];
    }
    whole.records[row] = std::move(part.records[i]);
  }
  whole.warnings.insert(whole.warnings.end(), part.warnings.begin(), part.warnings.end());
  if (whole.measure.empty()) whole.measure = part.measure;
  if (whole.measure != part.measure) whole.measure = "MIXED";
}

}  // namespace

Expected<Effects> compute_mixed(const std::vector<FormatRule>& rules, const data::Table& table,
                                const Options& options) {
  if (rules.empty()) return make_error(ErrorCode::usage, "no format rule is given");
  HR_TRY(const auto rows, assign(rules, table));
  Effects whole = empty_effects(table.rows());
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    HR_TRY(const detail::Measure* measure, detail::find_measure(rules[rule].form));
    if (rows[rule].empty()) continue;
    HR_TRY(Effects effects, compute_rule(rules[rule], *measure, table.select(rows[rule]), options));
    scatter(std::move(effects), rows[rule], whole);
  }
  return whole;
}

}  // namespace hedgerow::effect
