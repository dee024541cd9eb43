// Log-likelihood and score of effects and moderators that are jointly normal in each study (model/fiml.hpp).
//
// A type is what an observed value is of: 0 the effect, c + 1 moderator c. With L = (1 b'; 0 I), the covariance of two
// observed values is C_B[s, t], plus C_W[s, t] within a row, plus v on the diagonal of effects, where
//   C_B = L diag(sigma2_study, between) L',   C_W = L diag(sigma2_row, within) L'.
// With r the residual and G = (S^-1 r r' S^-1 - S^-1) / 2, dl = tr(G dS) + r'S^-1 dm; summed by types over all studies,
// G gives two matrices H_B and H_W, and the score follows from these and the sums of S^-1 r:
//   dl/dPsi = L'H L,   dl/db = the row of the effect in 2 H_B L Psi_B + 2 H_W L Psi_W, and mu times the sum of effects.
//
// Source: cheung2015; the derivatives are elementary.
#pragma once

#include <optional>
#include <vector>

#include "model/fiml.hpp"

namespace hedgerow::model {

/// Parameters of the joint distribution.
struct JointNormal {
  stats::Vector beta;             ///< 1 + q
  stats::Vector mean;             ///< q
  stats::Matrix between, within;  ///< (1 + q) x (1 + q): Psi, with the components of the effect in [0, 0]
};

/// Derivatives of the log-likelihood by the elements of a JointNormal, the matrices taken as not symmetric.
struct JointScore {
  double value = 0;
  JointNormal score;
};

class FimlLikelihood {
 public:
  explicit FimlLikelihood(const FimlData& data, const std::vector<bool>& varies_within);
  /// Nothing where a covariance is not positive definite.
  std::optional<JointScore> at(const JointNormal& parameters) const;
  std::size_t observed() const { return observed_; }

 private:
  struct Value {
    std::size_t type = 0;
    int row = -1;  ///< of the study; -1: a value of the study itself
    double value = 0, v = 0;
  };
  struct Totals {
    double value = 0;
    stats::Vector residual;         ///< by type, sums of S^-1 r
    stats::Matrix between, within;  ///< H_B, H_W
  };
  bool add_study(const std::vector<Value>& study, const stats::Vector& mean, const stats::Matrix& between,
                 const stats::Matrix& within, Totals& totals) const;

  std::size_t q_ = 0, observed_ = 0;
  std::vector<std::vector<Value>> studies_;
};

}  // namespace hedgerow::model
