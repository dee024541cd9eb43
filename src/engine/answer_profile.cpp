// Profile likelihood of a variance component; variance inflation factors.
#include <fmt/core.h>

#include <cmath>

#include "engine/detail/context.hpp"
#include "engine/detail/random_effects.hpp"
#include "infer/profile.hpp"
#include "infer/vif.hpp"
#include "model/tau2_profile.hpp"

namespace hedgerow::engine {
namespace {

constexpr std::size_t kMostSteps = 10000;

// Ranges that a parameter does not reach are refused where it is held at a value.
Expected<stats::Vector> grid(const AskProfile& ask) {
  if (!(ask.to > ask.from) || ask.steps < 2 || ask.steps > kMostSteps)
    return make_error(ErrorCode::usage,
                      fmt::format("a profile needs from < to and 2 to {} steps; found from {}, to {}, "
                                  "{} steps",
                                  kMostSteps, ask.from, ask.to, ask.steps));
  stats::Vector out;
  for (std::size_t i = 0; i < ask.steps; ++i)
    out.push_back(ask.from + (ask.to - ask.from) * static_cast<double>(i) / static_cast<double>(ask.steps - 1));
  return out;
}

Expected<stats::Vector> two_level_log_likelihoods(const model::Fit& fit, const stats::Vector& at) {
  if (at.front() < 0)
    return make_error(ErrorCode::usage, fmt::format("tau2 is a variance; its profile can't start at {}", at.front()));
  // The profile leaves out what does not depend on tau2; the fit's own log-likelihood says how much that is.
  const bool reml = fit.method != "ML";
  model::Tau2Profile profile(fit.problem);
  const double constant = (reml ? fit.reml : fit.ml).loglik - profile.loglik(fit.tau2, reml);
  stats::Vector out;
  for (double tau2 : at) out.push_back(constant + profile.loglik(tau2, reml));
  return out;
}

struct Chosen {
  std::size_t index = 0;
  std::string name;
};

// The parameter of a question, by its name or by its number.
Expected<Chosen> chosen_parameter(const model::Fit& fit, const AskProfile& ask) {
  std::vector<model::Parameter> all = model::parameters(fit.problem);
  if (!fit.is_multilevel()) all = {{model::Parameter::Kind::tau2, 0, 0, "tau2", std::nullopt, 0, HUGE_VAL}};
  if (ask.parameter.empty()) {
    if (ask.component >= 1 && ask.component <= all.size())
      return Chosen{ask.component - 1, all[ask.component - 1].name};
    return make_error(
        ErrorCode::usage,
        fmt::format("there is no variance component {}; the model has {}, counted from 1", ask.component, all.size()));
  }
  HR_TRY(const std::size_t at, find_parameter(all, ask.parameter));
  return Chosen{at, all[at].name};
}

std::string profile_method(const model::Fit& fit, const std::string& of) {
  return fmt::format("profile {}log-likelihood of {}", fit.method == "ML" ? "" : "restricted ", of);
}

Expected<Block> all_profiles(const Context& context, const AskProfile& ask) {
  if (ask.steps > kMostSteps)
    return make_error(ErrorCode::usage,
                      fmt::format("a profile takes {} steps at most, found {}", kMostSteps, ask.steps));
  HR_TRY(const std::vector<infer::ProfileCurve> curves,
         infer::profile_curves(context.fit, context.inference.level, ask.steps));
  std::vector<Block> list;
  for (const infer::ProfileCurve& curve : curves) {
    Block one;
    one.add("parameter", curve.name).add("estimate", curve.interval.estimate);
    one.add("ci_lb", curve.interval.ci_lb).add("ci_ub", curve.interval.ci_ub);
    one.add("lb_sign", curve.interval.lb_sign).add("ub_sign", curve.interval.ub_sign);
    list.push_back(std::move(one.add("values", curve.curve.value).add("ll", curve.curve.loglik)));
  }
  return start_block(context, profile_method(context.fit, "every variance parameter")).add("profiles", std::move(list));
}

}  // namespace

Expected<Block> answer(const Context& context, const AskProfile& ask) {
  if (context.fit.is_location_scale() || context.fit.is_counts())
    return make_error(ErrorCode::not_supported,
                      "profiles are drawn of the variances of two-level and multilevel models; the intervals of a "
                      "location-scale model (confint) rest on the profiles of its coefficients",
                      "profile");
  if (ask.parameter == "all" && context.fit.is_multilevel()) return all_profiles(context, ask);
  HR_TRY(const Chosen chosen, chosen_parameter(context.fit, ask));
  HR_TRY(const stats::Vector at, grid(ask));
  stats::Vector loglik;
  if (context.fit.is_multilevel()) {
    HR_TRY(infer::Profile profile, infer::profile(context.fit, chosen.index, at));
    loglik = std::move(profile.loglik);
  } else {
    HR_TRY(loglik, two_level_log_likelihoods(context.fit, at));
  }
  return start_block(context, profile_method(context.fit, chosen.name))
      .add("parameter", chosen.name)
      .add("values", at)
      .add("ll", loglik);
}

Expected<Block> answer(const Context& context, const AskVif&) {
  HR_TRY(const infer::VarianceInflation result, infer::variance_inflation(context.fit));
  return start_block(context, "variance inflation factors").add("name", result.names).add("vif", result.vif);
}

}  // namespace hedgerow::engine
