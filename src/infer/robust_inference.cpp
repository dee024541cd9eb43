// Coefficients and contrasts with a robust covariance. Every linear combination has degrees of freedom of its own, and
// several together are tested by RobustOptions::wald_test.
//
// Source: pustejovsky2018, tipton2015b.
#include "infer/detail/robust_inference.hpp"

#include "infer/robust_tests.hpp"
#include "infer/sandwich.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer::detail {

Expected<Coefficients> robust_coefficients(const model::Fit& fit, const Options& options,
                                           std::vector<std::size_t> btt) {
  HR_TRY(Sandwich made, Sandwich::create(fit, *options.robust));
  const auto sandwich = std::make_shared<const Sandwich>(std::move(made));
  HR_TRY(Robust table, robust(fit, *sandwich, options.level));
  Coefficients out;
  out.beta = std::move(table.beta);
  out.se = std::move(table.se);
  out.zval = std::move(table.zval);
  out.pval = std::move(table.pval);
  out.ci_lb = std::move(table.ci_lb);
  out.ci_ub = std::move(table.ci_ub);
  out.ddf = std::move(table.ddf);
  out.vb = std::move(table.vb);
  out.warnings = std::move(table.warnings);
  out.btt = std::move(btt);
  out.sandwich = sandwich;
  out.q_m_df1 = static_cast<double>(out.btt.size());
  if (fit.p() == 1) {
    // The only coefficient's own test, whatever it is.
    out.q_m = out.zval[0] * out.zval[0];
    out.q_m_p = out.pval[0];
    out.q_m_df2 = out.ddf[0];
    return out;
  }
  stats::Matrix l(out.btt.size(), fit.p());
  stats::Vector estimate;
  for (std::size_t r = 0; r < out.btt.size(); ++r) {
    l(r, out.btt[r]) = 1;
    estimate.push_back(out.beta[out.btt[r]]);
  }
  const RobustWald wald = robust_wald(*sandwich, l, estimate);
  out.q_m = wald.statistic;
  out.q_m_p = wald.pval;
  out.q_m_df2 = wald.df2;
  return out;
}

Contrasts robust_contrasts(const Coefficients& base, const stats::Matrix& l, std::span<const double> rhs,
                           double level) {
  Contrasts out;
  for (std::size_t r = 0; r < l.rows(); ++r) {
    const double estimate = stats::dot(l.row(r), base.beta) - rhs[r];
    const RobustContrast test = robust_contrast(*base.sandwich, l.row(r), estimate, level);
    out.estimate.push_back(estimate);
    out.se.push_back(test.se);
    out.zval.push_back(test.statistic);
    out.pval.push_back(test.pval);
    out.ci_lb.push_back(estimate - test.margin);
    out.ci_ub.push_back(estimate + test.margin);
    out.ddf.push_back(test.ddf);
  }
  const RobustWald wald = robust_wald(*base.sandwich, l, out.estimate);
  out.q_m = wald.statistic;
  out.q_m_p = wald.pval;
  out.q_m_df1 = wald.df1;
  out.q_m_df2 = wald.df2;
  return out;
}

}  // namespace hedgerow::infer::detail
