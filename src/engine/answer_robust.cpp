// Cluster wild bootstrap of linear combinations of the coefficients.
#include <fmt/core.h>

#include "engine/detail/context.hpp"
#include "infer/wild_bootstrap.hpp"

namespace hedgerow::engine {

Expected<Block> answer(const Context& context, const AskWildBootstrap& ask) {
  infer::WildOptions wild{{}, ask.replicates, ask.seed};
  HR_TRY(wild.weights, infer::parse_wild_weights(ask.weights));
  const infer::RobustOptions options = context.inference.robust.value_or(infer::RobustOptions{});
  stats::Matrix l = ask.l;
  if (l.empty()) {
    HR_TRY(const infer::Coefficients c, infer::coefficients(context.fit, context.inference));
    l = stats::Matrix(c.btt.size(), context.fit.p());
    for (std::size_t r = 0; r < c.btt.size(); ++r) l(r, c.btt[r]) = 1;
  }
  HR_TRY(const infer::WildBootstrap result, infer::wild_bootstrap(context.fit, options, l, ask.rhs, wild));
  Block block =
      start_block(context, fmt::format("cluster wild bootstrap, {} weights, {} statistic, {} replicates, seed {}",
                                       ask.weights, infer::name(options.adjustment), ask.replicates, ask.seed));
  block.add("statistic", result.statistic).add("pval", result.pval).add("df", static_cast<double>(l.rows()));
  block.add("n_clusters", static_cast<double>(result.n_clusters));
  block.add("exceeded", static_cast<double>(result.exceeded)).add("replicates", static_cast<double>(ask.replicates));
  block.add("warnings", result.warnings);
  return block;
}

}  // namespace hedgerow::engine
