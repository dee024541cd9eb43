#include "diagnose/residuals.hpp"

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "diagnose/detail/count_diagnostics.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Matrix;
using stats::Vector;

/// A variance below this part of the marginal one is rounding: the row, or the direction, is fitted exactly.
constexpr double kExact = 1e-10;

/// Residuals smaller than this part of the effects are rounding.
constexpr double kRounding = 1e-14;

/// X' diag(w) X inverted. The design of a Problem has full rank, but weights may be 0.
Expected<Matrix> inverse_information(const Matrix& x, const Vector& w) {
  Matrix information(x.cols(), x.cols());
  for (std::size_t i = 0; i < x.rows(); ++i)
    for (std::size_t a = 0; a < x.cols(); ++a)
      for (std::size_t b = 0; b < x.cols(); ++b) information(a, b) += w[i] * x(i, a) * x(i, b);
  const auto factor = stats::Cholesky::create(information);
  if (!factor) return make_error(ErrorCode::not_defined, "the given weights leave a coefficient without an effect");
  return factor->inverse();
}

/// M B for the rows of each independent cluster.
Matrix times_marginal(const model::Fit& fit, const model::Marginal& marginal, const Matrix& b) {
  const std::vector<std::uint32_t> cluster = fit.problem.clusters();
  std::vector<std::vector<std::size_t>> rows(fit.problem.cluster_count());
  for (std::size_t i = 0; i < cluster.size(); ++i) rows[cluster[i]].push_back(i);
  Matrix out(b.rows(), b.cols());
  for (const auto& members : rows) {
    const Matrix m = marginal.block(members);
    for (std::size_t i = 0; i < members.size(); ++i)
      for (std::size_t j = 0; j < members.size(); ++j)
        for (std::size_t c = 0; c < b.cols(); ++c) out(members[i], c) += m(i, j) * b(members[j], c);
  }
  return out;
}

}  // namespace

Vector given_weights(const model::Fit& fit) {
  if (const auto* spec = std::get_if<model::Univariate>(&fit.problem.spec()))
    return spec->weighted ? spec->weights : Vector(fit.k(), 1.0);
  const auto* multilevel = std::get_if<model::Multilevel>(&fit.problem.spec());
  return multilevel != nullptr ? multilevel->weights : Vector();
}

Expected<Residuals> standardised_residuals(const model::Fit& fit) {
  if (fit.is_counts()) return detail::count_residuals(fit);
  HR_TRY(const ResidualAnalysis found, ResidualAnalysis::create(fit));
  return found.rows();
}

UnitResidual squared_distance(const Matrix& s, std::span<const double> e) {
  const stats::SymmetricEigen eigen = stats::symmetric_eigen(s);
  UnitResidual out{0, 0};
  for (std::size_t j = 0; j < e.size(); ++j) {
    if (!(eigen.values[j] > kExact * eigen.values.back())) continue;
    double along = 0;
    for (std::size_t i = 0; i < e.size(); ++i) along += eigen.vectors(i, j) * e[i];
    out.x2 += along * along / eigen.values[j];
    ++out.rank;
  }
  if (out.rank == 0) out.x2 = kMissing;
  return out;
}

Expected<ResidualAnalysis> ResidualAnalysis::create(const model::Fit& fit) {
  if (fit.is_counts())
    return make_error(ErrorCode::not_defined,
                      "a model of counts has no hat matrix: its estimate is no linear combination of the effects; ask "
                      "for the weights (Mantel-Haenszel, Peto) or leave studies out",
                      "hatvalues");
  ResidualAnalysis out(fit);
  HR_TRY(model::Marginal marginal, model::Marginal::create(fit));
  out.marginal_ = std::move(marginal);
  HR_CHECK(out.set_weights());
  out.set_rows();
  return out;
}

Checked ResidualAnalysis::set_weights() {
  const Matrix& x = fit_->problem.data().x;
  const Vector w = given_weights(*fit_);
  if (w.empty()) {
    a_ = stats::multiply(marginal_->solved_design(), fit_->vb);
    am_ = stats::multiply(x, fit_->vb);
    return {};
  }
  HR_TRY(const Matrix inverse, inverse_information(x, w));
  a_ = stats::multiply(x, inverse);
  for (std::size_t i = 0; i < a_.rows(); ++i)
    for (double& value : a_.row(i)) value *= w[i];
  am_ = times_marginal(*fit_, *marginal_, a_);
  return {};
}

void ResidualAnalysis::set_rows() {
  const model::Data& data = fit_->problem.data();
  const Vector fitted = stats::multiply(data.x, fit_->beta);
  const Vector marginal = model::marginal_variances(*fit_);
  for (std::size_t i = 0; i < fit_->k(); ++i) {
    const auto x = data.x.row(i);
    hat_.push_back(stats::dot(x, a_.row(i)));
    const double e = data.yi[i] - fitted[i];
    rows_.resid.push_back(std::fabs(e) > kRounding * std::fabs(data.yi[i]) ? e : 0.0);
    const double variance = marginal[i] - 2 * stats::dot(x, am_.row(i)) + stats::quadratic_form(fit_->vb, x);
    const bool defined = variance > kExact * marginal[i];
    rows_.se.push_back(defined ? std::sqrt(variance) : 0.0);
    rows_.z.push_back(defined ? rows_.resid[i] / rows_.se[i] : kMissing);
  }
}

Matrix ResidualAnalysis::hat_matrix() const { return stats::multiply(fit_->problem.data().x, stats::transpose(a_)); }

Matrix ResidualAnalysis::covariance(std::span<const std::size_t> rows) const {
  const Matrix& x = fit_->problem.data().x;
  Matrix out = marginal_->block(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector vb_x = stats::multiply(fit_->vb, x.row(rows[i]));
    for (std::size_t j = 0; j < rows.size(); ++j)
      out(i, j) += stats::dot(vb_x, x.row(rows[j])) - stats::dot(x.row(rows[i]), am_.row(rows[j])) -
                   stats::dot(x.row(rows[j]), am_.row(rows[i]));
  }
  return out;
}

UnitResidual ResidualAnalysis::unit(std::span<const std::size_t> rows) const {
  Vector e;
  for (const std::size_t i : rows) e.push_back(rows_.resid[i]);
  // What a moderator of the unit's own leaves is rounding beside the marginal variance, not beside what is left.
  const Matrix m = marginal_->block(rows);
  double largest = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) largest = std::max(largest, m(i, i));
  const Matrix s = covariance(rows);
  double left = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) left = std::max(left, s(i, i));
  if (!(left > kExact * largest)) return {kMissing, 0};
  return squared_distance(s, e);
}

}  // namespace hedgerow::diagnose
