// Profile likelihood of a variance component; variance inflation factors.
#include <fmt/core.h>

#include "engine/detail/context.hpp"
#include "infer/profile.hpp"
#include "infer/vif.hpp"
#include "model/tau2_profile.hpp"

namespace hedgerow::engine {
namespace {

constexpr std::size_t kMostSteps = 10000;

Expected<stats::Vector> grid(const AskProfile& ask) {
  if (!(ask.from >= 0 && ask.to > ask.from) || ask.steps < 2 || ask.steps > kMostSteps)
    return make_error(ErrorCode::usage,
                      fmt::format("a profile needs 0 <= from < to and 2 to {} steps; found from {}, to {}, {} steps",
                                  kMostSteps, ask.from, ask.to, ask.steps));
  stats::Vector out;
  for (std::size_t i = 0; i < ask.steps; ++i)
    out.push_back(ask.from + (ask.to - ask.from) * static_cast<double>(i) / static_cast<double>(ask.steps - 1));
  return out;
}

Expected<stats::Vector> log_likelihoods(const model::Fit& fit, std::size_t component, const stats::Vector& at) {
  if (fit.is_multilevel()) {
    HR_TRY(infer::Profile profile, infer::profile(fit, component - 1, at));
    return std::move(profile.loglik);
  }
  if (component != 1) return make_error(ErrorCode::usage, "a two-level model has one component, tau2 (component 1)");
  // The profile leaves out what does not depend on tau2; the fit's own log-likelihood says how much that is.
  const bool reml = fit.method != "ML";
  model::Tau2Profile profile(fit.problem);
  const double constant = (reml ? fit.reml : fit.ml).loglik - profile.loglik(fit.tau2, reml);
  stats::Vector out;
  for (double tau2 : at) out.push_back(constant + profile.loglik(tau2, reml));
  return out;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskProfile& ask) {
  if (ask.component == 0) return make_error(ErrorCode::usage, "components are counted from 1, found 0");
  HR_TRY(const stats::Vector at, grid(ask));
  HR_TRY(const stats::Vector loglik, log_likelihoods(context.fit, ask.component, at));
  Block block = start_block(context, fmt::format("profile {}log-likelihood of variance component {}",
                                                 context.fit.method == "ML" ? "" : "restricted ", ask.component));
  return block.add("values", at).add("ll", loglik);
}

Expected<Block> answer(const Context& context, const AskVif&) {
  HR_TRY(const infer::VarianceInflation result, infer::variance_inflation(context.fit));
  return start_block(context, "variance inflation factors").add("name", result.names).add("vif", result.vif);
}

}  // namespace hedgerow::engine
