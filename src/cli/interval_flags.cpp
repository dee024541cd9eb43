#include "cli/interval_flags.hpp"

#include <CLI/CLI.hpp>

namespace hedgerow::cli {

void add_interval_flags(CLI::App& app, IntervalFlags& flags) {
  const char* group = "Intervals of the single studies";
  app.add_option("--interval", flags.method,
                 "wald (yi -+ z sei), or made from the counts. Proportions: wilson, wilson-cc, exact, midp, "
                 "agresti-coull, jeffreys, arcsine, simple; rates: exact, score; RD: newcombe, newcombe-cc, mn; RR: "
                 "mn; OR: exact, midp, mn; IRR: exact, midp, score; IRD: score")
      ->group(group);
  app.add_option_function<double>(
         "--level",
         [&flags](const double& level) {
           flags.level = level;
           flags.level_given = true;
         },
         "Confidence level of the intervals, as 0.95")
      ->group(group);
  app.add_option("--transf", flags.transf,
                 "Show estimates and limits transformed: display (as the measure is shown), exp, ilogit, ve, ...")
      ->group(group);
}

void apply_intervals(const IntervalFlags& flags, engine::EffectRequest& effect) {
  if (flags.method.empty() && flags.transf.empty() && !flags.level_given) return;
  effect.intervals.emplace();
  if (!flags.method.empty()) effect.intervals->method = flags.method;
  effect.intervals->level = flags.level;
  effect.intervals->transf = flags.transf;
}

}  // namespace hedgerow::cli
