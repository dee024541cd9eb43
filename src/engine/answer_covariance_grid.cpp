// Sensitivity of a model to an assumed correlation: effects, V, fit and tests made anew at each value of a grid.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

/// The place of the parameter in a job; null with the reason if the job has no such number.
Expected<double*> slot(Job& job, const std::string& parameter) {
  CovarianceRequest* v = job.effect.covariance ? &*job.effect.covariance : nullptr;
  const auto lacks = [&](const std::string& why) {
    return make_error(ErrorCode::usage, fmt::format("a grid of {} {}", parameter, why), "covariance_grid");
  };
  if (parameter == "r") {
    if (!job.effect.yi.empty()) return lacks("needs effects computed from the table; here they are given");
    if (!job.effect.options.r) job.effect.options.r = kMissing;
    return &*job.effect.options.r;
  }
  if (parameter == "phi") {
    if (!v || !v->phi) return lacks("needs a sampling covariance with times and phi");
    return &*v->phi;
  }
  if (parameter != "rho" && parameter != "rho_obs" && parameter != "rho_type")
    return make_error(ErrorCode::usage, fmt::format("expected rho, rho_obs, rho_type, phi or r, found '{}'", parameter),
                      "covariance_grid.parameter");
  if (!v && job.model.working && job.model.working->name == "CORR" && parameter == "rho")
    return &job.model.working->rho;
  if (!v || v->rho.empty()) return lacks("needs a sampling covariance that assumes rho as a number");
  if (v->rho.size() == 2) {
    if (parameter == "rho") return lacks("is ambiguous: rho has two values; ask for rho_obs or rho_type");
    return &v->rho[parameter == "rho_obs" ? 0 : 1];
  }
  const bool is_obs = !v->obs.empty() && v->rho_obs.empty();
  if (parameter != "rho" && parameter != (is_obs ? "rho_obs" : "rho_type"))
    return lacks("needs a number for it in rho");
  return &v->rho.front();
}

Checked check_values(const AskCovarianceGrid& ask) {
  if (ask.values.empty())
    return make_error(ErrorCode::usage, "a grid needs at least one value", "covariance_grid.values");
  for (const double value : ask.values)
    if (!(std::fabs(value) <= 1))
      return make_error(
          ErrorCode::usage,
          fmt::format("{} = {}: a correlation lies between -1 and 1", ask.parameter, format_shortest(value)),
          "covariance_grid.values");
  return {};
}

/// What one value of the grid gives.
struct Point {
  Vector estimate, se, zval, ddf, pval, ci_lb, ci_ub, components;
  double loglik = kMissing, k = kMissing;
  bool converged = false;
};

Vector component_values(const model::Fit& fit) {
  return fit.is_multilevel() ? model::parameter_values(fit) : Vector{fit.tau2};
}

Point point(const model::Fit& fit, const infer::Coefficients& c) {
  const double loglik = fit.method == "ML" || fit.method == "EE" ? fit.ml.loglik : fit.reml.loglik;
  return {c.beta,
          c.se,
          c.zval,
          c.ddf,
          c.pval,
          c.ci_lb,
          c.ci_ub,
          component_values(fit),
          loglik,
          static_cast<double>(fit.k()),
          fit.certificate.converged};
}

Expected<Point> point_at(const Job& job, const Context& context, bool& changes) {
  HR_TRY(const EffectRows rows, load_effects(job.data, job.effect));
  for (std::size_t i = 0; i < rows.effects.vi.size(); ++i)
    changes = changes || (rows.effects.vi[i] != context.rows.effects.vi[i]);
  HR_TRY(const Assembled assembled, assemble(rows, job.model));
  HR_TRY(const infer::Options options, inference_options(job.inference, *rows.table));
  HR_TRY(const model::Fit fit, model::fit(assembled.problem));
  if (fit.p() != context.fit.p())
    return make_error(ErrorCode::not_defined, fmt::format("{} coefficients instead of {}: a moderator became redundant",
                                                          fit.p(), context.fit.p()));
  HR_TRY(const infer::Coefficients c, infer::coefficients(fit, options));
  return point(fit, c);
}

/// The points side by side; those that failed hold NaN.
struct Grid {
  Vector values;
  std::vector<Point> points;
  std::vector<std::string> errors;  ///< empty text: fitted
};

Value side_by_side(const Grid& grid, Vector Point::*field, std::size_t width) {
  stats::Matrix out(grid.points.size(), width, kMissing);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const Vector& values = grid.points[i].*field;
    for (std::size_t j = 0; j < std::min(width, values.size()); ++j) out(i, j) = values[j];
  }
  if (width > 1) return out;
  return Vector(out.data(), out.data() + out.rows());
}

Vector side_by_side(const Grid& grid, double Point::*field) {
  Vector out;
  for (const Point& point : grid.points) out.push_back(point.*field);
  return out;
}

/// Per coefficient: smallest and largest estimate and where, and the values at which the conclusion is another one than
/// in the main analysis.
std::vector<Block> conclusions(const Grid& grid, const Context& context, const Point& main) {
  const double alpha = 1 - context.inference.level;
  std::vector<Block> out;
  for (std::size_t j = 0; j < main.estimate.size(); ++j) {
    double min = kMissing, max = kMissing, p_max = kMissing;
    std::vector<std::string> significance, sign;
    for (std::size_t i = 0; i < grid.points.size(); ++i) {
      if (!grid.errors[i].empty()) continue;
      const double estimate = grid.points[i].estimate[j], p = grid.points[i].pval[j];
      min = std::fmin(min, estimate);
      max = std::fmax(max, estimate);
      p_max = std::fmax(p_max, p);
      if ((p < alpha) != (main.pval[j] < alpha)) significance.push_back(format_shortest(grid.values[i]));
      if (std::signbit(estimate) != std::signbit(main.estimate[j])) sign.push_back(format_shortest(grid.values[i]));
    }
    Block block;
    block.add("name", context.fit.problem.data().names[j]).add("min", min).add("max", max).add("pval_max", p_max);
    block.add("changes_significance", significance).add("changes_sign", sign);
    out.push_back(std::move(block));
  }
  return out;
}

std::vector<std::string> component_names(const Context& context) {
  if (!context.fit.is_multilevel()) return {"tau2"};
  std::vector<std::string> out;
  for (const model::Parameter& parameter : model::parameters(context.fit.problem)) out.push_back(parameter.name);
  return out;
}

void add_points(Block& block, const Context& context, const Grid& grid, const Point& main) {
  const std::size_t p = main.estimate.size();
  block.add("value", grid.values).add("coef_names", context.fit.problem.data().names);
  block.add("estimate", side_by_side(grid, &Point::estimate, p)).add("se", side_by_side(grid, &Point::se, p));
  block.add("zval", side_by_side(grid, &Point::zval, p)).add("ddf", side_by_side(grid, &Point::ddf, p));
  block.add("pval", side_by_side(grid, &Point::pval, p)).add("ci_lb", side_by_side(grid, &Point::ci_lb, p));
  block.add("ci_ub", side_by_side(grid, &Point::ci_ub, p));
  block.add("component_names", component_names(context));
  block.add("components", side_by_side(grid, &Point::components, main.components.size()));
  block.add("loglik", side_by_side(grid, &Point::loglik)).add("k", side_by_side(grid, &Point::k));
  std::vector<bool> failed, not_converged;
  for (std::size_t i = 0; i < grid.points.size(); ++i) {
    failed.push_back(!grid.errors[i].empty());
    not_converged.push_back(grid.errors[i].empty() && !grid.points[i].converged);
  }
  block.add("failed", failed).add("not_converged", not_converged).add("errors", grid.errors);
}

}  // namespace

Expected<Block> answer(const Context& context, const AskCovarianceGrid& ask) {
  HR_CHECK(check_values(ask));
  Job job = context.job;
  job.data.table = context.rows.table;
  HR_TRY(double* const value, slot(job, ask.parameter));
  const double used = *value;
  HR_TRY(const infer::Coefficients c, infer::coefficients(context.fit, context.inference));
  const Point main = point(context.fit, c);
  Grid grid{ask.values, {}, {}};
  std::sort(grid.values.begin(), grid.values.end());
  bool changes = false;
  for (const double candidate : grid.values) {
    *value = candidate;
    auto found = point_at(job, context, changes);
    grid.errors.push_back(found ? "" : describe(found.error()));
    grid.points.push_back(found ? found.take() : Point());
  }
  const bool any = std::find(grid.errors.begin(), grid.errors.end(), "") != grid.errors.end();
  if (ask.parameter == "r" && any && !changes && (grid.values.size() > 1 || grid.values.front() != used))
    return make_error(ErrorCode::usage, "no row assumes a pre-post correlation, so that r changes nothing",
                      "covariance_grid");
  Block block =
      start_block(context, fmt::format("the model again at {} values of {}", grid.values.size(), ask.parameter));
  block.add("parameter", ask.parameter).add("used", used).add("level", context.inference.level);
  add_points(block, context, grid, main);
  block.add("conclusions", conclusions(grid, context, main));
  return block;
}

}  // namespace hedgerow::engine
