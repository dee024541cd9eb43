#include "engine/detail/missing_reasons.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::engine {
namespace {

using Names = std::vector<std::string>;

bool lacks(const Block& block, const std::string& field) {
  const stats::Vector values = block.vector(field);
  return std::ranges::any_of(values, [](double value) { return std::isnan(value); });
}

// "pval, ci_lb are missing: ..." of those fields that are.
void explain(const Block& block, const Names& fields, const std::string& reason, std::vector<std::string>& out) {
  Names missing;
  for (const std::string& field : fields)
    if (lacks(block, field)) missing.push_back(field);
  if (missing.empty()) return;
  out.push_back(fmt::format("{} {} missing: {}", join(missing, ", "), missing.size() == 1 ? "is" : "are", reason));
}

bool zero_error(const Block& fit) {
  return std::ranges::any_of(fit.vector("se"), [](double se) { return se == 0; });
}

void explain_tests(const Block& fit, std::vector<std::string>& out) {
  const Names tests{"se", "zval", "pval", "ci_lb", "ci_ub", "QM", "QMp"};
  if (zero_error(fit))
    explain(fit, tests, "the counts have no variation, so that the standard error of the estimate is 0", out);
  else if (fit.number("k") <= fit.number("p"))
    explain(fit, tests,
            fmt::format("{} studies leave no degrees of freedom for t tests of {} coefficients; test z needs none",
                        fit.number("k"), fit.number("p")),
            out);
  else
    explain(fit, tests, "the information about a coefficient is not positive", out);
}

}  // namespace

std::vector<std::string> missing_reasons(const Block& fit, const std::string& model) {
  std::vector<std::string> out;
  explain_tests(fit, out);
  explain(fit, {"se_alpha", "zval_alpha", "pval_alpha", "ci_lb_alpha", "ci_ub_alpha", "QS", "QSp"},
          "an estimate of the scale is at its bound or flat, or there are no degrees of freedom", out);
  // A beta-binomial model and Firth's regression have no such shares and tests.
  const bool shares = model != "BB" && model != "FIRTH";
  if (shares) explain(fit, {"I2", "H2"}, "too few studies have an effect of their own", out);
  // Only Mantel-Haenszel and Peto's method have a log-likelihood of the single effects.
  const Block* statistics = fit.find("k_yi") ? fit.child("fit_stats") : nullptr;
  if (const Block* ml = statistics ? statistics->child("ML") : nullptr)
    explain(*ml, {"loglik", "deviance", "AIC", "BIC", "AICc"}, "too few studies have an effect of their own", out);
  if (fit.number("k_pos") > 0)
    explain(fit, {"BD", "BDp", "TA", "TAp"}, "homogeneity is a question to two tables or more", out);
  if (!shares) return out;
  explain(fit, {"QE_Wld", "QEp_Wld"}, "the effect of a single study is infinite or has no standard error", out);
  explain(fit, {"QE_LRT", "QEp_LRT"}, "the saturated model has no fit", out);
  return out;
}

}  // namespace hedgerow::engine
