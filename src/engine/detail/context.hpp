// What the answers to questions are made from, and one overload of `answer` for each kind of question.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/assemble.hpp"
#include "engine/block.hpp"
#include "engine/job.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"
#include "model/parameters.hpp"

namespace hedgerow::engine {

struct Context {
  const Job& job;
  const EffectRows& rows;
  const Assembled& assembled;
  const model::Fit& fit;
  const infer::Options& inference;
  std::string row_text;  ///< rows of the fit as ranges
};

Expected<Block> answer(const Context& context, const AskPredict& ask);
Expected<Block> answer(const Context& context, const AskConfint& ask);
Expected<Block> answer(const Context& context, const AskContrasts& ask);
Expected<Block> answer(const Context& context, const AskBlock& ask);
Expected<Block> answer(const Context& context, const AskCompare& ask);
Expected<Block> answer(const Context& context, const AskSubgroups& ask);
Expected<Block> answer(const Context& context, const AskRegressionTest& ask);
Expected<Block> answer(const Context& context, const AskRankTest& ask);
Expected<Block> answer(const Context& context, const AskTrimFill& ask);
Expected<Block> answer(const Context& context, const AskLeaveOneOut& ask);
Expected<Block> answer(const Context& context, const AskRows& ask);
Expected<Block> answer(const Context& context, const AskProfile& ask);
Expected<Block> answer(const Context& context, const AskVif& ask);
Expected<Block> answer(const Context& context, const AskInfluence& ask);
Expected<Block> answer(const Context& context, const AskMarginalMeans& ask);
Expected<Block> answer(const Context& context, const AskHeterogeneity& ask);
Expected<Block> answer(const Context& context, const AskWildBootstrap& ask);
Expected<Block> answer(const Context& context, const AskImpute& ask);
Expected<Block> answer(const Context& context, const AskFiml& ask);
Expected<Block> answer(const Context& context, const AskCovarianceGrid& ask);
Expected<Block> answer(const Context& context, const AskFailSafe& ask);
Expected<Block> answer(const Context& context, const AskExcessSignificance& ask);
Expected<Block> answer(const Context& context, const AskHenmiCopas& ask);
Expected<Block> answer(const Context& context, const AskGosh& ask);
Expected<Block> answer(const Context& context, const AskPermutation& ask);
Expected<Block> answer(const Context& context, const AskBaujat& ask);
Expected<Block> answer(const Context& context, const AskRadial& ask);
Expected<Block> answer(const Context& context, const AskImputedSd& ask);
Expected<Block> answer(const Context& context, const AskCumulative& ask);
Expected<Block> answer(const Context& context, const AskExceedance& ask);
Expected<Block> answer(const Context& context, const AskDifferences& ask);
Expected<Block> answer(const Context& context, const AskPublished& ask);

/// Externally studentised residuals by row.
Expected<Block> deleted_residuals(const Context& context);

/// A variance parameter as results print it: "sigma^2.1" with its root "sigma.1", "rho" without one.
struct ParameterText {
  std::string name, root;
};
ParameterText parameter_text(const model::Parameter& parameter);
/// A block with its method and the rows of the fit.
Block start_block(const Context& context, std::string method);
/// The fit as a block (fields of fits).
Block fit_block(const Context& context, const infer::Coefficients& coefficients);
/// I2 (percent) and H2 of a two-level fit, by the definition that the job asks for (InferenceRequest::i2).
struct HeterogeneityShares {
  double i2 = 0, h2 = 0;
};
HeterogeneityShares heterogeneity_shares(const Context& context, const model::Fit& fit);
/// loglik, deviance, AIC, BIC, AICc.
Block statistics_block(const model::FitStatistics& statistics);

}  // namespace hedgerow::engine
