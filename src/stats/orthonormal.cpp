#include "stats/orthonormal.hpp"

#include <cmath>

#include "base/error.hpp"

namespace hedgerow::stats {
namespace {

double inner(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Length of the column about its mean.
double spread(std::span<const double> a) {
  double mean = 0;
  for (const double value : a) mean += value;
  mean /= static_cast<double>(a.size());
  double sum = 0;
  for (const double value : a) sum += (value - mean) * (value - mean);
  return std::sqrt(sum);
}

bool is_constant(std::span<const double> a) {
  for (const double value : a)
    if (value != a[0]) return false;
  return true;
}

}  // namespace

Orthonormal orthonormalise(const Matrix& x, double tolerance) {
  Orthonormal out;
  out.rows = x.rows();
  out.r = Matrix(x.cols(), x.cols());
  out.q.reserve(x.rows() * x.cols());
  Vector column(x.rows());
  bool has_constant = false;
  for (std::size_t j = 0; j < x.cols(); ++j) {
    for (std::size_t i = 0; i < x.rows(); ++i) column[i] = x(i, j);
    const double length = std::sqrt(inner(column, column));
    const bool constant = is_constant(column);
    const double scale = has_constant && !constant ? spread(column) : length;
    // Twice, because one pass of Gram-Schmidt loses orthogonality when columns are nearly parallel.
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t b = 0; b < out.rank; ++b) {
        const auto q = out.column(b);
        const double coordinate = inner(q, column);
        out.r(b, j) += coordinate;
        for (std::size_t i = 0; i < column.size(); ++i) column[i] -= coordinate * q[i];
      }
    }
    const double rest = std::sqrt(inner(column, column));
    if (!(rest > tolerance * scale && rest > 1e-10 * length)) {
      out.dependent.push_back(j);
      continue;
    }
    out.r(out.rank, j) = rest;
    for (const double value : column) out.q.push_back(value / rest);
    out.kept.push_back(j);
    out.log_det_xtx += 2 * std::log(rest);
    has_constant = has_constant || constant;
    ++out.rank;
  }
  return out;
}

std::vector<std::size_t> depends_on(const Orthonormal& basis, std::size_t j) {
  HR_ASSERT(j < basis.r.cols());
  std::vector<std::size_t> out;
  Vector coefficient(basis.rank);
  double length = 0;
  for (std::size_t b = 0; b < basis.rank; ++b) length += basis.r(b, j) * basis.r(b, j);
  for (std::size_t b = basis.rank; b-- > 0;) {
    double sum = basis.r(b, j);
    for (std::size_t c = b + 1; c < basis.rank; ++c) sum -= basis.r(b, basis.kept[c]) * coefficient[c];
    coefficient[b] = sum / basis.r(b, basis.kept[b]);
  }
  for (std::size_t b = 0; b < basis.rank; ++b) {
    double kept_length = 0;
    for (std::size_t c = 0; c <= b; ++c) kept_length += basis.r(c, basis.kept[b]) * basis.r(c, basis.kept[b]);
    if (coefficient[b] * coefficient[b] * kept_length > 1e-12 * length) out.push_back(basis.kept[b]);
  }
  return out;
}

}  // namespace hedgerow::stats
