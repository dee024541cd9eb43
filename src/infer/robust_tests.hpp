// Small-sample tests of linear combinations L b with a robust covariance V.
//
//   P_st,ij = g_s,i' (I - H)_i Theta (I - H)_j' g_t,j,  g_s,j = E_j' M l_s,  so that under the fit's model
//   E(L V L')_st = Omega_st = sum_i P_st,ii,  and for normal effects
//   Cov(D_st, D_uv) = sum_ij (P_su,ij P_tv,ij + P_sv,ij P_tu,ij)  of D = L V L' (for rows scaled by Omega^(-1/2))
//
//   Satterthwaite  df = (tr P)^2 / sum_ij P_ij^2
//   saddlepoint    P(|t| > |t_obs|) of a ratio of quadratic forms with the eigenvalues of P (Lugannani and Rice)
//   chi-sq, Naive-F, Naive-Fp   F = Q / q with infinite, m - 1, m - p df;  Q = (L b)'(L V L')^-1 (L b)
//   HTA, HTB, HTZ  F = (eta - q + 1) / (eta q) Q ~ F(q, eta - q + 1); eta matches the moments of a Wishart matrix:
//                  HTZ  q (q + 1) / sum Var(D_st)
//                  HTA  2 sum Var(D_st) / sum Cov(D_st, D_uv)^2 over all entries; HTB over distinct entries and pairs
//   EDF, EDT       Q as a sum of q squared t variables along the eigenvectors of Omega^(-1/2) L V L' Omega^(-1/2), each
//                  with its Satterthwaite df; EDF matches two moments of an F, EDT makes each t normal (Hill 1970)
//
// Cost: linear in the clusters, but for the saddlepoint approximation (eigenvalues of a clusters x clusters matrix).
//
// Sources: tipton2015 (saddlepoint, df), tipton2015b (tests of several constraints), hill1970.
// Tests:   infer/robust_tests_test.cpp (dense twin of P and its moments; clubSandwich).
#pragma once

#include <span>

#include "infer/sandwich.hpp"

namespace hedgerow::infer {

/// Satterthwaite's degrees of freedom of l'b.
double satterthwaite_df(const Sandwich& sandwich, std::span<const double> l);

/// Test of l'b = 0 where l'b is estimated as `estimate` (less the tested value).
struct RobustContrast {
  double se = 0, statistic = 0, pval = 0;
  double ddf = 0;       ///< of the p-value: infinite for z, NaN for saddlepoint
  double conf_ddf = 0;  ///< of intervals
  double margin = 0;    ///< half width of the interval
};
/// Degrees of freedom of intervals for l'b: those of RobustOptions::conf_test.
double robust_conf_df(const Sandwich& sandwich, std::span<const double> l);
RobustContrast robust_contrast(const Sandwich& sandwich, std::span<const double> l, double estimate, double level);

/// Test of L b = 0 for q x p `l`. The statistic is on the scale of F; df2 infinite for chi-sq and EDT. NaN where L V L'
/// is singular, and the p-value where no degrees of freedom are left.
struct RobustWald {
  double statistic = 0, pval = 0, df1 = 0, df2 = 0;
};
RobustWald robust_wald(const Sandwich& sandwich, const stats::Matrix& l, std::span<const double> estimate);

}  // namespace hedgerow::infer
