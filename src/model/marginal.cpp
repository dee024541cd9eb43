#include "model/marginal.hpp"

#include "model/detail/mixed_likelihood.hpp"
#include "model/detail/nested_solve.hpp"
#include "model/parameters.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Two-level fits: M = diag(vi + tau2).
class DiagonalForm : public MarginalForm {
 public:
  explicit DiagonalForm(Vector variances) : variances_(std::move(variances)) {}

  Vector solve(std::span<const double> v) const override {
    HR_ASSERT(v.size() == variances_.size());
    Vector out(v.begin(), v.end());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] /= variances_[i];
    return out;
  }
  Vector derivative(std::size_t, std::span<const double> v) const override { return {v.begin(), v.end()}; }
  Matrix block(std::span<const std::size_t> rows) const override {
    Matrix out(rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) out(i, i) = variances_[rows[i]];
    return out;
  }

 private:
  Vector variances_;
};

/// Nested random intercepts over independent effects.
class NestedForm : public MarginalForm {
 public:
  explicit NestedForm(const Fit& fit)
      : problem_(fit.problem),
        spec_(std::get<Multilevel>(problem_.spec())),
        sigma2_(fit.sigma2),
        tree_(NestedTree::build(spec_, fit.k())),
        solver_(tree_, problem_.data().vi, tree_.distinct_variances(sigma2_)) {}

  Vector solve(std::span<const double> v) const override { return solver_.solve(v).solved; }

  /// Z Z'v: each row gets the sum over its group.
  Vector derivative(std::size_t parameter, std::span<const double> v) const override {
    const auto& groups = spec_.groups[parameter];
    Vector sums(tree_.group_count[parameter], 0.0), out(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) sums[groups[i]] += v[i];
    for (std::size_t i = 0; i < v.size(); ++i) out[i] = sums[groups[i]];
    return out;
  }

  Matrix block(std::span<const std::size_t> rows) const override {
    Matrix out(rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double shared = i == j ? problem_.data().vi[rows[i]] : 0.0;
        for (std::size_t l = 0; l < sigma2_.size(); ++l)
          if (spec_.groups[l][rows[i]] == spec_.groups[l][rows[j]]) shared += sigma2_[l];
        out(i, j) = out(j, i) = shared;
      }
    }
    return out;
  }

 private:
  Problem problem_;
  const Multilevel& spec_;
  Vector sigma2_;
  NestedTree tree_;
  NestedSolver solver_;
};

Expected<std::shared_ptr<const MarginalForm>> make_form(const Fit& fit) {
  if (!fit.is_multilevel()) return std::shared_ptr<const MarginalForm>(new DiagonalForm(marginal_variances(fit)));
  const bool nested = !fit.problem.data().v && std::get<Multilevel>(fit.problem.spec()).is_nested();
  if (nested) return std::shared_ptr<const MarginalForm>(new NestedForm(fit));
  HR_TRY(auto form, make_mixed_likelihood(fit.problem)->factorise(parameter_values(fit)));
  return std::shared_ptr<const MarginalForm>(std::move(form));
}

}  // namespace

Expected<Marginal> Marginal::create(const Fit& fit) {
  for (const double v : marginal_variances(fit))
    if (!(v > 0))
      return make_error(
          ErrorCode::not_defined,
          "an effect has a variance of zero under the fit, so it has no weight: fit with another method or "
          "leave the effect out");
  Marginal out;
  HR_TRY(out.form_, make_form(fit));
  out.solved_design_ = std::make_shared<const Matrix>(out.solve(fit.problem.data().x));
  return out;
}

Matrix Marginal::solve(const Matrix& a) const {
  Matrix out(a.rows(), a.cols());
  Vector column(a.rows());
  for (std::size_t j = 0; j < a.cols(); ++j) {
    for (std::size_t i = 0; i < a.rows(); ++i) column[i] = a(i, j);
    const Vector solved = solve(column);
    for (std::size_t i = 0; i < a.rows(); ++i) out(i, j) = solved[i];
  }
  return out;
}

}  // namespace hedgerow::model
