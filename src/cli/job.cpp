// hedgerow job: whatever a Job can ask, as JSON in and JSON out.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "engine/run.hpp"

namespace hedgerow::cli {
namespace {

struct JobFlags {
  std::string file, output;
  bool text = false;
};

Expected<std::string> read_job(const std::string& file) {
  if (file != "-") return read_file(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Expected<std::string> carried_out(const JobFlags& flags) {
  HR_TRY(const std::string json, read_job(flags.file));
  HR_TRY(const engine::Job job, engine::parse_job(json));
  HR_TRY(const engine::Result result, engine::run(job));
  if (!flags.text) return engine::to_json(result);
  return job.effects_only ? print_effects(result) : print_fit(result) + print_answers(result) + print_notes(result);
}

int run_job(const JobFlags& flags) {
  const auto text = carried_out(flags);
  if (!text) return report(text.error());
  const auto written = emit(flags.output, *text);
  return written ? 0 : report(written.error());
}

}  // namespace

void add_job_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("job", "A Job as JSON: data, effects, model, questions (docs/formats)");
  const auto flags = std::make_shared<JobFlags>();
  command.add_option("file", flags->file, "JSON of the Job; - for standard input")->required();
  command.add_flag("--text", flags->text, "Tables instead of the Result as JSON");
  command.add_option("-o,--output", flags->output, "Write here instead of to standard output");
  command.footer(
      "\nThe JSON of every other command holds its Job, to start from.\n\nExamples:\n"
      "  hedgerow job job.json\n"
      "  hedgerow fit data.csv --yi yi --vi vi --json | jq .job | hedgerow job -");
  command.callback([&action, flags] { action = [flags] { return run_job(*flags); }; });
}

}  // namespace hedgerow::cli
