// Location-scale model: y ~ N(X b, vi + tau2_i), tau2_i = exp(z_i'alpha) or z_i'alpha.
//
//   alpha     maximises the (restricted) likelihood (detail/scale_likelihood.hpp)
//   va        inverse of the observed information of the likelihood in alpha, b profiled out
//   b, vb     (X'WX)^-1 X'W y and (X'WX)^-1, w_i = 1 / (vi + tau2_i)
//   s2w       RSS / (k - p) with these weights
//   Q_E, vt   as in the two-level model, with weights 1 / vi; I2, H2 and R2 are not defined, for tau2 has no one value
//   criteria  p + free alpha parameters; n = k (ML) or k - p (REML)
//
// Source:     viechtbauer2022.
// Conditions: k > p, k >= free alpha + p; vi > 0 (with vi = 0 the likelihood has no bound as tau2_i falls to 0).
#include "model/location_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/text.hpp"
#include "model/detail/fit_summary.hpp"
#include "model/detail/projection.hpp"
#include "model/detail/scale_likelihood.hpp"
#include "model/detail/scale_optimum.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Checked check_size(const Data& data, const LocationScale& spec) {
  if (data.v)
    return make_error(ErrorCode::not_supported, "a location-scale model takes independent sampling errors", "V");
  for (std::size_t i = 0; i < data.k(); ++i)
    if (!(data.vi[i] > 0))
      return make_error(
          ErrorCode::not_defined,
          "a sampling variance is 0: the likelihood has no bound as tau2 of its row falls to 0; leave the "
          "row out or give it a variance",
          "vi");
  const std::size_t q = free_alpha(spec);
  if (data.k() > data.p() && data.k() >= data.p() + q) return {};
  return make_error(ErrorCode::not_defined,
                    fmt::format("{} effects are too few for {} coefficients of the location and {} of the scale",
                                data.k(), data.p(), q),
                    "scale");
}

void heterogeneity(Fit& fit) {
  const Data& data = fit.problem.data();
  const stats::Orthonormal basis = stats::orthonormalise(data.x);
  Projection projection(basis, data.yi);
  fit.tau2 = fit.se_tau2 = fit.i2 = fit.h2 = fit.r2 = missing;
  fit.q_e_df = static_cast<int>(data.k() - data.p());
  if (!projection.set_tau2(data.vi, 0)) {
    fit.q_e = fit.q_e_p = fit.vt = missing;
    return;
  }
  fit.q_e = std::max(0.0, projection.y_p_y());
  fit.q_e_p = stats::chi2_upper(fit.q_e, fit.q_e_df);
  fit.vt = fit.q_e_df / projection.trace_p();
}

void likelihoods(Fit& fit, const ScaleLikelihood::Values& values, std::size_t free) {
  const auto k = static_cast<double>(fit.k());
  const auto p = static_cast<double>(fit.p());
  const double parameters = p + static_cast<double>(free);
  double saturated = 0;
  for (const double v : fit.problem.data().vi) saturated -= 0.5 * std::log(2 * std::numbers::pi * v);
  fit.ml = fit_statistics(values.ml, 2 * (saturated - values.ml), parameters, k);
  fit.reml = fit_statistics(values.reml, -2 * values.reml, parameters, k - p);
}

/// Inverse of the observed information of the free coefficients; NaN for held ones, and throughout where the
/// likelihood does not bend down.
void errors(ScaleFit& scale, const LocationScale& spec, const stats::Matrix& observed) {
  const std::size_t q = spec.z.cols();
  std::vector<std::size_t> free;
  for (std::size_t j = 0; j < q; ++j)
    if (spec.alpha.empty() || !spec.alpha[j]) free.push_back(j);
  stats::Matrix part(free.size(), free.size());
  for (std::size_t a = 0; a < free.size(); ++a)
    for (std::size_t b = 0; b < free.size(); ++b) part(a, b) = observed(free[a], free[b]);
  scale.va = stats::Matrix(q, q, missing);
  scale.se_alpha.assign(q, missing);
  const auto factor = stats::Cholesky::create(part);
  if (!factor || free.empty()) return;
  const stats::Matrix inverse = factor->inverse();
  for (std::size_t a = 0; a < free.size(); ++a) {
    scale.se_alpha[free[a]] = std::sqrt(inverse(a, a));
    for (std::size_t b = 0; b < free.size(); ++b) scale.va(free[a], free[b]) = inverse(a, b);
  }
}

}  // namespace

Checked check_location_scale(const Data& data, const LocationScale& spec) {
  if (spec.z.rows() != data.k() || spec.names.size() != spec.z.cols())
    return make_error(ErrorCode::input, "the design of the scale must have a row for each effect", "scale");
  for (std::size_t i = 0; i < spec.z.rows(); ++i)
    for (const double value : spec.z.row(i))
      if (!std::isfinite(value))
        return make_error(ErrorCode::input, "a moderator of the scale is missing or infinite", "scale");
  if (spec.z.cols() == 0) return make_error(ErrorCode::usage, "the scale has no coefficient", "scale");
  if (!spec.alpha.empty() && spec.alpha.size() != spec.z.cols())
    return make_error(ErrorCode::usage,
                      fmt::format("alpha has {} values, but the scale has {} coefficients: {}", spec.alpha.size(),
                                  spec.z.cols(), join(spec.names, ", ")),
                      "alpha");
  for (const auto& held : spec.alpha)
    if (held && !std::isfinite(*held)) return make_error(ErrorCode::usage, "a held alpha is not finite", "alpha");
  const stats::Orthonormal basis = stats::orthonormalise(spec.z);
  if (basis.dependent.empty()) return {};
  std::vector<std::string> redundant;
  for (const std::size_t j : basis.dependent) redundant.push_back(spec.names[j]);
  return make_error(ErrorCode::not_defined,
                    "moderators of the scale are redundant in these rows: " + join(redundant, ", "), "scale");
}

stats::Vector scale_variances(const LocationScale& spec, const stats::Vector& alpha, const stats::Matrix& z) {
  stats::Vector out = stats::multiply(z, alpha);
  for (double& x : out) x = spec.link == LocationScale::Link::log ? std::exp(x) : std::max(0.0, x);
  return out;
}

std::size_t free_alpha(const LocationScale& spec) {
  if (spec.alpha.empty()) return spec.z.cols();
  return static_cast<std::size_t>(std::count(spec.alpha.begin(), spec.alpha.end(), std::nullopt));
}

Expected<Fit> fit_location_scale(const Problem& problem, const stats::Vector& start) {
  const auto& spec = std::get<LocationScale>(problem.spec());
  HR_CHECK(check_size(problem.data(), spec));
  ScaleLikelihood likelihood(problem);
  HR_TRY(ScaleOptimum optimum, maximise_scale(problem, likelihood, start));
  Fit fit{.problem = problem};
  fit.method = spec.likelihood == Likelihood::reml ? "REML" : "ML";
  fit.scale.alpha = std::move(optimum.alpha);
  fit.certificate = std::move(optimum.certificate);
  // The rows of the bound of the identity link are at 0, not at the rounding error below it.
  stats::Vector eta = stats::multiply(spec.z, fit.scale.alpha);
  if (spec.link == LocationScale::Link::identity)
    for (double& x : eta) x = std::max(0.0, x);
  const Curvature here = likelihood.at(eta, spec.z);
  if (!here.finite || !likelihood.location(fit.beta, fit.vb))
    return make_error(ErrorCode::not_defined, "X'WX is singular under the variances of the scale", "mods");
  fit.scale.tau2 = likelihood.tau2();
  errors(fit.scale, spec, here.observed);
  fit.s2w = likelihood.values().rss / static_cast<double>(fit.k() - fit.p());
  likelihoods(fit, likelihood.values(), free_alpha(spec));
  heterogeneity(fit);
  return fit;
}

Expected<Fit> fit_with_alpha(const Problem& problem, std::size_t coefficient, double value,
                             const stats::Vector& start) {
  auto spec = std::get<LocationScale>(problem.spec());
  if (coefficient >= spec.z.cols())
    return make_error(ErrorCode::usage, fmt::format("the scale has {} coefficients", spec.z.cols()), "alpha");
  spec.alpha.resize(spec.z.cols());
  spec.alpha[coefficient] = value;
  HR_TRY(const Problem held, problem.with_spec(std::move(spec)));
  return fit_location_scale(held, start);
}

}  // namespace hedgerow::model
