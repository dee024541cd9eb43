// Newton's method for a generalised linear mixed model whose studies may have a parameter each of their own.
//
//   e_ja = offset_ja + c_a lambda_j + x_ja'gamma
//   l    = sum_j l_j(e_j1, e_j2; s1, s2, r)                     detail/glmm_study.hpp
//
// lambda_j is the fixed effect of study j (its level in UM.FS, its treatment effect in the saturated UM.RS), gamma the
// coefficients common to all. The Hessian is block-arrow: each lambda_j meets the common parameters alone, so it is
// eliminated by its Schur complement and a step costs O(k), not O(k^3).
//
// Steps are damped until the log-likelihood rises; where the Hessian is not negative definite it is ridged. A
// log-likelihood that has its supremum at infinity ends with a Hessian that is flat there: the caller sees it.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "model/detail/glmm_study.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

struct GlmmModel {
  std::vector<StudyCells> studies;              ///< k
  std::vector<std::array<double, 2>> offset{};  ///< k; empty: 0
  bool has_local = false;
  std::array<double, 2> local{1, 1};  ///< c_a
  std::array<stats::Matrix, 2> x;     ///< of cell 1 and 2: k x g
  int effects = 0;                    ///< random effects: 0, 1, 2
  bool correlated = false;
  std::array<bool, 2> held{};  ///< standard deviations that are not estimated
  stats::QuadratureRule rule;

  std::size_t k() const { return studies.size(); }
  std::size_t fixed() const { return x[0].cols(); }
  /// Common parameters: gamma, then s1, s2, r as far as there are.
  std::size_t common() const;
  bool is_free(std::size_t common_parameter) const;
};

struct GlmmState {
  stats::Vector local;  ///< k, or empty
  stats::Vector fixed;  ///< g
  RandomPart random{};
};

/// The log-likelihood with its derivatives in block form.
struct GlmmValue {
  double loglik = 0;
  double conditional_deviance = 0;
  stats::Vector score;              ///< common
  stats::Vector local_score;        ///< k
  stats::Matrix information;        ///< common x common, minus the Hessian, before elimination
  stats::Vector local_information;  ///< k
  stats::Matrix cross;              ///< k x common
};

struct GlmmOptimum {
  GlmmState state;
  GlmmValue at;
  bool converged = false;
  int iterations = 0;
  double decrement = 0;      ///< score' (information)^-1 score at the last step
  double gradient_norm = 0;  ///< largest |score| of a free parameter
};

GlmmValue glmm_loglik(const GlmmModel& model, const GlmmState& state);
GlmmOptimum maximise_glmm(const GlmmModel& model, GlmmState start);
/// Information of the common parameters when the study parameters are eliminated: common x common.
stats::Matrix eliminated_information(const GlmmValue& at);

}  // namespace hedgerow::model
