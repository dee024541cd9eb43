// M = Var(y) under a fit, factorised once for many questions: M^-1 v, dM/dtheta v, dense parts of M.
//
// M is never made whole: diagonal for two-level fits, a recursion over groups for nested ones, one Cholesky factor per
// independent cluster or one sparse factor for the others. Residuals, BLUPs, hat values, sandwich estimators and
// small-sample corrections are written against this interface alone, so each of them works for every model.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// A factorised M and its derivatives; how depends on the model.
class MarginalForm {
 public:
  virtual ~MarginalForm() = default;
  virtual stats::Vector solve(std::span<const double> v) const = 0;
  virtual stats::Vector derivative(std::size_t parameter, std::span<const double> v) const = 0;
  virtual stats::Matrix block(std::span<const std::size_t> rows) const = 0;
};

/// Cheap to copy; safe to read from several threads.
class Marginal {
 public:
  /// Errors: M is singular (an effect without any variance).
  static Expected<Marginal> create(const Fit& fit);

  /// M^-1 v, v of length k.
  stats::Vector solve(std::span<const double> v) const { return form_->solve(v); }
  /// M^-1 A, A k x n.
  stats::Matrix solve(const stats::Matrix& a) const;
  /// (dM/dtheta) v for a parameter in the order of model/parameters.hpp (two-level fits: 0 is tau2).
  stats::Vector derivative(std::size_t parameter, std::span<const double> v) const {
    return form_->derivative(parameter, v);
  }
  /// M at the chosen rows, dense.
  stats::Matrix block(std::span<const std::size_t> rows) const { return form_->block(rows); }
  /// X'M^-1, k x p transposed: column j is M^-1 x_j. Computed once.
  const stats::Matrix& solved_design() const { return *solved_design_; }

 private:
  std::shared_ptr<const MarginalForm> form_;
  std::shared_ptr<const stats::Matrix> solved_design_;
};

/// Information about the variance parameters at the estimate, in the order of model/parameters.hpp.
struct VarianceInformation {
  std::vector<std::size_t> parameters;  ///< estimated (and off their bounds, if so asked): rows of the matrices below
  stats::Matrix expected;               ///< Fisher information of the fit's own likelihood (ML or REML)
  stats::Matrix observed;               ///< minus its Hessian
};
/// Two-level fits: one parameter, tau2; none where it is fixed, or 0 and bounds are left out.
/// `with_bounds`: variances estimated as 0 count too (small-sample corrections: such a variance is as uncertain as a
/// small one, and the degrees of freedom don't jump where an estimate reaches 0).
Expected<VarianceInformation> variance_information(const Fit& fit, bool with_bounds = false);

}  // namespace hedgerow::model
