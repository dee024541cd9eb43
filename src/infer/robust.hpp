// Cluster-robust inference about the coefficients: options and the table of coefficients. The covariance is made in
// infer/sandwich.hpp, its small-sample tests in infer/robust_tests.hpp.
//
//   V = M [ sum_j X_j' W_j A_j e_j e_j' A_j' W_j X_j ] M,     M = (X'WX)^-1,  W the weights that the fit used.
//
//   CR0   A_j = I
//   CR1   A_j = sqrt(m / (m - 1)) I,  CR1p sqrt(m / (m - p)),  CR1S sqrt(m (N - 1) / ((m - 1)(N - p)));
//         m clusters, N rows
//   CR2   A_j = D_j' G_j^(-1/2) D_j,  Theta_j = Var(y_j) = D_j' D_j  (D_j upper triangular; symmetric Moore-Penrose
//         root);  G_j = D_j (Theta_j - H_jj Theta_j - Theta_j H_jj' + X_j M S M X_j') D_j',  H = X M X'W,
//         S = X'W Theta W X
//   CR3   A_j = (I - H_jj)^-1
//
// Every model that model::Marginal knows has them; user weights take the general formula.
//
// Sources:    pustejovsky2018 (CR2, df), bell2002, tipton2015, tipton2015b. "CR1" of metafor's robust() is CR1p here.
// Conditions: clusters are independent under the fit, so a cluster must contain whole studies; at least two clusters.
// Tests:      infer/robust_test.cpp (clubSandwich through metafor on three-level and univariate fits, a naive dense
//             twin).
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

/// Test of one linear combination: normal; t with m - 1 (naive_t) or m - p df (naive_tp, metafor's own robust());
/// t with Satterthwaite's df; saddlepoint approximation of the p-value (which has no df and no interval).
enum class RobustTest { z, naive_t, naive_tp, satterthwaite, saddlepoint };
/// "z", "naive-t", "naive-tp", "Satterthwaite", "saddlepoint".
Expected<RobustTest> parse_robust_test(const std::string& text);
std::string name(RobustTest test);

/// Test of several linear combinations together; definitions in infer/robust_tests.hpp.
enum class WaldTest { chi_sq, naive_f, naive_fp, hta, htb, htz, edf, edt };
/// "chi-sq", "Naive-F", "Naive-Fp", "HTA", "HTB", "HTZ", "EDF", "EDT".
Expected<WaldTest> parse_wald_test(const std::string& text);
std::string name(WaldTest test);

/// Stands for a row without a cluster, which no effect may be in.
inline constexpr std::uint32_t kNoCluster = 0xFFFFFFFF;

struct RobustOptions {
  Adjustment adjustment = Adjustment::cr2;
  RobustTest test = RobustTest::satterthwaite;
  std::optional<RobustTest> conf_test{};  ///< of intervals; default: `test`, or Satterthwaite if that is saddlepoint
  WaldTest wald_test = WaldTest::htz;
  double level = 0.95;
  /// Cluster of each row of the table, dense or not (effect i belongs to row Data::row[i], or i where there are no row
  /// numbers), so that it also holds for a part of the rows. Default: the independent clusters of the problem.
  std::optional<std::vector<std::uint32_t>> clusters{};
};

/// Coefficients with robust tests; vectors of length p. ddf is infinite for the normal distribution and NaN for the
/// saddlepoint approximation.
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
/// The same with a covariance that is already made.
class Sandwich;
Expected<Robust> robust(const model::Fit& fit, const Sandwich& sandwich, double level);

/// Cluster of each effect of the fit, dense from 0 in order of appearance, checked: as many as the options say, at
/// least two, none cutting through effects that depend on one another.
Expected<std::vector<std::uint32_t>> robust_clusters(const model::Fit& fit, const RobustOptions& options);

}  // namespace hedgerow::infer
