#include "cli/count_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

const std::vector<std::string>& count_models() {
  static const std::vector<std::string> names{"MH", "PETO", "UM.FS", "UM.RS", "CM.EL", "CM.AL", "GLMM", "BB", "FIRTH"};
  return names;
}

Expected<double> number(const std::string& text, const char* flag) {
  const auto value = parse_number(text);
  if (!value) return make_error(ErrorCode::usage, fmt::format("expected a number, found '{}'", text), flag);
  return *value;
}

/// Weighting schemes of effects that need no model of their own (docs/methods/ivhet-uwls.md).
bool apply_scheme(const std::string& name, engine::Job& job) {
  if (name == "IVhet") {
    job.model.method = "DL";
    job.model.weights = "1/vi";
  } else if (name == "UWLS") {
    job.model.method = "EE";
    job.inference.test = "knha";
  } else if (name == "N") {
    job.model.weights = "ni";
  } else {
    return false;
  }
  return true;
}

}  // namespace

void add_count_flags(CLI::App& app, CountFlags& flags) {
  const std::string group = "Models of counts and weighting schemes";
  app.add_option("--model", flags.model,
                 "MH, PETO, UM.FS, UM.RS, CM.EL, CM.AL, GLMM (one group), BB, FIRTH: fitted to the counts behind a "
                 "measure; IVhet, UWLS, N (sample sizes): weights of effects")
      ->group(group);
  app.add_option("--correct", flags.correct, "MH: continuity correction of the Cochran-Mantel-Haenszel test, yes or no")
      ->group(group)
      ->capture_default_str();
  app.add_option("--add-cells", flags.add, "MH, PETO: added to the cells that are pooled (default 0)")->group(group);
  app.add_option("--to-cells", flags.to, "MH, PETO: where: only0, all, if0all, none")->group(group);
  app.add_flag("--keep00", flags.keep00, "Keep studies without events, or with nothing else, in both groups")
      ->group(group);
  app.add_flag("--drop00-cells", flags.drop00, "MH, PETO: leave such studies out of the pooling too")->group(group);
  app.add_option("--rd-variance", flags.rd_variance, "MH of RD: sato or greenland-robins")
      ->group(group)
      ->capture_default_str();
  app.add_option("--coding", flags.coding, "UM: coding of the groups: 0.5, 1 or 0")
      ->group(group)
      ->capture_default_str();
  app.add_flag("--correlated", flags.correlated, "UM.RS: study and treatment effects correlated")->group(group);
  app.add_option("--nagq", flags.nodes, "Nodes of the adaptive Gauss-Hermite rule; 1 is Laplace")
      ->group(group)
      ->capture_default_str();
}

Checked apply_count_flags(const CountFlags& flags, engine::Job& job) {
  if (flags.model.empty() || apply_scheme(flags.model, job)) return {};
  engine::CountRequest counts;
  for (const std::string& name : count_models())
    if (to_lower(name) == to_lower(flags.model)) counts.model = name;
  if (counts.model.empty()) {
    std::vector<std::string> known = count_models();
    known.insert(known.end(), {"IVhet", "UWLS", "N"});
    return make_error(ErrorCode::usage,
                      fmt::format("unknown model '{}'{}; known are {}", flags.model, did_you_mean(flags.model, known),
                                  join(known, ", ")),
                      "--model");
  }
  if (flags.correct != "yes" && flags.correct != "no")
    return make_error(ErrorCode::usage, fmt::format("expected yes or no, found '{}'", flags.correct), "--correct");
  counts.correct = flags.correct == "yes";
  if (!flags.add.empty()) {
    HR_TRY(counts.add, number(flags.add, "--add-cells"));
  }
  counts.to = flags.to;
  if (flags.keep00) counts.drop00 = false;
  if (flags.drop00) {
    counts.drop00 = true;
    job.effect.options.drop00 = true;
  }
  counts.rd_variance = flags.rd_variance;
  HR_TRY(counts.coding, number(flags.coding, "--coding"));
  HR_TRY(const double nodes, number(flags.nodes, "--nagq"));
  counts.quadrature = static_cast<int>(nodes);
  counts.correlated = flags.correlated;
  job.model.counts = counts;
  return {};
}

}  // namespace hedgerow::cli
