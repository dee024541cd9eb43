// Random-effects formulas with nested intercepts: ~ 1 | a/b/c.
#include <fmt/core.h>

#include "data/detail/ast.hpp"
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

}  // namespace

Expected<std::vector<std::string>> parse_random(std::string_view formula) {
  HR_TRY(const Node root, parse_expression(formula));
  if (!root.is_call("~") || root.args.size() != 1)
    return expression_error(formula, root.at, "random effects are written as ~ 1 | study/effect");
  const Node* bar = &root.args[0];
  while (bar->is_call("(")) bar = &bar->args[0];
  if (!bar->is_call("|"))
    return expression_error(formula, root.at, "'|' and a grouping column are missing, as in ~ 1 | study/effect");
  const Node& inner = bar->args[0];
  if (inner.kind != NodeKind::number || inner.number != 1) {
    Error error = expression_error(formula, inner.at, "left of | only 1 (a random intercept) is supported");
    error.code = ErrorCode::not_supported;
    return error;
  }
  std::vector<std::string> names;
  HR_CHECK(collect(formula, bar->args[1], names));
  return names;
}

}  // namespace hedgerow::data
