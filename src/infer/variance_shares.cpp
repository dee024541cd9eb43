#include "infer/variance_shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include "base/missing.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

double sum(const Vector& v) { return std::accumulate(v.begin(), v.end(), 0.0); }

/// The log-likelihood of a fit's problem at given components.
class Surface {
 public:
  explicit Surface(const model::Fit& fit) : fit_(fit), reml_(fit.method == "REML") {}

  double loglik(const Vector& sigma2) const {
    auto spec = std::get<model::Multilevel>(fit_.problem.spec());
    spec.sigma2.assign(sigma2.begin(), sigma2.end());
    const auto problem = fit_.problem.with_spec(std::move(spec));
    if (!problem) return -HUGE_VAL;
    const auto at = model::fit(*problem);
    if (!at) return -HUGE_VAL;
    return reml_ ? at->reml.loglik : at->ml.loglik;
  }
  double top() const { return reml_ ? fit_.reml.loglik : fit_.ml.loglik; }

 private:
  const model::Fit& fit_;
  bool reml_;
};

/// Maximum over t in [0, 1] of a function with one top, by golden section; t is left at the top.
double golden_maximum(const std::function<double(double)>& f, double& t) {
  constexpr double ratio = 0.6180339887498949;
  double a = 0, b = 1, x = b - ratio * (b - a), y = a + ratio * (b - a), fx = f(x), fy = f(y);
  while (b - a > 1e-7) {
    if (fx >= fy) {
      b = std::exchange(y, x);
      fy = fx;
      x = b - ratio * (b - a);
      fx = f(x);
    } else {
      a = std::exchange(x, y);
      fx = fy;
      y = a + ratio * (b - a);
      fy = f(y);
    }
  }
  // The ends are values of their own: a component of 0.
  for (const double end : {0.0, 1.0}) {
    const double value = std::fabs(end - x) < 1e-6 ? f(end) : -HUGE_VAL;
    if (value >= std::max(fx, fy)) {
      t = end;
      return value;
    }
  }
  t = fx >= fy ? x : y;
  return std::max(fx, fy);
}

/// Maximum over a box [0, 1]^n, one coordinate after the other; with one coordinate a single pass.
double box_maximum(const std::function<double(const Vector&)>& f, Vector& t) {
  if (t.empty()) return f(t);
  double best = -HUGE_VAL;
  for (int pass = 0; pass < 40; ++pass) {
    const double before = best;
    for (double& coordinate : t) {
      double at = coordinate;
      const double value = golden_maximum(
          [&](double one) {
            coordinate = one;
            return f(t);
          },
          at);
      coordinate = at;
      best = std::max(best, value);
    }
    if (t.size() == 1 || best - before < 1e-8) break;
  }
  return best;
}

/// Splits a total by breaking a stick: t_0 of it to the first, t_1 of the rest to the second, ...
void split(double total, std::span<const double> t, std::span<double> parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = i < t.size() ? t[i] * total : total;
    total -= parts[i];
  }
}

/// Which share is profiled: of one component (`among` is vt for I2, 0 for ICC), or of all.
struct ShareKind {
  std::size_t component = 0;
  bool all = false;
  double among = 0;
};

/// Components with the given share; t has one coordinate less than there are components.
Vector with_share(const ShareKind& kind, double share, double scale, const Vector& t, std::size_t count) {
  Vector out(count);
  if (kind.all) {
    split(share / (1 - share) * kind.among, t, out);
    return out;
  }
  // The first coordinate in [0, 1) is a sum in [0, inf): of all components for ICC, of the others for I2.
  Vector others(count - 1);
  const double free_sum = t.empty() ? 0 : scale * t[0] / std::max(1 - t[0], 1e-12);
  const double rest = kind.among > 0 ? free_sum : (1 - share) * free_sum;
  if (!t.empty()) split(rest, std::span(t).subspan(1), others);
  out[kind.component] = kind.among > 0 ? share / (1 - share) * (rest + kind.among) : share * free_sum;
  for (std::size_t j = 0, next = 0; j < count; ++j)
    if (j != kind.component) out[j] = others[next++];
  return out;
}

double share_of(const ShareKind& kind, const Vector& sigma2) {
  const double total = sum(sigma2);
  return (kind.all ? total : sigma2[kind.component]) / (total + kind.among);
}

/// Profile-likelihood interval of a share, on (0, 1).
Interval share_interval(const Surface& surface, const model::Fit& fit, const ShareKind& kind, double level) {
  const Vector& sigma2 = fit.sigma2;
  const double estimate = share_of(kind, sigma2);
  if (std::isnan(estimate)) return {kMissing, kMissing, kMissing};
  const double allowed = 0.5 * stats::chi2_quantile(level, 1);
  const double scale = sum(sigma2) + fit.vt;
  Vector t(sigma2.size() - 1, 0.5);
  const auto inside = [&](double share) {
    const auto f = [&](const Vector& at) { return surface.loglik(with_share(kind, share, scale, at, sigma2.size())); };
    return allowed - (surface.top() - box_maximum(f, t));
  };
  const double end = kind.among > 0 ? 1 - 1e-9 : 1;  // an I2 of 100% needs an infinite variance
  Interval out{estimate, 0, 1};
  if (estimate > 0 && inside(0) < 0) out.ci_lb = stats::find_root(inside, 0, estimate).value_or(0);
  if (estimate < end && inside(end) < 0) out.ci_ub = stats::find_root(inside, estimate, end).value_or(1);
  return out;
}

Interval percent(Interval share) {
  for (double* value : {&share.estimate, &share.ci_lb, &share.ci_ub}) *value *= 100;
  return share;
}

bool all_estimated(const model::Multilevel& spec) {
  return std::none_of(spec.sigma2.begin(), spec.sigma2.end(), [](const auto& fixed) { return fixed.has_value(); });
}

double explained(double with, double without) {
  return without > 0 ? 100 * std::max(0.0, 1 - with / without) : kMissing;
}

/// R2 by level: the same random effects without moderators.
Checked add_r2(const model::Fit& fit, VarianceShares& out) {
  const model::Data& data = fit.problem.data();
  out.r2 = kMissing;
  for (VarianceShare& share : out.components) share.r2 = kMissing;
  if (data.p() == 1 && data.intercept) return {};
  HR_TRY(const model::Problem problem, fit.problem.with_design(Matrix(data.k(), 1, 1.0), {"intrcpt"}));
  HR_TRY(const model::Fit null, model::fit(problem));
  for (std::size_t l = 0; l < out.components.size(); ++l)
    out.components[l].r2 = explained(fit.sigma2[l], null.sigma2[l]);
  out.r2 = explained(sum(fit.sigma2), sum(null.sigma2));
  return {};
}

Checked add_jackson(const model::Fit& fit, VarianceShares& out) {
  model::Multilevel none;
  none.likelihood = std::get<model::Multilevel>(fit.problem.spec()).likelihood;
  HR_TRY(const model::Problem problem, fit.problem.with_spec(std::move(none)));
  HR_TRY(const model::Fit fixed, model::fit(problem));
  const auto random = stats::log_determinant(fit.vb), alone = stats::log_determinant(fixed.vb);
  const auto p = static_cast<double>(fit.p());
  out.i2_jackson = random && alone ? 100 * (1 - std::exp((*alone - *random) / p)) : kMissing;
  for (std::size_t j = 0; j < fit.p(); ++j) out.i2_coefficient.push_back(100 * (1 - fixed.vb(j, j) / fit.vb(j, j)));
  return {};
}

}  // namespace

Expected<VarianceShares> variance_shares(const model::Fit& fit, double level) {
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level is {}: it must lie between 0 and 1", level), "level");
  const auto* spec = std::get_if<model::Multilevel>(&fit.problem.spec());
  if (spec == nullptr)
    return make_error(ErrorCode::not_defined,
                      "heterogeneity by level is for multilevel models; the intervals of I2 of a two-level model are "
                      "in confint");
  VarianceShares out;
  const std::size_t levels = fit.sigma2.size();
  const bool intervals = levels > 0 && spec->structured.empty() && all_estimated(*spec) && fit.vt > 0;
  const Surface surface(fit);
  const auto interval = [&](const ShareKind& kind) {
    if (intervals) return share_interval(surface, fit, kind, level);
    return Interval{levels > 0 ? share_of(kind, fit.sigma2) : kMissing, kMissing, kMissing};
  };
  for (std::size_t l = 0; l < levels; ++l) {
    VarianceShare share{spec->s_names[l], fit.sigma2[l], percent(interval({l, false, fit.vt})), {1, 1, 1}, 0};
    if (levels > 1) share.icc = interval({l, false, 0});
    out.components.push_back(std::move(share));
  }
  // The sum of sigma2 is not the whole heterogeneity where structured terms add theirs.
  out.i2 = spec->structured.empty() ? percent(interval({0, true, fit.vt})) : Interval{kMissing, kMissing, kMissing};
  HR_CHECK(add_r2(fit, out));
  HR_CHECK(add_jackson(fit, out));
  return out;
}

}  // namespace hedgerow::infer
