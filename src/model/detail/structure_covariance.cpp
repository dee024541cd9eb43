#include "model/detail/structure_covariance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

bool has_distance(Structure s) {
  return is_spatial(s) || s == Structure::ar || s == Structure::har || s == Structure::car;
}

double distance_between(const Structured& term, std::size_t a, std::size_t b) {
  if (term.structure == Structure::ar || term.structure == Structure::har)
    return std::fabs(static_cast<double>(a) - static_cast<double>(b));
  double sum = 0;
  for (std::size_t j = 0; j < term.z.cols(); ++j) {
    const double difference = term.z(a, j) - term.z(b, j);
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

/// rho^d with 0^0 = 1; d is a whole number where rho may be negative.
double power(double rho, double d) { return d == 0 ? 1.0 : std::pow(rho, d); }

}  // namespace

StructureCovariance::StructureCovariance(const Structured& term)
    : structure_(term.structure),
      q_(term.levels.size()),
      tau2_count_(term.tau2_count()),
      rho_count_(term.rho_count()),
      per_level_(term.structure == Structure::hcs || term.structure == Structure::un ||
                 term.structure == Structure::diag || term.structure == Structure::har ||
                 term.structure == Structure::gen || term.structure == Structure::gdiag) {
  if (!has_distance(structure_)) return;
  distance_ = Matrix(q_, q_);
  smallest_ = std::numeric_limits<double>::infinity();
  largest_ = 0;
  for (std::size_t a = 0; a < q_; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double d = distance_between(term, a, b);
      distance_(a, b) = distance_(b, a) = d;
      if (d > 0) smallest_ = std::min(smallest_, d);
      largest_ = std::max(largest_, d);
    }
  }
  if (!(largest_ > 0)) smallest_ = largest_ = 1;
}

Vector StructureCovariance::distances() const {
  Vector out;
  for (std::size_t a = 0; a < distance_.rows(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (distance_(a, b) > 0) out.push_back(distance_(a, b));
  std::sort(out.begin(), out.end());
  return out;
}

double StructureCovariance::function(double d, double rho) const {
  const double u = d == 0 ? 0.0 : d / rho;
  switch (structure_) {
    case Structure::spexp:
      return std::exp(-u);
    case Structure::spgau:
      return std::exp(-u * u);
    case Structure::splin:
      return u < 1 ? 1 - u : 0.0;
    case Structure::sprat:
      return 1 / (1 + u * u);
    case Structure::spsph:
      return u < 1 ? 1 - 1.5 * u + 0.5 * u * u * u : 0.0;
    default:
      return power(rho, d);
  }
}

/// By rho: du/drho = -u / rho.
double StructureCovariance::derivative(double d, double rho) const {
  if (d == 0) return 0;
  const double u = d / rho;
  switch (structure_) {
    case Structure::spexp:
      return rho > 0 ? std::exp(-u) * u / rho : 0.0;
    case Structure::spgau:
      return rho > 0 ? std::exp(-u * u) * 2 * u * u / rho : 0.0;
    case Structure::splin:
      return u < 1 ? u / rho : 0.0;
    case Structure::sprat:
      return rho > 0 ? 2 * u * u / (rho * (1 + u * u) * (1 + u * u)) : 0.0;
    case Structure::spsph:
      return u < 1 ? (1.5 * u - 1.5 * u * u * u) / rho : 0.0;
    default:
      return d * power(rho, d - 1);
  }
}

Matrix StructureCovariance::correlation(std::span<const double> rho) const {
  Matrix r(q_, q_);
  for (std::size_t a = 0; a < q_; ++a) {
    r(a, a) = 1;
    for (std::size_t b = a + 1; b < q_; ++b) {
      double value = 0;
      if (structure_ == Structure::un || structure_ == Structure::gen)
        value = rho[pair(a, b)];
      else if (has_distance(structure_))
        value = function(distance_(a, b), rho[0]);
      else if (rho_count_ == 1)
        value = rho[0];
      r(a, b) = r(b, a) = value;
    }
  }
  return r;
}

Matrix StructureCovariance::correlation_derivative(std::span<const double> rho, std::size_t n) const {
  Matrix r(q_, q_);
  const bool free = structure_ == Structure::un || structure_ == Structure::gen;
  for (std::size_t a = 0; a < q_; ++a) {
    for (std::size_t b = a + 1; b < q_; ++b) {
      double value = 1;
      if (free)
        value = pair(a, b) == n ? 1 : 0;
      else if (has_distance(structure_))
        value = derivative(distance_(a, b), rho[0]);
      r(a, b) = r(b, a) = value;
    }
  }
  return r;
}

Matrix StructureCovariance::covariance(std::span<const double> tau2, std::span<const double> rho) const {
  HR_ASSERT(tau2.size() == tau2_count_ && rho.size() == rho_count_);
  Matrix g = correlation(rho);
  for (std::size_t a = 0; a < q_; ++a)
    for (std::size_t b = 0; b < q_; ++b)
      g(a, b) *= per_level_ ? (a == b ? tau2[a] : std::sqrt(tau2[a]) * std::sqrt(tau2[b])) : tau2[0];
  return g;
}

TermPoint StructureCovariance::point_by_sd(std::span<const double> sd, std::span<const double> rho) const {
  const Matrix r = correlation(rho);
  TermPoint out;
  out.g = r;
  for (std::size_t a = 0; a < q_; ++a)
    for (std::size_t b = 0; b < q_; ++b) out.g(a, b) *= sd[a] * sd[b];
  for (std::size_t a = 0; a < q_; ++a) {
    Matrix d(q_, q_);
    for (std::size_t b = 0; b < q_; ++b) d(a, b) = d(b, a) = r(a, b) * sd[b];
    d(a, a) = 2 * sd[a];
    out.dg.push_back(std::move(d));
  }
  for (std::size_t n = 0; n < rho_count_; ++n) {
    Matrix d = correlation_derivative(rho, n);
    for (std::size_t a = 0; a < q_; ++a)
      for (std::size_t b = 0; b < q_; ++b) d(a, b) *= sd[a] * sd[b];
    out.dg.push_back(std::move(d));
  }
  return out;
}

TermPoint StructureCovariance::point(std::span<const double> tau2, std::span<const double> rho) const {
  if (!per_level_) {
    TermPoint out;
    const Matrix r = correlation(rho);
    out.g = covariance(tau2, rho);
    out.dg.push_back(r);
    for (std::size_t n = 0; n < rho_count_; ++n) {
      Matrix d = correlation_derivative(rho, n);
      for (std::size_t a = 0; a < q_; ++a)
        for (std::size_t b = 0; b < q_; ++b) d(a, b) *= tau2[0];
      out.dg.push_back(std::move(d));
    }
    return out;
  }
  Vector sd(q_);
  for (std::size_t a = 0; a < q_; ++a) sd[a] = std::sqrt(tau2[a]);
  TermPoint out = point_by_sd(sd, rho);
  out.g = covariance(tau2, rho);
  for (std::size_t a = 0; a < q_; ++a) {
    for (std::size_t b = 0; b < q_; ++b) {
      if (b == a) continue;
      const double slope = sd[a] > 0 ? out.dg[a](a, b) / (2 * sd[a]) : 0.0;
      out.dg[a](a, b) = out.dg[a](b, a) = slope;
    }
    out.dg[a](a, a) = 1;
  }
  return out;
}

}  // namespace hedgerow::model
