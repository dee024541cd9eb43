// hedgerow screen simulate FILE: how much reading an order by a model would have saved in a finished review.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "cli/review_commands.hpp"
#include "records/read.hpp"
#include "screening/labels.hpp"
#include "screening/simulate.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;
using screening::Metrics;

struct ScreenSimulateFlags {
  std::string file, label, model = "hedgerow", stop = "none", curve, query;
  std::optional<std::size_t> prior_included{}, prior_excluded{};
  std::size_t seeds = 5, batch = 1;
  std::uint64_t seed = 0;
  double target = 0.95, confidence = 0.95;
  bool drop_repeats = false, json = false;
};

struct NamedMetric {
  const char* name;
  std::optional<double> Metrics::*value;
};

constexpr std::array<NamedMetric, 8> kMetrics = {{{"loss", &Metrics::loss},
                                                  {"ndcg", &Metrics::ndcg},
                                                  {"wss_95", &Metrics::wss_95},
                                                  {"recall_10", &Metrics::recall_10},
                                                  {"atd", &Metrics::atd},
                                                  {"erf_10", &Metrics::erf_10},
                                                  {"tnr_95", &Metrics::tnr_95},
                                                  {"wss_100", &Metrics::wss_100}}};

struct LabelledSet {
  std::vector<screening::Text> texts;
  std::vector<int> labels;
  std::vector<std::size_t> numbers;  // of the records in their file
};

Expected<LabelledSet> read_set(const ScreenSimulateFlags& flags) {
  records::ReadOptions options;
  options.file = flags.file;
  HR_TRY(const records::ReadResult read, records::read_records_file(flags.file, options));
  if (read.records.empty()) return make_error(ErrorCode::input, "no records in the file", flags.file);
  HR_TRY(const std::vector<int> labels, screening::read_labels(read.records, flags.label));
  LabelledSet set;
  std::vector<std::size_t> kept(read.records.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i;
  if (flags.drop_repeats) kept = screening::without_repeats(read.records);
  for (const std::size_t i : kept) {
    set.texts.push_back(screening::text_of(read.records[i]));
    set.labels.push_back(labels[i]);
    set.numbers.push_back(read.records[i].source.number);
  }
  return set;
}

Expected<screening::SimulationOptions> options_of(const ScreenSimulateFlags& flags) {
  screening::SimulationOptions options;
  const auto model = screening::configuration_named(flags.model);
  if (!model)
    return make_error(ErrorCode::usage, fmt::format("--model '{}' is none of hedgerow (default), u4, u3", flags.model));
  const auto stop = screening::stop_rule_named(flags.stop);
  if (!stop)
    return make_error(ErrorCode::usage,
                      fmt::format("--stop '{}' is none of none, random, consecutive=NUMBER", flags.stop));
  if (!(flags.target > 0 && flags.target <= 1) || !(flags.confidence > 0 && flags.confidence < 1))
    return make_error(ErrorCode::usage, "--target lies above 0 and at most at 1, --confidence between 0 and 1");
  const std::size_t random_start = flags.query.empty() ? 1 : 0;
  options.configuration = *model;
  options.seeds = flags.seeds;
  options.first_seed = flags.seed;
  options.start_included = flags.prior_included.value_or(random_start);
  options.start_excluded = flags.prior_excluded.value_or(random_start);
  options.query = flags.query;
  options.batch = flags.batch;
  options.stop = *stop;
  options.stop.target = flags.target;
  options.stop.confidence = flags.confidence;
  return options;
}

Json number(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

Json metrics_json(const Metrics& metrics) {
  Json out;
  for (const NamedMetric& metric : kMetrics) out[metric.name] = number(metrics.*metric.value);
  out["read_to_95"] = metrics.read_to_95;
  out["read_to_100"] = metrics.read_to_100;
  return out;
}

Json stop_json(const screening::Stopped& stop) {
  return {{"stopped", stop.stopped},
          {"read", stop.read},
          {"random_draws", stop.random},
          {"recall", stop.recall},
          {"p", stop.p}};
}

std::string to_json(const ScreenSimulateFlags& flags, const screening::SimulationOptions& options,
                    const LabelledSet& set, const screening::Simulation& simulation) {
  Json out;
  out["schema"] = "hedgerow-screen-simulate/1";
  out["file"] = flags.file;
  out["records"] = simulation.records;
  out["included"] = simulation.relevant;
  out["model"] = options.configuration.name;
  out["query"] = options.query;
  out["batch"] = options.batch;
  out["seeds"] = Json::array();
  const bool stops = options.stop.kind != screening::StopRule::Kind::none;
  double read95 = 0, read100 = 0;
  for (const screening::SeedResult& seed : simulation.seeds) {
    Json one{{"seed", seed.seed}, {"start", Json::array()}};
    for (const std::size_t row : seed.start) one["start"].push_back(set.numbers[row]);
    one.update(metrics_json(seed.metrics));
    if (stops) one["stop"] = stop_json(seed.stop);
    out["seeds"].push_back(one);
    read95 += static_cast<double>(seed.metrics.read_to_95);
    read100 += static_cast<double>(seed.metrics.read_to_100);
  }
  Json mean;
  for (const NamedMetric& metric : kMetrics) mean[metric.name] = number(mean_of(simulation, metric.value));
  const auto count = static_cast<double>(simulation.seeds.size());
  mean["read_to_95"] = read95 / count;
  mean["read_to_100"] = read100 / count;
  out["mean"] = mean;
  return out.dump(2) + "\n";
}

std::vector<std::string> table_row(const std::string& name, const std::vector<std::optional<double>>& values) {
  std::vector<std::string> row{name};
  for (const auto& value : values) row.push_back(value ? format_fixed(*value, 4) : "-");
  return row;
}

std::string as_table(const ScreenSimulateFlags& flags, const screening::SimulationOptions& options,
                     const screening::Simulation& simulation) {
  std::vector<std::string> header{"seed"};
  for (const NamedMetric& metric : kMetrics) header.emplace_back(metric.name);
  std::vector<std::vector<std::string>> rows;
  for (const screening::SeedResult& seed : simulation.seeds) {
    std::vector<std::optional<double>> values;
    for (const NamedMetric& metric : kMetrics) values.push_back(seed.metrics.*metric.value);
    rows.push_back(table_row(std::to_string(seed.seed), values));
  }
  std::vector<std::optional<double>> means;
  for (const NamedMetric& metric : kMetrics) means.push_back(mean_of(simulation, metric.value));
  rows.push_back(table_row("mean", means));
  std::string out = fmt::format("{}: {} records, {} included, model {}\n\n{}\n", flags.file, simulation.records,
                                simulation.relevant, options.configuration.name, text_table(header, rows));
  for (const screening::SeedResult& seed : simulation.seeds) {
    out += fmt::format("seed {}: 95% of the included found after {} records, all after {}, of {}", seed.seed,
                       seed.metrics.read_to_95, seed.metrics.read_to_100, seed.metrics.records);
    if (options.stop.kind != screening::StopRule::Kind::none)
      out += seed.stop.stopped ? fmt::format("; stopped after {} ({} drawn at random), recall {}%", seed.stop.read,
                                             seed.stop.random, format_fixed(100 * seed.stop.recall, 1))
                               : std::string("; the rule never stopped");
    out += "\n";
  }
  return out;
}

Checked write_curve(const ScreenSimulateFlags& flags, const LabelledSet& set, const screening::Simulation& simulation) {
  std::string out = "seed,read,record,included,found,recall\n";
  for (const screening::SeedResult& seed : simulation.seeds) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < seed.order.size(); ++i) {
      found += seed.labels[i] == 1 ? 1U : 0U;
      out += fmt::format("{},{},{},{},{},{}\n", seed.seed, i + 1, set.numbers[seed.order[i]], seed.labels[i], found,
                         format_shortest(static_cast<double>(found) / static_cast<double>(seed.metrics.relevant)));
    }
  }
  return write_file(flags.curve, out);
}

Checked simulate(const ScreenSimulateFlags& flags) {
  HR_TRY(const screening::SimulationOptions options, options_of(flags));
  HR_TRY(const LabelledSet set, read_set(flags));
  TerminalProgress progress;
  const auto simulation = screening::simulate(set.texts, set.labels, options, progress);
  progress.clear();
  if (!simulation) return make_error(simulation.error().code, simulation.error().message, flags.file);
  if (!flags.curve.empty()) HR_CHECK(write_curve(flags, set, *simulation));
  return emit("", flags.json ? to_json(flags, options, set, *simulation) : as_table(flags, options, *simulation));
}

void add_options(CLI::App& command, ScreenSimulateFlags& flags) {
  command.add_option("file", flags.file, "Records with a label each, in any format that is read; .gz too")->required();
  command.add_option("--label", flags.label, "Column of the labels (default: label_included, included, label, ...)");
  command.add_option("--model", flags.model, "hedgerow, u4 or u3")->capture_default_str();
  command.add_option("--seeds", flags.seeds, "Number of random starts")->capture_default_str();
  command.add_option("--seed", flags.seed, "First seed; the others follow it")->capture_default_str();
  command.add_option("--prior-included", flags.prior_included,
                     "Included records known at the start (default: 1; 0 with --query)");
  command.add_option("--prior-excluded", flags.prior_excluded, "Excluded records known at the start (the same)");
  command.add_option("--query", flags.query, "Start from this text (the criteria) instead of random records");
  command.add_option("--batch", flags.batch, "Records read between two fits")->capture_default_str();
  command.add_option("--stop", flags.stop, "Try a stopping rule: none, random, consecutive=NUMBER")
      ->capture_default_str();
  command.add_option("--target", flags.target, "Recall that the rule aims at")->capture_default_str();
  command.add_option("--confidence", flags.confidence, "Of the rule's test")->capture_default_str();
  command.add_flag("--drop-repeats", flags.drop_repeats,
                   "Leave out records that repeat title and abstract of an earlier one");
  command.add_option("--curve", flags.curve, "Write the order of reading and the recall to this CSV file");
  command.add_flag("--json", flags.json, "Print JSON");
}

}  // namespace

void add_screen_simulate_command(CLI::App& screen, Action& action) {
  CLI::App& command =
      *screen.add_subcommand("simulate", "What an order by a model would have saved in a finished review");
  const auto flags = std::make_shared<ScreenSimulateFlags>();
  add_options(command, *flags);
  command.footer(
      "\nExamples:\n"
      "  hedgerow screen simulate review.csv --seeds 5 --json\n"
      "  hedgerow screen simulate review.csv --model u4\n"
      "  hedgerow screen simulate review.csv --query \"exercise in heart failure, randomised\" --stop random\n"
      "\nMetrics: docs/methods/screening-order.md. Each seed starts from one included and one excluded record drawn "
      "at\n"
      "random, which are left out of the metrics; the model is trained again after each record.");
  command.callback([&action, flags] {
    action = [flags] {
      const auto done = simulate(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
