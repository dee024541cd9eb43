// The fit as a block: the fields of fits, as docs/formats/job-and-result.md lists them.
#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

Vector counts(const std::vector<std::size_t>& values, std::size_t offset) {
  Vector out;
  for (std::size_t value : values) out.push_back(static_cast<double>(value + offset));
  return out;
}

std::string fit_method(const Context& context, const infer::Coefficients& c) {
  const model::Fit& fit = context.fit;
  const auto* multilevel = std::get_if<model::Multilevel>(&fit.problem.spec());
  std::string out = multilevel ? fmt::format("multilevel model ~ 1 | {}, {}", multilevel->s_names.back(), fit.method)
                    : fit.method == "EE" ? std::string("common-effect model")
                                         : fmt::format("random-effects model, tau2 by {}", fit.method);
  if (fit.p() > 1) out += ", meta-regression";
  out += fmt::format(", test {}", infer::name(context.inference.test));
  if (c.s2w != 1) out += fmt::format(" (factor {})", format_significant(c.s2w, 6));
  return out;
}

Block certificate_block(const model::Certificate& c) {
  Block block;
  block.add("algorithm", c.algorithm).add("converged", c.converged);
  block.add("iterations", static_cast<double>(c.iterations)).add("starts", static_cast<double>(c.starts));
  block.add("gradient_norm", c.gradient_norm).add("hessian_negative_definite", c.hessian_negative_definite);
  block.add("at_boundary", c.at_boundary).add("identified", c.identified);
  return block;
}

void add_two_level(Block& block, const model::Fit& fit, const infer::Coefficients& c) {
  block.add("tau2", fit.tau2).add("se_tau2", fit.se_tau2).add("I2", fit.i2);
  block.add("I2_q", infer::i2_from_q(fit.q_e, fit.q_e_df));
  block.add("H2", fit.h2).add("vt", fit.vt).add("R2", fit.r2).add("s2w", c.s2w);
}

void add_multilevel(Block& block, const model::Fit& fit) {
  const auto& spec = std::get<model::Multilevel>(fit.problem.spec());
  block.add("sigma2", fit.sigma2).add("s_names", spec.s_names).add("s_nlevels", counts(fit.s_nlevels, 0));
  Vector by_level;
  double total = fit.vt;
  for (double s : fit.sigma2) total += s;
  for (double s : fit.sigma2) by_level.push_back(100 * s / total);
  block.add("I2", fit.i2).add("I2_levels", by_level).add("vt", fit.vt);
}

}  // namespace

Block start_block(const Context& context, std::string method) {
  Block block;
  block.method = std::move(method);
  block.rows = context.row_text;
  return block;
}

Block statistics_block(const model::FitStatistics& s) {
  Block block;
  block.add("loglik", s.loglik).add("deviance", s.deviance).add("AIC", s.aic).add("BIC", s.bic).add("AICc", s.aicc);
  return block;
}

Block fit_block(const Context& context, const infer::Coefficients& c) {
  const model::Fit& fit = context.fit;
  Block block = start_block(context, fit_method(context, c));
  block.add("estimator", fit.method).add("coef_names", fit.problem.data().names);
  block.add("beta", c.beta).add("se", c.se).add("zval", c.zval).add("pval", c.pval);
  block.add("ci_lb", c.ci_lb).add("ci_ub", c.ci_ub).add("vb", c.vb).add("ddf", c.ddf);
  block.add("k", static_cast<double>(fit.k())).add("p", static_cast<double>(fit.p()));
  block.add("m", static_cast<double>(c.btt.size())).add("btt", counts(c.btt, 1));
  block.add("QE", fit.q_e).add("QEp", fit.q_e_p).add("QE_df", static_cast<double>(fit.q_e_df));
  block.add("QM", c.q_m).add("QMp", c.q_m_p).add("QM_df", Vector{c.q_m_df1, c.q_m_df2});
  Block statistics;
  statistics.add("ML", statistics_block(fit.ml)).add("REML", statistics_block(fit.reml));
  block.add("fit_stats", std::move(statistics));
  if (fit.is_multilevel())
    add_multilevel(block, fit);
  else
    add_two_level(block, fit, c);
  block.add("certificate", certificate_block(fit.certificate));
  return block;
}

}  // namespace hedgerow::engine
