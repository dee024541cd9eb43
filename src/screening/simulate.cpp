#include "screening/simulate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/random.hpp"
#include "screening/learner.hpp"
#include "screening/stopping.hpp"

namespace hedgerow::screening {
namespace {

// Streams of a seed: the start, and the draws of a stopping rule.
constexpr std::uint64_t kStartStream = 1, kDrawStream = 2;

struct Setting {
  const SparseRows& rows;
  std::span<const int> labels;  // of the records; a query's row is behind them
  const SimulationOptions& options;
};

// `count` different ones of `from`, by the first steps of a shuffle.
std::vector<std::size_t> draw(std::vector<std::size_t> from, std::size_t count, RandomStream& random) {
  for (std::size_t i = 0; i < count; ++i) std::swap(from[i], from[i + random.below(from.size() - i)]);
  from.resize(count);
  return from;
}

std::vector<std::size_t> start_rows(const Setting& setting, std::uint64_t seed) {
  std::vector<std::size_t> included, excluded;
  for (std::size_t row = 0; row < setting.labels.size(); ++row)
    (setting.labels[row] == 1 ? included : excluded).push_back(row);
  RandomStream random(seed, kStartStream);
  std::vector<std::size_t> start = draw(std::move(included), setting.options.start_included, random);
  const auto second = draw(std::move(excluded), setting.options.start_excluded, random);
  start.insert(start.end(), second.begin(), second.end());
  return start;
}

// The unread rows with the highest scores, best first; among equals the first in the file.
std::vector<std::size_t> best_rows(const std::vector<Label>& known, std::size_t records, const Learner& learner,
                                   std::size_t count) {
  std::vector<std::pair<double, std::size_t>> best;
  for (std::size_t row = 0; row < records; ++row) {
    if (known[row].relevant != 0) continue;
    const double score = learner.score(row);
    if (best.size() == count && !(score > best.back().first)) continue;
    if (best.size() == count) best.pop_back();
    const auto place =
        std::find_if(best.begin(), best.end(), [score](const auto& other) { return score > other.first; });
    best.insert(place, {score, row});
  }
  std::vector<std::size_t> rows;
  for (const auto& [score, row] : best) rows.push_back(row);
  return rows;
}

std::vector<std::size_t> reading_order(const Setting& setting, const std::vector<std::size_t>& start,
                                       Learner& learner) {
  std::vector<Label> known(setting.rows.rows());
  const std::size_t records = setting.labels.size();
  const auto tell = [&](std::size_t row) { known[row].relevant = setting.labels[row] == 1 ? 1 : -1; };
  for (const std::size_t row : start) tell(row);
  if (setting.rows.rows() > records) known[records].relevant = 1;
  std::vector<std::size_t> order;
  while (order.size() + start.size() < records) {
    learner.train(weighted_examples(known, setting.options.configuration));
    for (const std::size_t row : best_rows(known, records, learner, setting.options.batch)) {
      order.push_back(row);
      tell(row);
    }
  }
  return order;
}

double recall(std::size_t found, std::size_t relevant) {
  return static_cast<double>(found) / static_cast<double>(relevant);
}

Stopped stop_consecutive(std::span<const int> labels, std::size_t relevant, std::size_t needed) {
  std::size_t run = 0, found = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    found += labels[i] == 1 ? 1U : 0U;
    run = labels[i] == 1 ? 0 : run + 1;
    if (run == needed && i + 1 < labels.size()) return {true, i + 1, 0, recall(found, relevant), 1};
  }
  return {false, labels.size(), 0, 1, 1};
}

// The hint is asked for at every twentieth record; the draws then come from what is unread, and each is looked at.
Stopped stop_random(std::span<const int> labels, std::size_t relevant, const StopRule& rule, std::uint64_t seed) {
  constexpr std::size_t kEvery = 20;
  const double alpha = 1 - rule.confidence;
  std::size_t read = kEvery;
  while (read < labels.size() && hint_p(labels.first(read), labels.size(), rule.target) > alpha) read += kEvery;
  if (read >= labels.size()) return {false, labels.size(), 0, 1, 1};
  const auto before = static_cast<std::size_t>(std::count(labels.begin(), labels.begin() + static_cast<long>(read), 1));
  std::vector<int> unread(labels.begin() + static_cast<long>(read), labels.end());
  RandomStream random(seed, kDrawStream);
  for (std::size_t i = 0; i + 1 < unread.size(); ++i) std::swap(unread[i], unread[i + random.below(unread.size() - i)]);
  std::size_t found = before;
  SequentialTest test(unread.size(), before, rule.target);
  for (std::size_t n = 1; n < unread.size(); ++n) {
    found += unread[n - 1] == 1 ? 1U : 0U;
    test.add(unread[n - 1]);
    if (const double p = test.p(); p <= alpha) return {true, read + n, n, recall(found, relevant), p};
  }
  return {false, labels.size(), unread.size(), 1, 1};
}

SeedResult one_seed(const Setting& setting, std::uint64_t seed, Learner& learner) {
  SeedResult result;
  result.seed = seed;
  result.start = start_rows(setting, seed);
  result.order = reading_order(setting, result.start, learner);
  for (const std::size_t row : result.order) result.labels.push_back(setting.labels[row]);
  result.metrics = metrics(result.labels);
  const StopRule& rule = setting.options.stop;
  if (rule.kind == StopRule::Kind::consecutive)
    result.stop = stop_consecutive(result.labels, result.metrics.relevant, rule.consecutive);
  else if (rule.kind == StopRule::Kind::random_draws)
    result.stop = stop_random(result.labels, result.metrics.relevant, rule, seed);
  return result;
}

Checked check(std::span<const int> labels, const SimulationOptions& options) {
  const auto relevant = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1));
  if (relevant <= options.start_included)
    return make_error(ErrorCode::input, fmt::format("{} included records, but the start takes {} and one must be left "
                                                    "to be found",
                                                    relevant, options.start_included));
  if (labels.size() - relevant <= options.start_excluded)
    return make_error(ErrorCode::input, fmt::format("{} excluded records, but the start takes {} and one must be left",
                                                    labels.size() - relevant, options.start_excluded));
  if (options.seeds == 0) return make_error(ErrorCode::usage, "no seeds: at least 1 is needed");
  if (options.batch == 0) return make_error(ErrorCode::usage, "batch 0: at least 1 record is read between two fits");
  return {};
}

}  // namespace

Expected<Simulation> simulate(std::span<const Text> texts, std::span<const int> labels,
                              const SimulationOptions& options, Progress& progress) {
  HR_ASSERT(texts.size() == labels.size());
  HR_CHECK(check(labels, options));
  std::vector<Text> all(texts.begin(), texts.end());
  if (!options.query.empty()) {
    all.emplace_back();
    all.back().title = options.query;
  }
  const SparseRows rows = features(all, options.configuration.blocks);
  const Setting setting{rows, labels, options};
  Simulation result;
  result.records = labels.size();
  result.relevant = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1));
  const auto learner = make_learner(rows, options.configuration, true);
  for (std::size_t i = 0; i < options.seeds; ++i) {
    progress.step("simulating", static_cast<int>(i), static_cast<int>(options.seeds));
    learner->reset();
    result.seeds.push_back(one_seed(setting, options.first_seed + i, *learner));
  }
  return result;
}

std::optional<double> mean_of(const Simulation& simulation, std::optional<double> Metrics::*metric) {
  double sum = 0, count = 0;
  for (const SeedResult& seed : simulation.seeds) {
    if (!(seed.metrics.*metric)) continue;
    sum += *(seed.metrics.*metric);
    count += 1;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace hedgerow::screening
