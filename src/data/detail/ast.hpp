// Syntax trees of the expression and formula language (a part of R's), their parser and their canonical text.
//
// Operators are calls: a + b is {call, "+", {a, b}}; parentheses are kept as {call, "(", {a}}, because names of
// coefficients show them. Precedence as in R, from strong to weak:
//   ^ (from the right)   unary - +   :   %in% %%   * /   + -   comparisons   !   & &&   | ||   ~
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::data {

enum class NodeKind { number, text, name, call };

/// One node. `at` is the byte in the source where it begins (for an operator, where the operator stands).
struct Node {
  NodeKind kind = NodeKind::number;
  std::string text;               ///< name, content of a string, or the function or operator
  double number = 0;              ///< value of a number
  std::vector<Node> args;         ///< arguments of a call
  std::vector<std::string> tags;  ///< names of the arguments of a function call, empty where there is none
  std::size_t at = 0;

  bool is_call(std::string_view function) const { return kind == NodeKind::call && text == function; }
};

/// Parses the whole of `source`. Errors show the source with a caret.
Expected<Node> parse_expression(std::string_view source);

/// R's deparse: "I(year - 1990)", "poly(ablat, 2, raw = TRUE)".
std::string deparse(const Node& node);

/// An Error that quotes the source and points to byte `at`.
Error expression_error(std::string_view source, std::size_t at, const std::string& message);

}  // namespace hedgerow::data
