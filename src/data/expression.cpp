// The public face of expressions: parse, evaluate, and spread constants over the rows.
#include "data/expression.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/missing.hpp"
#include "data/detail/evaluator.hpp"

namespace hedgerow::data {
namespace {

/// One value per row; constants are repeated.
template <class Values>
Checked spread(Values& values, std::string_view expression, const Table& table) {
  if (values.size() == table.rows()) return {};
  if (values.size() != 1)
    return expression_error(
        expression, 0, fmt::format("this gives {} values, but the table has {} rows", values.size(), table.rows()));
  const auto value = values[0];
  values.assign(table.rows(), value);
  return {};
}

/// The name of a column stands for it even where the language would want backticks.
Expected<Node> parse_value(std::string_view expression, const Table& table) {
  if (!table.find(expression)) return parse_expression(expression);
  Node node;
  node.kind = NodeKind::name;
  node.text = expression;
  return node;
}

}  // namespace

Expected<Column> evaluate(std::string_view expression, const Table& table) {
  HR_TRY(const Node node, parse_value(expression, table));
  HR_TRY(Column column, Evaluator(expression, table).evaluate(node));
  HR_CHECK(std::visit([&](auto& values) { return spread(values, expression, table); }, column.values));
  return column;
}

Expected<stats::Vector> evaluate_numbers(std::string_view expression, const Table& table) {
  HR_TRY(const Node node, parse_value(expression, table));
  HR_TRY(stats::Vector values, Evaluator(expression, table).numbers(node));
  HR_CHECK(spread(values, expression, table));
  return values;
}

Expected<std::vector<std::size_t>> evaluate_condition(std::string_view expression, const Table& table) {
  HR_TRY(const stats::Vector truth, evaluate_numbers(expression, table));
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < truth.size(); ++i)
    if (!is_missing(truth[i]) && truth[i] != 0) rows.push_back(i);
  return rows;
}

}  // namespace hedgerow::data
