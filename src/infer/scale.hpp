// Inference about the scale of a location-scale model: coefficients, omnibus test, contrasts, predictions, intervals.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "infer/inference.hpp"

namespace hedgerow::infer {

/// Tests of alpha: against N(0, 1) for test z, else t with k - q degrees of freedom (q coefficients of the scale);
/// the factor of Knapp and Hartung does not enter. NaN for held coefficients and where va is not defined.
struct ScaleCoefficients {
  stats::Vector zval, pval, ci_lb, ci_ub, ddf;
  std::vector<std::size_t> att;     ///< columns of the omnibus test, from 0
  double q_s = 0, q_s_p = 0;        ///< chi-square, or F over its numerator df
  double q_s_df1 = 0, q_s_df2 = 0;  ///< df2 NaN for z
};
/// `att` empty: all columns but the intercept (it alone, if it is the only one).
/// Errors: no location-scale fit, att beyond the coefficients.
Expected<ScaleCoefficients> scale_coefficients(const model::Fit& fit, const Options& options,
                                               const std::vector<std::size_t>& att = {});

/// Test of l alpha = rhs: l is m x q; rhs as in contrasts().
Expected<Contrasts> scale_contrasts(const model::Fit& fit, const stats::Matrix& l, const Options& options,
                                    std::span<const double> rhs = {});

/// Linear predictor of the scale at rows of its moderators (rows x q) with its interval; on the scale of the link.
Expected<Predicted> predict_scale(const model::Fit& fit, const stats::Matrix& z_new, const Options& options);

/// Profile-likelihood interval of a coefficient of the scale (from 0). A bound that the likelihood does not give (it
/// stays high for ever) is infinite and carries "<" or ">". Errors: a held coefficient, a profile that fails.
Expected<Interval> scale_interval(const model::Fit& fit, std::size_t coefficient, double level);

}  // namespace hedgerow::infer
