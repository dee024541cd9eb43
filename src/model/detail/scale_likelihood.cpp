#include "model/detail/scale_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Beyond this exponent the variance is not a number any more; no likelihood has its top there.
constexpr double largest_eta = 300;

Vector centred(const Data& data) {
  if (!data.intercept) return data.yi;
  const double mean = std::accumulate(data.yi.begin(), data.yi.end(), 0.0) / static_cast<double>(data.k());
  Vector out(data.yi);
  for (double& y : out) y -= mean;
  return out;
}

/// Lower triangle L of A = LL' in place, row-major n x n; false if A is not positive definite.
bool factorise(Vector& a, std::size_t n, double& log_determinant) {
  log_determinant = 0;
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = a[j * n + j];
    const double before = pivot;
    for (std::size_t m = 0; m < j; ++m) pivot -= a[j * n + m] * a[j * n + m];
    if (!(pivot > 1e-14 * before)) return false;
    const double root = std::sqrt(pivot);
    a[j * n + j] = root;
    log_determinant += 2 * std::log(root);
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t m = 0; m < j; ++m) sum -= a[i * n + m] * a[j * n + m];
      a[i * n + j] = sum / root;
    }
  }
  return true;
}

void forward(const Vector& l, std::size_t n, double* b) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t m = 0; m < i; ++m) b[i] -= l[i * n + m] * b[m];
    b[i] /= l[i * n + i];
  }
}

}  // namespace

ScaleLikelihood::ScaleLikelihood(const Problem& problem)
    : data_(problem.data()),
      spec_(std::get<LocationScale>(problem.spec())),
      basis_(stats::orthonormalise(data_.x)),
      y_(centred(data_)),
      tau2_(data_.k()),
      w_(data_.k()),
      g_(data_.k() * basis_.rank),
      u_(data_.k()) {}

bool ScaleLikelihood::move_to(const Vector& eta) {
  sum_log_d_ = 0;
  for (std::size_t i = 0; i < data_.k(); ++i) {
    const bool log_link = spec_.link == LocationScale::Link::log;
    if (!std::isfinite(eta[i]) || eta[i] > (log_link ? largest_eta : 1e300)) return false;
    tau2_[i] = log_link ? std::exp(eta[i]) : eta[i];
    const double d = data_.vi[i] + tau2_[i];
    if (tau2_[i] < 0 || !(d > 0)) return false;
    w_[i] = 1 / d;
    sum_log_d_ += std::log(d);
  }
  return project();
}

bool ScaleLikelihood::project() {
  const std::size_t n = basis_.rank, k = data_.k();
  Vector gram(n * n, 0.0), right(n, 0.0);
  for (std::size_t a = 0; a < n; ++a) {
    const auto qa = basis_.column(a);
    for (std::size_t i = 0; i < k; ++i) right[a] += w_[i] * qa[i] * y_[i];
    for (std::size_t b = 0; b <= a; ++b) {
      const auto qb = basis_.column(b);
      double sum = 0;
      for (std::size_t i = 0; i < k; ++i) sum += w_[i] * qa[i] * qb[i];
      gram[a * n + b] = gram[b * n + a] = sum;
    }
  }
  if (!factorise(gram, n, log_det_)) return false;
  forward(gram, n, right.data());
  // P y = w (y - Q b) with Q b = (L^-1 q)'(L^-1 Q'W y).
  rss_ = 0;
  for (std::size_t i = 0; i < k; ++i) {
    double* row = g_.data() + i * n;
    for (std::size_t a = 0; a < n; ++a) row[a] = basis_.column(a)[i];
    forward(gram, n, row);
    double fitted = 0;
    for (std::size_t a = 0; a < n; ++a) fitted += row[a] * right[a];
    const double residual = y_[i] - fitted;
    u_[i] = w_[i] * residual;
    rss_ += u_[i] * residual;
    for (std::size_t a = 0; a < n; ++a) row[a] *= w_[i];
  }
  return std::isfinite(rss_);
}

Matrix ScaleLikelihood::information(const Matrix& t) const {
  const bool reml = spec_.likelihood == Likelihood::reml;
  const std::size_t n = reml ? basis_.rank : 0, q = t.cols(), k = data_.k();
  Matrix out(q, q);
  Vector m(n * n * q, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    double size = 0;
    for (std::size_t a = 0; a < n; ++a) size += g(i)[a] * g(i)[a];
    const double own = w_[i] * w_[i] - 2 * w_[i] * size;
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t b = 0; b < q; ++b) out(a, b) += own * t(i, a) * t(i, b);
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t c = 0; c < q; ++c) m[(a * n + b) * q + c] += g(i)[a] * g(i)[b] * t(i, c);
  }
  for (std::size_t ab = 0; ab < n * n; ++ab)
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t b = 0; b < q; ++b) out(a, b) += m[ab * q + a] * m[ab * q + b];
  return out;
}

void ScaleLikelihood::derivatives(const Matrix& z, Curvature& out) const {
  const bool log_link = spec_.link == LocationScale::Link::log;
  const bool reml = spec_.likelihood == Likelihood::reml;
  const std::size_t n = basis_.rank, q = z.cols(), k = data_.k();
  Matrix t(k, q), gtu(n, q);
  out.score.assign(q, 0.0);
  out.observed = Matrix(q, q);
  for (std::size_t i = 0; i < k; ++i) {
    double size = 0;
    for (std::size_t a = 0; a < n; ++a) size += g(i)[a] * g(i)[a];
    const double s = 0.5 * (u_[i] * u_[i] - (reml ? w_[i] - size : w_[i]));
    const double slope = log_link ? tau2_[i] : 1.0;
    const double bend = log_link ? tau2_[i] * s : 0.0;
    for (std::size_t a = 0; a < q; ++a) {
      t(i, a) = slope * z(i, a);
      out.score[a] += s * slope * z(i, a);
      for (std::size_t m = 0; m < n; ++m) gtu(m, a) += g(i)[m] * t(i, a) * u_[i];
      for (std::size_t b = 0; b <= a; ++b) {
        out.observed(a, b) += w_[i] * u_[i] * u_[i] * t(i, a) * t(i, b) - bend * z(i, a) * z(i, b);
      }
    }
  }
  const Matrix products = information(t);
  out.expected = Matrix(q, q);
  for (std::size_t a = 0; a < q; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      for (std::size_t m = 0; m < n; ++m) out.observed(a, b) -= gtu(m, a) * gtu(m, b);
      out.observed(a, b) -= 0.5 * products(a, b);
      out.observed(b, a) = out.observed(a, b);
      out.expected(a, b) = out.expected(b, a) = 0.5 * products(a, b);
    }
  }
}

Curvature ScaleLikelihood::at(const Vector& eta, const Matrix& z) {
  Curvature out;
  if (!move_to(eta)) return out;
  const bool reml = spec_.likelihood == Likelihood::reml;
  out.value = -0.5 * (sum_log_d_ + rss_ + (reml ? log_det_ : 0));
  out.finite = std::isfinite(out.value);
  derivatives(z, out);
  return out;
}

ScaleLikelihood::Values ScaleLikelihood::values() const {
  const auto k = static_cast<double>(data_.k());
  const auto n = static_cast<double>(basis_.rank);
  const double log_2pi = std::log(2 * std::numbers::pi);
  // log |X'WX| - log |X'X| is log |Q'WQ|, whatever the basis.
  return {-0.5 * (k * log_2pi + sum_log_d_ + rss_), -0.5 * ((k - n) * log_2pi + sum_log_d_ + log_det_ + rss_), rss_};
}

bool ScaleLikelihood::location(Vector& beta, Matrix& vb) const {
  const auto solution = stats::weighted_least_squares(data_.x, data_.yi, w_);
  if (!solution) return false;
  beta = solution->beta;
  vb = solution->xtwx_inv;
  return true;
}

}  // namespace hedgerow::model
