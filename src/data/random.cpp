// Random-effects formulas: ~ 1 | a/b/c and ~ inner | outer.
#include "data/random.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "data/detail/ast.hpp"
#include "data/detail/evaluator.hpp"
#include "data/formula.hpp"

namespace hedgerow::data {
namespace {

/// Names of a/b/c from left to right; the tree leans to the left.
Checked collect(std::string_view formula, const Node& node, std::vector<std::string>& names) {
  if (node.is_call("(")) return collect(formula, node.args[0], names);
  if (node.is_call("/")) {
    HR_CHECK(collect(formula, node.args[0], names));
    return collect(formula, node.args[1], names);
  }
  if (node.kind != NodeKind::name)
    return expression_error(formula, node.at, "only names of columns stand right of |, as in ~ 1 | study/effect");
  for (const std::string& name : names)
    if (name == node.text) return expression_error(formula, node.at, fmt::format("'{}' is named twice", name));
  names.push_back(node.text);
  return {};
}

/// The expressions of a + b + c, each as R writes it.
void summands(const Node& node, std::vector<std::string>& out) {
  if (node.is_call("+") && node.args.size() == 2) {
    summands(node.args[0], out);
    summands(node.args[1], out);
  } else {
    out.push_back(deparse(node));
  }
}

Error row_error(const Table& table, std::size_t row, const std::string& message) {
  return make_error(ErrorCode::input, message, fmt::format("{}:{}", table.source(), table.line(row)));
}

}  // namespace

std::string RandomFormula::inner_text() const { return join(inner, " + "); }

Expected<RandomFormula> parse_random_formula(std::string_view formula) {
  HR_TRY(const Node root, parse_expression(formula));
  if (!root.is_call("~") || root.args.size() != 1)
    return expression_error(formula, root.at, "random effects are written as ~ 1 | study/effect or ~ inner | outer");
  const Node* bar = &root.args[0];
  while (bar->is_call("(")) bar = &bar->args[0];
  if (!bar->is_call("|"))
    return expression_error(formula, root.at, "'|' and a grouping column are missing, as in ~ 1 | study/effect");
  const Node& inner = bar->args[0];
  std::vector<std::string> names;
  HR_CHECK(collect(formula, bar->args[1], names));
  RandomFormula out;
  if (inner.kind == NodeKind::number && inner.number == 1) {
    out.nested = std::move(names);
    return out;
  }
  if (names.size() > 1)
    return expression_error(formula, bar->args[1].at,
                            fmt::format("one grouping column stands right of | in ~ {} | outer", deparse(inner)));
  summands(inner, out.inner);
  out.outer = names.front();
  return out;
}

Expected<std::vector<std::string>> parse_random(std::string_view formula) {
  HR_TRY(RandomFormula parsed, parse_random_formula(formula));
  if (parsed.is_structured())
    return make_error(ErrorCode::not_supported,
                      fmt::format("'{}' has an inner variable; here random intercepts ~ 1 | a/b are needed", formula));
  return std::move(parsed.nested);
}

Expected<Factor> factor_levels(std::string_view expression, const Table& table) {
  HR_TRY(const Node node, parse_expression(expression));
  HR_TRY(const Column column, Evaluator(expression, table).factor(node));
  const std::vector<std::string> texts = as_texts(column);
  if (texts.size() != table.rows())
    return expression_error(expression, node.at,
                            fmt::format("gives {} values for {} rows", texts.size(), table.rows()));
  constexpr auto none = std::numeric_limits<std::uint32_t>::max();
  const std::vector<std::string>& levels = column.levels;
  std::vector<std::uint32_t> order(levels.size());
  for (std::uint32_t l = 0; l < order.size(); ++l) order[l] = l;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return levels[a] < levels[b]; });
  Factor out;
  std::vector<bool> used(levels.size(), false);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto at = std::lower_bound(order.begin(), order.end(), texts[i],
                                     [&](std::uint32_t l, const std::string& text) { return levels[l] < text; });
    if (texts[i].empty() || at == order.end() || levels[*at] != texts[i])
      return row_error(table, i,
                       fmt::format("'{}' is missing, but it is the inner variable of random effects, so each "
                                   "row needs a value",
                                   expression));
    used[*at] = true;
    out.codes.push_back(*at);
  }
  std::vector<std::uint32_t> renumbered(levels.size(), none);
  for (std::size_t l = 0; l < levels.size(); ++l) {
    if (!used[l]) continue;
    renumbered[l] = static_cast<std::uint32_t>(out.levels.size());
    out.levels.push_back(levels[l]);
  }
  for (std::uint32_t& code : out.codes) code = renumbered[code];
  return out;
}

Expected<stats::Matrix> complete_numbers(const std::vector<std::string>& expressions, const Table& table) {
  stats::Matrix out(table.rows(), expressions.size());
  for (std::size_t j = 0; j < expressions.size(); ++j) {
    HR_TRY(const stats::Vector values, evaluate_numbers(expressions[j], table));
    if (values.size() != table.rows())
      return make_error(ErrorCode::usage,
                        fmt::format("'{}' gives {} values for {} rows", expressions[j], values.size(), table.rows()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i]))
        return row_error(table, i,
                         fmt::format("'{}' is missing or infinite, but it is the inner variable of random "
                                     "effects, so each row needs a number",
                                     expressions[j]));
      out(i, j) = values[i];
    }
  }
  return out;
}

}  // namespace hedgerow::data
