#include "model/detail/projection.hpp"

#include <cmath>

namespace hedgerow::model {

Projection::Projection(const stats::Orthonormal& basis, std::span<const double> y)
    : basis_(basis),
      y_(y),
      k_(basis.rows),
      p_(basis.rank),
      w_(k_),
      e_(k_),
      m_(p_ * p_),
      beta_(p_),
      work_(p_ * p_),
      work2_(p_ * p_) {}

template <class Weight>
void Projection::gram(Weight d, stats::Vector& out) const {
  for (std::size_t a = 0; a < p_; ++a) {
    const double* qa = basis_.q.data() + a * k_;
    for (std::size_t b = 0; b <= a; ++b) {
      const double* qb = basis_.q.data() + b * k_;
      double sum = 0;
      for (std::size_t i = 0; i < k_; ++i) sum += d(i) * qa[i] * qb[i];
      out[a * p_ + b] = out[b * p_ + a] = sum;
    }
  }
}

double Projection::trace_of_product(const stats::Vector& a, const stats::Vector& b) const {
  double sum = 0;
  for (std::size_t i = 0; i < p_ * p_; ++i) sum += a[i] * b[i];
  return sum;
}

/// m_ = work_^-1 through its Cholesky factor; log_determinant_ = log |work_|.
bool Projection::invert() {
  stats::Vector& l = work_;
  log_determinant_ = 0;
  for (std::size_t j = 0; j < p_; ++j) {
    const double diagonal = l[j * p_ + j];
    double rest = diagonal;
    for (std::size_t c = 0; c < j; ++c) rest -= l[j * p_ + c] * l[j * p_ + c];
    if (!(rest > 1e-14 * diagonal) || !std::isfinite(rest)) return false;
    const double root = std::sqrt(rest);
    log_determinant_ += std::log(rest);
    l[j * p_ + j] = root;
    for (std::size_t i = j + 1; i < p_; ++i) {
      double sum = l[i * p_ + j];
      for (std::size_t c = 0; c < j; ++c) sum -= l[i * p_ + c] * l[j * p_ + c];
      l[i * p_ + j] = sum / root;
    }
  }
  // L^-1 into work2_, then m_ = L^-T L^-1.
  stats::Vector& inverse = work2_;
  for (std::size_t j = 0; j < p_; ++j) {
    for (std::size_t i = 0; i < j; ++i) inverse[i * p_ + j] = 0;
    inverse[j * p_ + j] = 1 / l[j * p_ + j];
    for (std::size_t i = j + 1; i < p_; ++i) {
      double sum = 0;
      for (std::size_t c = j; c < i; ++c) sum -= l[i * p_ + c] * inverse[c * p_ + j];
      inverse[i * p_ + j] = sum / l[i * p_ + i];
    }
  }
  for (std::size_t a = 0; a < p_; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0;
      for (std::size_t c = a; c < p_; ++c) sum += inverse[c * p_ + a] * inverse[c * p_ + b];
      m_[a * p_ + b] = m_[b * p_ + a] = sum;
    }
  return true;
}

bool Projection::set_weights(std::span<const double> w) {
  std::copy(w.begin(), w.end(), w_.begin());
  gram([this](std::size_t i) { return w_[i]; }, work_);
  if (!invert()) return false;
  for (std::size_t a = 0; a < p_; ++a) {
    const double* q = basis_.q.data() + a * k_;
    double sum = 0;
    for (std::size_t i = 0; i < k_; ++i) sum += w_[i] * q[i] * y_[i];
    work_[a] = sum;
  }
  for (std::size_t a = 0; a < p_; ++a) {
    beta_[a] = 0;
    for (std::size_t b = 0; b < p_; ++b) beta_[a] += m_[a * p_ + b] * work_[b];
  }
  std::copy(y_.begin(), y_.end(), e_.begin());
  for (std::size_t a = 0; a < p_; ++a) {
    const double* q = basis_.q.data() + a * k_;
    for (std::size_t i = 0; i < k_; ++i) e_[i] -= beta_[a] * q[i];
  }
  y_p_y_ = 0;
  for (std::size_t i = 0; i < k_; ++i) y_p_y_ += w_[i] * e_[i] * e_[i];
  return true;
}

bool Projection::set_tau2(std::span<const double> vi, double tau2) {
  for (std::size_t i = 0; i < k_; ++i) w_[i] = 1 / (vi[i] + tau2);
  return set_weights(w_);
}

double Projection::sum_weights() const {
  double sum = 0;
  for (const double w : w_) sum += w;
  return sum;
}

double Projection::sum_squared_weights() const {
  double sum = 0;
  for (const double w : w_) sum += w * w;
  return sum;
}

double Projection::y_pp_y() const {
  double sum = 0;
  for (std::size_t i = 0; i < k_; ++i) sum += w_[i] * w_[i] * e_[i] * e_[i];
  return sum;
}

double Projection::y_ppp_y() const {
  double sum = 0;
  for (std::size_t i = 0; i < k_; ++i) {
    const double u = w_[i] * e_[i];
    sum += w_[i] * u * u;
  }
  for (std::size_t a = 0; a < p_; ++a) {
    const double* q = basis_.q.data() + a * k_;
    double c = 0;
    for (std::size_t i = 0; i < k_; ++i) c += q[i] * w_[i] * w_[i] * e_[i];
    work_[a] = c;
  }
  for (std::size_t a = 0; a < p_; ++a)
    for (std::size_t b = 0; b < p_; ++b) sum -= work_[a] * m_[a * p_ + b] * work_[b];
  return sum;
}

template <class V, class U>
double Projection::trace_pvpu(V v, U u) const {
  double sum = 0;
  for (std::size_t i = 0; i < k_; ++i) sum += w_[i] * w_[i] * v(i) * u(i);
  gram([&](std::size_t i) { return w_[i] * w_[i] * w_[i] * v(i) * u(i); }, work_);
  sum -= 2 * trace_of_product(m_, work_);
  gram([&](std::size_t i) { return w_[i] * w_[i] * v(i); }, work_);
  gram([&](std::size_t i) { return w_[i] * w_[i] * u(i); }, work2_);
  // tr(M A M B) = sum over (a, b) of (M A)_ab (M B)_ba.
  for (std::size_t a = 0; a < p_; ++a)
    for (std::size_t b = 0; b < p_; ++b) {
      double left = 0;
      double right = 0;
      for (std::size_t c = 0; c < p_; ++c) {
        left += m_[a * p_ + c] * work_[c * p_ + b];
        right += m_[b * p_ + c] * work2_[c * p_ + a];
      }
      sum += left * right;
    }
  return sum;
}

double Projection::trace_pv(std::span<const double> v) const {
  double sum = 0;
  for (std::size_t i = 0; i < k_; ++i) sum += w_[i] * v[i];
  gram([&](std::size_t i) { return w_[i] * w_[i] * v[i]; }, work_);
  return sum - trace_of_product(m_, work_);
}

double Projection::trace_p() const {
  gram([this](std::size_t i) { return w_[i] * w_[i]; }, work_);
  return sum_weights() - trace_of_product(m_, work_);
}

namespace {
constexpr auto one = [](std::size_t) { return 1.0; };
}

double Projection::trace_pp() const { return trace_pvpu(one, one); }

double Projection::trace_pvp(std::span<const double> v) const {
  return trace_pvpu([v](std::size_t i) { return v[i]; }, one);
}

double Projection::trace_pvpv(std::span<const double> v) const {
  const auto at = [v](std::size_t i) { return v[i]; };
  return trace_pvpu(at, at);
}

}  // namespace hedgerow::model
