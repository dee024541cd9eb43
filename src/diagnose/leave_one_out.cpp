#include "diagnose/leave_one_out.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/missing.hpp"

namespace hedgerow::diagnose {
namespace {

/// Rows of each unit, in the order of the cluster numbers.
Expected<std::vector<std::vector<std::size_t>>> rows_of_units(const model::Fit& fit,
                                                              const LeaveOneOutOptions& options) {
  std::vector<std::uint32_t> unit(fit.k());
  std::iota(unit.begin(), unit.end(), 0U);
  if (options.by == Unit::study) unit = options.clusters ? *options.clusters : fit.problem.clusters();
  if (unit.size() != fit.k())
    return make_error(ErrorCode::usage,
                      fmt::format("{} cluster labels for {} effects; one per effect is needed", unit.size(), fit.k()));
  std::vector<std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (unit[i] >= rows.size()) rows.resize(unit[i] + 1);
    rows[unit[i]].push_back(i);
  }
  std::erase_if(rows, [](const auto& r) { return r.empty(); });
  if (rows.size() < 2)
    return make_error(ErrorCode::not_defined,
                      fmt::format("there is only one {} to leave out; at least two are needed", name(options.by)));
  if (!options.labels.empty() && options.labels.size() != rows.size())
    return make_error(ErrorCode::usage,
                      fmt::format("{} labels for {} units to leave out", options.labels.size(), rows.size()));
  return rows;
}

Expected<model::Fit> fit_without(const model::Fit& fit, const std::vector<std::size_t>& left_out) {
  std::vector<bool> out(fit.k(), false);
  for (const std::size_t i : left_out) out[i] = true;
  std::vector<std::size_t> kept;
  kept.reserve(fit.k() - left_out.size());
  for (std::size_t i = 0; i < fit.k(); ++i)
    if (!out[i]) kept.push_back(i);
  HR_TRY(const model::Problem problem, fit.problem.subset(kept));
  return model::fit(problem);
}

Checked fill_in(LeftOut& unit, const model::Fit& fit, const infer::Options& inference) {
  HR_TRY(const model::Fit refit, fit_without(fit, unit.rows));
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
  unit.i2 = refit.i2;
  unit.h2 = refit.h2;
  unit.q_e = refit.q_e;
  unit.q_e_p = refit.q_e_p;
  unit.q_e_df = refit.q_e_df;
  unit.warnings = refit.certificate.warnings;
  return {};
}

LeftOut refit(const model::Fit& fit, std::vector<std::size_t> rows, std::string label,
              const infer::Options& inference) {
  LeftOut unit;
  unit.label = std::move(label);
  unit.rows = std::move(rows);
  if (auto done = fill_in(unit, fit, inference); !done) {
    unit.error = describe(done.error());
    unit.tau2 = unit.i2 = unit.h2 = unit.q_e = unit.q_e_p = kMissing;
  }
  return unit;
}

Range range_of(const LeaveOneOut& all, std::size_t c, double alpha) {
  Range range{kMissing, kMissing, 0, 0, {}, {}};
  for (std::size_t u = 0; u < all.units.size(); ++u) {
    const LeftOut& unit = all.units[u];
    if (!unit.error.empty()) continue;
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

Expected<Unit> parse_unit(const std::string& text) {
  if (text == "effect") return Unit::effect;
  if (text == "study") return Unit::study;
  return make_error(ErrorCode::usage, fmt::format("'{}' can't be left out; right would be effect or study", text));
}
std::string name(Unit unit) { return unit == Unit::effect ? "effect" : "study"; }

Expected<LeaveOneOut> leave_one_out(const model::Fit& fit, const LeaveOneOutOptions& options) {
  HR_TRY(auto rows, rows_of_units(fit, options));
  LeaveOneOut out;
  out.by = name(options.by);
  HR_TRY(out.full, infer::coefficients(fit, options.inference));
  for (std::size_t u = 0; u < rows.size(); ++u) {
    std::string label = options.labels.empty() ? fit.problem.label(rows[u][0]) : options.labels[u];
    out.units.push_back(refit(fit, std::move(rows[u]), std::move(label), options.inference));
    if (!out.units.back().error.empty()) ++out.failed;
  }
  for (std::size_t c = 0; c < fit.p(); ++c) out.ranges.push_back(range_of(out, c, 1 - options.inference.level));
  return out;
}

}  // namespace hedgerow::diagnose
