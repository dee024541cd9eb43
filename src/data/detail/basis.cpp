// Polynomial and spline bases.
//
// Orthogonal polynomials: Gram-Schmidt (twice, for the last digits) on 1, z, z q_1, z q_2, ... with z = x - mean(x),
// where q_j is the polynomial before: the powers themselves would be nearly parallel.
//
// B-splines of order 4 on the knots t: B_{i,1} = [t_i <= x < t_{i+1}],
//   B_{i,k}(x)  = (x - t_i) / (t_{i+k-1} - t_i) B_{i,k-1}(x) + (t_{i+k} - x) / (t_{i+k} - t_{i+1}) B_{i+1,k-1}(x)
//   B'_{i,k}(x) = (k - 1) (B_{i,k-1}(x) / (t_{i+k-1} - t_i) - B_{i+1,k-1}(x) / (t_{i+k} - t_{i+1})),   0/0 = 0.
// Source: deboor1978. Natural splines: C is the 2 x n matrix of second derivatives of the basis at the boundary knots,
// C' = Q R by Householder reflections with the sign of the pivot (as LINPACK); the basis is the columns of B Q from the
// third one on.
#include "data/detail/basis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::data {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::size_t kOrder = 4;

double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

/// Derivative number `derivative` of B_{i,order} at x.
double b_spline(const Vector& t, std::size_t i, std::size_t order, double x, int derivative) {
  if (order == 1) {
    const bool inside = t[i] <= x && x < t[i + 1];
    const bool last = x == t.back() && t[i] < t[i + 1] && t[i + 1] == t.back();
    return derivative == 0 && (inside || last) ? 1 : 0;
  }
  const double left = t[i + order - 1] - t[i];
  const double right = t[i + order] - t[i + 1];
  if (derivative > 0) {
    const double a = ratio(b_spline(t, i, order - 1, x, derivative - 1), left);
    const double b = ratio(b_spline(t, i + 1, order - 1, x, derivative - 1), right);
    return static_cast<double>(order - 1) * (a - b);
  }
  const double a = ratio(x - t[i], left) * b_spline(t, i, order - 1, x, 0);
  const double b = ratio(t[i + order] - x, right) * b_spline(t, i + 1, order - 1, x, 0);
  return a + b;
}

/// All basis functions (from `first` on) at x.
Vector b_splines(const Vector& t, std::size_t first, double x, int derivative) {
  Vector out;
  for (std::size_t i = first; i + kOrder < t.size(); ++i) out.push_back(b_spline(t, i, kOrder, x, derivative));
  return out;
}

/// The same as a function that is linear beyond the boundary knots.
Vector extended_b_splines(const Vector& t, std::size_t first, double x) {
  const double low = t.front();
  const double high = t.back();
  if (x >= low && x <= high) return b_splines(t, first, x, 0);
  const double pivot = x < low ? low : high;
  Vector value = b_splines(t, first, pivot, 0);
  const Vector slope = b_splines(t, first, pivot, 1);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] += (x - pivot) * slope[i];
  return value;
}

/// Householder reflections H_1, H_2 with H_2 H_1 C' upper triangular; H y = y - u u'y / u_pivot.
class Reflections {
 public:
  explicit Reflections(std::array<Vector, 2> columns) : u_(std::move(columns)) {
    for (std::size_t l = 0; l < u_.size(); ++l) {
      double norm = 0;
      for (std::size_t i = l; i < u_[l].size(); ++i) norm += u_[l][i] * u_[l][i];
      norm = std::copysign(std::sqrt(norm), u_[l][l]);
      for (std::size_t i = l; i < u_[l].size(); ++i) u_[l][i] = ratio(u_[l][i], norm);
      u_[l][l] += 1;
      for (std::size_t j = l + 1; j < u_.size(); ++j) reflect(l, u_[j]);
    }
  }

  void apply(Vector& y) const {
    for (std::size_t l = 0; l < u_.size(); ++l) reflect(l, y);
  }

 private:
  void reflect(std::size_t l, Vector& y) const {
    double sum = 0;
    for (std::size_t i = l; i < y.size(); ++i) sum += u_[l][i] * y[i];
    for (std::size_t i = l; i < y.size(); ++i) y[i] -= sum / u_[l][l] * u_[l][i];
  }

  std::array<Vector, 2> u_;
};

Vector observed(std::span<const double> x) {
  Vector out;
  std::copy_if(x.begin(), x.end(), std::back_inserter(out), [](double value) { return !is_missing(value); });
  return out;
}

double inner(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Columns q_0, ..., q_degree of unit length.
std::vector<Vector> orthonormal_columns(const Vector& z, std::size_t degree) {
  const double root = std::sqrt(static_cast<double>(z.size()));
  std::vector<Vector> q{Vector(z.size(), 1 / root)};
  for (std::size_t d = 1; d <= degree; ++d) {
    Vector next = z;
    for (std::size_t i = 0; i < next.size(); ++i) next[i] *= q.back()[i] * root;
    for (int pass = 0; pass < 2; ++pass)
      for (const Vector& earlier : q) {
        const double along = inner(next, earlier);
        for (std::size_t i = 0; i < next.size(); ++i) next[i] -= along * earlier[i];
      }
    const double length = std::sqrt(inner(next, next));
    for (double& value : next) value /= length;
    q.push_back(std::move(next));
  }
  return q;
}

}  // namespace

Matrix raw_polynomials(std::span<const double> x, std::size_t degree) {
  Matrix out(x.size(), degree);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t d = 0; d < degree; ++d) out(i, d) = std::pow(x[i], static_cast<double>(d + 1));
  return out;
}

std::optional<Matrix> orthogonal_polynomials(std::span<const double> x, std::size_t degree) {
  Vector z = observed(x);
  Vector sorted = z;
  std::sort(sorted.begin(), sorted.end());
  const auto different = static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
  if (different <= degree) return std::nullopt;
  double mean = 0;
  for (const double value : z) mean += value / static_cast<double>(z.size());
  for (double& value : z) value -= mean;
  const auto q = orthonormal_columns(z, degree);
  Matrix out(x.size(), degree, kMissing);
  std::size_t row = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_missing(x[i])) continue;
    for (std::size_t d = 0; d < degree; ++d) out(i, d) = q[d + 1][row];
    ++row;
  }
  return out;
}

SplineKnots quantile_knots(std::span<const double> x, std::size_t interior, double low, double high) {
  Vector inside;
  std::copy_if(x.begin(), x.end(), std::back_inserter(inside), [&](double v) { return v >= low && v <= high; });
  std::sort(inside.begin(), inside.end());
  SplineKnots knots{{}, low, high};
  for (std::size_t j = 1; j <= interior; ++j) {
    const double h =
        static_cast<double>(inside.size() - 1) * static_cast<double>(j) / static_cast<double>(interior + 1);
    const auto below = static_cast<std::size_t>(h);
    const std::size_t above = std::min(below + 1, inside.size() - 1);
    knots.interior.push_back(inside[below] + (h - static_cast<double>(below)) * (inside[above] - inside[below]));
  }
  return knots;
}

Matrix natural_spline(std::span<const double> x, const SplineKnots& knots, bool intercept) {
  Vector t(kOrder, knots.low);
  t.insert(t.end(), knots.interior.begin(), knots.interior.end());
  t.insert(t.end(), kOrder, knots.high);
  std::sort(t.begin(), t.end());
  const std::size_t first = intercept ? 0 : 1;
  const Reflections q({b_splines(t, first, knots.low, 2), b_splines(t, first, knots.high, 2)});
  Matrix out(x.size(), knots.interior.size() + 1 + (intercept ? 1 : 0), kMissing);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_missing(x[i])) continue;
    Vector row = extended_b_splines(t, first, x[i]);
    q.apply(row);
    std::copy(row.begin() + 2, row.end(), out.row(i).begin());
  }
  return out;
}

}  // namespace hedgerow::data
