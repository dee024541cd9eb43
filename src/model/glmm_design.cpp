// From counts to the cells of a generalised linear mixed model.
//
//   UM.FS      logit p or log rate of group a:  level_j + g_a x_j'b + z_a u_j, levels fixed
//   UM.RS      the same with levels N(mu, sigma2)
//   CM.EL      events of the first group given all: hypergeometric in x_j'b + u_j (rates: binomial, with the offset of
//              CM.AL; this is exact)
//   CM.AL      the same as binomial with offset log(n1 / n2): the odds of small risks
//   one group  logit p or log rate:  x_j'b + u_j
//
// g is 1 in the first group and 0 in the second; z is the coding of the random effects. A study of UM.FS without events
// in both groups (or with nothing else) is fitted perfectly by a level at infinity, whatever the effect: it adds 0 to
// the log-likelihood. So is a study of CM without events.
//
// Source: stijnen2010; jackson2018.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "model/detail/glmm.hpp"

namespace hedgerow::model {
namespace {

bool persons(const Counts& counts) { return counts.kind == CountKind::tables || counts.kind == CountKind::proportions; }

/// No event in both groups, or nothing else in both.
bool double_zero(const Counts& c, std::size_t i) {
  if (!c.two_groups()) return false;
  if (c.x1[i] == 0 && c.x2[i] == 0) return true;
  return c.kind == CountKind::tables && c.x1[i] == c.n1[i] && c.x2[i] == c.n2[i];
}

CountCell cell(const Counts& c, std::size_t i, int group) {
  const double x = group == 1 ? c.x1[i] : c.x2[i], n = group == 1 ? c.n1[i] : c.n2[i];
  return persons(c) ? CountCell::binomial(x, n) : CountCell::poisson(x, n);
}

StudyCells conditional_study(const Counts& c, std::size_t i, bool exact_tables) {
  if (exact_tables) return {{CountCell::hypergeometric(c.x1[i], c.n1[i], c.x2[i], c.n2[i])}, {1, 1}};
  return {{CountCell::binomial(c.x1[i], c.x1[i] + c.x2[i])}, {1, 1}};
}

bool whole(double x) { return x == std::floor(x); }

Checked check_whole(const Problem& problem, const std::vector<std::size_t>& rows) {
  const Counts& c = problem.data().counts;
  for (const std::size_t i : rows) {
    if (whole(c.x1[i]) && whole(c.n1[i]) && whole(c.x2[i]) && whole(c.n2[i])) continue;
    return make_error(
        ErrorCode::not_defined,
        fmt::format("study {}: {} of {} against {} of {}; the exact conditional likelihood is defined for "
                    "whole numbers only (CM.AL and UM.FS take fractions)",
                    problem.label(i), format_shortest(c.x1[i]), format_shortest(c.n1[i]), format_shortest(c.x2[i]),
                    format_shortest(c.n2[i])),
        "counts");
  }
  return {};
}

std::vector<std::size_t> rows_in_model(const Data& data, const CountModel& spec) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (!spec.drop00 || !double_zero(data.counts, i)) out.push_back(i);
  return out;
}

stats::Matrix pick_rows(const stats::Matrix& x, const std::vector<std::size_t>& rows) {
  stats::Matrix out(rows.size(), x.cols());
  for (std::size_t j = 0; j < rows.size(); ++j)
    for (std::size_t c = 0; c < x.cols(); ++c) out(j, c) = x(rows[j], c);
  return out;
}

/// Design of UM.RS: a column of ones for the mean level, then the moderators in the first group alone.
stats::Matrix with_level(const stats::Matrix& x, double in_group) {
  stats::Matrix out(x.rows(), x.cols() + 1);
  for (std::size_t j = 0; j < x.rows(); ++j) {
    out(j, 0) = 1;
    for (std::size_t c = 0; c < x.cols(); ++c) out(j, c + 1) = in_group * x(j, c);
  }
  return out;
}

std::array<double, 2> random_design(double coding) {
  if (coding == 0.5) return {0.5, -0.5};
  return coding == 0 ? std::array<double, 2>{0, 1} : std::array<double, 2>{1, 0};
}

void add_unconditional(const Counts& c, const CountModel& spec, bool random, GlmmProblem& out) {
  const bool fixed_levels = spec.method == CountMethod::um_fs;
  std::vector<std::size_t> informative;
  for (std::size_t j = 0; j < out.rows.size(); ++j) {
    if (fixed_levels && double_zero(c, out.rows[j])) continue;
    informative.push_back(j);
    out.informative.push_back(out.rows[j]);
    out.model.studies.push_back({{cell(c, out.rows[j], 1), cell(c, out.rows[j], 2)}, random_design(spec.coding)});
  }
  const stats::Matrix x = pick_rows(out.x, informative);
  out.model.has_local = fixed_levels;
  out.model.effects = (random ? 1 : 0) + (fixed_levels ? 0 : 1);
  out.model.correlated = !fixed_levels && random && spec.correlated;
  if (fixed_levels) {
    out.model.x = {x, stats::Matrix(x.rows(), x.cols())};
    return;
  }
  out.leading = 1;
  out.effect_sd = 1;
  out.model.x = {with_level(x, 1), with_level(x, 0)};
  if (!random)
    for (StudyCells& study : out.model.studies) study.z = {1, 1};
}

void add_conditional(const Counts& c, const CountModel& spec, bool random, GlmmProblem& out) {
  const bool exact_tables = spec.method == CountMethod::cm_el && c.kind == CountKind::tables;
  for (const std::size_t i : out.rows) {
    out.model.studies.push_back(conditional_study(c, i, exact_tables));
    if (!exact_tables) out.model.offset.push_back({std::log(c.n1[i]) - std::log(c.n2[i]), 0});
  }
  out.model.x[0] = out.x;
  out.model.effects = random ? 1 : 0;
}

}  // namespace

Expected<GlmmProblem> glmm_problem(const Problem& problem, bool random) {
  const auto& spec = std::get<CountModel>(problem.spec());
  const Data& data = problem.data();
  GlmmProblem out;
  out.rows = rows_in_model(data, spec);
  if (out.rows.empty())
    return make_error(ErrorCode::not_defined, "no study has events in one group and their absence in another",
                      "counts");
  if (spec.method == CountMethod::cm_el && data.counts.kind == CountKind::tables)
    HR_CHECK(check_whole(problem, out.rows));
  out.x = pick_rows(data.x, out.rows);
  const bool levels = spec.method == CountMethod::um_fs || spec.method == CountMethod::um_rs;
  if (!levels) out.informative = out.rows;
  out.model.rule = stats::gauss_hermite(static_cast<std::size_t>(spec.quadrature));
  if (spec.method == CountMethod::one_group) {
    for (const std::size_t i : out.rows) out.model.studies.push_back({{cell(data.counts, i, 1)}, {1, 1}});
    out.model.x[0] = out.x;
    out.model.effects = random ? 1 : 0;
  } else if (!levels) {
    add_conditional(data.counts, spec, random, out);
  } else {
    add_unconditional(data.counts, spec, random, out);
  }
  if (random && spec.tau2) out.model.held[out.effect_sd] = true;
  return out;
}

GlmmState glmm_start(const GlmmProblem& glmm, double sd) {
  const GlmmModel& model = glmm.model;
  GlmmState out;
  out.fixed.assign(model.fixed(), 0.0);
  double mean = 0;
  for (const StudyCells& study : model.studies) {
    double level = 0, weight = 0;
    for (const CountCell& cell : study.cells) {
      // Extremes are pulled in by what half an event more would be, roughly.
      const double eta = std::clamp(cell.eta_hat(), -20.0, 20.0);
      const double w = std::isfinite(cell.eta_hat()) ? 1 : 0.05;
      level += w * eta;
      weight += w;
    }
    if (model.has_local) out.local.push_back(level / weight);
    mean += level / weight / static_cast<double>(model.k());
  }
  if (glmm.leading > 0) {
    out.fixed[0] = mean;
    out.random.sd[0] = 0.7;
  }
  if (model.effects > static_cast<int>(glmm.effect_sd)) out.random.sd[glmm.effect_sd] = sd;
  return out;
}

}  // namespace hedgerow::model
