#include "model/working_model.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Per study diag(d) + a J.
struct Component {
  Vector d;  ///< k
  Vector a;  ///< studies
};

/// Weighted least squares and the sums that expectations of quadratic forms need.
class Moments {
 public:
  static Expected<Moments> create(const Data& data, std::span<const std::uint32_t> study, Vector w) {
    Moments out(data, study, std::move(w));
    Matrix xtwx(data.p(), data.p());
    Vector xtwy(data.p(), 0.0);
    for (std::size_t i = 0; i < data.k(); ++i) {
      add_outer(xtwx, data.x.row(i), data.x.row(i), out.w_[i]);
      for (std::size_t c = 0; c < data.p(); ++c) xtwy[c] += out.w_[i] * data.x(i, c) * data.yi[i];
    }
    const auto factor = stats::Cholesky::create(xtwx);
    if (!factor) return make_error(ErrorCode::not_defined, "X'WX is singular: a coefficient is not identified");
    out.m_ = factor->inverse();
    const Vector beta = factor->solve(xtwy);
    for (std::size_t i = 0; i < data.k(); ++i) out.e_.push_back(data.yi[i] - stats::dot(data.x.row(i), beta));
    return out;
  }

  /// e'We.
  double weighted() const {
    double sum = 0;
    for (std::size_t i = 0; i < e_.size(); ++i) sum += w_[i] * e_[i] * e_[i];
    return sum;
  }
  /// e'Je.
  double blocks() const {
    Vector sums(studies_, 0.0);
    for (std::size_t i = 0; i < e_.size(); ++i) sums[study_[i]] += e_[i];
    return stats::dot(sums, sums);
  }
  /// Expectation of e'We for Var(y) = component.
  double expected_weighted(const Component& c) const {
    double own = 0;
    for (std::size_t i = 0; i < e_.size(); ++i) own += w_[i] * (c.d[i] + c.a[study_[i]]);
    return own - stats::trace(stats::multiply(m_, spread(c)));
  }
  /// Expectation of e'Je.
  double expected_blocks(const Component& c) const {
    const std::size_t p = m_.rows();
    Matrix ones(studies_, p), mixed(studies_, p);
    Vector size(studies_, 0.0);
    for (std::size_t i = 0; i < e_.size(); ++i) size[study_[i]] += 1;
    double own = 0;
    for (std::size_t i = 0; i < e_.size(); ++i) {
      const std::uint32_t j = study_[i];
      own += c.d[i] + c.a[j] * size[j];
      for (std::size_t r = 0; r < p; ++r) {
        ones(j, r) += data_->x(i, r);
        mixed(j, r) += w_[i] * (c.d[i] + c.a[j] * size[j]) * data_->x(i, r);
      }
    }
    Matrix xjx(p, p), xwsjx(p, p);
    for (std::size_t j = 0; j < studies_; ++j) {
      add_outer(xjx, ones.row(j), ones.row(j), 1);
      add_outer(xwsjx, mixed.row(j), ones.row(j), 1);
    }
    const Matrix both = stats::multiply(stats::multiply(m_, xjx), stats::multiply(m_, spread(c)));
    return own - 2 * stats::trace(stats::multiply(m_, xwsjx)) + stats::trace(both);
  }

 private:
  Moments(const Data& data, std::span<const std::uint32_t> study, Vector w)
      : data_(&data), study_(study), w_(std::move(w)) {
    for (const std::uint32_t j : study_) studies_ = std::max<std::size_t>(studies_, j + std::size_t{1});
  }

  static void add_outer(Matrix& sum, std::span<const double> a, std::span<const double> b, double factor) {
    for (std::size_t r = 0; r < a.size(); ++r)
      for (std::size_t c = 0; c < b.size(); ++c) sum(r, c) += factor * a[r] * b[c];
  }
  /// X'W S W X.
  Matrix spread(const Component& c) const {
    const std::size_t p = m_.rows();
    Matrix out(p, p), sums(studies_, p);
    for (std::size_t i = 0; i < e_.size(); ++i) {
      add_outer(out, data_->x.row(i), data_->x.row(i), w_[i] * w_[i] * c.d[i]);
      for (std::size_t r = 0; r < p; ++r) sums(study_[i], r) += w_[i] * data_->x(i, r);
    }
    for (std::size_t j = 0; j < studies_; ++j) add_outer(out, sums.row(j), sums.row(j), c.a[j]);
    return out;
  }

  const Data* data_;
  std::span<const std::uint32_t> study_;
  Vector w_, e_;
  Matrix m_;
  std::size_t studies_ = 0;
};

Expected<std::size_t> checked_studies(const Data& data, std::span<const std::uint32_t> study) {
  HR_ASSERT(study.size() == data.k());
  const std::size_t studies = study.empty() ? 0 : *std::ranges::max_element(study) + std::size_t{1};
  if (studies <= data.p())
    return make_error(
        ErrorCode::not_defined,
        fmt::format("{} studies for {} coefficients leave nothing to estimate tau2 from", studies, data.p()));
  for (const double v : data.vi)
    if (!(v > 0)) return make_error(ErrorCode::not_defined, "an effect with variance 0 has no working weight");
  return studies;
}

}  // namespace

Expected<WorkingVariances> correlated_effects(const Data& data, std::span<const std::uint32_t> study, double rho) {
  if (!(rho >= 0 && rho <= 1))
    return make_error(ErrorCode::usage, fmt::format("rho is {}: it lies between 0 and 1 for correlated effects", rho));
  HR_TRY(const std::size_t studies, checked_studies(data, study));
  const std::size_t k = data.k();
  Vector size(studies, 0.0), mean(studies, 0.0);
  for (std::size_t i = 0; i < k; ++i) size[study[i]] += 1;
  for (std::size_t i = 0; i < k; ++i) mean[study[i]] += data.vi[i] / size[study[i]];
  Vector w(k);
  Component errors{Vector(k), Vector(studies)};
  for (std::size_t i = 0; i < k; ++i) {
    w[i] = 1 / (size[study[i]] * mean[study[i]]);
    errors.d[i] = (1 - rho) * mean[study[i]];
  }
  for (std::size_t j = 0; j < studies; ++j) errors.a[j] = rho * mean[j];
  HR_TRY(const Moments moments, Moments::create(data, study, std::move(w)));
  const Component between{Vector(k, 0.0), Vector(studies, 1.0)};
  WorkingVariances out;
  out.tau2 =
      std::max(0.0, (moments.weighted() - moments.expected_weighted(errors)) / moments.expected_weighted(between));
  for (std::size_t i = 0; i < k; ++i) out.values.push_back(size[study[i]] * (mean[study[i]] + out.tau2));
  return out;
}

Expected<WorkingVariances> hierarchical_effects(const Data& data, std::span<const std::uint32_t> study) {
  HR_TRY(const std::size_t studies, checked_studies(data, study));
  const std::size_t k = data.k();
  if (studies == k)
    return make_error(ErrorCode::not_defined, "hierarchical effects need a study with two effects or more");
  Vector w(k);
  for (std::size_t i = 0; i < k; ++i) w[i] = 1 / data.vi[i];
  HR_TRY(const Moments moments, Moments::create(data, study, std::move(w)));
  const Component errors{data.vi, Vector(studies, 0.0)};
  const Component within{Vector(k, 1.0), Vector(studies, 0.0)};
  const Component between{Vector(k, 0.0), Vector(studies, 1.0)};
  const double q = moments.weighted() - moments.expected_weighted(errors);
  const double q_j = moments.blocks() - moments.expected_blocks(errors);
  const double a = moments.expected_weighted(between), b = moments.expected_weighted(within);
  const double a_j = moments.expected_blocks(between), b_j = moments.expected_blocks(within);
  WorkingVariances out;
  out.omega2 = std::max(0.0, (q * a_j - q_j * a) / (b * a_j - b_j * a));
  out.tau2 = std::max(0.0, (q - b * out.omega2) / a);
  for (std::size_t i = 0; i < k; ++i) out.values.push_back(data.vi[i] + out.tau2 + out.omega2);
  return out;
}

}  // namespace hedgerow::model
