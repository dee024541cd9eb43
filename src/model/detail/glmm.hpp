// Entry point of the generalised linear mixed models of counts, and the models behind a Problem.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/expected.hpp"
#include "model/detail/glmm_newton.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// UM.FS, UM.RS, CM.EL, CM.AL and one_group. Errors: kinds of counts or measures that the method does not take;
/// fractions of events where the likelihood needs whole numbers; too few studies; an estimate at infinity; no
/// convergence.
Expected<Fit> fit_glmm(const Problem& problem);

/// The studies that a model is fitted to, and what it maximises.
struct GlmmProblem {
  std::vector<std::size_t> rows;  ///< of the data
  stats::Matrix x;                ///< rows x p, moderators of the effect
  GlmmModel model;                ///< studies as in `informative`
  std::size_t leading = 0;        ///< columns of gamma before beta: the mean level of UM.RS
  std::size_t effect_sd = 0;      ///< which standard deviation is that of the effects
  /// Of the data, one per study of `model`: UM.FS leaves out of it the studies that fit perfectly whatever the effect,
  /// which still count as studies.
  std::vector<std::size_t> informative;
};

/// The model of a specification, with its random treatment effects or without.
Expected<GlmmProblem> glmm_problem(const Problem& problem, bool random);

/// Each study with an effect of its own.
struct SaturatedGlmm {
  double loglik = 0;
  double q_wald = 0;  ///< of equal effects (given the moderators); studies without a finite effect add nothing
};
SaturatedGlmm saturated_glmm(const GlmmProblem& common_effect);

/// Start of the Newton iterations: levels by the margins, no effect, deviations as given.
GlmmState glmm_start(const GlmmProblem& glmm, double sd);

}  // namespace hedgerow::model
