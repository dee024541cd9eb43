#include "diagnose/refit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/parameters.hpp"

namespace hedgerow::diagnose {
namespace {

/// A parameter that one unit changes by more than this factor is worth a look from the usual starts.
constexpr double kLargeChange = 8.0;

double loglik(const model::Fit& fit) {
  const auto* spec = std::get_if<model::Multilevel>(&fit.problem.spec());
  const auto* scale = std::get_if<model::LocationScale>(&fit.problem.spec());
  const bool reml = (spec != nullptr && spec->likelihood == model::Likelihood::reml) ||
                    (scale != nullptr && scale->likelihood == model::Likelihood::reml);
  return reml ? fit.reml.loglik : fit.ml.loglik;
}

void hold(std::vector<std::optional<double>>& fixed, std::size_t count, const stats::Vector& values,
          std::size_t& next) {
  fixed.resize(count);
  for (auto& value : fixed) value = values[next++];
}

}  // namespace

Expected<Unit> parse_unit(const std::string& text) {
  if (text == "effect") return Unit::effect;
  if (text == "study") return Unit::study;
  return make_error(ErrorCode::usage, fmt::format("'{}' can't be left out; right would be effect or study", text));
}
std::string name(Unit unit) { return unit == Unit::effect ? "effect" : "study"; }

Expected<Units> units_of(const model::Fit& fit, const UnitOptions& options) {
  std::vector<std::uint32_t> unit(fit.k());
  std::iota(unit.begin(), unit.end(), 0U);
  if (options.by == Unit::study) unit = options.clusters ? *options.clusters : fit.problem.clusters();
  if (unit.size() != fit.k())
    return make_error(ErrorCode::usage,
                      fmt::format("{} cluster labels for {} effects; one per effect is needed", unit.size(), fit.k()));
  Units out;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (unit[i] >= out.rows.size()) out.rows.resize(unit[i] + 1);
    out.rows[unit[i]].push_back(i);
  }
  std::erase_if(out.rows, [](const auto& rows) { return rows.empty(); });
  if (out.size() < 2)
    return make_error(ErrorCode::not_defined,
                      fmt::format("there is only one {} to leave out; at least two are needed", name(options.by)));
  if (!options.labels.empty() && options.labels.size() != out.size())
    return make_error(ErrorCode::usage,
                      fmt::format("{} labels for {} units to leave out", options.labels.size(), out.size()));
  out.labels = options.labels;
  if (out.labels.empty())
    for (const auto& rows : out.rows) out.labels.push_back(fit.problem.label(rows.front()));
  return out;
}

stats::Vector variance_values(const model::Fit& fit) {
  if (fit.is_location_scale()) return fit.scale.alpha;
  return fit.is_multilevel() ? model::parameter_values(fit) : stats::Vector{fit.tau2};
}

std::vector<std::string> variance_names(const model::Problem& problem) {
  std::vector<std::string> out;
  if (const auto* scale = std::get_if<model::LocationScale>(&problem.spec())) {
    for (const std::string& name : scale->names) out.push_back("alpha." + name);
    return out;
  }
  if (!std::holds_alternative<model::Multilevel>(problem.spec())) return {"tau2"};
  for (const model::Parameter& parameter : model::parameters(problem)) out.push_back(parameter.name);
  return out;
}

Expected<model::Problem> held_at(const model::Problem& problem, const stats::Vector& parameters) {
  model::Spec spec = problem.spec();
  if (auto* univariate = std::get_if<model::Univariate>(&spec)) {
    // A common-effect model has no tau2 to hold.
    if (univariate->method != model::Tau2Method::ee) univariate->tau2 = parameters.at(0);
    return problem.with_spec(std::move(spec));
  }
  if (auto* counts = std::get_if<model::CountModel>(&spec)) {
    if (counts->random) counts->tau2 = parameters.at(0);
    return problem.with_spec(std::move(spec));
  }
  std::size_t next = 0;
  if (auto* scale = std::get_if<model::LocationScale>(&spec)) {
    hold(scale->alpha, scale->z.cols(), parameters, next);
    return problem.with_spec(std::move(spec));
  }
  auto& multilevel = std::get<model::Multilevel>(spec);
  hold(multilevel.sigma2, multilevel.groups.size(), parameters, next);
  for (model::Structured& term : multilevel.structured) {
    hold(term.tau2, term.tau2_count(), parameters, next);
    hold(term.rho, term.rho_count(), parameters, next);
  }
  return problem.with_spec(std::move(spec));
}

Expected<Refitter> Refitter::create(const model::Fit& fit, bool reestimate) {
  if (reestimate)
    return Refitter(fit, fit.problem, fit.is_multilevel() ? model::parameter_values(fit) : stats::Vector{});
  HR_TRY(model::Problem held, held_at(fit.problem, variance_values(fit)));
  return Refitter(fit, std::move(held), {});
}

std::string missing_estimate(const model::Fit& fit) {
  const std::vector<std::string>& warnings = fit.certificate.warnings;
  for (std::size_t j = 0; j < fit.p(); ++j) {
    if (std::isnan(fit.beta[j])) return warnings.empty() ? "the estimate does not exist" : warnings.front();
    if (fit.is_counts() && fit.vb(j, j) == 0)
      return "the counts have no variation, so that the standard error of the estimate is 0";
  }
  return "";
}

Expected<model::Fit> Refitter::without(std::span<const std::size_t> rows) const {
  std::vector<bool> out(fit_->k(), false);
  for (const std::size_t i : rows) out[i] = true;
  std::vector<std::size_t> kept;
  kept.reserve(fit_->k());
  for (std::size_t i = 0; i < fit_->k(); ++i)
    if (!out[i]) kept.push_back(i);
  HR_TRY(const model::Problem problem, problem_.subset(kept, model::Labels::drop));
  if (start_.empty()) return model::fit(problem);
  auto warm = model::fit(problem, start_);
  if (warm.ok() && !suspect(*warm)) return warm;
  auto usual = model::fit(problem);
  if (!usual.ok() || (warm.ok() && loglik(*warm) > loglik(*usual)))
    return warm.ok() ? std::move(warm) : std::move(usual);
  return usual;
}

bool Refitter::suspect(const model::Fit& refit) const {
  const model::Certificate& c = refit.certificate;
  if (!c.converged || !c.hessian_negative_definite || !c.warnings.empty()) return true;
  if (c.at_boundary != fit_->certificate.at_boundary) return true;
  const stats::Vector now = model::parameter_values(refit);
  for (std::size_t i = 0; i < now.size(); ++i)
    if (std::fabs(now[i]) > kLargeChange * std::fabs(start_[i]) ||
        kLargeChange * std::fabs(now[i]) < std::fabs(start_[i]))
      return true;
  return false;
}

}  // namespace hedgerow::diagnose
