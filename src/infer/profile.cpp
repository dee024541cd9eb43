// Profile-likelihood interval of a variance component.
//
//   { s >= 0 : 2 (ll_max - ll_p(s)) <= q },  q the upper (1 - level) quantile of chi-square with 1 df,
//   ll_p(s) the log-likelihood maximised over the other components with this one held at s.
//
// Source:     hardy1996 (profile likelihood in meta-analysis); docs/methods/profile-likelihood.md.
// Conditions: the component is estimated. Each bound is bracketed, then found by TOMS 748 to the last bits.
// Fails when: a refit does not converge (Error). A profile that stays above the line up to a very large value gives an
//             open bound.
#include "infer/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/multilevel.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

/// Doublings of the upper bracket before the bound counts as open.
constexpr int max_doublings = 40;

/// Height of the profile above the line that cuts the interval; keeps the first error of a refit.
class Height {
 public:
  Height(const model::MultilevelProfile& profile, std::size_t component, double line)
      : profile_(profile), component_(component), line_(line) {}

  double operator()(double value) {
    if (error_) return 0;
    auto point = profile_.at(component_, value);
    if (!point) {
      error_ = point.error();
      return 0;
    }
    return point->loglik - line_;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const model::MultilevelProfile& profile_;
  std::size_t component_;
  double line_;
  std::optional<Error> error_;
};

Checked check(const model::Fit& fit, std::size_t component) {
  const auto* spec = std::get_if<model::Multilevel>(&fit.problem.spec());
  if (spec == nullptr) return make_error(ErrorCode::not_supported, "profile intervals of sigma2 need a multilevel fit");
  if (component >= fit.sigma2.size())
    return make_error(ErrorCode::usage, fmt::format("there is no variance component {}; the model has {}",
                                                    component + 1, fit.sigma2.size()));
  if (component < spec->sigma2.size() && spec->sigma2[component])
    return make_error(ErrorCode::not_defined, fmt::format("sigma2 {} was fixed at {}: it has no interval",
                                                          component + 1, fit.sigma2[component]));
  return {};
}

void find_lower(Height& height, Interval& out) {
  out.ci_lb = 0;
  if (out.estimate <= 0 || height(0) >= 0 || height.error()) return;
  if (const auto root = stats::find_root([&](double s) { return height(s); }, 0, out.estimate)) out.ci_lb = *root;
}

void find_upper(Height& height, double scale, Interval& out) {
  double inside = out.estimate;
  double outside = std::max(2 * out.estimate, scale);
  for (int i = 0; i < max_doublings; ++i) {
    if (height.error()) return;
    if (height(outside) < 0) {
      if (const auto root = stats::find_root([&](double s) { return height(s); }, inside, outside)) out.ci_ub = *root;
      return;
    }
    inside = outside;
    outside *= 2;
  }
  out.ci_ub = inside;
  out.ub_sign = ">";
}

}  // namespace

Expected<Interval> profile_interval(const model::Fit& fit, std::size_t component, double level) {
  HR_CHECK(check(fit, component));
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level is {}: it must lie between 0 and 1", level));
  HR_TRY(const model::MultilevelProfile profile, model::MultilevelProfile::create(fit.problem));
  const double top = fit.method == "REML" ? fit.reml.loglik : fit.ml.loglik;
  Height height(profile, component, top - 0.5 * stats::chi2_quantile_upper(1 - level, 1));
  Interval out;
  out.estimate = fit.sigma2[component];
  find_lower(height, out);
  find_upper(height, std::isfinite(fit.vt) && fit.vt > 0 ? 0.1 * fit.vt : 0.1, out);
  if (height.error()) return *height.error();
  return out;
}

Interval root_of(const Interval& variance) {
  Interval out(variance);
  out.estimate = std::sqrt(variance.estimate);
  out.ci_lb = std::sqrt(variance.ci_lb);
  out.ci_ub = std::sqrt(variance.ci_ub);
  return out;
}

Expected<Profile> profile(const model::Fit& fit, std::size_t component, const stats::Vector& values) {
  HR_CHECK(check(fit, component));
  HR_TRY(const model::MultilevelProfile points, model::MultilevelProfile::create(fit.problem));
  Profile out;
  for (const double value : values) {
    HR_TRY(const model::ProfilePoint point, points.at(component, value));
    out.value.push_back(value);
    out.loglik.push_back(point.loglik);
  }
  return out;
}

}  // namespace hedgerow::infer
