// Full-information maximum likelihood: all rows with an effect, also those that the fit had to leave out because a
// moderator is missing.
//
// Source: model/fiml.hpp.
// Tests:  engine/missing_test.cpp, tests/e2e/cases/missing_moderators.case.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "engine/detail/context.hpp"
#include "model/fiml.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::engine {
namespace {

Error unsupported(const std::string& found) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("full-information maximum likelihood is there for two-level models and for ~ 1 | study "
                                "or ~ 1 | study/es; the model has {}",
                                found));
}

/// What the model has that the joint likelihood has not; empty if nothing.
std::string beyond(const ModelRequest& request, const model::Problem& problem) {
  if (problem.data().v) return "dependent sampling errors";
  if (!request.weights.empty() || !request.weighted) return "weights of its own";
  if (request.tau2 || !request.fix.empty() ||
      std::any_of(request.sigma2.begin(), request.sigma2.end(), [](const auto& s) { return s.has_value(); }))
    return "variances that are held at values";
  if (std::holds_alternative<model::LocationScale>(problem.spec())) return "moderators of the scale";
  if (std::holds_alternative<model::CountModel>(problem.spec())) return "a model of counts";
  const auto* levels = std::get_if<model::Multilevel>(&problem.spec());
  if (!levels) return "";
  if (!levels->structured.empty()) return "a term ~ inner | outer";
  const auto known = [](const auto& r) { return r != nullptr; };
  return std::any_of(levels->r.begin(), levels->r.end(), known) ? "known correlations of random effects" : "";
}

/// Random effects and moderators over all rows with an effect; `names` those of the variance components.
struct Joint {
  model::FimlData data;
  std::vector<std::string> names;
};

Checked add_levels(const model::Multilevel& levels, Joint& joint) {
  model::FimlData& data = joint.data;
  data.row_effect = false;
  std::string of_rows;
  for (std::size_t l = 0; l < levels.groups.size(); ++l) {
    const std::vector<std::uint32_t>& groups = levels.groups[l];
    const bool rows = *std::max_element(groups.begin(), groups.end()) + 1 == groups.size();
    if (rows ? data.row_effect : data.study_effect) return unsupported("more than two levels of random effects");
    (rows ? data.row_effect : data.study_effect) = true;
    if (rows) {
      of_rows = levels.s_names[l];
    } else {
      data.study = groups;
      joint.names.push_back(levels.s_names[l]);
    }
  }
  if (data.row_effect) joint.names.push_back(of_rows);
  return {};
}

Expected<Joint> joint_data(const ModelRequest& request, const Assembled& all) {
  const std::string found = beyond(request, all.problem);
  if (!found.empty()) return unsupported(found);
  Joint out;
  out.data.yi = all.problem.data().yi;
  out.data.vi = all.problem.data().vi;
  out.data.study.resize(out.data.yi.size());
  std::iota(out.data.study.begin(), out.data.study.end(), 0U);
  if (const auto* levels = std::get_if<model::Multilevel>(&all.problem.spec())) {
    HR_CHECK(add_levels(*levels, out));
  } else {
    out.data.row_effect = std::get<model::Univariate>(all.problem.spec()).method != model::Tau2Method::ee;
    if (out.data.row_effect) out.names.emplace_back("tau2");
  }
  HR_TRY(const data::Design design, data::design_matrix(request.mods.empty() ? "~ 1" : request.mods, *all.table));
  if (!design.intercept) return unsupported("no intercept");
  if (design.x.cols() < 2)
    return make_error(ErrorCode::usage, "the model has no moderators, so that none can be missing", "mods");
  const std::size_t q = design.x.cols() - 1;
  out.data.names.assign(design.names.begin() + 1, design.names.end());
  out.data.x = stats::Matrix(design.x.rows(), q);
  for (std::size_t i = 0; i < design.x.rows(); ++i)
    for (std::size_t c = 0; c < q; ++c) out.data.x(i, c) = design.x(i, c + 1);
  return out;
}

void add_coefficients(Block& block, const model::FimlFit& fit, double level) {
  stats::Vector zval, pval, lower, upper;
  const double z = stats::interval_quantile(level, kMissing);
  for (std::size_t c = 0; c < fit.beta.size(); ++c) {
    zval.push_back(fit.beta[c] / fit.se[c]);
    pval.push_back(stats::two_sided_p(zval[c], kMissing));
    lower.push_back(fit.beta[c] - z * fit.se[c]);
    upper.push_back(fit.beta[c] + z * fit.se[c]);
  }
  block.add("beta", fit.beta).add("se", fit.se).add("zval", zval).add("pval", pval);
  block.add("ci_lb", lower).add("ci_ub", upper);
}

std::vector<Block> component_blocks(const Joint& joint, const model::FimlFit& fit) {
  std::vector<Block> out;
  for (std::size_t l = 0; l < fit.sigma2.size(); ++l) {
    Block one;
    one.add("name", joint.names[l]).add("estimate", fit.sigma2[l]).add("se", fit.se_sigma2[l]);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Block> moderator_blocks(const Joint& joint, const model::FimlFit& fit) {
  std::vector<Block> out;
  for (std::size_t c = 0; c < joint.data.names.size(); ++c) {
    double missing = 0;
    for (std::size_t i = 0; i < joint.data.x.rows(); ++i) missing += is_missing(joint.data.x(i, c)) ? 1 : 0;
    Block one;
    one.add("name", joint.data.names[c]).add("missing", missing).add("mean", fit.mean[c]);
    one.add("between", fit.between(c, c)).add("within", fit.within(c, c));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskFiml&) {
  const ModelRequest& request = context.job.model;
  ModelRequest bare = request;
  bare.mods.clear();
  HR_TRY(const Assembled all, assemble(context.rows, bare));
  HR_TRY(const Joint joint, joint_data(request, all));
  HR_TRY(const model::FimlFit fit, model::fit_fiml(joint.data));
  Block block =
      start_block(context, "full-information maximum likelihood: effects and moderators jointly normal, z tests");
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t i : all.used) rows.push_back(context.rows.row[i]);
  block.rows = row_ranges(rows);
  block.add("k", static_cast<double>(joint.data.yi.size())).add("k_complete", static_cast<double>(context.fit.k()));
  block.add("observed", static_cast<double>(fit.observed)).add("parms", static_cast<double>(fit.parms));
  block.add("loglik", fit.loglik).add("AIC", 2 * fit.parms - 2 * fit.loglik);
  block.add("converged", fit.certificate.converged).add("gradient_norm", fit.certificate.gradient_norm);
  std::vector<std::string> names{"intrcpt"};
  names.insert(names.end(), joint.data.names.begin(), joint.data.names.end());
  block.add("coef_names", names);
  add_coefficients(block, fit, context.inference.level);
  block.add("components", component_blocks(joint, fit)).add("moderators", moderator_blocks(joint, fit));
  if (!fit.certificate.warnings.empty()) block.add("warnings", fit.certificate.warnings);
  return block;
}

}  // namespace hedgerow::engine
