#include "workflow/extraction_effects.hpp"

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "effect/effects.hpp"
#include "model/fit.hpp"

namespace hedgerow::workflow {
namespace {

using review::Difference;
using review::Extraction;
using review::ExtractionForm;

/// An effect of one row, if it is defined.
struct RowEffect {
  double yi = kMissing, vi = kMissing;
  bool defined() const { return !is_missing(yi) && !is_missing(vi) && vi > 0; }
};

Expected<std::vector<RowEffect>> effects_of(const ExtractionForm& form, const Extraction& rows) {
  HR_TRY(const data::Table table, to_table(form, rows, false));
  const effect::Arguments arguments(form.effect.arguments.begin(), form.effect.arguments.end());
  HR_TRY(const effect::Effects effects, effect::compute(form.effect.measure, table, arguments, {}));
  std::vector<RowEffect> out;
  for (std::size_t i = 0; i < effects.yi.size(); ++i) out.push_back({effects.yi[i], effects.vi[i]});
  return out;
}

/// The pooled effect, if at least two rows have one and the model converges.
std::optional<double> pooled(const std::vector<RowEffect>& rows) {
  model::Data data;
  for (const RowEffect& row : rows) {
    if (!row.defined()) continue;
    data.yi.push_back(row.yi);
    data.vi.push_back(row.vi);
  }
  if (data.yi.size() < 2) return std::nullopt;
  data.x = stats::Matrix(data.yi.size(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const auto problem = model::Problem::create(std::move(data), model::Univariate());
  if (!problem) return std::nullopt;
  const auto fit = model::fit(*problem);
  if (!fit) return std::nullopt;
  return fit->beta[0];
}

/// The first extractor's row with one value of the second one.
Extraction changed_row(const Extraction& a, const Extraction& b, const Difference& difference) {
  Extraction one;
  one.extractor = a.extractor;
  one.rows.push_back(a.rows[difference.row_a]);
  one.rows[0].values[difference.field] = b.rows[difference.row_b].values[difference.field];
  return one;
}

/// How much a difference matters: first what it changes in the pooled effect, then in its own row.
std::pair<double, double> weight(const WeighedDifference& one) {
  const double pooled = one.pooled_change ? std::abs(*one.pooled_change) : -1;
  const bool row = one.yi_a && one.yi_b && one.sei_a;
  return {pooled, row ? std::abs(*one.yi_b - *one.yi_a) / *one.sei_a : -1};
}

}  // namespace

Expected<std::vector<WeighedDifference>> weigh(const ExtractionForm& form, const Extraction& a, const Extraction& b,
                                               const review::Comparison& comparison) {
  std::vector<WeighedDifference> out;
  for (const Difference& difference : comparison.differences) out.push_back({difference, {}, {}, {}, {}});
  if (form.effect.measure.empty() || a.rows.empty()) return out;
  HR_TRY(std::vector<RowEffect> rows, effects_of(form, a));
  const std::optional<double> before = pooled(rows);
  for (WeighedDifference& one : out) {
    const auto after = effects_of(form, changed_row(a, b, one.difference));
    if (!after) continue;  // the second one's value gives no effect: nothing to compare
    RowEffect& row = rows[one.difference.row_a];
    if (row.defined()) {
      one.yi_a = row.yi;
      one.sei_a = std::sqrt(row.vi);
    }
    if (after->front().defined()) one.yi_b = after->front().yi;
    const RowEffect kept = row;
    row = after->front();
    const std::optional<double> now = pooled(rows);
    row = kept;
    if (before && now) one.pooled_change = *now - *before;
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const WeighedDifference& x, const WeighedDifference& y) { return weight(x) > weight(y); });
  return out;
}

}  // namespace hedgerow::workflow
