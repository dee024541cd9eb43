#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/review_commands.hpp"
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

// Names that could have been meant: commands where none was chosen, else the flags of the chosen one.
std::vector<std::string> candidates(const CLI::App& app) {
  std::vector<std::string> names;
  const auto chosen = app.get_subcommands();
  if (!chosen.empty() && chosen.front()->get_options().size() > 1) {
    for (const CLI::Option* option : chosen.front()->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
  }
  const CLI::App& parent = chosen.empty() ? app : *chosen.front();
  for (const CLI::App* command : parent.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::string unknown;
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
    // The first one in the order of the command line; CLI11 lists them in its own.
    const std::vector<std::string> extras = app.remaining(true);
    for (int i = argc - 1; i > 0; --i)
      if (std::find(extras.begin(), extras.end(), argv[i]) != extras.end()) unknown = argv[i];
  } else if (dynamic_cast<const CLI::RequiredError*>(&error)) {
    // A missing subcommand leaves the word that should have been one behind the chosen commands.
    const int next = 1 + static_cast<int>(app.get_subcommands().size());
    if (next < argc && argv[next][0] != '-') unknown = argv[next];
  }
  if (unknown.empty()) return error.what();
  return fmt::format("'{}' is not known here{}", unknown, did_you_mean(unknown, candidates(app)));
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  fmt::print(stderr,
             "hedgerow: {}\nRun 'hedgerow --help' for the commands, 'hedgerow COMMAND --help' for their flags.\n",
             usage_message(app, error, argc, argv));
  return 2;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Hedgerow carries a systematic review from the database exports to the graded evidence.", "hedgerow");
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("hedgerow {}", engine::kVersion));
  app.footer(kFooter);
  Action action;
  add_run_command(app, action);
  add_recover_command(app, action);
  add_effects_command(app, action);
  add_fit_command(app, action);
  add_bias_command(app, action);
  add_sensitivity_command(app, action);
  add_plot_command(app, action);
  add_simulate_command(app, action);
  add_transform_command(app, action);
  add_job_command(app, action);
  add_audit_commands(app, action);
  add_review_commands(app, action);
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
