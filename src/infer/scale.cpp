// Inference about alpha of a location-scale model.
//
//   z, t     alpha_j / se_j against N(0, 1) or t(k - q)
//   Q_S      alpha_S' va_S^-1 alpha_S ~ chi2(m); over m ~ F(m, k - q)
//   profile  {a : 2 (l_max - l(a)) <= chi2_level(1)}, l(a) the highest (restricted) likelihood with alpha_j = a
//
// Source: viechtbauer2022.
#include "infer/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "infer/detail/wald.hpp"
#include "model/location_scale.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
/// Steps to a bound of the profile, each twice the one before: a bound beyond has none for practical purposes.
constexpr int most_steps = 40;
/// On the log scale of a variance: a coefficient that moved a tau2_i by more than this has made it 0 or overwhelming,
/// and the likelihood does not change any more.
constexpr double far_away = 60;

Expected<const model::LocationScale*> scale_of(const model::Fit& fit) {
  const auto* spec = std::get_if<model::LocationScale>(&fit.problem.spec());
  if (spec != nullptr) return spec;
  return make_error(ErrorCode::not_defined, "only a location-scale model has coefficients of the scale", "scale");
}

double degrees(const model::Fit& fit, const Options& options) {
  if (options.test == Test::z || options.robust) return missing;
  return static_cast<double>(fit.k()) - static_cast<double>(fit.scale.alpha.size());
}

double loglik(const model::Fit& fit) { return fit.method == "REML" ? fit.reml.loglik : fit.ml.loglik; }

/// The profile of one coefficient, warm-started from the point before.
class Profile {
 public:
  Profile(const model::Fit& fit, std::size_t coefficient, double allowed)
      : fit_(fit), coefficient_(coefficient), least_(loglik(fit) - allowed), start_(fit.scale.alpha) {
    const auto& spec = std::get<model::LocationScale>(fit.problem.spec());
    double largest = 0;
    for (std::size_t i = 0; i < fit.k(); ++i) largest = std::max(largest, std::fabs(spec.z(i, coefficient)));
    if (spec.link == model::LocationScale::Link::log) reach_ = far_away / largest;
  }

  /// Above 0 inside the interval. NaN where the constrained model has no fit.
  double inside(double value) {
    auto held = model::fit_with_alpha(fit_.problem, coefficient_, value, start_);
    // Far from the last point another top may be higher.
    const auto fresh = model::fit_with_alpha(fit_.problem, coefficient_, value);
    if (fresh.ok() && (!held.ok() || loglik(*fresh) > loglik(*held))) held = fresh;
    if (!held.ok()) return missing;
    start_ = held->scale.alpha;
    return loglik(*held) - least_;
  }

  /// The bound on one side, infinite if there is none.
  double bound(double direction, double step) {
    const double top = fit_.scale.alpha[coefficient_];
    start_ = fit_.scale.alpha;
    double near = 0;
    for (int n = 0; n < most_steps; ++n, step *= 1.6) {
      const double far = near + step;
      if (far > reach_) return direction * std::numeric_limits<double>::infinity();
      const double here = inside(top + direction * far);
      // The identity link ends where no other coefficients make every tau2 positive: there the likelihood is lost.
      if (here < 0 || std::isnan(here)) {
        const auto f = [&](double x) {
          const double value = inside(top + direction * x);
          return std::isnan(value) ? -1.0 : value;
        };
        return top + direction * stats::find_root(f, near, far).value_or(near);
      }
      near = far;
    }
    return direction * std::numeric_limits<double>::infinity();
  }

 private:
  const model::Fit& fit_;
  std::size_t coefficient_;
  double least_;
  double reach_ = std::numeric_limits<double>::infinity();
  stats::Vector start_;
};

}  // namespace

Expected<ScaleCoefficients> scale_coefficients(const model::Fit& fit, const Options& options,
                                               const std::vector<std::size_t>& att) {
  HR_TRY(const model::LocationScale* spec, scale_of(fit));
  const model::ScaleFit& scale = fit.scale;
  const std::size_t q = scale.alpha.size();
  const double df = degrees(fit, options);
  ScaleCoefficients out;
  for (std::size_t j = 0; j < q; ++j) {
    const double margin = detail::critical_value(options.level, df) * scale.se_alpha[j];
    out.zval.push_back(scale.alpha[j] / scale.se_alpha[j]);
    out.pval.push_back(detail::p_value(out.zval[j], df));
    out.ci_lb.push_back(scale.alpha[j] - margin);
    out.ci_ub.push_back(scale.alpha[j] + margin);
    out.ddf.push_back(df);
  }
  out.att = att;
  for (std::size_t j = spec->intercept && q > 1 ? 1 : 0; att.empty() && j < q; ++j) out.att.push_back(j);
  stats::Matrix l(out.att.size(), q);
  for (std::size_t r = 0; r < out.att.size(); ++r) {
    if (out.att[r] >= q)
      return make_error(ErrorCode::usage,
                        fmt::format("att names coefficient {}, but the scale has {}", out.att[r] + 1, q), "att");
    l(r, out.att[r]) = 1;
  }
  HR_TRY(const Contrasts omnibus, scale_contrasts(fit, l, options));
  out.q_s = omnibus.q_m;
  out.q_s_p = omnibus.q_m_p;
  out.q_s_df1 = omnibus.q_m_df1;
  out.q_s_df2 = omnibus.q_m_df2;
  return out;
}

Expected<Contrasts> scale_contrasts(const model::Fit& fit, const stats::Matrix& l, const Options& options,
                                    std::span<const double> rhs) {
  HR_TRY(const model::LocationScale* spec, scale_of(fit));
  const model::ScaleFit& scale = fit.scale;
  if (l.cols() != scale.alpha.size() || l.rows() == 0)
    return make_error(ErrorCode::usage,
                      fmt::format("combinations of the scale have {} columns; its coefficients are {}", l.cols(),
                                  join(spec->names, ", ")),
                      "Z");
  if (!rhs.empty() && rhs.size() != 1 && rhs.size() != l.rows())
    return make_error(ErrorCode::usage,
                      fmt::format("rhs has {} values for {} linear combinations", rhs.size(), l.rows()), "rhs");
  const double df = degrees(fit, options);
  Contrasts out;
  for (std::size_t r = 0; r < l.rows(); ++r) {
    const double null = rhs.empty() ? 0 : rhs[rhs.size() == 1 ? 0 : r];
    // A held coefficient outside of the combination has no error to add to it.
    double variance = 0;
    for (std::size_t a = 0; a < l.cols(); ++a)
      for (std::size_t b = 0; b < l.cols(); ++b)
        if (l(r, a) != 0 && l(r, b) != 0) variance += l(r, a) * l(r, b) * scale.va(a, b);
    const double se = std::sqrt(variance);
    const double margin = detail::critical_value(options.level, df) * se;
    out.estimate.push_back(stats::dot(l.row(r), scale.alpha) - null);
    out.se.push_back(se);
    out.zval.push_back(out.estimate[r] / se);
    out.pval.push_back(detail::p_value(out.zval[r], df));
    out.ci_lb.push_back(out.estimate[r] - margin);
    out.ci_ub.push_back(out.estimate[r] + margin);
    out.ddf.push_back(df);
  }
  stats::Matrix va = scale.va;
  for (std::size_t a = 0; a < va.rows(); ++a)
    for (double& x : va.row(a))
      if (std::isnan(x)) x = 0;
  const detail::Wald wald = detail::wald_test(l, out.estimate, va, df);
  out.q_m = wald.statistic;
  out.q_m_p = wald.pval;
  out.q_m_df1 = static_cast<double>(l.rows());
  out.q_m_df2 = wald.df2;
  return out;
}

Expected<Predicted> predict_scale(const model::Fit& fit, const stats::Matrix& z_new, const Options& options) {
  HR_TRY(const Contrasts rows, scale_contrasts(fit, z_new, options));
  Predicted out;
  out.pred = rows.estimate;
  out.se = rows.se;
  out.ci_lb = rows.ci_lb;
  out.ci_ub = rows.ci_ub;
  out.ddf = rows.ddf;
  out.pi_lb = out.pi_ub = out.pi_se = out.pi_ddf = stats::Vector(z_new.rows(), missing);
  return out;
}

Expected<Interval> scale_interval(const model::Fit& fit, std::size_t coefficient, double level) {
  HR_TRY(const model::LocationScale* spec, scale_of(fit));
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level is {}: it must lie between 0 and 1", level), "level");
  if (coefficient >= spec->z.cols())
    return make_error(ErrorCode::usage, fmt::format("the scale has {} coefficients", spec->z.cols()), "alpha");
  if (!spec->alpha.empty() && spec->alpha[coefficient])
    return make_error(ErrorCode::not_defined, "a held coefficient of the scale has no interval", "alpha");
  Profile profile(fit, coefficient, 0.5 * stats::chi2_quantile(level, 1));
  const double estimate = fit.scale.alpha[coefficient];
  const double se = fit.scale.se_alpha[coefficient];
  const double size = std::max(std::fabs(estimate), 1e-3);
  const double step = std::isfinite(se) && se < 10 * size ? se : size;
  Interval out;
  out.estimate = estimate;
  out.ci_lb = profile.bound(-1, step);
  out.ci_ub = profile.bound(1, step);
  if (std::isinf(out.ci_lb)) out.lb_sign = "<";
  if (std::isinf(out.ci_ub)) out.ub_sign = ">";
  return out;
}

}  // namespace hedgerow::infer
