// Log-likelihood of one study of a generalised linear mixed model, its random effects integrated out.
//
//   eta_a = e_a                                                   no random effect
//   eta_a = e_a + z_a s1 u1                                       one
//   eta_a = e_a + s1 u1 + z_a s2 (sin r u1 + cos r u2)            two: of the study, and of the treatment
//   l = log integral prod_a P(x_a | eta_a) phi(u) du
//
// a = 1, 2 are the cells (groups) of the study, u independent standard normal, s1, s2 standard deviations of either
// sign (the likelihood is even in them, so a variance of 0 is an interior point), sin r the correlation. The
// integral is the
// adaptive Gauss-Hermite rule about the mode of the integrand (with two effects its product rule); one node is
// Laplace's approximation. Value, gradient and Hessian in (e_1, e_2, s1, s2, r) are exact derivatives of the rule.
//
// Source:     pinheiro1995, liu1994 (the rule); stijnen2010, jackson2018 (the models).
// Conditions: each cell is log-concave in eta, so the mode is unique.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "model/detail/count_cell.hpp"
#include "stats/gauss_hermite.hpp"

namespace hedgerow::model {

/// Derivatives in at most five variables: the cells first, then s1, s2, r as far as the model has them.
struct StudyValue {
  static constexpr std::size_t most = 5;
  double value = 0;
  std::array<double, most> gradient{};
  std::array<std::array<double, most>, most> hessian{};
  double conditional_deviance = 0;  ///< of the cells at the mode of the random effects
  std::array<double, 2> mode{};     ///< of u
};

struct StudyCells {
  std::vector<CountCell> cells;   ///< one or two
  std::array<double, 2> z{1, 1};  ///< random-effects design of the cells
};

/// Random effects: 0, 1 or 2; with 2 the correlation is a variable if `correlated`, else 0.
struct RandomPart {
  int effects = 0;
  bool correlated = false;
  std::array<double, 2> sd{};
  double angle = 0;

  std::size_t variables() const { return effects == 2 && correlated ? 3u : static_cast<std::size_t>(effects); }
};

/// `e` holds the linear predictors of the cells. The value is not finite where the predictors are absurd.
StudyValue study_loglik(const StudyCells& study, const std::array<double, 2>& e, const RandomPart& random,
                        const stats::QuadratureRule& rule);

}  // namespace hedgerow::model
