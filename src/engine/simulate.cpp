#include "engine/simulate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/missing.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

constexpr std::size_t kTargets = 2;
constexpr const char* kTargetNames[kTargets] = {"intercept", "moderator"};

Expected<infer::Options> method_options(const std::string& method, double level) {
  infer::Options options;
  options.level = level;
  options.test = infer::Test::t;
  if (method == "z") {
    options.test = infer::Test::z;
  } else if (method == "contain" || method == "satterthwaite" || method == "kenward-roger") {
    HR_TRY(options.dfs, infer::parse_dfs(method));
  } else if (method != "t") {
    const auto adjustment = infer::parse_adjustment(method);
    if (!adjustment)
      return make_error(ErrorCode::usage,
                        fmt::format("unknown method '{}'; known are z, t, contain, satterthwaite, kenward-roger, CR0, "
                                    "CR1, CR1p, CR1S, CR2, CR3",
                                    method),
                        "methods");
    options.robust = infer::RobustOptions{};
    options.robust->adjustment = *adjustment;
    options.robust->level = level;
  }
  return options;
}

struct Cell {
  SimulationSetting setting;
  std::size_t studies = 0;
  std::uint64_t number = 0;
};

/// One data set.
Expected<model::Problem> draw(const SimulationSpec& spec, const Cell& cell, std::uint64_t replicate) {
  RandomStream random(spec.seed, cell.number << 32 | replicate);
  model::Data data;
  Vector moderator;
  std::vector<std::uint32_t> study, effect;
  for (std::size_t s = 0; s < cell.studies; ++s) {
    const std::size_t effects = spec.effects[random.below(spec.effects.size())];
    const double x = random.normal();
    const double mean = spec.beta0 + spec.beta1 * x + std::sqrt(cell.setting.sigma2_study) * random.normal();
    for (std::size_t e = 0; e < effects; ++e) {
      const double vi = spec.vi_from * std::pow(spec.vi_to / spec.vi_from, random.uniform());
      const double deviation = std::sqrt(cell.setting.sigma2_effect) * random.normal();
      data.yi.push_back(mean + deviation + std::sqrt(vi) * random.normal());
      data.vi.push_back(vi);
      moderator.push_back(x);
      effect.push_back(static_cast<std::uint32_t>(study.size()));
      study.push_back(static_cast<std::uint32_t>(s));
    }
  }
  data.x = stats::Matrix(moderator.size(), 2, 1.0);
  for (std::size_t i = 0; i < moderator.size(); ++i) data.x(i, 1) = moderator[i];
  data.names = {"intrcpt", "x"};
  data.term = {0, 1};
  data.term_labels = {"x"};
  model::Multilevel model;
  model.s_names = {"study", "study/effect"};
  model.groups = {std::move(study), std::move(effect)};
  return model::Problem::create(std::move(data), std::move(model));
}

/// One interval; NaN where there is none.
struct Taken {
  double lb = kMissing, ub = kMissing, df = kMissing;
};
/// Of a replicate: methods x targets.
using Replicate = std::vector<Taken>;

Replicate take_intervals(const SimulationSpec& spec, const Cell& cell, std::uint64_t number,
                         const std::vector<infer::Options>& methods) {
  Replicate out(methods.size() * kTargets);
  const auto problem = draw(spec, cell, number);
  if (!problem) return out;
  const auto fit = model::fit(*problem);
  if (!fit) return out;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const auto c = infer::coefficients(*fit, methods[m]);
    if (!c) continue;
    for (std::size_t t = 0; t < kTargets; ++t) out[m * kTargets + t] = {c->ci_lb[t], c->ci_ub[t], c->ddf[t]};
  }
  return out;
}

std::vector<Replicate> run_cell(const SimulationSpec& spec, const Cell& cell,
                                const std::vector<infer::Options>& methods, unsigned threads) {
  std::vector<Replicate> out(spec.replicates);
  in_parallel(out.size(), 1, threads, [&](std::size_t r) { out[r] = take_intervals(spec, cell, r, methods); });
  return out;
}

double median(Vector values) {
  if (values.empty()) return kMissing;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

SimulationRow summary(const std::vector<Replicate>& replicates, std::size_t at, double truth) {
  SimulationRow row;
  Vector df;
  Vector width;
  double covered = 0;
  for (const Replicate& replicate : replicates) {
    const Taken& taken = replicate[at];
    if (std::isnan(taken.lb) || std::isnan(taken.ub)) {
      ++row.failures;
      continue;
    }
    ++row.intervals;
    covered += taken.lb <= truth && truth <= taken.ub ? 1 : 0;
    width.push_back(taken.ub - taken.lb);
    df.push_back(std::isnan(taken.df) ? std::numeric_limits<double>::infinity() : taken.df);
  }
  const auto n = static_cast<double>(row.intervals);
  row.coverage = covered / n;
  row.mc_se = std::sqrt(row.coverage * (1 - row.coverage) / n);
  row.width = median(std::move(width));
  row.df = median(std::move(df));
  return row;
}

std::vector<Cell> cells_of(const SimulationSpec& spec) {
  std::vector<Cell> out;
  for (const SimulationSetting& setting : spec.settings)
    for (const std::size_t studies : spec.studies) out.push_back({setting, studies, out.size()});
  return out;
}

}  // namespace

Expected<Simulation> simulate(const SimulationSpec& spec, unsigned threads, Progress& progress) {
  std::vector<infer::Options> methods;
  for (const std::string& method : spec.methods) {
    HR_TRY(methods.emplace_back(), method_options(method, spec.level));
  }
  Simulation out;
  out.spec = spec;
  const std::vector<Cell> cells = cells_of(spec);
  for (const Cell& cell : cells) {
    progress.step(fmt::format("{}, {} studies", cell.setting.name, cell.studies), static_cast<int>(cell.number) + 1,
                  static_cast<int>(cells.size()));
    const std::vector<Replicate> replicates = run_cell(spec, cell, methods, threads);
    for (std::size_t t = 0; t < kTargets; ++t) {
      for (std::size_t m = 0; m < methods.size(); ++m) {
        SimulationRow row = summary(replicates, m * kTargets + t, t == 0 ? spec.beta0 : spec.beta1);
        row.setting = cell.setting.name;
        row.studies = cell.studies;
        row.target = kTargetNames[t];
        row.method = spec.methods[m];
        out.rows.push_back(std::move(row));
      }
    }
  }
  return out;
}

}  // namespace hedgerow::engine
