// Marginal means and heterogeneity by level.
#include <fmt/core.h>

#include "data/formula.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/robust_options.hpp"
#include "infer/marginal_means.hpp"
#include "infer/variance_shares.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

Block estimate_block(const infer::Contrasts& c, std::size_t r) {
  Block block;
  block.add("estimate", c.estimate[r]).add("se", c.se[r]).add("zval", c.zval[r]).add("ddf", c.ddf[r]);
  block.add("pval", c.pval[r]).add("ci_lb", c.ci_lb[r]).add("ci_ub", c.ci_ub[r]);
  return block;
}

Block named(const std::string& name, const Block& rest) {
  Block block;
  block.add("name", name);
  block.fields.insert(block.fields.end(), rest.fields.begin(), rest.fields.end());
  return block;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskMarginalMeans& ask) {
  if (ask.weights != "equal" && ask.weights != "proportional")
    return make_error(ErrorCode::usage, fmt::format("weights are equal or proportional, found '{}'", ask.weights),
                      "weights");
  const auto weights = ask.weights == "equal" ? data::LevelWeights::equal : data::LevelWeights::proportional;
  HR_TRY(const data::LevelRows rows,
         data::level_rows(context.job.model.mods, *context.assembled.table, ask.factor, weights));
  if (rows.x.cols() != context.fit.p())
    return make_error(ErrorCode::not_defined,
                      "the model left redundant moderators out, so the means of some levels are not determined by the "
                      "data; leave out the interaction or the factor that has empty combinations");
  HR_TRY(const infer::MarginalMeans result, infer::marginal_means(context.fit, rows.x, context.inference, ask.adjust));
  Block block = start_block(context, fmt::format("marginal means of {} ({} weights), test {}, p-values of comparisons "
                                                 "adjusted by {}",
                                                 rows.factor, ask.weights, test_text(context.inference),
                                                 ask.adjust.empty() ? "none" : ask.adjust));
  std::vector<Block> means, comparisons;
  for (std::size_t a = 0; a < rows.levels.size(); ++a)
    means.push_back(named(rows.levels[a], estimate_block(result.means, a)));
  for (std::size_t r = 0; r < result.pairs.size(); ++r) {
    const auto [a, b] = result.pairs[r];
    Block one = named(fmt::format("{} - {}", rows.levels[a], rows.levels[b]), estimate_block(result.comparisons, r));
    comparisons.push_back(std::move(one.add("p_adjusted", result.adjusted[r])));
  }
  block.add("factor", rows.factor).add("means", std::move(means)).add("comparisons", std::move(comparisons));
  block.add("QM", result.q_m).add("QMp", result.q_m_p).add("QM_df", Vector{result.q_m_df1, result.q_m_df2});
  return block;
}

Expected<Block> answer(const Context& context, const AskHeterogeneity& ask) {
  HR_TRY(const infer::VarianceShares shares,
         infer::variance_shares(context.fit, ask.level.value_or(context.inference.level)));
  Block block = start_block(context, "shares of variance by level, profile-likelihood intervals");
  std::vector<Block> levels;
  for (const infer::VarianceShare& share : shares.components) {
    Block one;
    one.add("name", share.name).add("sigma2", share.sigma2);
    one.add("I2", share.i2.estimate).add("I2_lb", share.i2.ci_lb).add("I2_ub", share.i2.ci_ub);
    one.add("ICC", share.icc.estimate).add("ICC_lb", share.icc.ci_lb).add("ICC_ub", share.icc.ci_ub);
    levels.push_back(std::move(one.add("R2", share.r2)));
  }
  block.add("I2", shares.i2.estimate).add("I2_lb", shares.i2.ci_lb).add("I2_ub", shares.i2.ci_ub);
  block.add("R2", shares.r2).add("I2_jackson", shares.i2_jackson);
  block.add("coef_names", context.fit.problem.data().names).add("I2_coefficient", shares.i2_coefficient);
  return block.add("levels", std::move(levels));
}

}  // namespace hedgerow::engine
