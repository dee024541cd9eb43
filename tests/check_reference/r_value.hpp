// Values of R expressions that hold no data: numbers, vectors and matrices written out in a call.
#pragma once

#include "base/expected.hpp"
#include "r_expr.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::check {

/// Numbers in R's order (by columns), with a shape if the expression made a matrix. NA is NaN.
struct RValue {
  stats::Vector numbers;
  std::size_t rows = 0;  ///< 0 for a vector

  bool is_matrix() const { return rows > 0; }
  std::size_t cols() const { return rows > 0 ? numbers.size() / rows : 1; }
};

/// Evaluates c(), rbind(), cbind(), diag(), rep(), seq_len(), a:b, signs and arithmetic of single numbers.
/// Names and other functions are an Error of kind not_supported: the value depends on data.
Expected<RValue> evaluate_r(const RExpr& expression);

/// A matrix value, or a vector as one row.
stats::Matrix as_rows(const RValue& value);

}  // namespace hedgerow::check
