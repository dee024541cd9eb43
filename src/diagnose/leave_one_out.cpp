#include "diagnose/leave_one_out.hpp"

#include "base/missing.hpp"
#include "base/parallel.hpp"

namespace hedgerow::diagnose {
namespace {

Checked fill_in(LeftOut& unit, const Refitter& refitter, const infer::Options& inference) {
  HR_TRY(const model::Fit refit, refitter.without(unit.rows));
  HR_TRY(infer::Coefficients table, infer::coefficients(refit, inference));
  unit.beta = std::move(table.beta);
  unit.se = std::move(table.se);
  unit.zval = std::move(table.zval);
  unit.pval = std::move(table.pval);
  unit.ci_lb = std::move(table.ci_lb);
  unit.ci_ub = std::move(table.ci_ub);
  unit.ddf = std::move(table.ddf);
  unit.tau2 = refit.tau2;
  unit.sigma2 = refit.sigma2;
  for (const model::StructuredFit& term : refit.structured) {
    unit.structured_tau2.insert(unit.structured_tau2.end(), term.tau2.begin(), term.tau2.end());
    unit.structured_rho.insert(unit.structured_rho.end(), term.rho.begin(), term.rho.end());
  }
  unit.i2 = refit.i2;
  unit.h2 = refit.h2;
  unit.q_e = refit.q_e;
  unit.q_e_p = refit.q_e_p;
  unit.q_e_df = refit.q_e_df;
  unit.warnings = refit.certificate.warnings;
  unit.error = missing_estimate(refit);
  return {};
}

LeftOut refit(const Refitter& refitter, std::vector<std::size_t> rows, std::string label,
              const infer::Options& inference) {
  LeftOut unit;
  unit.label = std::move(label);
  unit.rows = std::move(rows);
  if (auto done = fill_in(unit, refitter, inference); !done) {
    unit.error = describe(done.error());
    unit.tau2 = unit.i2 = unit.h2 = unit.q_e = unit.q_e_p = kMissing;
  }
  return unit;
}

Range range_of(const LeaveOneOut& all, std::size_t c, double alpha) {
  Range range{kMissing, kMissing, 0, 0, {}, {}};
  for (std::size_t u = 0; u < all.units.size(); ++u) {
    const LeftOut& unit = all.units[u];
    if (!unit.error.empty() || is_missing(unit.beta[c])) continue;
    if (is_missing(range.min) || unit.beta[c] < range.min) {
      range.min = unit.beta[c];
      range.min_unit = u;
    }
    if (is_missing(range.max) || unit.beta[c] > range.max) {
      range.max = unit.beta[c];
      range.max_unit = u;
    }
    if ((unit.pval[c] <= alpha) != (all.full.pval[c] <= alpha)) range.changes_significance.push_back(u);
    if (unit.beta[c] * all.full.beta[c] < 0) range.changes_sign.push_back(u);
  }
  return range;
}

}  // namespace

Expected<LeaveOneOut> leave_one_out(const model::Fit& fit, const LeaveOneOutOptions& options) {
  HR_TRY(Units units, units_of(fit, options));
  HR_TRY(const Refitter refitter, Refitter::create(fit));
  LeaveOneOut out;
  out.by = name(options.by);
  HR_TRY(out.full, infer::coefficients(fit, options.inference));
  out.units.resize(units.size());
  in_parallel(units.size(), kRefits, 0, [&](std::size_t u) {
    out.units[u] = refit(refitter, std::move(units.rows[u]), std::move(units.labels[u]), options.inference);
  });
  for (const LeftOut& unit : out.units) out.failed += unit.error.empty() ? 0U : 1U;
  for (std::size_t c = 0; c < fit.p(); ++c) out.ranges.push_back(range_of(out, c, 1 - options.inference.level));
  return out;
}

}  // namespace hedgerow::diagnose
