#include <fmt/core.h>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "infer/heterogeneity.hpp"
#include "infer/profile.hpp"
#include "infer/scale.hpp"
#include "model/firth.hpp"
#include "model/glmm_profile.hpp"
#include "model/parameters.hpp"

namespace hedgerow::engine {
namespace {

Block interval_block(const std::string& name, const infer::Interval& interval) {
  Block block;
  block.add("name", name).add("estimate", interval.estimate).add("ci_lb", interval.ci_lb).add("ci_ub", interval.ci_ub);
  block.add("lb_sign", interval.lb_sign).add("ub_sign", interval.ub_sign);
  return block;
}

std::vector<Block> fixed_blocks(const model::Fit& fit, const infer::Coefficients& c) {
  std::vector<Block> out;
  for (std::size_t j = 0; j < fit.p(); ++j)
    out.push_back(interval_block(fit.problem.data().names[j], {c.beta[j], c.ci_lb[j], c.ci_ub[j]}));
  return out;
}

// I2 and H2 from Q, with a note where Q has too few degrees of freedom for them.
std::vector<Block> intervals_from_q(const model::Fit& fit, double level) {
  const infer::QHeterogeneity q = infer::q_heterogeneity(fit.q_e, fit.q_e_df, level);
  std::vector<Block> out;
  out.push_back(interval_block("I^2(%)", q.i2));
  out.push_back(interval_block("H^2", q.h2));
  for (Block& block : out)
    if (is_missing(q.h2.estimate) || is_missing(q.h2.ci_lb))
      block.add("note", fmt::format("Q has {} degrees of freedom: too few", fit.q_e_df));
  return out;
}

Expected<Block> multilevel_intervals(const Context& context, const AskConfint& ask, double level) {
  if (!ask.type.empty() && ask.type != "PL")
    return make_error(
        ErrorCode::not_defined,
        fmt::format("intervals of type {} are not defined for multilevel models; profile likelihood (PL) is",
                    ask.type));
  std::vector<Block> random;
  const std::vector<model::Parameter> parameters = model::parameters(context.fit.problem);
  for (std::size_t a = 0; a < parameters.size(); ++a) {
    if (parameters[a].fixed) continue;
    const ParameterText text = parameter_text(parameters[a]);
    const auto interval = infer::profile_interval(context.fit, a, level);
    if (!interval) {
      // One parameter without an interval does not spoil the others.
      Block block = interval_block(text.name, {model::parameter_values(context.fit)[a], kMissing, kMissing});
      random.push_back(std::move(block.add("note", describe(interval.error()))));
      continue;
    }
    random.push_back(interval_block(text.name, *interval));
    if (!text.root.empty()) random.push_back(interval_block(text.root, infer::root_of(*interval)));
  }
  Block block = start_block(context, "profile likelihood");
  return block.add("random", std::move(random));
}

Expected<Block> scale_intervals(const Context& context, const AskConfint& ask, double level) {
  if (!ask.type.empty() && ask.type != "PL")
    return make_error(ErrorCode::not_defined,
                      fmt::format("intervals of type {} are not defined for location-scale models; profile likelihood "
                                  "(PL) of the coefficients of the scale is",
                                  ask.type));
  const auto& spec = std::get<model::LocationScale>(context.fit.problem.spec());
  std::vector<Block> random;
  for (std::size_t j = 0; j < spec.names.size(); ++j) {
    if (!spec.alpha.empty() && spec.alpha[j]) continue;
    const std::string name = spec.names.size() > 1 ? fmt::format("alpha.{}", j + 1) : std::string("alpha");
    const auto interval = infer::scale_interval(context.fit, j, level);
    Block block =
        interval_block(name, interval ? *interval : infer::Interval{context.fit.scale.alpha[j], kMissing, kMissing});
    if (!interval) block.add("note", describe(interval.error()));
    random.push_back(std::move(block.add("coefficient", spec.names[j])));
  }
  return start_block(context, "profile likelihood of the coefficients of the scale").add("random", std::move(random));
}

Expected<Block> two_level_intervals(const Context& context, const AskConfint& ask, double level) {
  infer::VarianceOptions options;
  options.level = level;
  if (!ask.type.empty()) {
    HR_TRY(options.kind, infer::parse_variance_interval(ask.type));
  }
  HR_TRY(const infer::VarianceIntervals intervals, infer::variance_interval(context.fit, options));
  Block block = start_block(context, infer::name(intervals.kind));
  std::vector<Block> random;
  random.push_back(interval_block("tau^2", intervals.tau2));
  random.push_back(interval_block("tau", intervals.tau));
  random.push_back(interval_block("I^2(%)", intervals.i2));
  random.push_back(interval_block("H^2", intervals.h2));
  return block.add("random", std::move(random)).add("ci_null", intervals.null);
}

/// Intervals of the coefficients by the penalised profile likelihood, with their likelihood-ratio tests.
Expected<Block> firth_profiles(const Context& context, double level) {
  const model::Fit& fit = context.fit;
  std::vector<Block> fixed;
  for (std::size_t j = 0; j < fit.p(); ++j) {
    const std::string& name = fit.problem.data().names[j];
    const auto profile = model::profile_firth(fit, j, level);
    Block one = profile ? interval_block(name, {fit.beta[j], profile->ci_lb, profile->ci_ub})
                        : interval_block(name, {fit.beta[j], kMissing, kMissing});
    one.add("X2", profile ? profile->chi2 : kMissing).add("pval", profile ? profile->pval : kMissing);
    fixed.push_back(std::move(one.add("note", profile ? "" : describe(profile.error()))));
  }
  return start_block(context, "penalised profile likelihood of the coefficients").add("fixed", std::move(fixed));
}

Expected<Block> count_profiles(const Context& context, const infer::Coefficients& coefficients, double level) {
  if (std::get<model::CountModel>(context.fit.problem.spec()).method == model::CountMethod::firth)
    return firth_profiles(context, level);
  HR_TRY(const model::Tau2Interval interval, model::profile_tau2(context.fit, level));
  const infer::Interval tau2{context.fit.tau2, interval.lower, interval.upper};
  std::vector<Block> random;
  random.push_back(interval_block("tau^2", tau2));
  random.push_back(interval_block("tau", infer::root_of(tau2)));
  return start_block(context, "profile likelihood of tau2, Wald intervals of the coefficients")
      .add("random", std::move(random))
      .add("fixed", fixed_blocks(context.fit, coefficients));
}

/// A model of counts: intervals of the coefficients, and of I2 and H2 from Q; or by profile likelihood.
Expected<Block> count_intervals(const Context& context, const AskConfint& ask, const infer::Coefficients& coefficients,
                                double level) {
  if (ask.type == "PL") return count_profiles(context, coefficients, level);
  if (!ask.type.empty())
    return make_error(ErrorCode::not_defined,
                      fmt::format("intervals of type {} are made from effects and their variances; models of counts "
                                  "have profile likelihood (PL)",
                                  ask.type),
                      "type");
  Block block = start_block(context, "Wald intervals of the coefficients");
  return block.add("from_q", intervals_from_q(context.fit, level))
      .add("fixed", fixed_blocks(context.fit, coefficients));
}

}  // namespace

// "tau2[3].1" -> "tau^2[3].1" and "tau[3].1"; correlations and ranges stay as they are.
ParameterText parameter_text(const model::Parameter& parameter) {
  if (parameter.kind == model::Parameter::Kind::rho) return {parameter.name, ""};
  const std::size_t digit = parameter.name.find('2');
  const std::string word = parameter.name.substr(0, digit), number = parameter.name.substr(digit + 1);
  return {word + "^2" + number, word + number};
}

Expected<Block> answer(const Context& context, const AskConfint& ask) {
  infer::Options options = context.inference;
  if (ask.level) options.level = *ask.level;
  HR_TRY(const infer::Coefficients coefficients, infer::coefficients(context.fit, options));
  if (context.fit.is_counts()) return count_intervals(context, ask, coefficients, options.level);
  auto random = context.fit.is_multilevel()       ? multilevel_intervals(context, ask, options.level)
                : context.fit.is_location_scale() ? scale_intervals(context, ask, options.level)
                                                  : two_level_intervals(context, ask, options.level);
  if (!random) return random.error();
  Block block = random.take();
  return block.add("from_q", intervals_from_q(context.fit, options.level))
      .add("fixed", fixed_blocks(context.fit, coefficients));
}

}  // namespace hedgerow::engine
