#include "audit/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/detail/fitted.hpp"
#include "audit/detail/printed.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/effects.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::audit {

namespace {

struct Form {
  const char* measure;
  std::vector<std::string> arguments;
};

/// Summaries that give an effect, in the order of preference.
const std::vector<Form>& forms() {
  static const std::vector<Form> all = {{"SMD", {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"}},
                                        {"OR", {"ai", "bi", "ci", "di"}},
                                        {"OR", {"ai", "n1i", "ci", "n2i"}},
                                        {"IRR", {"x1i", "t1i", "x2i", "t2i"}},
                                        {"ZCOR", {"ri", "ni"}}};
  return all;
}

bool has_arguments(const Sheet& sheet, const Form& form) {
  return std::all_of(form.arguments.begin(), form.arguments.end(),
                     [&](const std::string& quantity) { return sheet.has(quantity); });
}

const Form* form_of(const Sheet& sheet) {
  for (const Form& form : forms())
    if (has_arguments(sheet, form)) return &form;
  return nullptr;
}

double number(const Sheet& sheet, std::size_t row, const std::string& quantity,
              const std::map<std::string, double>& replaced) {
  if (const auto found = replaced.find(quantity); found != replaced.end()) return found->second;
  const auto read = sheet.number(row, quantity);
  return read && read->relation == '=' ? read->value : kMissing;
}

using Effect = std::optional<std::pair<double, double>>;

Effect usable(double yi, double vi) {
  if (!std::isfinite(yi) || !std::isfinite(vi) || vi <= 0) return std::nullopt;
  return std::pair(yi, vi);
}

/// Of effects that stand in the table.
Effect given(const Sheet& sheet, const std::string& measure, std::size_t row,
             const std::map<std::string, double>& replaced) {
  const auto value = [&](const char* quantity) { return number(sheet, row, quantity, replaced); };
  constexpr double kWidth = 2 * 1.959963984540054;
  const double se = value("sei"), yi = value("yi");
  if (std::isfinite(yi) && (sheet.has("vi") || sheet.has("sei")))
    return usable(yi, sheet.has("vi") ? value("vi") : se * se);
  // Of a ratio the interval beside a logarithm may be printed on either scale.
  if (std::isfinite(yi) && !detail::is_ratio(measure)) {
    const double lower = value("ci_lb"), upper = value("ci_ub");
    return lower < yi && yi < upper ? usable(yi, std::pow((upper - lower) / kWidth, 2)) : std::nullopt;
  }
  double estimate = value("estimate"), low = value("ci_lb"), high = value("ci_ub");
  if (detail::is_ratio(measure)) {
    estimate = std::log(estimate);
    low = std::log(low);
    high = std::log(high);
  }
  if (std::isfinite(estimate) && sheet.has("sei")) return usable(estimate, se * se);
  return usable(estimate, std::pow((high - low) / kWidth, 2));
}

bool gives_effects(const Sheet& sheet) {
  const bool intervals = sheet.has_all({"ci_lb", "ci_ub"});
  if (sheet.has("yi") && (sheet.has("vi") || sheet.has("sei") || intervals)) return true;
  return sheet.has("estimate") && (sheet.has("sei") || intervals);
}

/// Of summaries, by the formulas of room effect.
Effect computed(const Sheet& sheet, const Form& form, const std::string& measure, std::size_t row,
                const std::map<std::string, double>& replaced) {
  std::vector<std::string> cells;
  effect::Arguments arguments;
  for (const std::string& quantity : form.arguments) {
    const double value = number(sheet, row, quantity, replaced);
    if (is_missing(value)) return std::nullopt;
    cells.push_back(format_shortest(value));
    arguments[quantity] = quantity;
  }
  const auto table = data::Table::create(sheet.table().source(), form.arguments, {cells});
  if (!table) return std::nullopt;
  const auto effects = effect::compute(measure, *table, arguments, {});
  return effects ? usable(effects->yi[0], effects->vi[0]) : std::nullopt;
}

std::string measure_of(const Sheet& sheet, const Form* form) {
  std::string measure = sheet.setting("measure");
  for (std::size_t row = 0; measure.empty() && row < sheet.rows(); ++row) measure = sheet.text(row, "measure");
  if (measure.empty() && form && !gives_effects(sheet)) measure = form->measure;
  return measure;
}

std::string interval(const Pooled& pooled) {
  return fmt::format("{} [{}; {}]", format_fixed(pooled.estimate, 2), format_fixed(pooled.ci_lb, 2),
                     format_fixed(pooled.ci_ub, 2));
}

/// Effects within studies where the analysis knows of them, else one random effect per row.
Expected<model::Spec> spec_of(const Analysis& analysis) {
  if (!analysis.independent && analysis.study.size() == analysis.yi.size()) {
    model::Multilevel spec;
    spec.likelihood = analysis.method == "ML" ? model::Likelihood::ml : model::Likelihood::reml;
    spec.s_names = {"study", "study/row"};
    spec.groups.resize(2);
    std::map<std::string, std::uint32_t> studies;
    for (std::size_t i = 0; i < analysis.study.size(); ++i) {
      const auto next = static_cast<std::uint32_t>(studies.size());
      spec.groups[0].push_back(studies.emplace(analysis.study[i], next).first->second);
      spec.groups[1].push_back(static_cast<std::uint32_t>(i));
    }
    spec.sigma2.resize(2);
    if (studies.size() > 1 && studies.size() < analysis.study.size()) return model::Spec(std::move(spec));
  }
  HR_TRY(const model::Tau2Method method, model::parse_tau2_method(analysis.method));
  return model::Spec(model::Univariate{method});
}

/// Rows of each outcome, in order of appearance; all rows together where the column only numbers the rows.
std::vector<std::pair<std::string, std::vector<std::size_t>>> by_outcome(const Sheet& sheet) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> out;
  std::map<std::string, std::size_t> places;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const std::string outcome = sheet.text(row, "outcome");
    const auto [place, fresh] = places.emplace(outcome, out.size());
    if (fresh) out.emplace_back(outcome, std::vector<std::size_t>());
    out[place->second].second.push_back(row);
  }
  if (2 * out.size() <= sheet.rows()) return out;
  std::vector<std::size_t> all(sheet.rows());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {{"", std::move(all)}};
}

}  // namespace

namespace detail {

Expected<model::Fit> fitted_mean(const stats::Vector& yi, const stats::Vector& vi, model::Spec spec,
                                 model::Counts counts) {
  model::Data data;
  data.yi = yi;
  data.vi = vi;
  data.x = stats::Matrix(yi.size(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  data.counts = std::move(counts);
  HR_TRY(const model::Problem problem, model::Problem::create(std::move(data), std::move(spec)));
  return model::fit(problem);
}

Expected<model::Fit> fitted(const Analysis& analysis) {
  HR_TRY(model::Spec spec, spec_of(analysis));
  return fitted_mean(analysis.yi, analysis.vi, std::move(spec));
}

}  // namespace detail

std::optional<std::pair<double, double>> effect_with(const Sheet& sheet, const Analysis& analysis, std::size_t row,
                                                     const std::map<std::string, double>& replaced) {
  const Form* form = form_of(sheet);
  const auto replaces = [&](const std::string& quantity) { return replaced.count(quantity) > 0; };
  const bool summaries = form && std::any_of(form->arguments.begin(), form->arguments.end(), replaces);
  if (gives_effects(sheet) && !summaries) return given(sheet, analysis.measure, row, replaced);
  if (!form) return std::nullopt;
  const std::string measure = analysis.measure.empty() ? form->measure : analysis.measure;
  if (const Effect effect = computed(sheet, *form, measure, row, replaced)) return effect;
  return computed(sheet, *form, form->measure, row, replaced);
}

std::vector<Analysis> analyses_of(const Sheet& sheet, std::size_t index) {
  const Form* form = form_of(sheet);
  std::vector<Analysis> out;
  if (!form && !gives_effects(sheet)) return out;
  const auto groups = by_outcome(sheet);
  for (const auto& [outcome, rows] : groups) {
    Analysis analysis;
    analysis.id = outcome.empty() || groups.size() == 1 ? "all rows" : outcome;
    analysis.sheet = index;
    analysis.measure = measure_of(sheet, form);
    analysis.place = {sheet.table().source(), 0, "", ""};
    for (const std::size_t row : rows) {
      const Effect effect = effect_with(sheet, analysis, row, {});
      if (!effect) continue;
      analysis.rows.push_back(row);
      analysis.yi.push_back(effect->first);
      analysis.vi.push_back(effect->second);
      if (sheet.has("study")) analysis.study.push_back(sheet.text(row, "study"));
    }
    if (analysis.rows.size() > 1) out.push_back(std::move(analysis));
  }
  return out;
}

std::optional<Pooled> pooled(const Analysis& analysis) {
  const auto fit = detail::fitted(analysis);
  if (!fit) return std::nullopt;
  infer::Options options;
  if (const auto test = infer::parse_test(analysis.test)) options.test = *test;
  const auto mean = infer::coefficients(*fit, options);
  if (!mean || is_missing(mean->ci_lb[0])) return std::nullopt;
  const double tau2 = fit->is_two_level() ? fit->tau2 : fit->sigma2[0] + fit->sigma2[1];
  return Pooled{analysis.yi.size(), mean->beta[0], mean->ci_lb[0], mean->ci_ub[0], mean->pval[0], tau2, fit->q_e};
}

Analysis replaced(const Analysis& analysis, std::size_t i, double yi, double vi) {
  Analysis out = analysis;
  out.yi[i] = yi;
  out.vi[i] = vi;
  return out;
}

Analysis without(const Analysis& analysis, std::size_t i) {
  Analysis out = analysis;
  const auto drop = [i](auto& values) {
    if (i < values.size()) values.erase(values.begin() + static_cast<std::ptrdiff_t>(i));
  };
  drop(out.rows);
  drop(out.yi);
  drop(out.vi);
  drop(out.study);
  return out;
}

std::string change(const Analysis& analysis, const Pooled& before, const Pooled& after) {
  const std::string label = analysis.measure.empty() ? "effect" : analysis.measure;
  const std::string scale = detail::is_ratio(analysis.measure) ? " (log)" : "";
  return fmt::format("pooled {}{} {} -> {}", label, scale, interval(before), interval(after));
}

bool changes_conclusion(const Pooled& before, const Pooled& after, double alpha) {
  const bool one = before.p < alpha, other = after.p < alpha;
  return one != other || (one && (before.estimate > 0) != (after.estimate > 0));
}

void tell_change(Finding& finding, const Analysis& analysis, const Analysis& repaired, const Options& options) {
  if (analysis.moderators) return;
  const auto before = pooled(analysis), after = pooled(repaired);
  if (!before || !after) return;
  finding.effect = change(analysis, *before, *after);
  finding.decides = changes_conclusion(*before, *after, options.alpha);
}

void tell_repair(Finding& finding, const Subject& subject, const Sheet& sheet, std::size_t row,
                 const std::map<std::string, double>& changes) {
  for (const Analysis& analysis : subject.analyses) {
    if (&subject.sheets[analysis.sheet] != &sheet) continue;
    const auto place = std::find(analysis.rows.begin(), analysis.rows.end(), row);
    if (place == analysis.rows.end()) continue;
    const auto effect = effect_with(sheet, analysis, row, changes);
    if (!effect) return;
    const auto entry = static_cast<std::size_t>(place - analysis.rows.begin());
    tell_change(finding, analysis, replaced(analysis, entry, effect->first, effect->second), subject.options);
    return;
  }
}

}  // namespace hedgerow::audit
