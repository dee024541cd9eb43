// The commands of the program. Each adds its subcommand with its flags, and a function that carries it out.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace hedgerow::cli {

/// Carries out the chosen command; the value is the process's exit code.
using Action = std::function<int()>;

void add_run_command(CLI::App& app, Action& action);
void add_effects_command(CLI::App& app, Action& action);
void add_recover_command(CLI::App& app, Action& action);
void add_fit_command(CLI::App& app, Action& action);
void add_bias_command(CLI::App& app, Action& action);
void add_sensitivity_command(CLI::App& app, Action& action);
void add_plot_command(CLI::App& app, Action& action);
void add_simulate_command(CLI::App& app, Action& action);
void add_transform_command(CLI::App& app, Action& action);
void add_job_command(CLI::App& app, Action& action);
void add_audit_commands(CLI::App& app, Action& action);

/// The program: parses the command line and runs the command.
int run(int argc, char** argv);

}  // namespace hedgerow::cli
