// The fit as a block: the fields of fits, as docs/formats/job-and-result.md lists them.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/fit_fields.hpp"
#include "engine/detail/robust_options.hpp"
#include "infer/heterogeneity.hpp"
#include "infer/sandwich.hpp"
#include "model/parameters.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

Vector counts(const std::vector<std::size_t>& values, std::size_t offset) {
  Vector out;
  for (std::size_t value : values) out.push_back(static_cast<double>(value + offset));
  return out;
}

// "multilevel model ~ 1 | study/es, ~ outcome | study (UN), REML": a nesting is named once, by its innermost component.
std::string multilevel_method(const model::Multilevel& spec, const std::string& estimator) {
  std::vector<std::string> terms;
  for (std::size_t l = 0; l < spec.s_names.size(); ++l) {
    const bool goes_on = l + 1 < spec.s_names.size() && spec.s_names[l + 1].rfind(spec.s_names[l] + "/", 0) == 0;
    const bool known = l < spec.r.size() && spec.r[l];
    if (!goes_on) terms.push_back("~ 1 | " + spec.s_names[l] + (known ? " (known correlations)" : ""));
  }
  for (const model::Structured& term : spec.structured)
    terms.push_back(fmt::format("~ {} | {} ({})", term.inner_name, term.outer_name, model::name(term.structure)));
  std::string out = terms.empty() ? "generalised least squares with the sampling covariance"
                                  : fmt::format("multilevel model {}, {}", join(terms, ", "), estimator);
  if (!spec.weights.empty()) out += ", user weights";
  return out;
}

std::string fit_method(const Context& context, const infer::Coefficients& c) {
  const model::Fit& fit = context.fit;
  const auto* multilevel = std::get_if<model::Multilevel>(&fit.problem.spec());
  const auto* of_counts = std::get_if<model::CountModel>(&fit.problem.spec());
  std::string out = multilevel                ? multilevel_method(*multilevel, fit.method)
                    : of_counts               ? counts_method(*of_counts)
                    : fit.is_location_scale() ? scale_method(fit)
                    : fit.method == "EE"      ? std::string("common-effect model")
                                              : fmt::format("random-effects model, tau2 by {}", fit.method);
  if (fit.p() > 1) out += ", meta-regression";
  out += fmt::format(", test {}", test_text(context.inference));
  if (c.s2w != 1) out += fmt::format(" (factor {})", format_significant(c.s2w, 6));
  return out;
}

Block certificate_block(const model::Fit& fit) {
  const model::Certificate& c = fit.certificate;
  Block block;
  std::vector<std::string> names;
  for (const model::Parameter& parameter : model::parameters(fit.problem)) names.push_back(parameter.name);
  if (const auto* scale = std::get_if<model::LocationScale>(&fit.problem.spec()))
    for (const std::string& name : scale->names) names.push_back("alpha." + name);
  block.add("parameters", names).add("algorithm", c.algorithm).add("converged", c.converged);
  block.add("iterations", static_cast<double>(c.iterations)).add("starts", static_cast<double>(c.starts));
  block.add("gradient_norm", c.gradient_norm).add("hessian_negative_definite", c.hessian_negative_definite);
  block.add("at_boundary", c.at_boundary).add("identified", c.identified);
  return block;
}

void add_two_level(Block& block, const Context& context, const infer::Coefficients& c) {
  const model::Fit& fit = context.fit;
  const HeterogeneityShares shares = heterogeneity_shares(context, fit);
  block.add("tau2", fit.tau2).add("se_tau2", fit.se_tau2).add("I2", shares.i2);
  block.add("I2_q", infer::i2_from_q(fit.q_e, fit.q_e_df));
  block.add("H2", shares.h2).add("vt", fit.vt).add("R2", fit.r2).add("s2w", c.s2w);
  if (context.job.inference.i2 == "Q") block.add("I2_from", "Q");
}

// One term ~ inner | outer: its own fields, whatever its place in the model.
Block structured_block(const model::Structured& term, const model::StructuredFit& estimates) {
  Block block;
  std::size_t groups = 0;
  for (const std::uint32_t group : term.outer) groups = std::max<std::size_t>(groups, group + std::size_t{1});
  block.add("name", term.label()).add("structure", model::name(term.structure));
  block.add("outer", term.outer_name).add("outer_nlevels", static_cast<double>(groups));
  block.add("levels", term.levels).add("tau2", estimates.tau2).add("se_tau2", estimates.se_tau2);
  block.add("rho", estimates.rho).add("se_rho", estimates.se_rho);
  return block;
}

// The first two terms under the names that metafor gives them.
void add_structured(Block& block, const model::Fit& fit, const model::Multilevel& spec) {
  static constexpr const char* names[2][4] = {{"tau2", "rho", "g_levels", "G"}, {"gamma2", "phi", "h_levels", "H"}};
  std::vector<Block> terms;
  for (std::size_t t = 0; t < fit.structured.size(); ++t) {
    const model::StructuredFit& estimates = fit.structured[t];
    terms.push_back(structured_block(spec.structured[t], estimates));
    if (t > 1) continue;
    block.add(names[t][0], estimates.tau2);
    // Without correlations (ID, DIAG, GDIAG) rho is zero by definition.
    block.add(names[t][1], estimates.rho.empty() && spec.structured[t].rho_count() == 0 ? Vector{0} : estimates.rho);
    block.add(names[t][2], spec.structured[t].levels).add(names[t][3], estimates.g);
  }
  if (!terms.empty()) block.add("structured", std::move(terms));
}

// Share of each component in the total variance. Where the variance of a term differs between levels or with a
// moderator there is no such total, and no share.
void add_shares(Block& block, const model::Fit& fit) {
  Vector variances = fit.sigma2;
  for (const model::StructuredFit& term : fit.structured) {
    if (term.tau2.size() != 1) return;
    variances.push_back(term.tau2.front());
  }
  const double total = std::accumulate(variances.begin(), variances.end(), fit.vt);
  for (double& variance : variances) variance *= 100 / total;
  block.add("I2", std::accumulate(variances.begin(), variances.end(), 0.0)).add("I2_levels", variances);
}

void add_multilevel(Block& block, const model::Fit& fit) {
  const auto& spec = std::get<model::Multilevel>(fit.problem.spec());
  if (!fit.sigma2.empty())
    block.add("sigma2", fit.sigma2).add("s_names", spec.s_names).add("s_nlevels", counts(fit.s_nlevels, 0));
  add_structured(block, fit, spec);
  if (!fit.sigma2.empty() || !fit.structured.empty()) add_shares(block, fit);
  block.add("vt", fit.vt);
}

// What the robust covariance is, and the standard errors that the model itself gives.
void add_robust(Block& block, const Context& context, const infer::Coefficients& c) {
  if (!c.sandwich) return;
  const infer::RobustOptions& options = *context.inference.robust;
  Block robust;
  robust.add("adjustment", infer::name(options.adjustment)).add("test", infer::name(options.test));
  robust.add("wald_test", infer::name(options.wald_test)).add("cluster", context.job.inference.robust->cluster);
  Vector se;
  for (std::size_t j = 0; j < context.fit.p(); ++j) se.push_back(std::sqrt(context.fit.vb(j, j)));
  robust.add("se_model", se);
  block.add("n_clusters", static_cast<double>(c.sandwich->n_clusters())).add("robust", std::move(robust));
}

}  // namespace

Block start_block(const Context& context, std::string method) {
  Block block;
  block.method = std::move(method);
  block.rows = context.row_text;
  return block;
}

HeterogeneityShares heterogeneity_shares(const Context& context, const model::Fit& fit) {
  if (context.job.inference.i2 != "Q") return {fit.i2, fit.h2};
  const infer::QHeterogeneity q = infer::q_heterogeneity(fit.q_e, fit.q_e_df);
  return {q.i2.estimate, q.h2.estimate};
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
  else if (fit.is_location_scale())
    add_scale(block, context, c.s2w);
  else if (fit.is_counts())
    add_counts(block, fit);
  else
    add_two_level(block, context, c);
  add_robust(block, context, c);
  block.add("certificate", certificate_block(fit));
  return block;
}

}  // namespace hedgerow::engine
