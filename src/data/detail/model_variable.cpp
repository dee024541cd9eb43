// Variables of a formula: values, and the columns that they contribute.
#include "data/detail/model_variable.hpp"

#include <fmt/core.h>

#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/missing.hpp"
#include "data/detail/arguments.hpp"
#include "data/detail/basis.hpp"

namespace hedgerow::data {
namespace {

using stats::Matrix;
using stats::Vector;

std::vector<std::string> counted_suffixes(std::size_t n) {
  std::vector<std::string> out(n);
  for (std::size_t j = 0; j < n && n > 1; ++j) out[j] = std::to_string(j + 1);
  return out;
}

/// A whole number in [low, high].
Expected<std::size_t> count_argument(const Evaluator& evaluator, const Node& node, double low, double high) {
  HR_TRY(const double value, scalar_argument(evaluator, node));
  if (!(value >= low && value <= high && value == std::floor(value)))
    return evaluator.error(node, fmt::format("{} is not a whole number from {} to {}", value, low, high));
  return static_cast<std::size_t>(value);
}

Expected<Vector> moderator(const Evaluator& evaluator, const Node& node) {
  HR_TRY(Vector x, evaluator.numbers(node));
  if (x.size() != evaluator.table().rows()) return evaluator.error(node, "a column is needed here");
  for (const double value : x)
    if (!is_missing(value)) return x;
  return evaluator.error(node, "all values are missing");
}

Expected<Matrix> polynomial(const Evaluator& evaluator, const Node& node) {
  constexpr double kMaxDegree = 50;
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "degree", "raw"}));
  HR_TRY(const Vector x, moderator(evaluator, *args[0]));
  std::size_t degree = 1;
  if (args[1] != nullptr) {
    HR_TRY(degree, count_argument(evaluator, *args[1], 1, kMaxDegree));
  }
  double raw = 0;
  if (args[2] != nullptr) {
    HR_TRY(raw, scalar_argument(evaluator, *args[2]));
  }
  if (raw != 0) return raw_polynomials(x, degree);
  auto out = orthogonal_polynomials(x, degree);
  if (!out) return evaluator.error(node, fmt::format("degree {} needs more than {} different values", degree, degree));
  return std::move(*out);
}

Expected<SplineKnots> boundary_knots(const Evaluator& evaluator, const Node* given, const Vector& x) {
  SplineKnots knots{{}, INFINITY, -INFINITY};
  Vector range = x;
  if (given != nullptr) {
    HR_TRY(range, evaluator.numbers(*given));
    if (range.size() != 2) return evaluator.error(*given, "Boundary.knots are two numbers");
  }
  for (const double value : range) {
    if (value < knots.low) knots.low = value;
    if (value > knots.high) knots.high = value;
  }
  return knots;
}

Expected<Matrix> spline(const Evaluator& evaluator, const Node& node) {
  constexpr double kMaxDf = 50;
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "df", "knots", "intercept", "Boundary.knots"}));
  HR_TRY(const Vector x, moderator(evaluator, *args[0]));
  double intercept = 0;
  if (args[3] != nullptr) {
    HR_TRY(intercept, scalar_argument(evaluator, *args[3]));
  }
  HR_TRY(SplineKnots knots, boundary_knots(evaluator, args[4], x));
  if (!(knots.low < knots.high)) return evaluator.error(node, "ns() needs two different values or more");
  if (args[2] != nullptr) {
    HR_TRY(knots.interior, evaluator.numbers(*args[2]));
    for (const double knot : knots.interior)
      if (!(knot > knots.low && knot < knots.high))
        return evaluator.error(*args[2],
                               fmt::format("knot {} does not lie inside {} to {}", knot, knots.low, knots.high));
  } else {
    const double least = intercept != 0 ? 2 : 1;
    std::size_t df = static_cast<std::size_t>(least);
    if (args[1] != nullptr) {
      HR_TRY(df, count_argument(evaluator, *args[1], least, kMaxDf));
    }
    knots = quantile_knots(x, df - static_cast<std::size_t>(least), knots.low, knots.high);
  }
  return natural_spline(x, knots, intercept != 0);
}

Checked check_finite(const Evaluator& evaluator, const Node& node, const Matrix& columns) {
  for (std::size_t i = 0; i < columns.rows(); ++i)
    for (const double value : columns.row(i))
      if (std::isinf(value)) {
        const Table& table = evaluator.table();
        return make_error(ErrorCode::input, fmt::format("{} is infinite in this row", deparse(node)),
                          fmt::format("{}:{}", table.source(), table.line(i)));
      }
  return {};
}

Expected<ModelVariable> basis_variable(const Evaluator& evaluator, const Node& node) {
  const bool is_polynomial = node.is_call("poly") || node.is_call("stats::poly");
  HR_TRY(Matrix columns, is_polynomial ? polynomial(evaluator, node) : spline(evaluator, node));
  HR_CHECK(check_finite(evaluator, node, columns));
  ModelVariable out;
  out.suffixes = counted_suffixes(columns.cols());
  out.columns = std::move(columns);
  return out;
}

ModelVariable factor_variable(const Column& column) {
  ModelVariable out;
  out.levels = levels_of(column);
  std::unordered_map<std::string_view, std::uint32_t> code;
  for (std::size_t l = 0; l < out.levels.size(); ++l) code[out.levels[l]] = static_cast<std::uint32_t>(l);
  const std::vector<std::string> texts = as_texts(column);
  out.codes.reserve(texts.size());
  for (const std::string& text : texts) {
    const auto found = code.find(text);
    out.codes.push_back(found == code.end() ? ModelVariable::kMissingLevel : found->second);
  }
  return out;
}

}  // namespace

std::size_t ModelVariable::width(bool contrasts) const {
  return is_factor() ? levels.size() - (contrasts ? 1 : 0) : columns.cols();
}

std::string ModelVariable::name(std::size_t c, bool contrasts) const {
  return label + (is_factor() ? levels[c + (contrasts ? 1 : 0)] : suffixes[c]);
}

double ModelVariable::value(std::size_t row, std::size_t c, bool contrasts) const {
  if (!is_factor()) return columns(row, c);
  if (codes[row] == kMissingLevel) return kMissing;
  return codes[row] == c + (contrasts ? 1 : 0) ? 1 : 0;
}

Expected<ModelVariable> model_variable(const Evaluator& evaluator, const Node& node) {
  ModelVariable out;
  if (is_basis_call(node)) {
    HR_TRY(out, basis_variable(evaluator, node));
  } else {
    HR_TRY(Column column, evaluator.evaluate(node));
    const std::size_t rows = evaluator.table().rows();
    if (length(column) != rows)
      return evaluator.error(
          node, fmt::format("'{}' has {} values, but the table has {} rows", deparse(node), length(column), rows));
    if (is_text(column) || column.logical) {
      out = factor_variable(column);
      if (out.levels.empty()) return evaluator.error(node, fmt::format("'{}' has no value in any row", deparse(node)));
    } else {
      const auto& values = std::get<Vector>(column.values);
      out.columns = Matrix(rows, 1);
      std::copy(values.begin(), values.end(), out.columns.data());
      out.suffixes = {""};
      HR_CHECK(check_finite(evaluator, node, out.columns));
    }
  }
  out.label = deparse(node);
  return out;
}

}  // namespace hedgerow::data
