#include "audit/detail/count_refits.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "audit/detail/fitted.hpp"
#include "audit/detail/printed.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/effects.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::audit::detail {

namespace {

using stats::Vector;

/// Counts of the rows of an analysis with the effects of the single studies; nothing if one is missing.
struct Tables {
  model::Counts counts{model::CountKind::tables, {}, {}, {}, {}};
  Vector yi, vi;
};

std::optional<Tables> tables_of(const Sheet& sheet, const Analysis& analysis) {
  Tables out;
  std::vector<std::vector<std::string>> cells;
  for (const std::size_t row : analysis.rows) {
    const auto number = [&](const char* quantity) {
      const auto read = sheet.number(row, quantity);
      return read && read->is_integer() ? read->value : kMissing;
    };
    const double a = number("ai"), c = number("ci");
    const double n1 = sheet.has("n1i") ? number("n1i") : a + number("bi");
    const double n2 = sheet.has("n2i") ? number("n2i") : c + number("di");
    if (is_missing(a + c + n1 + n2) || a > n1 || c > n2 || a < 0 || c < 0 || n1 <= 0 || n2 <= 0) return std::nullopt;
    for (const auto& [to, value] : {std::pair(&out.counts.x1, a), std::pair(&out.counts.n1, n1),
                                    std::pair(&out.counts.x2, c), std::pair(&out.counts.n2, n2)})
      to->push_back(value);
    cells.push_back({format_shortest(a), format_shortest(n1), format_shortest(c), format_shortest(n2)});
  }
  const std::vector<std::string> names{"ai", "n1i", "ci", "n2i"};
  const auto table = data::Table::create(sheet.table().source(), names, cells);
  if (!table) return std::nullopt;
  effect::Arguments arguments;
  for (const std::string& name : names) arguments[name] = name;
  const auto effects = effect::compute(analysis.measure, *table, arguments, {});
  if (!effects) return std::nullopt;
  out.yi = effects->yi;
  out.vi = effects->vi;
  return out;
}

/// Q around an estimate, and the sum C of its expectation.
struct Moment {
  double q = 0, c = 0, df = -1;
  double tau2() const { return std::max(0.0, (q - df) / c); }
};

Moment around(const Tables& tables, double b) {
  Moment out;
  double w = 0, ww = 0;
  for (std::size_t i = 0; i < tables.yi.size(); ++i) {
    if (is_missing(tables.yi[i]) || is_missing(tables.vi[i])) continue;
    const double weight = 1 / tables.vi[i];
    out.q += weight * (tables.yi[i] - b) * (tables.yi[i] - b);
    out.df += 1;
    w += weight;
    ww += weight * weight;
  }
  out.c = w - ww / w;
  return out;
}

std::optional<Refit> refit(const std::string& method, const std::string& test, const Expected<model::Fit>& fit,
                           const Moment& moment, double tau2, bool ratio) {
  if (!fit || is_missing(fit->beta[0])) return std::nullopt;
  infer::Options options;
  options.test = *infer::parse_test(test);
  const auto mean = infer::coefficients(*fit, options);
  if (!mean || is_missing(mean->ci_lb[0])) return std::nullopt;
  const auto shown = [&](double x) { return ratio ? std::exp(x) : x; };
  Refit out{method, test, false, {}, {}};
  const double i2 = moment.q > 0 ? 100 * std::max(0.0, 1 - moment.df / moment.q) : 0;
  out.numbers.fill(kMissing);
  const double known[] = {shown(mean->beta[0]),
                          mean->se[0],
                          shown(mean->ci_lb[0]),
                          shown(mean->ci_ub[0]),
                          tau2,
                          std::sqrt(tau2),
                          moment.q,
                          kMissing,
                          i2};
  std::copy(std::begin(known), std::end(known), out.numbers.begin());
  return out;
}

/// Mantel and Haenszel's common effect, and random effects around it.
void add_mantel_haenszel(const Tables& tables, const std::string& measure, double add, std::vector<Refit>& out) {
  const bool ratio = is_ratio(measure);
  model::CountModel spec;
  spec.measure = measure;
  spec.add = add;
  spec.to = add > 0 ? "only0" : "none";
  const auto common = fitted_mean(tables.yi, tables.vi, spec, tables.counts);
  if (!common || is_missing(common->beta[0])) return;
  const Moment moment = around(tables, common->beta[0]);
  if (const auto one = refit("MH", "z", common, moment, kMissing, ratio)) out.push_back(*one);
  Vector yi, vi;
  for (std::size_t i = 0; i < tables.yi.size(); ++i)
    if (!is_missing(tables.yi[i]) && !is_missing(tables.vi[i])) {
      yi.push_back(tables.yi[i]);
      vi.push_back(tables.vi[i]);
    }
  const double tau2 = moment.tau2();
  const auto random = fitted_mean(yi, vi, model::Univariate{model::Tau2Method::dl, tau2});
  for (const char* test : {"z", "knha"})
    if (const auto one = refit("MH, DL", test, random, moment, tau2, ratio)) out.push_back(*one);
}

}  // namespace

bool has_counts(const Sheet& sheet, const Analysis& analysis) {
  const bool measure = analysis.measure == "OR" || analysis.measure == "RR" || analysis.measure == "RD";
  return measure && tables_of(sheet, analysis).has_value();
}

std::vector<Refit> count_refits(const Sheet& sheet, const Analysis& analysis) {
  std::vector<Refit> out;
  if (!has_counts(sheet, analysis)) return out;
  const Tables tables = *tables_of(sheet, analysis);
  add_mantel_haenszel(tables, analysis.measure, 0, out);
  const bool zeros = std::any_of(tables.counts.x1.begin(), tables.counts.x1.end(), [](double x) { return x == 0; }) ||
                     std::any_of(tables.counts.x2.begin(), tables.counts.x2.end(), [](double x) { return x == 0; });
  if (zeros) add_mantel_haenszel(tables, analysis.measure, 0.5, out);
  if (analysis.measure != "OR") return out;
  model::CountModel peto;
  peto.method = model::CountMethod::peto;
  peto.measure = "OR";
  const auto fit = fitted_mean(tables.yi, tables.vi, peto, tables.counts);
  Moment moment;
  moment.q = fit ? fit->q_e : kMissing;
  moment.df = static_cast<double>(tables.yi.size()) - 1;
  if (const auto one = refit("Peto", "z", fit, moment, kMissing, true)) out.push_back(*one);
  return out;
}

}  // namespace hedgerow::audit::detail
