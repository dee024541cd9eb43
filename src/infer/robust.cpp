#include "infer/robust.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"
#include "stats/factors.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::array<std::pair<Adjustment, const char*>, 6> kAdjustments{{{Adjustment::cr0, "CR0"},
                                                                          {Adjustment::cr1, "CR1"},
                                                                          {Adjustment::cr1p, "CR1p"},
                                                                          {Adjustment::cr1s, "CR1S"},
                                                                          {Adjustment::cr2, "CR2"},
                                                                          {Adjustment::cr3, "CR3"}}};

/// Rows of each cluster, in the order of the clusters.
std::vector<std::vector<std::size_t>> rows_by_cluster(const std::vector<std::uint32_t>& clusters) {
  std::uint32_t count = 0;
  for (const std::uint32_t c : clusters) count = std::max(count, c + 1);
  std::vector<std::vector<std::size_t>> rows(count);
  for (std::size_t i = 0; i < clusters.size(); ++i) rows[clusters[i]].push_back(i);
  std::erase_if(rows, [](const auto& r) { return r.empty(); });
  return rows;
}

/// Effects that share a random effect must share their cluster, else the clusters are not independent.
Checked check_independent(const model::Fit& fit, const std::vector<std::uint32_t>& clusters) {
  if (clusters.size() != fit.k())
    return make_error(ErrorCode::usage, fmt::format("{} cluster labels for {} effects; one per effect is needed",
                                                    clusters.size(), fit.k()));
  const std::vector<std::uint32_t> studies = fit.problem.clusters();
  std::vector<std::int64_t> cluster_of_study(fit.k(), -1);
  for (std::size_t i = 0; i < fit.k(); ++i) {
    std::int64_t& known = cluster_of_study[studies[i]];
    if (known >= 0 && known != clusters[i])
      return make_error(ErrorCode::not_defined,
                        "the clusters cut through the outermost groups of the random effects, so they are not "
                        "independent; cluster by the outermost group or by something that contains it");
    known = clusters[i];
  }
  return {};
}

/// What one cluster brings: design, variance of its effects under the fit, and X'W.
struct Block {
  Matrix x;      ///< m_j x p
  Matrix theta;  ///< m_j x m_j
  Matrix lower;  ///< Cholesky factor of theta (transpose of D_j)
  Matrix xw;     ///< p x m_j
  Matrix xwt;    ///< X'W Theta, p x m_j (X' where W is the inverse of Theta)
};

/// Makes the blocks of a fit, one cluster at a time.
class BlockMaker {
 public:
  explicit BlockMaker(const model::Fit& fit) : fit_(fit), variances_(model::marginal_variances(fit)) {
    if (const auto* spec = std::get_if<model::Univariate>(&fit.problem.spec())) {
      if (!spec->weighted) weights_.assign(fit.k(), 1.0);
      if (spec->weighted && !spec->weights.empty()) weights_ = spec->weights;
    } else {
      groups_ = &std::get<model::Multilevel>(fit.problem.spec()).groups;
    }
  }

  bool inverse_variance_weights() const { return weights_.empty(); }

  /// Nothing if Theta_j is not positive definite.
  std::optional<Block> make(const std::vector<std::size_t>& rows) const {
    Block block;
    const Matrix& x = fit_.problem.data().x;
    block.x = Matrix(rows.size(), x.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(x.row(rows[i]), block.x.row(i).begin());
    block.theta = theta(rows);
    auto lower = stats::cholesky_lower(block.theta);
    if (!lower) return std::nullopt;
    block.lower = std::move(*lower);
    const Matrix xt = stats::transpose(block.x);
    if (inverse_variance_weights()) {
      block.xw = stats::transpose(solve_theta(block.lower, block.x));
      block.xwt = xt;
    } else {
      block.xw = xt;
      for (std::size_t c = 0; c < xt.rows(); ++c)
        for (std::size_t i = 0; i < rows.size(); ++i) block.xw(c, i) *= weights_[rows[i]];
      block.xwt = stats::multiply(block.xw, block.theta);
    }
    return block;
  }

 private:
  Matrix theta(const std::vector<std::size_t>& rows) const {
    const std::size_t m = rows.size();
    Matrix out(m, m);
    for (std::size_t i = 0; i < m; ++i) out(i, i) = variances_[rows[i]];
    if (groups_ == nullptr) return out;
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        double shared = 0;
        for (std::size_t l = 0; l < groups_->size(); ++l)
          if ((*groups_)[l][rows[i]] == (*groups_)[l][rows[j]]) shared += fit_.sigma2[l];
        out(i, j) = out(j, i) = shared;
      }
    return out;
  }

  /// (L L')^-1 b.
  static Matrix solve_theta(const Matrix& lower, Matrix b) {
    const std::size_t m = lower.rows();
    for (std::size_t c = 0; c < b.cols(); ++c) {
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < i; ++j) b(i, c) -= lower(i, j) * b(j, c);
        b(i, c) /= lower(i, i);
      }
      for (std::size_t i = m; i-- > 0;) {
        for (std::size_t j = i + 1; j < m; ++j) b(i, c) -= lower(j, i) * b(j, c);
        b(i, c) /= lower(i, i);
      }
    }
    return b;
  }

  const model::Fit& fit_;
  Vector variances_;
  Vector weights_;  ///< empty: inverse of Theta
  const std::vector<std::vector<std::uint32_t>>* groups_ = nullptr;
};

void add(Matrix& sum, const Matrix& term) {
  for (std::size_t i = 0; i < sum.rows(); ++i)
    for (std::size_t j = 0; j < sum.cols(); ++j) sum(i, j) += term(i, j);
}

/// (X'WX)^-1 and what the variance of the estimate needs: M S M, equal to M for inverse-variance weights.
struct Bread {
  Matrix xtwx, m, msm;
};

Expected<Bread> make_bread(const BlockMaker& maker, const std::vector<std::vector<std::size_t>>& rows, std::size_t p) {
  Bread bread{Matrix(p, p), {}, {}};
  Matrix s(p, p);
  for (const auto& cluster : rows) {
    const auto block = maker.make(cluster);
    if (!block)
      return make_error(ErrorCode::not_defined,
                        "an effect has a variance of zero under the fit, so its cluster has no weight matrix");
    add(bread.xtwx, stats::multiply(block->xw, block->x));
    if (!maker.inverse_variance_weights()) add(s, stats::multiply(block->xwt, stats::transpose(block->xw)));
  }
  const auto factor = stats::Cholesky::create(bread.xtwx);
  if (!factor) return make_error(ErrorCode::not_defined, "X'WX is singular: a coefficient is not identified");
  bread.m = factor->inverse();
  bread.msm = maker.inverse_variance_weights() ? bread.m : stats::multiply(stats::multiply(bread.m, s), bread.m);
  return bread;
}

/// X_j' W_j A_j for CR2, p x m_j.
Matrix adjusted_cr2(const Block& block, const Bread& bread) {
  const Matrix cross = stats::multiply(stats::multiply(block.x, bread.m), block.xwt);
  const Matrix spread = stats::multiply(stats::multiply(block.x, bread.msm), stats::transpose(block.x));
  Matrix inner = block.theta;
  for (std::size_t i = 0; i < inner.rows(); ++i)
    for (std::size_t j = 0; j < inner.cols(); ++j) inner(i, j) += spread(i, j) - cross(i, j) - cross(j, i);
  const Matrix upper = stats::transpose(block.lower);
  const Matrix g = stats::multiply(stats::multiply(upper, inner), block.lower);
  const Matrix root = stats::symmetric_power(g, -0.5);
  return stats::multiply(stats::multiply(stats::multiply(block.xw, block.lower), root), upper);
}

/// X_j' W_j (I - H_jj)^-1 by Woodbury: X'W + X'W X (X'WX of the other clusters)^-1 X'W. Nothing if the others don't
/// identify the model.
std::optional<Matrix> adjusted_cr3(const Block& block, const Bread& bread) {
  const Matrix own = stats::multiply(block.xw, block.x);
  Matrix others = bread.xtwx;
  for (std::size_t i = 0; i < others.rows(); ++i)
    for (std::size_t j = 0; j < others.cols(); ++j) others(i, j) -= own(i, j);
  const auto factor = stats::Cholesky::create(others);
  if (!factor) return std::nullopt;
  Matrix out = stats::multiply(own, factor->solve(block.xw));
  add(out, block.xw);
  return out;
}

/// Sum over clusters of everything that the covariance and the degrees of freedom need. P_ij of the header is
/// d_i (i = j) + u_i' K u_j with u = (X'g, X'W Theta g) of length 2p, so that sum P_ij^2 needs no m x m matrix.
class Sums {
 public:
  Sums(std::size_t p, const Bread& bread) : p_(p), meat_(p, p), k_(2 * p, 2 * p), trace_(p), diagonal_(p) {
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t j = 0; j < p; ++j) {
        k_(i, j) = bread.msm(i, j);
        k_(i, p + j) = k_(p + i, j) = -bread.m(i, j);
      }
    outer_.assign(p, Matrix(2 * p, 2 * p));
  }

  void add_cluster(const Block& block, const Matrix& xwa, const Bread& bread, std::span<const double> residuals) {
    const Vector score = stats::multiply(xwa, residuals);
    for (std::size_t i = 0; i < p_; ++i)
      for (std::size_t j = 0; j < p_; ++j) meat_(i, j) += score[i] * score[j];
    const Matrix g = stats::multiply(bread.m, xwa);
    const Matrix xt = stats::transpose(block.x);
    for (std::size_t c = 0; c < p_; ++c) {
      const double d = stats::quadratic_form(block.theta, g.row(c));
      Vector u = stats::multiply(xt, g.row(c));
      const Vector b = stats::multiply(block.xwt, g.row(c));
      u.insert(u.end(), b.begin(), b.end());
      const double r = stats::quadratic_form(k_, u);
      trace_[c] += d + r;
      diagonal_[c] += d * d + 2 * d * r;
      for (std::size_t i = 0; i < u.size(); ++i)
        for (std::size_t j = 0; j < u.size(); ++j) outer_[c](i, j) += u[i] * u[j];
    }
  }

  Matrix covariance(const Bread& bread, double factor) const {
    Matrix out = stats::multiply(stats::multiply(bread.m, meat_), bread.m);
    for (std::size_t i = 0; i < p_; ++i)
      for (std::size_t j = 0; j <= i; ++j) out(i, j) = out(j, i) = factor * 0.5 * (out(i, j) + out(j, i));
    return out;
  }

  double satterthwaite(std::size_t c) const {
    const Matrix ku = stats::multiply(k_, outer_[c]);
    return trace_[c] * trace_[c] / (diagonal_[c] + stats::trace(stats::multiply(ku, ku)));
  }

 private:
  std::size_t p_;
  Matrix meat_, k_;
  Vector trace_, diagonal_;
  std::vector<Matrix> outer_;
};

Expected<Sums> sum_clusters(const model::Fit& fit, const BlockMaker& maker, const Bread& bread,
                            const std::vector<std::vector<std::size_t>>& rows, Adjustment adjustment) {
  Sums sums(fit.p(), bread);
  const model::Data& data = fit.problem.data();
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const auto block = maker.make(rows[j]);
    HR_ASSERT(block.has_value());
    Vector residuals;
    for (const std::size_t i : rows[j]) residuals.push_back(data.yi[i] - stats::dot(data.x.row(i), fit.beta));
    if (adjustment == Adjustment::cr3) {
      const auto xwa = adjusted_cr3(*block, bread);
      if (!xwa)
        return make_error(
            ErrorCode::not_defined,
            fmt::format("CR3 is not defined: without cluster {} a coefficient is not identified; use CR2", j + 1));
      sums.add_cluster(*block, *xwa, bread, residuals);
    } else {
      sums.add_cluster(*block, adjustment == Adjustment::cr2 ? adjusted_cr2(*block, bread) : block->xw, bread,
                       residuals);
    }
  }
  return sums;
}

double scale_factor(Adjustment adjustment, double m, double n, double p) {
  if (adjustment == Adjustment::cr1) return m / (m - 1);
  if (adjustment == Adjustment::cr1p) return m / (m - p);
  if (adjustment == Adjustment::cr1s) return m * (n - 1) / ((m - 1) * (n - p));
  return 1;
}

void add_tests(Robust& out, const RobustOptions& options, const Sums& sums, std::size_t p) {
  const auto m = static_cast<double>(out.n_clusters);
  for (std::size_t c = 0; c < p; ++c) {
    double df = kMissing;
    if (options.df == RobustDf::satterthwaite) df = sums.satterthwaite(c);
    if (options.df == RobustDf::clusters_minus_p) df = m - static_cast<double>(p);
    if (options.df == RobustDf::clusters_minus_1) df = m - 1;
    const double se = std::sqrt(out.vb(c, c));
    const double half = stats::interval_quantile(options.level, df) * se;
    out.se.push_back(se);
    out.zval.push_back(out.beta[c] / se);
    out.pval.push_back(stats::two_sided_p(out.zval[c], df));
    out.ci_lb.push_back(out.beta[c] - half);
    out.ci_ub.push_back(out.beta[c] + half);
    out.ddf.push_back(df);
  }
}

}  // namespace

Expected<Adjustment> parse_adjustment(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [adjustment, label] : kAdjustments) {
    if (to_lower(text) == to_lower(label)) return adjustment;
    names.emplace_back(label);
  }
  return make_error(ErrorCode::usage,
                    fmt::format("'{}' is not a robust adjustment; right would be one of {}", text, join(names, ", ")));
}

std::string name(Adjustment adjustment) {
  for (const auto& [value, label] : kAdjustments)
    if (value == adjustment) return label;
  return "";
}

Expected<Robust> robust(const model::Fit& fit, const RobustOptions& options) {
  const std::vector<std::uint32_t> clusters = options.clusters ? *options.clusters : fit.problem.clusters();
  HR_CHECK(check_independent(fit, clusters));
  const auto rows = rows_by_cluster(clusters);
  if (rows.size() < 2)
    return make_error(ErrorCode::not_defined,
                      "cluster-robust inference needs at least two clusters; there is one: use the model-based test");
  const bool needs_spare = options.adjustment == Adjustment::cr1p || options.df == RobustDf::clusters_minus_p;
  if (needs_spare && rows.size() <= fit.p())
    return make_error(ErrorCode::not_defined, fmt::format("{} clusters for {} coefficients leave no degrees of freedom "
                                                          "(clusters - coefficients)",
                                                          rows.size(), fit.p()));
  const BlockMaker maker(fit);
  HR_TRY(const Bread bread, make_bread(maker, rows, fit.p()));
  HR_TRY(const Sums sums, sum_clusters(fit, maker, bread, rows, options.adjustment));
  Robust out;
  out.adjustment = options.adjustment;
  out.beta = fit.beta;
  out.n_clusters = rows.size();
  out.vb = sums.covariance(bread, scale_factor(options.adjustment, static_cast<double>(rows.size()),
                                               static_cast<double>(fit.k()), static_cast<double>(fit.p())));
  add_tests(out, options, sums, fit.p());
  for (std::size_t c = 0; c < fit.p(); ++c) {
    if (!(out.se[c] > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("the robust variance of '{}' is zero: single clusters identify it alone",
                                    fit.problem.data().names[c]));
    if (out.ddf[c] < 4)
      out.warnings.push_back(
          fmt::format("'{}': {} degrees of freedom; below 4 the p-value and the interval are not reliable",
                      fit.problem.data().names[c], format_significant(out.ddf[c], 3)));
  }
  return out;
}

}  // namespace hedgerow::infer
