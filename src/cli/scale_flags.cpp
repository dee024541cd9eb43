#include "cli/scale_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

Expected<double> number(const std::string& text, const char* flag) {
  const auto value = parse_number(text);
  if (!value) return make_error(ErrorCode::usage, fmt::format("expected a number, found '{}'", text), flag);
  return *value;
}

}  // namespace

void add_scale_flags(CLI::App& app, ScaleFlags& flags) {
  const std::string group = "Location-scale models";
  app.add_option("--scale", flags.formula, "Moderators of the between-study variance, e.g. '~ ablat'")->group(group);
  app.add_option("--link", flags.link, "tau2 = exp(Z alpha) (log) or Z alpha (identity)")
      ->group(group)
      ->capture_default_str();
  app.add_option("--alpha", flags.alpha, "Hold coefficients of the scale, e.g. NA,0")->group(group);
  app.add_option("--att", flags.att, "Coefficients of the omnibus test of the scale, e.g. 2,3")->group(group);
}

Checked apply_scale_flags(const ScaleFlags& flags, engine::Job& job) {
  if (flags.formula.empty()) {
    if (flags.alpha.empty() && flags.att.empty()) return {};
    return make_error(ErrorCode::usage, "--alpha and --att go with --scale", "--scale");
  }
  engine::ScaleRequest scale;
  scale.formula = flags.formula;
  scale.link = flags.link;
  for (const std::string& part : flags.alpha.empty() ? std::vector<std::string>() : split(flags.alpha, ',')) {
    if (part == "NA") {
      scale.alpha.emplace_back();
      continue;
    }
    HR_TRY(scale.alpha.emplace_back(), number(part, "--alpha"));
  }
  for (const std::string& part : flags.att.empty() ? std::vector<std::string>() : split(flags.att, ',')) {
    HR_TRY(const double column, number(part, "--att"));
    if (column < 1) return make_error(ErrorCode::usage, "coefficients are counted from 1", "--att");
    job.inference.att.push_back(static_cast<std::size_t>(column));
  }
  job.model.scale = std::move(scale);
  return {};
}

void add_variance_flags(CLI::App& app, VarianceFlags& flags) {
  app.add_option("--tau2-interval", flags.intervals,
                 "Interval of tau2: QP, GENQ, PL, Wald, Wald.log, J, BJ, SJ; may be repeated");
  app.add_option("--above", flags.above, "Share of true effects above this value, and P(mean above it)");
  app.add_option("--below", flags.below, "Share of true effects below this value, and P(mean below it)");
  app.add_option("--share-replicates", flags.replicates, "Bootstrap samples of the calibrated share; 0: none")
      ->capture_default_str();
  app.add_option("--share-seed", flags.seed, "Seed of this bootstrap")->capture_default_str();
}

Expected<std::vector<engine::Question>> variance_questions(const VarianceFlags& flags) {
  std::vector<engine::Question> out;
  for (const std::string& kind : flags.intervals) out.push_back({"tau2_" + kind, engine::AskConfint{kind, {}}});
  for (const bool below : {false, true}) {
    const std::string& text = below ? flags.below : flags.above;
    if (text.empty()) continue;
    engine::AskExceedance ask;
    HR_TRY(ask.threshold, number(text, below ? "--below" : "--above"));
    ask.below = below;
    ask.replicates = flags.replicates;
    ask.seed = flags.seed;
    out.push_back({below ? "below" : "above", ask});
  }
  return out;
}

}  // namespace hedgerow::cli
