#include "diagnose/cumulative.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace hedgerow::diagnose {
namespace {

/// Below 0, 0 or above 0: unit a enters before, with or after unit b. A unit is compared by its first row.
int compare(const std::vector<OrderKey>& order, std::size_t a, std::size_t b) {
  for (const OrderKey& key : order) {
    const bool numbers = !key.numbers.empty();
    if (numbers ? key.numbers[a] < key.numbers[b] : key.texts[a] < key.texts[b]) return -1;
    if (numbers ? key.numbers[b] < key.numbers[a] : key.texts[b] < key.texts[a]) return 1;
  }
  return 0;
}

Checked check_keys(const std::vector<OrderKey>& order, std::size_t k) {
  for (const OrderKey& key : order)
    if (key.texts.size() != k || (!key.numbers.empty() && key.numbers.size() != k))
      return make_error(ErrorCode::usage, fmt::format("a key of the order needs {} values, one per effect", k),
                        "order");
  return {};
}

Checked fill_in(CumulativeStep& step, const model::Problem& problem, std::vector<std::size_t> rows,
                const infer::Options& inference) {
  std::sort(rows.begin(), rows.end());
  HR_TRY(const model::Problem part, problem.subset(rows, model::Labels::drop));
  HR_TRY(const model::Fit fit, model::fit(part));
  HR_TRY(infer::Coefficients table, infer::coefficients(fit, inference));
  step.beta = std::move(table.beta);
  step.se = std::move(table.se);
  step.zval = std::move(table.zval);
  step.pval = std::move(table.pval);
  step.ci_lb = std::move(table.ci_lb);
  step.ci_ub = std::move(table.ci_ub);
  step.ddf = std::move(table.ddf);
  step.tau2 = fit.tau2;
  step.sigma2 = fit.sigma2;
  step.i2 = fit.i2;
  step.h2 = fit.h2;
  step.q_e = fit.q_e;
  step.q_e_p = fit.q_e_p;
  step.error = missing_estimate(fit);
  return {};
}

}  // namespace

Expected<Cumulative> cumulative(const model::Fit& fit, const CumulativeOptions& options) {
  HR_TRY(const Units units, units_of(fit, options));
  HR_CHECK(check_keys(options.order, fit.k()));
  std::vector<std::size_t> entry(units.size());
  std::iota(entry.begin(), entry.end(), std::size_t{0});
  const auto compared = [&](std::size_t a, std::size_t b) {
    const int sign = compare(options.order, units.rows[a].front(), units.rows[b].front());
    return options.decreasing ? -sign : sign;
  };
  std::stable_sort(entry.begin(), entry.end(), [&](std::size_t a, std::size_t b) { return compared(a, b) < 0; });
  Cumulative out{fit.p(), {}};
  std::vector<std::size_t> rows;
  for (std::size_t j = 0; j < entry.size(); ++j) {
    const auto& next = units.rows[entry[j]];
    rows.insert(rows.end(), next.begin(), next.end());
    const bool tied =
        options.collapse && !options.order.empty() && j + 1 < entry.size() && compared(entry[j], entry[j + 1]) == 0;
    if (tied) continue;
    CumulativeStep step{units.labels[entry[j]], next.front(), rows.size(), j + 1};
    if (auto done = fill_in(step, fit.problem, rows, options.inference); !done) step.error = describe(done.error());
    out.steps.push_back(std::move(step));
  }
  return out;
}

}  // namespace hedgerow::diagnose
