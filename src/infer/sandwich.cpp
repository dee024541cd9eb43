#include "infer/sandwich.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "infer/detail/clusters.hpp"
#include "stats/factors.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using detail::ClusterBlock;
using detail::ClusterReader;
using stats::Matrix;
using stats::Vector;
using Rows = std::vector<std::vector<std::size_t>>;

/// a'b for a of m x p and b of m x q.
Matrix cross(const Matrix& a, const Matrix& b) {
  Matrix out(a.cols(), b.cols());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t r = 0; r < a.cols(); ++r)
      for (std::size_t c = 0; c < b.cols(); ++c) out(r, c) += a(i, r) * b(i, c);
  return out;
}

/// a'v.
Vector cross(const Matrix& a, const Vector& v) {
  Vector out(a.cols(), 0.0);
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t r = 0; r < a.cols(); ++r) out[r] += a(i, r) * v[i];
  return out;
}

/// L'a for a lower triangular L.
Matrix transposed_times(const Matrix& lower, const Matrix& a) {
  Matrix out(a.rows(), a.cols());
  for (std::size_t k = 0; k < a.rows(); ++k)
    for (std::size_t i = 0; i <= k; ++i)
      for (std::size_t c = 0; c < a.cols(); ++c) out(i, c) += lower(k, i) * a(k, c);
  return out;
}

/// L a.
Matrix lower_times(const Matrix& lower, const Matrix& a) {
  Matrix out(a.rows(), a.cols());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t k = 0; k <= i; ++k)
      for (std::size_t c = 0; c < a.cols(); ++c) out(i, c) += lower(i, k) * a(k, c);
  return out;
}

void add(Matrix& sum, const Matrix& term, double factor = 1) {
  for (std::size_t i = 0; i < sum.rows(); ++i)
    for (std::size_t j = 0; j < sum.cols(); ++j) sum(i, j) += factor * term(i, j);
}

/// B_j, C_j, D_j and X_j'W_j A_j e_j of one cluster.
struct Pieces {
  Matrix b, c, d;
  Vector score;
};

double scale_factor(Adjustment adjustment, double m, double n, double p) {
  if (adjustment == Adjustment::cr1) return m / (m - 1);
  if (adjustment == Adjustment::cr1p) return m / (m - p);
  if (adjustment == Adjustment::cr1s) return m * (n - 1) / ((m - 1) * (n - p));
  return 1;
}

}  // namespace

/// Goes over the clusters twice: once for X'WX, once for the pieces, which need its inverse.
class SandwichMaker {
 public:
  SandwichMaker(const model::Fit& fit, const RobustOptions& options, const ClusterReader& reader, Rows rows)
      : fit_(fit), reader_(reader), rows_(std::move(rows)) {
    out_.options_ = options;
    out_.inverse_variance_ = reader.inverse_variance();
    out_.n_clusters_ = rows_.size();
  }

  Expected<Sandwich> make() {
    HR_CHECK(make_bread());
    const std::size_t p = fit_.p();
    for (Vector* all : {&out_.b_, &out_.d_}) all->reserve(rows_.size() * p * p);
    if (!out_.inverse_variance_) out_.c_.reserve(rows_.size() * p * p);
    Matrix meat(p, p);
    for (std::size_t j = 0; j < rows_.size(); ++j) {
      HR_TRY(const Pieces pieces, pieces_of(j));
      append(out_.b_, pieces.b);
      append(out_.d_, pieces.d);
      if (!out_.inverse_variance_) append(out_.c_, pieces.c);
      out_.score_.insert(out_.score_.end(), pieces.score.begin(), pieces.score.end());
      for (std::size_t r = 0; r < p; ++r)
        for (std::size_t c = 0; c < p; ++c) meat(r, c) += pieces.score[r] * pieces.score[c];
    }
    out_.scale_ = scale_factor(out_.options_.adjustment, static_cast<double>(rows_.size()),
                               static_cast<double>(fit_.k()), static_cast<double>(p));
    const Matrix tm = stats::multiply(out_.basis_, out_.m_);
    const Matrix v = stats::multiply(stats::multiply(tm, meat), stats::transpose(tm));
    out_.vb_ = Matrix(p, p);
    for (std::size_t r = 0; r < p; ++r)
      for (std::size_t c = 0; c < p; ++c) out_.vb_(r, c) = out_.scale_ * 0.5 * (v(r, c) + v(c, r));
    return std::move(out_);
  }

 private:
  static void append(Vector& all, const Matrix& piece) {
    all.insert(all.end(), piece.data(), piece.data() + piece.rows() * piece.cols());
  }

  /// The cluster in the basis.
  ClusterBlock block(const std::vector<std::size_t>& rows) const {
    ClusterBlock out = reader_.block(rows);
    out.x = stats::multiply(out.x, out_.basis_);
    out.wx = stats::multiply(out.wx, out_.basis_);
    out.theta_wx = out_.inverse_variance_ ? out.x : stats::multiply(out.theta_wx, out_.basis_);
    return out;
  }

  /// T = L'^-1 for X'WX = L L'.
  Checked make_basis() {
    const std::size_t p = fit_.p();
    Matrix xtwx(p, p);
    for (const auto& rows : rows_) {
      const ClusterBlock one = reader_.block(rows);
      add(xtwx, cross(one.wx, one.x));
    }
    const auto lower = stats::cholesky_lower(xtwx);
    if (!lower) return make_error(ErrorCode::not_defined, "X'WX is singular: a coefficient is not identified");
    out_.basis_ = Matrix(p, p);
    for (std::size_t c = 0; c < p; ++c)
      for (std::size_t i = c + 1; i-- > 0;) {
        double rest = i == c ? 1.0 : 0.0;
        for (std::size_t k = i + 1; k <= c; ++k) rest -= (*lower)(k, i) * out_.basis_(k, c);
        out_.basis_(i, c) = rest / (*lower)(i, i);
      }
    return {};
  }

  Checked make_bread() {
    HR_CHECK(make_basis());
    const std::size_t p = fit_.p();
    xtwx_ = Matrix(p, p);
    Matrix s(p, p);
    for (const auto& rows : rows_) {
      const ClusterBlock one = block(rows);
      add(xtwx_, cross(one.wx, one.x));
      if (!out_.inverse_variance_) add(s, cross(one.wx, one.theta_wx));
    }
    const auto factor = stats::Cholesky::create(xtwx_);
    if (!factor) return make_error(ErrorCode::not_defined, "X'WX is singular: a coefficient is not identified");
    out_.m_ = factor->inverse();
    out_.msm_ = out_.inverse_variance_ ? out_.m_ : stats::multiply(stats::multiply(out_.m_, s), out_.m_);
    return {};
  }

  Expected<Pieces> pieces_of(std::size_t j) const {
    const ClusterBlock one = block(rows_[j]);
    if (out_.options_.adjustment == Adjustment::cr2) return adjusted_cr2(one, rows_[j]);
    Pieces out{cross(one.wx, one.x), cross(one.wx, one.theta_wx), {}, cross(one.wx, one.residuals)};
    // E = X'W: D = X'W Theta W X, which is C.
    out.d = out.c;
    if (out_.options_.adjustment != Adjustment::cr3) return out;
    Matrix others = xtwx_;
    add(others, out.b, -1);
    // In the basis the eigenvalues lie between 0 and 1; at 0 the other clusters say nothing about a combination.
    const bool identified = stats::symmetric_eigen(others).values.front() > 1e-10;
    const auto factor = stats::Cholesky::create(others);
    if (!identified || !factor)
      return make_error(
          ErrorCode::not_defined,
          fmt::format("CR3 is not defined: without cluster {} a coefficient is not identified; use CR2", j + 1));
    const Matrix k = stats::transpose(factor->solve(xtwx_));
    out.score = stats::multiply(k, out.score);
    out.d = stats::multiply(stats::multiply(k, out.d), stats::transpose(k));
    out.b = stats::multiply(k, out.b);
    out.c = stats::multiply(k, out.c);
    return out;
  }

  /// Theta - H Theta - Theta H' + X M S M X' at the rows of a cluster.
  Matrix residual_covariance(const ClusterBlock& one, const Matrix& theta) const {
    const Matrix xm = stats::multiply(one.x, out_.m_);
    Matrix out = theta;
    const Matrix xmsm = out_.inverse_variance_ ? xm : stats::multiply(one.x, out_.msm_);
    for (std::size_t i = 0; i < out.rows(); ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        const double spread = stats::dot(xmsm.row(i), one.x.row(j));
        const double leverage = out_.inverse_variance_ ? 2 * spread
                                                       : stats::dot(xm.row(i), one.theta_wx.row(j)) +
                                                             stats::dot(xm.row(j), one.theta_wx.row(i));
        out(i, j) += spread - leverage;
        out(j, i) = out(i, j);
      }
    return out;
  }

  Expected<Pieces> adjusted_cr2(const ClusterBlock& one, const std::vector<std::size_t>& rows) const {
    const Matrix theta = reader_.theta(rows);
    const auto lower = stats::cholesky_lower(theta);
    if (!lower)
      return make_error(ErrorCode::not_defined,
                        "an effect has a variance of zero under the fit, so its cluster has no weight matrix");
    const Matrix g = transposed_times(*lower, stats::multiply(residual_covariance(one, theta), *lower));
    const Matrix t = stats::inverse_root_times(g, transposed_times(*lower, one.wx));
    const Matrix lt = lower_times(*lower, t);
    const Matrix root_of_d = transposed_times(*lower, lt);
    return Pieces{cross(lt, one.x), cross(lt, one.theta_wx), cross(root_of_d, root_of_d), cross(lt, one.residuals)};
  }

  const model::Fit& fit_;
  const ClusterReader& reader_;
  Rows rows_;
  Matrix xtwx_;
  Sandwich out_;
};

Expected<Sandwich> Sandwich::create(const model::Fit& fit, const RobustOptions& options) {
  HR_TRY(const std::vector<std::uint32_t> clusters, robust_clusters(fit, options));
  Rows rows = detail::rows_by_cluster(clusters);
  const bool needs_spare = options.adjustment == Adjustment::cr1p || options.test == RobustTest::naive_tp ||
                           options.conf_test == RobustTest::naive_tp;
  if (needs_spare && rows.size() <= fit.p())
    return make_error(ErrorCode::not_defined, fmt::format("{} clusters for {} coefficients leave no degrees of freedom "
                                                          "(clusters - coefficients)",
                                                          rows.size(), fit.p()));
  HR_TRY(const ClusterReader reader, ClusterReader::create(fit));
  return SandwichMaker(fit, options, reader, std::move(rows)).make();
}

}  // namespace hedgerow::infer
