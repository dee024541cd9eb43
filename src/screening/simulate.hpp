// A finished review screened again: how much reading would a model have saved?
//
// Start: relevant and irrelevant records drawn at random (one each), or a text that says what is looked for. Then the
// model is trained, the top record is read, its label is added, and so on to the end. The records of the start are
// left out of the metrics. Draws come from Philox streams, one per seed: the same call gives the same numbers.
//
// Tests: screening/simulate_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/progress.hpp"
#include "screening/configuration.hpp"
#include "screening/metrics.hpp"
#include "screening/stop_rule.hpp"

namespace hedgerow::screening {

struct SimulationOptions {
  Configuration configuration = hedgerow_configuration();
  std::size_t seeds = 5;
  std::uint64_t first_seed = 0;
  std::size_t start_included = 1, start_excluded = 1;  ///< records drawn at random
  std::string query;                                   ///< text that counts as an included record; empty: none
  std::size_t batch = 1;                               ///< records read between two fits
  StopRule stop;
};

/// Where a stopping rule would have ended the reading.
struct Stopped {
  bool stopped = false;    ///< false: the rule read everything
  std::size_t read = 0;    ///< records read by then, the start left out
  std::size_t random = 0;  ///< of them drawn at random
  double recall = 0;       ///< of the relevant records, the start left out
  double p = 1;            ///< of the rule's test at the end; 1 where the rule has none
};

struct SeedResult {
  std::uint64_t seed = 0;
  std::vector<std::size_t> start;  ///< rows that were known, in their order
  std::vector<std::size_t> order;  ///< rows in the order of reading
  std::vector<int> labels;         ///< of `order`
  Metrics metrics;
  Stopped stop;  ///< with a stopping rule
};

struct Simulation {
  std::size_t records = 0, relevant = 0;
  std::vector<SeedResult> seeds;
};

/// `labels`: 1 or 0 for each text. Errors: no relevant or no irrelevant record is left after the start; no seeds.
Expected<Simulation> simulate(std::span<const Text> texts, std::span<const int> labels,
                              const SimulationOptions& options, Progress& progress);

/// Mean of a metric over the seeds that have it; empty if none has.
std::optional<double> mean_of(const Simulation& simulation, std::optional<double> Metrics::*metric);

}  // namespace hedgerow::screening
