// Call: one call of a function of metafor, whether the corpus gives it as data (function, columns, options) or as R
// code.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "r_expr.hpp"

namespace hedgerow::check {

/// Arguments keep their order. A text may be a word ("REML") or an R expression written as text ("1/(vi + .1)"): which
/// of
/// the two is a matter of the argument, so the reader of the argument decides.
struct Call {
  std::string function;
  std::vector<std::pair<std::string, RExpr>> arguments;

  const RExpr* find(std::string_view name) const;
  /// The argument as a word: a text or a name.
  std::optional<std::string> word(std::string_view name) const;
  /// The argument as source: a text as it stands, an expression as text.
  std::optional<std::string> source(std::string_view name) const;
  /// The argument as an expression: a text is parsed. Null name if there is no such argument.
  Expected<std::optional<RExpr>> expression(std::string_view name) const;
};

/// From `{"fn": ..., "columns": {...}, "options": {...}}`.
Expected<Call> call_from_json(const nlohmann::json& step);

/// From R code such as rma(yi, vi, data = dat, method = "ML"); positional arguments get the names of the signature.
Expected<Call> call_from_r(const RExpr& expression);

}  // namespace hedgerow::check
