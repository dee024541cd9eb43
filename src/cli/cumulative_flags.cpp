#include "cli/cumulative_flags.hpp"

#include <CLI/CLI.hpp>

namespace hedgerow::cli {

void add_cumulative_flags(CLI::App& app, CumulativeFlags& flags) {
  const std::string group = "Cumulative analysis";
  CLI::Option* cumulative =
      app.add_flag("--cumulative", flags.cumulative, "The model on the first unit, the first two, and so on")
          ->group(group);
  app.add_option("--order", flags.order, "Columns that sort the units, e.g. year or 'year, trial' (default: the table)")
      ->group(group)
      ->needs(cumulative);
  app.add_flag("--decreasing", flags.decreasing, "From the largest value down")->group(group)->needs(cumulative);
  app.add_flag("--collapse", flags.collapse, "Units with equal values enter together")->group(group)->needs(cumulative);
  app.add_option("--cumulative-transf", flags.transf, "Transformation of its estimates, e.g. exp")
      ->group(group)
      ->needs(cumulative);
}

std::vector<engine::Question> cumulative_questions(const CumulativeFlags& flags, const std::string& by) {
  if (!flags.cumulative) return {};
  const std::string unit = by.empty() ? "effect" : by;
  return {{"cumulative", engine::AskCumulative{flags.order, flags.decreasing, flags.collapse, unit, flags.transf}}};
}

}  // namespace hedgerow::cli
