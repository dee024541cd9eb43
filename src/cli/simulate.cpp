// hedgerow simulate SPEC.toml: coverage of intervals by simulation.
#include "engine/simulate.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "engine/figures.hpp"

namespace hedgerow::cli {
namespace {

struct SimulateFlags {
  std::string spec, out = "out";
  unsigned threads = 0;
  std::size_t replicates = 0;
};

std::string table(const engine::Simulation& simulation) {
  std::vector<std::string> header{"setting", "studies", "target"};
  for (const std::string& method : simulation.spec.methods) header.push_back(method);
  std::vector<std::vector<std::string>> rows;
  for (const engine::SimulationRow& row : simulation.rows) {
    if (row.method == simulation.spec.methods.front())
      rows.push_back({row.setting, std::to_string(row.studies), row.target});
    rows.back().push_back(format_fixed(100 * row.coverage, 1) + "%");
  }
  return text_table(header, rows);
}

Checked write_results(const engine::Simulation& simulation, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return make_error(ErrorCode::io, fmt::format("can't make the folder: {}", failed.message()), folder);
  HR_CHECK(write_file(folder / "coverage.csv", engine::to_csv(simulation)));
  HR_CHECK(write_file(folder / "coverage.json", engine::to_json(simulation)));
  HR_TRY(const std::string figure, engine::render(engine::coverage_figure(simulation), "coverage.svg"));
  return write_file(folder / "coverage.svg", figure);
}

Checked simulate(const SimulateFlags& flags) {
  HR_TRY(const std::string bytes, read_file(flags.spec));
  HR_TRY(engine::SimulationSpec spec, engine::parse_simulation(bytes, flags.spec));
  if (flags.replicates > 0) spec.replicates = flags.replicates;
  TerminalProgress progress;
  HR_TRY(const engine::Simulation simulation, engine::simulate(spec, flags.threads, progress));
  progress.clear();
  HR_CHECK(write_results(simulation, flags.out));
  return emit("", fmt::format("{}: coverage of {}% intervals, {} replicates a cell\n\n{}\n", spec.title,
                              format_significant(100 * spec.level, 4), spec.replicates, table(simulation)) +
                      fmt::format("Written: coverage.csv, coverage.json, coverage.svg in {}\n", flags.out));
}

}  // namespace

void add_simulate_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("simulate", "Coverage of intervals of the three-level model by simulation");
  const auto flags = std::make_shared<SimulateFlags>();
  command.add_option("spec", flags->spec, "Specification (TOML), as examples/simulation/coverage.toml")->required();
  command.add_option("-o,--out", flags->out, "Folder to write to")->capture_default_str();
  command.add_option("--threads", flags->threads, "Threads (default: all; the numbers don't depend on it)");
  command.add_option("--replicates", flags->replicates, "Replicates per cell instead of the specification's");
  command.footer(
      "\nExamples:\n"
      "  hedgerow simulate examples/simulation/coverage.toml -o out\n"
      "  hedgerow simulate examples/simulation/coverage.toml --replicates 100 -o /tmp/quick");
  command.callback([&action, flags] {
    action = [flags] {
      const auto done = simulate(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
