// The algebra of model formulas: which variables and which products of them a formula means.
//
//   a + b   union            a:b   product            a*b = a + b + a:b
//   a - b   difference       a/b = a + a:b            (a + b)^2 = a + b + a:b
//   1, 0    with, without intercept; - 1 and + 0 and 0 + mean the same
//
// As in R, terms are ordered by their number of variables, then by appearance (Wilkinson and Rogers 1973).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/detail/ast.hpp"

namespace hedgerow::data {

/// A set of variables, one bit each.
using TermBits = std::uint64_t;

struct Terms {
  std::vector<Node> variables;  ///< in order of appearance
  std::vector<TermBits> terms;  ///< without the intercept
  bool intercept = true;
};

/// Terms of a one-sided formula ("~ a * b - 1"). Errors point into `formula`.
Expected<Terms> formula_terms(std::string_view formula);

/// R's label: the variables of the term in order of appearance, "a:b".
std::string term_label(const Terms& terms, TermBits term);

/// Whether variable `v` of term number `t` is coded by contrasts (else by one column per level). R's rule: contrasts if
/// the term without v is contained in an earlier term (the empty one always is); in a model without intercept the first
/// factor of the first term with factors is coded in full. `is_factor` is per variable.
bool coded_by_contrasts(const Terms& terms, const std::vector<bool>& is_factor, std::size_t t, std::size_t v);

}  // namespace hedgerow::data
