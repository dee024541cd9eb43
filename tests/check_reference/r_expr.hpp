// R expressions: the small part of the language in which a reference corpus writes calls, options and formulas.
//
//   names (with dots), numbers, "texts", TRUE/FALSE, NA, NULL, calls f(a, b = c), operators with R's precedence,
//   formulas ~ x and y ~ x, x$name, pkg::name, x[i], parentheses, braces, assignment.
//
// An expression is a tree of calls, as in R itself: `a + b` is the call "+" of a and b. What the grammar does not cover
// (function definitions, control flow) is an Error, and the caller reports the step as one that no Job expresses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::check {

struct RExpr {
  enum class Kind { number, text, name, call };
  Kind kind = Kind::name;
  double number = 0;
  std::string text;                ///< name, text, or function of a call
  std::vector<RExpr> args;         ///< of a call
  std::vector<std::string> names;  ///< names of the arguments, "" where positional

  bool is_call(std::string_view function) const { return kind == Kind::call && text == function; }
  bool is_name(std::string_view name) const { return kind == Kind::name && text == name; }
  /// The argument with this name, or null.
  const RExpr* argument(std::string_view name) const;
  /// The positional arguments, in order.
  std::vector<const RExpr*> positional() const;
};

/// Parses one expression; the whole text has to be used.
Expected<RExpr> parse_r(std::string_view text);

/// The expression as text again, with spaces as R deparses ("~1 | a/b" becomes "~ 1 | a/b").
std::string to_text(const RExpr& expression);

}  // namespace hedgerow::check
