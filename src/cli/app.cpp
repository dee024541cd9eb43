#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "engine/result.hpp"

namespace hedgerow::cli {
namespace {

constexpr const char* kFooter =
    "\nExamples:\n"
    "  hedgerow run examples/eccentric-flexibility\n"
    "  hedgerow fit data.csv --yi yi --vi vi --random '~ 1 | study/es' --test t\n"
    "  hedgerow fit data.csv --measure SMD --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2\n"
    "\nExit codes: 0 done; 1 done, a check found errors; 2 request or input wrong; 3 internal failure.\n"
    "Every command has examples in its own --help.";

// CLI11 names the argument that it did not expect; the nearest command is what the user needs.
int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::string hint;
  if (argc > 1 && app.get_subcommands().empty()) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    hint = did_you_mean(argv[1], names);
  }
  fmt::print(stderr, "hedgerow: {}{}\nRun 'hedgerow --help' for the commands.\n", error.what(), hint);
  return 2;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Hedgerow carries a systematic review from the extraction tables to the graded evidence.", "hedgerow");
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("hedgerow {}", engine::kVersion));
  app.footer(kFooter);
  Action action;
  add_run_command(app, action);
  add_effects_command(app, action);
  add_fit_command(app, action);
  add_bias_command(app, action);
  add_sensitivity_command(app, action);
  add_plot_command(app, action);
  try {
    app.parse(argc, argv);
    return action();
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, argc, argv);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "hedgerow: internal failure: {}\nThis is a defect of the program, please report it.\n",
               failure.what());
    return 3;
  }
}

}  // namespace hedgerow::cli
