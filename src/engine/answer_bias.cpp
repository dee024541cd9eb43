#include <fmt/core.h>

#include "base/missing.hpp"
#include "bias/begg.hpp"
#include "bias/egger.hpp"
#include "bias/trim_fill.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

void add_notes(Block& block, const std::vector<std::string>& notes) {
  if (!notes.empty()) block.add("notes", notes);
}

}  // namespace

Expected<Block> answer(const Context& context, const AskRegressionTest& ask) {
  bias::RegressionOptions options;
  HR_TRY(options.model, bias::parse_regression_model(ask.model));
  HR_TRY(options.predictor, bias::parse_predictor(ask.predictor));
  options.inference = context.inference;
  options.inference.btt.reset();  // the regression has a coefficient more than the fit
  HR_TRY(const bias::RegressionTest test, bias::regression_test(context.fit, options));
  Block block = start_block(
      context, fmt::format("regression test, model {}, predictor {} ({})", test.model, test.predictor, test.method));
  block.add("predictor", test.predictor).add("zval", test.zval).add("pval", test.pval).add("dfs", test.ddf);
  block.add("est", test.est).add("ci_lb", test.ci_lb).add("ci_ub", test.ci_ub);
  if (!is_missing(test.tau2)) block.add("tau2", test.tau2);
  if (!test.sigma2.empty()) block.add("sigma2", test.sigma2);
  std::vector<Block> coefficients;
  for (std::size_t j = 0; j < test.fit_names.size(); ++j) {
    Block one;
    one.add("name", test.fit_names[j]).add("beta", test.fit_coef[j]).add("se", test.fit_se[j]);
    one.add("zval", test.fit_zval[j]).add("ddf", test.fit_ddf[j]).add("pval", test.fit_pval[j]);
    one.add("ci_lb", test.fit_ci_lb[j]).add("ci_ub", test.fit_ci_ub[j]);
    coefficients.push_back(std::move(one));
  }
  block.add("coefficients", std::move(coefficients));
  add_notes(block, test.notes);
  return block;
}

Expected<Block> answer(const Context& context, const AskRankTest& ask) {
  HR_TRY(const bias::RankTest test, bias::rank_test(context.fit, ask.exact));
  Block block = start_block(context, fmt::format("rank correlation test (Begg and Mazumdar), {}",
                                                 test.exact ? "exact" : "normal approximation"));
  block.add("tau", test.tau).add("pval", test.pval);
  add_notes(block, test.notes);
  return block;
}

Expected<Block> answer(const Context& context, const AskTrimFill& ask) {
  bias::TrimFillOptions options;
  HR_TRY(options.estimator, bias::parse_missing_estimator(ask.estimator));
  HR_TRY(options.rule, bias::parse_trim_rule(ask.rule));
  if (!ask.side.empty()) {
    HR_TRY(options.side, bias::parse_side(ask.side));
  }
  HR_TRY(const bias::TrimFill result, bias::trim_and_fill(context.fit, options));
  HR_TRY(const infer::Coefficients filled, infer::coefficients(result.fit, context.inference));
  Block block = start_block(
      context, fmt::format("trim and fill, estimator {}, trimmed by the {} model, side {}", result.estimator,
                           result.rule == "model" ? "fit's own" : "common-effect", result.side));
  block.add("side", result.side).add("k0", static_cast<double>(result.k0)).add("se_k0", result.se_k0);
  block.add("p_k0", result.p_k0).add("beta", filled.beta).add("se", filled.se).add("zval", filled.zval);
  block.add("pval", filled.pval).add("ci_lb", filled.ci_lb).add("ci_ub", filled.ci_ub).add("tau2", result.fit.tau2);
  block.add("k", static_cast<double>(result.fit.k())).add("QE", result.fit.q_e).add("QEp", result.fit.q_e_p);
  const HeterogeneityShares shares = heterogeneity_shares(context, result.fit);
  block.add("I2", shares.i2).add("H2", shares.h2);
  stats::Vector filled_yi, filled_vi;
  for (std::size_t i = 0; i < result.yi.size(); ++i) {
    if (!result.fill[i]) continue;
    filled_yi.push_back(result.yi[i]);
    filled_vi.push_back(result.vi[i]);
  }
  block.add("filled_yi", filled_yi).add("filled_vi", filled_vi);
  block.add("yi", result.yi).add("vi", result.vi).add("fill", result.fill);
  const Context refit{context.job, context.rows, context.assembled, result.fit, context.inference, context.row_text};
  block.add("fit", fit_block(refit, filled));
  return block;
}

}  // namespace hedgerow::engine
