// Profile likelihood of a variance parameter.
//
//   { s : 2 (ll_max - ll_p(s)) <= q },  q the upper (1 - level) quantile of chi-square with 1 df,
//   ll_p(s) the log-likelihood maximised over the other parameters with this one held at s.
//
// Source:     hardy1996 (profile likelihood in meta-analysis); docs/methods/profile-likelihood.md.
// Conditions: the parameter is estimated. Each bound is bracketed, then found by TOMS 748 to the last bits.
// Fails when: a refit does not converge (Error). A profile that stays above the line up to a very large value gives an
//             open bound.
#include "infer/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/multilevel.hpp"
#include "model/parameters.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

/// Doublings of the upper bracket before the bound counts as open.
constexpr int max_doublings = 40;
/// How far a curve reaches beyond its interval, as a part of the distance from the estimate to the bound.
constexpr double beyond = 0.25;

/// Height of the profile above the line that cuts the interval; keeps the first error of a refit.
class Height {
 public:
  Height(const model::MultilevelProfile& profile, std::size_t parameter, double line)
      : profile_(profile), parameter_(parameter), line_(line) {}

  double operator()(double value) {
    if (error_) return 0;
    auto point = profile_.at(parameter_, value);
    if (!point) {
      error_ = point.error();
      return 0;
    }
    return point->loglik - line_;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const model::MultilevelProfile& profile_;
  std::size_t parameter_;
  double line_;
  std::optional<Error> error_;
};

Expected<model::Parameter> checked_parameter(const model::Fit& fit, std::size_t parameter) {
  if (!fit.is_multilevel())
    return make_error(ErrorCode::not_supported, "profile intervals of variance parameters need a multilevel fit");
  const std::vector<model::Parameter> all = model::parameters(fit.problem);
  if (parameter >= all.size())
    return make_error(ErrorCode::usage,
                      fmt::format("there is no variance parameter {}; the model has {}", parameter + 1, all.size()));
  if (all[parameter].fixed)
    return make_error(ErrorCode::not_defined, fmt::format("{} was fixed at {}: it has no interval", all[parameter].name,
                                                          *all[parameter].fixed));
  return all[parameter];
}

double top(const model::Fit& fit) { return fit.method == "REML" ? fit.reml.loglik : fit.ml.loglik; }

/// The bound between the estimate and a finite end of the range: the end itself if it is inside.
double bound_towards(Height& height, double estimate, double end) {
  if (estimate == end || height(end) >= 0 || height.error()) return end;
  const auto root =
      stats::find_root([&](double s) { return height(s); }, std::min(estimate, end), std::max(estimate, end));
  return root ? *root : end;
}

void find_open_upper(Height& height, double scale, Interval& out) {
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

/// `parameter` was checked.
Expected<Interval> interval_of(const model::Fit& fit, const model::MultilevelProfile& profile,
                               const model::Parameter& parameter, std::size_t index, double level) {
  Height height(profile, index, top(fit) - 0.5 * stats::chi2_quantile_upper(1 - level, 1));
  Interval out;
  out.estimate = model::parameter_values(fit)[index];
  out.ci_lb = bound_towards(height, out.estimate, parameter.lower);
  if (std::isfinite(parameter.upper))
    out.ci_ub = bound_towards(height, out.estimate, parameter.upper);
  else
    find_open_upper(height, std::isfinite(fit.vt) && fit.vt > 0 ? 0.1 * fit.vt : 0.1, out);
  if (height.error()) return *height.error();
  return out;
}

Checked check_level(double level) {
  if (level > 0 && level < 1) return {};
  return make_error(ErrorCode::usage, fmt::format("level is {}: it must lie between 0 and 1", level));
}

Expected<Profile> points_at(const model::MultilevelProfile& profile, std::size_t parameter,
                            const stats::Vector& values) {
  Profile out;
  for (const double value : values) {
    HR_TRY(const model::ProfilePoint point, profile.at(parameter, value));
    out.value.push_back(value);
    out.loglik.push_back(point.loglik);
  }
  return out;
}

stats::Vector grid(const Interval& interval, const model::Parameter& parameter, std::size_t steps) {
  const double from = std::max(parameter.lower, interval.ci_lb - beyond * (interval.estimate - interval.ci_lb));
  const double to = std::min(parameter.upper, interval.ci_ub + beyond * (interval.ci_ub - interval.estimate));
  stats::Vector out;
  for (std::size_t i = 0; i < steps; ++i)
    out.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(steps - 1));
  return out;
}

}  // namespace

Expected<Interval> profile_interval(const model::Fit& fit, std::size_t parameter, double level) {
  HR_TRY(const model::Parameter checked, checked_parameter(fit, parameter));
  HR_CHECK(check_level(level));
  HR_TRY(const model::MultilevelProfile profile, model::MultilevelProfile::create(fit.problem));
  return interval_of(fit, profile, checked, parameter, level);
}

Interval root_of(const Interval& variance) {
  Interval out(variance);
  out.estimate = std::sqrt(variance.estimate);
  out.ci_lb = std::sqrt(variance.ci_lb);
  out.ci_ub = std::sqrt(variance.ci_ub);
  return out;
}

Expected<Profile> profile(const model::Fit& fit, std::size_t parameter, const stats::Vector& values) {
  HR_CHECK(checked_parameter(fit, parameter));
  HR_TRY(const model::MultilevelProfile points, model::MultilevelProfile::create(fit.problem));
  return points_at(points, parameter, values);
}

Expected<std::vector<ProfileCurve>> profile_curves(const model::Fit& fit, double level, std::size_t steps) {
  HR_CHECK(check_level(level));
  if (!fit.is_multilevel())
    return make_error(ErrorCode::not_supported, "profile curves of all variance parameters need a multilevel fit");
  if (steps < 2) return make_error(ErrorCode::usage, fmt::format("a curve needs 2 steps or more, found {}", steps));
  HR_TRY(const model::MultilevelProfile profile, model::MultilevelProfile::create(fit.problem));
  const std::vector<model::Parameter> all = model::parameters(fit.problem);
  std::vector<ProfileCurve> out;
  for (std::size_t a = 0; a < all.size(); ++a) {
    if (all[a].fixed) continue;
    ProfileCurve one{a, all[a].name, {}, {}};
    HR_TRY(one.interval, interval_of(fit, profile, all[a], a, level));
    HR_TRY(one.curve, points_at(profile, a, grid(one.interval, all[a], steps)));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace hedgerow::infer
