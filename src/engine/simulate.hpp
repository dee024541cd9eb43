// Simulation study of the coverage of confidence intervals in the three-level model, run by the program itself.
//
//   y_se = beta0 + beta1 x_s + u_s + w_se + e_se
//   u ~ N(0, sigma2_1) per study, w ~ N(0, sigma2_2) per effect, e ~ N(0, v), v log-uniform between two bounds,
//   x ~ N(0, 1) per study, the number of effects of a study drawn from a list with equal probability
//
// Each data set is fitted by REML once and its intervals are taken by every method. A method fails where it gives no
// interval (components that can't be told apart, no degrees of freedom); failures are counted and not covered up.
//
// Replicate r of cell c has the random stream (seed, c 2^32 + r), and results are summed in the order of the
// replicates, so the numbers are the same with any number of threads.
//
// Tests: engine/simulate_test.cpp (threads, consistency of the rows, bounds of the specification).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/progress.hpp"
#include "scene/scene.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::engine {

struct SimulationSetting {
  std::string name;
  double sigma2_study = 0, sigma2_effect = 0;
};

struct SimulationSpec {
  std::string title;
  std::uint64_t seed = 1;
  std::size_t replicates = 1000;
  double level = 0.95;
  std::vector<std::size_t> studies;  ///< numbers of studies, one cell each
  std::vector<std::size_t> effects;  ///< numbers of effects of a study
  double vi_from = 0.02, vi_to = 0.2;
  double beta0 = 0, beta1 = 0;
  std::vector<SimulationSetting> settings;
  std::vector<std::string> methods;  ///< z, t, contain, satterthwaite, kenward-roger, CR0, ..., CR2, CR3
};
/// From TOML (examples/simulation/coverage.toml). Errors are located in `source`.
Expected<SimulationSpec> parse_simulation(std::string_view bytes, const std::string& source);

/// What a method did with one coefficient in one cell.
struct SimulationRow {
  std::string setting;
  std::size_t studies = 0;
  std::string target;  ///< "intercept", "moderator"
  std::string method;
  std::size_t intervals = 0, failures = 0;
  double coverage = 0, mc_se = 0;  ///< share of the intervals that hold the true value, with its standard error
  double width = 0;                ///< median width of the intervals
  double df = 0;                   ///< median; infinite for z
};

struct Simulation {
  SimulationSpec spec;
  std::vector<SimulationRow> rows;  ///< by setting, studies, target, method
};
/// Errors: an unknown method. `threads` 0: as many as the machine has.
Expected<Simulation> simulate(const SimulationSpec& spec, unsigned threads, Progress& progress);

std::string to_csv(const Simulation& simulation);
std::string to_json(const Simulation& simulation);
/// Coverage against the number of studies: a row of panels per target, a column per setting.
scene::Scene coverage_figure(const Simulation& simulation);

}  // namespace hedgerow::engine
