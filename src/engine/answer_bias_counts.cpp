// Answers of the methods that count studies, and of Henmi and Copas.
#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "bias/excess_significance.hpp"
#include "bias/fail_safe.hpp"
#include "bias/henmi_copas.hpp"
#include "effect/transform.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {

Expected<Block> answer(const Context& context, const AskFailSafe& ask) {
  bias::FailSafeOptions options;
  HR_TRY(options.kind, bias::parse_fail_safe(ask.type));
  options.alpha = ask.alpha;
  options.target = ask.target;
  options.exact = ask.exact;
  options.weighted = ask.weighted;
  options.inference = context.inference;
  HR_TRY(const bias::FailSafe found, bias::fail_safe(context.fit, options));
  const std::string type = bias::name(found.kind);
  Block block = start_block(context, fmt::format("fail-safe N ({})", type));
  block.add("type", type).add("fsnum", found.fsnum).add("beyond", found.beyond);
  block.add("est", found.est).add("tau2", found.tau2).add("pval", found.pval).add("alpha", found.alpha);
  block.add("target", found.target).add("est_fsn", found.est_fsn).add("tau2_fsn", found.tau2_fsn);
  return block.add("pval_fsn", found.pval_fsn);
}

Expected<Block> answer(const Context& context, const AskExcessSignificance& ask) {
  bias::ExcessOptions options;
  options.h0 = ask.h0;
  HR_TRY(options.alternative, bias::parse_alternative(ask.alternative));
  options.alpha = ask.alpha;
  options.theta = ask.theta;
  options.tau2 = ask.tau2;
  if (!ask.test.empty()) {
    HR_TRY(options.test, bias::parse_excess_test(ask.test));
  }
  HR_TRY(options.tes_alternative, bias::parse_alternative(ask.tes_alternative));
  options.tes_alpha = ask.tes_alpha;
  HR_TRY(const bias::ExcessSignificance found, bias::excess_significance(context.fit, options));
  const std::string test = bias::name(found.test);
  Block block = start_block(context, fmt::format("test of excess significance ({})", test));
  const double observed = static_cast<double>(found.observed);
  block.add("k", static_cast<double>(found.k)).add("O", observed).add("E", found.expected);
  block.add("OEratio", observed / found.expected).add("test", test).add("X2", found.x2).add("pval", found.pval);
  block.add("tes_alternative", ask.tes_alternative).add("tes_alpha", ask.tes_alpha).add("theta", found.theta);
  block.add("tau2", found.tau2).add("theta_lim", found.theta_lim).add("power", found.power).add("sig", found.sig);
  return block.add("slab", context.fit.problem.data().slab);
}

Expected<Block> answer(const Context& context, const AskHenmiCopas& ask) {
  HR_TRY(const bias::HenmiCopas found, bias::henmi_copas(context.fit, context.inference.level));
  HR_TRY(const infer::Coefficients model, infer::coefficients(context.fit, context.inference));
  stats::Vector values{found.beta,         found.ci_lb,         found.ci_ub,
                       model.beta.front(), model.ci_lb.front(), model.ci_ub.front()};
  if (!ask.transf.empty()) {
    for (double& value : values) {
      HR_TRY(value, effect::transform(ask.transf, value, context.fit.problem.data().ni));
    }
    for (std::size_t lower : {1U, 4U})
      if (values[lower] > values[lower + 1]) std::swap(values[lower], values[lower + 1]);
  }
  const bool plain = ask.transf.empty();
  Block block = start_block(context, fmt::format("Henmi and Copas, {}% level{}", 100 * context.inference.level,
                                                 plain ? "" : ", transformed by " + ask.transf));
  block.add("beta", values[0]).add("se", plain ? found.se : kMissing).add("ci_lb", values[1]).add("ci_ub", values[2]);
  block.add("tau2", found.tau2).add("beta_rma", values[3]).add("se_rma", plain ? model.se.front() : kMissing);
  return block.add("ci_lb_rma", values[4]).add("ci_ub_rma", values[5]).add("tau2_rma", context.fit.tau2);
}

}  // namespace hedgerow::engine
