// Kenward-Roger inference for the mean of a two-level model fitted by REML.
//
//   w = 1 / (v + tau2);  a = sum w, b = sum w^2, c = sum w^3
//   IE  = b / 2 - c / a + (b / a)^2 / 2                     expected information of tau2 under REML
//   Var = (1 + 2 (c / a - (b / a)^2) / IE) / a              variance of the mean, with the error of tau2
//   df  = 2 IE / (Var b)^2
//
// This is infer/small_sample.hpp with one difference: the df of Partlett and Riley have the adjusted Var in them, those
// of Kenward and Roger the unadjusted 1 / a, so the latter are larger by (a Var)^2.
//
// Source:     kenward1997; partlett2017 for meta-analysis and its prediction interval with df - 1.
// Conditions: REML, no moderators, k >= 2.
// Tests:      infer/kenward_roger_test.cpp (dense matrices with numerical derivatives; equal variances in closed form).
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

struct KenwardRoger {
  double se = 0;  ///< of the mean
  double df = 0;
};
/// Errors: another model than REML without moderators, k < 2.
Expected<KenwardRoger> kenward_roger(const model::Fit& fit);

}  // namespace hedgerow::infer
