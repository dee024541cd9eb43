#include "infer/detail/directions.hpp"

#include <algorithm>

#include "stats/linalg.hpp"

namespace hedgerow::infer::detail {
namespace {

using stats::Matrix;
using stats::Vector;

/// K of the header.
Matrix coupling(const Sandwich& sandwich) {
  const std::size_t p = sandwich.p();
  const bool simple = sandwich.inverse_variance();
  Matrix k(simple ? p : 2 * p, simple ? p : 2 * p);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < p; ++j) {
      if (simple) {
        k(i, j) = -sandwich.bread()(i, j);
      } else {
        k(i, j) = sandwich.model_covariance()(i, j);
        k(i, p + j) = k(p + i, j) = -sandwich.bread()(i, j);
      }
    }
  return k;
}

/// out = a'g for a row-major p x p.
void transposed_times(std::span<const double> a, std::span<const double> g, double* out) {
  const std::size_t p = g.size();
  std::fill(out, out + p, 0.0);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < p; ++j) out[j] += a[i * p + j] * g[i];
}

}  // namespace

Directions::Directions(const Sandwich& sandwich, const Matrix& l)
    : clusters_(sandwich.n_clusters()), q_(l.rows()), r_(sandwich.p() * (sandwich.inverse_variance() ? 1 : 2)) {
  const std::size_t p = sandwich.p();
  const Matrix k = coupling(sandwich);
  const Matrix g = stats::multiply(stats::multiply(l, sandwich.basis()), sandwich.bread());
  u_.resize(clusters_ * q_ * r_);
  ku_.resize(u_.size());
  own_.resize(clusters_ * q_ * q_);
  shared_.resize(own_.size());
  n_.assign(q_ * q_, Matrix(r_, r_));
  omega_ = Matrix(q_, q_);
  Vector dg(p);
  for (std::size_t j = 0; j < clusters_; ++j) {
    for (std::size_t s = 0; s < q_; ++s) {
      double* at = u_.data() + (j * q_ + s) * r_;
      transposed_times(sandwich.b(j), g.row(s), at);
      if (r_ > p) transposed_times(sandwich.c(j), g.row(s), at + p);
      for (std::size_t i = 0; i < r_; ++i) ku_[(j * q_ + s) * r_ + i] = stats::dot(k.row(i), u(j, s));
      transposed_times(sandwich.d(j), g.row(s), dg.data());
      for (std::size_t t = 0; t < q_; ++t) own_[(j * q_ + s) * q_ + t] = stats::dot(dg, g.row(t));
    }
    for (std::size_t s = 0; s < q_; ++s)
      for (std::size_t t = 0; t < q_; ++t) {
        shared_[(j * q_ + s) * q_ + t] = stats::dot(u(j, s), ku(j, t));
        omega_(s, t) += own(j, s, t) + shared_[(j * q_ + s) * q_ + t];
        Matrix& n = n_[s * q_ + t];
        for (std::size_t a = 0; a < r_; ++a)
          for (std::size_t b = 0; b < r_; ++b) n(a, b) += ku(j, s)[a] * u(j, t)[b];
      }
  }
}

double Directions::pair_sum(std::size_t s, std::size_t t, std::size_t v, std::size_t w) const {
  double sum = 0;
  for (std::size_t j = 0; j < clusters_; ++j) {
    const double first = own(j, s, t), second = own(j, v, w);
    const std::size_t at = j * q_ * q_;
    sum += first * second + first * shared_[at + v * q_ + w] + second * shared_[at + s * q_ + t];
  }
  // sum_ij (u_s,i'K u_t,j)(u_v,i'K u_w,j) = tr(K N_sv K N_wt),  N_sv = sum_i u_s,i u_v,i'.
  const Matrix& a = n_[s * q_ + v];
  const Matrix& b = n_[w * q_ + t];
  for (std::size_t i = 0; i < r_; ++i)
    for (std::size_t j = 0; j < r_; ++j) sum += a(i, j) * b(j, i);
  return sum;
}

Matrix Directions::dense(std::size_t s) const {
  Matrix out(clusters_, clusters_);
  for (std::size_t i = 0; i < clusters_; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      out(i, j) = out(j, i) = stats::dot(u(i, s), ku(j, s)) + (i == j ? own(i, s, s) : 0.0);
  return out;
}

}  // namespace hedgerow::infer::detail
