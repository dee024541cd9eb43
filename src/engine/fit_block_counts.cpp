// Fields that models of counts add to the fit.
#include "base/missing.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/fit_fields.hpp"

namespace hedgerow::engine {
namespace {

using model::CountMethod;

void add_stratified(Block& block, const model::Fit& fit, const model::CountModel& spec) {
  const model::CountFit& c = fit.counts;
  if (spec.method == CountMethod::mantel_haenszel) {
    block.add("CO", c.co).add("COp", c.co_p).add("MH", c.mh).add("MHp", c.mh_p);
    block.add("BD", c.bd).add("BDp", c.bd_p).add("TA", c.ta).add("TAp", c.ta_p);
  }
  block.add("k_yi", static_cast<double>(c.k_yi));
  block.add("k_pos", spec.measure == "OR" ? static_cast<double>(c.k_pos) : kMissing);
}

void add_mixed(Block& block, const model::Fit& fit, const model::CountModel& spec) {
  const model::CountFit& c = fit.counts;
  block.add("se_tau2", fit.se_tau2).add("vt", fit.vt);
  const bool study_effects = spec.method == CountMethod::um_rs;
  block.add("sigma2", study_effects ? c.sigma2 : kMissing);
  block.add("rho", study_effects && spec.correlated ? c.rho : kMissing);
  block.add("QE_Wld", c.q_wald).add("QEp_Wld", c.q_wald_p).add("QE_LRT", c.q_lrt).add("QEp_LRT", c.q_lrt_p);
  if (!c.study.empty()) block.add("study_effects", c.study);
}

const char* method_text(CountMethod method) {
  switch (method) {
    case CountMethod::mantel_haenszel:
      return "Mantel-Haenszel common effect";
    case CountMethod::peto:
      return "Peto's common odds ratio";
    case CountMethod::um_fs:
      return "generalised linear mixed model, unconditional, fixed study effects (UM.FS)";
    case CountMethod::um_rs:
      return "generalised linear mixed model, unconditional, random study effects (UM.RS)";
    case CountMethod::cm_el:
      return "generalised linear mixed model, conditional, exact likelihood (CM.EL)";
    case CountMethod::cm_al:
      return "generalised linear mixed model, conditional, approximate likelihood (CM.AL)";
    case CountMethod::one_group:
      return "generalised linear mixed model of one group";
    case CountMethod::beta_binomial:
      return "beta-binomial model";
    case CountMethod::firth:
      return "logistic regression with Firth's penalty, fixed study effects";
  }
  return "";
}

bool is_stratified(const model::CountModel& spec) {
  return spec.method == CountMethod::mantel_haenszel || spec.method == CountMethod::peto;
}

}  // namespace

std::string counts_method(const model::CountModel& spec) {
  std::string out = method_text(spec.method);
  if (spec.method != CountMethod::peto) out += " of " + spec.measure;
  const bool always_common = is_stratified(spec) || spec.method == CountMethod::firth;
  if (!always_common) out += spec.random ? ", random effects" : ", common effect";
  if (spec.method == CountMethod::mantel_haenszel && spec.measure == "RD")
    out += spec.sato ? ", variance by Sato" : ", variance by Greenland and Robins";
  return out;
}

void add_counts(Block& block, const model::Fit& fit) {
  const auto& spec = std::get<model::CountModel>(fit.problem.spec());
  block.add("tau2", fit.tau2).add("I2", fit.i2).add("H2", fit.h2);
  if (is_stratified(spec))
    add_stratified(block, fit, spec);
  else
    add_mixed(block, fit, spec);
}

}  // namespace hedgerow::engine
