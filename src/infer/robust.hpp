// Cluster-robust covariance of the coefficients, with small-sample adjustments and Satterthwaite degrees of freedom.
//
//   V = M [ sum_j X_j' W_j A_j e_j e_j' A_j' W_j X_j ] M,     M = (X'WX)^-1,  W the weights that the fit used.
//
//   CR0   A_j = I
//   CR1   A_j = sqrt(m / (m - 1)) I,  CR1p sqrt(m / (m - p)),  CR1S sqrt(m (N - 1) / ((m - 1)(N - p)));  m clusters, N
//   rows CR2   A_j = D_j' G_j^(-1/2) D_j,  Theta_j = Var(y_j) = D_j' D_j  (D_j upper triangular; symmetric
//   Moore-Penrose root)
//         G_j = D_j (Theta_j - H_jj Theta_j - Theta_j H_jj' + X_j M S M X_j') D_j',  H = X M X'W,  S = X'W Theta W X
//   CR3   A_j = (I - H_jj)^-1
//
//   Satterthwaite df of a coefficient:  df = (tr P)^2 / sum_ij P_ij^2,  P_ij = g_i' (I - H)_i Theta (I - H)_j' g_j,
//   g_j = A_j' W_j X_j M c.
//
// Cost: sum of m_j^3 for CR2 (m_j rows of cluster j), linear in the number of clusters; no rows x rows matrix is made.
//
// Sources:    pustejovsky2018 (CR2, df), bell2002. "CR1" of metafor's robust() is CR1p here.
// Conditions: clusters are independent under the fit, so a cluster must contain whole studies; at least two clusters.
// Tests:      infer/robust_test.cpp (clubSandwich through metafor on three-level and univariate fits, a naive dense
// twin).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

enum class Adjustment { cr0, cr1, cr1p, cr1s, cr2, cr3 };
/// "CR2" <-> Adjustment::cr2.
Expected<Adjustment> parse_adjustment(const std::string& text);
std::string name(Adjustment adjustment);

/// Degrees of freedom of the t tests: Satterthwaite per coefficient, m - p (metafor's robust()), m - 1 ("naive-t" of
/// clubSandwich), or the normal distribution.
enum class RobustDf { satterthwaite, clusters_minus_p, clusters_minus_1, infinite };

struct RobustOptions {
  Adjustment adjustment = Adjustment::cr2;
  RobustDf df = RobustDf::satterthwaite;
  double level = 0.95;
  /// Cluster of each row, dense from 0; default: the outermost groups of a multilevel fit, the rows of a two-level one.
  std::optional<std::vector<std::uint32_t>> clusters;
};

/// Coefficients with robust tests; vectors of length p. ddf is NaN for the normal distribution.
struct Robust {
  Adjustment adjustment = Adjustment::cr2;
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub, ddf;
  stats::Matrix vb;
  std::size_t n_clusters = 0;
  std::vector<std::string> warnings;  ///< df below 4, where the t approximation is known to be poor
};

/// Errors: fewer than two clusters, clusters that cut through a study, no degrees of freedom, CR3 where a cluster alone
/// identifies a coefficient.
Expected<Robust> robust(const model::Fit& fit, const RobustOptions& options = {});

}  // namespace hedgerow::infer
