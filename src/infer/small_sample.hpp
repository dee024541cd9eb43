// Satterthwaite and Kenward-Roger inference for the coefficients of any fit, without a sandwich.
//
//   Phi = (X'M^-1 X)^-1,  M_a = dM/dtheta_a,  W = inverse information of theta
//   P_a = -X'M^-1 M_a M^-1 X,  Q_ab = X'M^-1 M_a M^-1 M_b M^-1 X
//   dPhi/dtheta_a = -Phi P_a Phi
//
//   Satterthwaite   one constraint   df = 2 (c'Phi c)^2 / (g'W g),  g_a = d(c'Phi c)/dtheta_a
//                   several          Fai and Cornelius: with L Phi L' = U D U' the rows of U'L are independent and
//                                    have df nu_i;  E = sum nu_i / (nu_i - 2),  df2 = 2 E / (E - m)
//   Kenward-Roger   Phi_A = Phi + 2 Phi [sum_ab W_ab (Q_ab - P_a Phi P_b)] Phi
//                   F = lambda (L b)'(L Phi_A L')^-1 (L b) / m  with lambda and df2 from two moments
//                   (small_sample.cpp);
//                   for one constraint lambda = 1 and df is Satterthwaite's
//
// W is the inverse expected information, which needs no third moments and is positive definite wherever theta is
// identified. A parameter whose estimate is 0 counts like any other: it is as uncertain as at a small positive value.
// Fixed parameters do not count; and where the information with the parameters at their bounds is singular, they don't.
//
// The second derivatives of M are left out of Phi_A. They are 0 for variances, and for UN, GEN and CS in their linear
// parametrisation (covariances instead of correlations), in which what is left is invariant; for HCS, AR, HAR, CAR and
// the spatial structures this is the first-order form (as SAS's ddfm=kr(firstorder)), which does not depend on how the
// structure is parametrised either.
//
// Cost: (p + p q) solves with M for q parameters, so linear in the rows for nested models.
//
// Source:     satterthwaite1946, fai1996, kenward1997.
// Conditions: coefficients weighted by M^-1; Kenward-Roger needs REML.
// Tests:      infer/small_sample_test.cpp (a dense twin with numerical derivatives; balanced designs, whose df are
//             integers; pbkrtest).
#pragma once

#include <span>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"
#include "model/marginal.hpp"

namespace hedgerow::infer {

enum class SmallSampleMethod { satterthwaite, kenward_roger };

/// Cheap questions to one preparation; safe to read from several threads.
class SmallSample {
 public:
  /// Errors: user weights, common-effect or moment fits, Kenward-Roger by ML, components that are not identified.
  static Expected<SmallSample> create(const model::Fit& fit, SmallSampleMethod method);
  /// The same with a given expected information.
  static Expected<SmallSample> create(const model::Fit& fit, SmallSampleMethod method,
                                      const model::VarianceInformation& information);

  SmallSampleMethod method() const { return method_; }
  /// Covariance of the coefficients that the tests use, p x p: Phi, or Phi_A for Kenward-Roger.
  const stats::Matrix& vb() const { return vb_; }
  /// Degrees of freedom of the t test of c'beta, c of length p; infinite where no variance was estimated. At least 1:
  /// below that the approximation by a t distribution says nothing, and an interval would span hundreds of decades.
  double df(std::span<const double> c) const;

  /// F test of L beta = 0, L m x p with its `estimate` of length m: statistic ~ F(m, df2). NaN if L vb L' is singular.
  struct F {
    double statistic = 0, df2 = 0;
  };
  F f_test(const stats::Matrix& l, std::span<const double> estimate) const;

 private:
  double fai_cornelius(const stats::Matrix& l) const;
  F scaled_f(const stats::Matrix& l, double wald) const;

  SmallSampleMethod method_ = SmallSampleMethod::satterthwaite;
  stats::Matrix phi_, vb_;
  std::vector<stats::Matrix> change_;  ///< dPhi/dtheta_a
  stats::Matrix w_;                    ///< covariance of theta
};

}  // namespace hedgerow::infer
