// Does the three-level fit find the global maximum? Simulated small sets against a dense grid of the likelihood.
//
//   check_three_level_grid [sets]
//
// Sets of 3 to 12 studies with 1 to 6 effects, components at and off the boundary, sampling variances of very
// different size, ML and REML, with and without a moderator. The grid covers 0 and 1e-4 .. 1e3 times the typical
// sampling variance. Exit code 1 if a grid point is above the fit by more than 1e-8, or a fit fails. The likelihood
// itself is compared with a dense twin by the unit tests.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "model/detail/nested_likelihood.hpp"
#include "model/fit.hpp"

namespace {

using namespace hedgerow;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : engine_(seed) {}

  model::Problem problem() {
    model::Data data;
    model::Multilevel spec;
    spec.likelihood = uniform() < 0.7 ? model::Likelihood::reml : model::Likelihood::ml;
    spec.s_names = {"study", "study/es"};
    spec.groups.resize(2);
    const bool moderator = uniform() < 0.3;
    const double between = uniform() < 0.3 ? 0 : std::pow(10, -2 + 2 * uniform());
    const double within = uniform() < 0.3 ? 0 : std::pow(10, -2 + 2 * uniform());
    const double spread = 3 * uniform();
    stats::Vector x;
    const auto studies = static_cast<std::uint32_t>(3 + 10 * uniform());
    for (std::uint32_t study = 0; study < studies; ++study) {
      const double u = std::sqrt(12 * between) * (uniform() - 0.5);
      const auto effects = static_cast<std::size_t>(1 + 6 * uniform());
      for (std::size_t n = 0; n < effects; ++n) {
        const double v = 0.05 * std::exp(spread * (uniform() - 0.5));
        data.vi.push_back(v);
        data.yi.push_back(u + std::sqrt(12 * (within + v)) * (uniform() - 0.5));
        x.push_back(uniform());
        spec.groups[0].push_back(study);
        spec.groups[1].push_back(static_cast<std::uint32_t>(spec.groups[1].size()));
      }
    }
    data.x = stats::Matrix(data.k(), moderator ? 2 : 1, 1.0);
    data.names = {"intrcpt"};
    data.term = {0};
    if (moderator) {
      for (std::size_t i = 0; i < data.k(); ++i) data.x(i, 1) = x[i];
      data.names.push_back("x");
      data.term.push_back(1);
    }
    return model::Problem::create(std::move(data), std::move(spec)).take();
  }

 private:
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  std::mt19937_64 engine_;
};

struct Tally {
  int below = 0, failed = 0, at_boundary = 0, several_tops = 0;
  double worst = 0;
  int most_iterations = 0;
};

void examine(const model::Problem& problem, int set, Tally& tally) {
  const auto& spec = std::get<model::Multilevel>(problem.spec());
  const auto fit = model::fit(problem);
  if (!fit) {
    ++tally.failed;
    fmt::print("set {}: {}\n", set, describe(fit.error()));
    return;
  }
  const auto& certificate = fit->certificate;
  tally.at_boundary += certificate.at_boundary[0] || certificate.at_boundary[1] ? 1 : 0;
  tally.most_iterations = std::max(tally.most_iterations, certificate.iterations);
  for (const std::string& warning : certificate.warnings)
    tally.several_tops += warning.find("more than one maximum") != std::string::npos ? 1 : 0;
  const double reached = spec.likelihood == model::Likelihood::reml ? fit->reml.loglik : fit->ml.loglik;
  const auto likelihood = model::NestedLikelihood::create(problem.data(), spec);
  stats::Vector grid{0};
  for (double s = 1e-4; s < 1e3; s *= 1.25) grid.push_back(s);
  double best = -INFINITY;
  for (const double a : grid)
    for (const double b : grid) best = std::max(best, likelihood.evaluate({a, b}).loglik(spec.likelihood));
  tally.worst = std::max(tally.worst, best - reached);
  if (best > reached + 1e-8) {
    ++tally.below;
    fmt::print("set {}: the grid reaches {:.10g}, the fit {:.10g}\n", set, best, reached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 1000;
  Simulation simulation(31);
  Tally tally;
  for (int set = 0; set < sets; ++set) examine(simulation.problem(), set, tally);
  fmt::print(
      "{} sets: {} below the grid, {} failed; {} at the boundary, {} with several maxima; grid minus fit at most "
      "{:.3g}; "
      "at most {} steps\n",
      sets, tally.below, tally.failed, tally.at_boundary, tally.several_tops, tally.worst, tally.most_iterations);
  return tally.below + tally.failed > 0 ? 1 : 0;
}
