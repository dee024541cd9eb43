// Full-information maximum likelihood of a meta-regression whose moderators are missing in some rows.
//
// Effects and moderators are jointly normal; each study contributes the density of what was observed in it:
//   y_ij = b0 + b'x_ij + u_j + e_ij + error of variance v_ij,   u_j ~ N(0, sigma2_study), e_ij ~ N(0, sigma2_effect)
//   x_ij = mu + B_j + W_ij,   B_j ~ N(0, between), W_ij ~ N(0, within), independent of u and e
// A moderator that does not vary within studies has no part in W. Covariances of moderators are free elements, their
// variances are at least 0. Without missing values the likelihood is a product, and b and sigma2 are those of ML.
//
// Source:     cheung2015 (three-level meta-analysis as a structural equation model, missing covariates); anderson1957.
// Conditions: missing at random given effects and observed moderators; moderators about normal where they are missing.
// Tests:      model/fiml_test.cpp, infer/missing_moderators_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

struct FimlData {
  stats::Vector yi, vi;              ///< k, finite; vi >= 0
  stats::Matrix x;                   ///< k x q moderators without the constant; NaN: missing
  std::vector<std::string> names;    ///< q
  std::vector<std::uint32_t> study;  ///< k, dense from 0; in a two-level model every row its own study
  bool study_effect = false;         ///< u_j: a three-level model, or one with effects of studies alone
  bool row_effect = true;            ///< e_ij
};

struct FimlFit {
  stats::Vector beta, se;           ///< 1 + q, the constant first; from the observed information of all parameters
  stats::Matrix vb;                 ///< covariance of beta
  stats::Vector sigma2, se_sigma2;  ///< of studies, then of rows, as far as the model has them; NaN errors at 0
  stats::Vector mean;               ///< q, of the moderators
  stats::Matrix between, within;    ///< q x q; rows of `within` are 0 for moderators that don't vary within studies
  double loglik = 0;                ///< of effects and moderators together
  int parms = 0;                    ///< number of parameters, those of the moderators included
  std::size_t observed = 0;         ///< values behind the log-likelihood: effects and observed moderators
  Certificate certificate;
};

/// Cost: per study the cube of its number of observed values, times the number of parameters.
/// Errors: lengths; fewer than two observed values of a moderator, or one that is constant (named); both components
/// with one effect in every study; no convergence.
Expected<FimlFit> fit_fiml(const FimlData& data);

}  // namespace hedgerow::model
