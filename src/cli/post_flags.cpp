#include "cli/post_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

Checked read_number(const std::string& text, const char* flag, std::optional<double>& out) {
  if (text.empty()) return {};
  out = parse_number(text);
  if (!out) return make_error(ErrorCode::usage, fmt::format("expected a number, found '{}'", text), flag);
  return {};
}

}  // namespace

void add_bias_flags(CLI::App& app, BiasExtras& extras) {
  const std::string group = "Counts of studies, Henmi and Copas";
  const auto option = [&](const char* name, auto& target, const char* help) {
    return app.add_option(name, target, help)->group(group);
  };
  option("--fail-safe", extras.fail_safe, "Fail-safe N: Rosenthal, Orwin, Rosenberg, General (may be repeated)");
  option("--fsn-alpha", extras.fsn.alpha, "Its significance level")->capture_default_str();
  option("--fsn-target", extras.target, "Orwin, General: mean that the added studies have to reach");
  app.add_flag("--fsn-exact", extras.fsn.exact, "General: refit with the added studies")->group(group);
  app.add_flag("--fsn-unweighted", extras.orwin_unweighted, "Orwin: plain mean of the effects")->group(group);
  app.add_flag("--excess-significance", extras.excess, "Test of excess significance")->group(group);
  option("--tes-h0", extras.tes.h0, "Null value of the studies' tests")->capture_default_str();
  option("--tes-side", extras.tes.alternative, "Of the studies' tests: two.sided, greater, less")
      ->capture_default_str();
  option("--tes-study-alpha", extras.tes.alpha, "Level of the studies' tests")->capture_default_str();
  option("--tes-theta", extras.theta, "True effect behind the power (default: that of the fit)");
  option("--tes-tau2", extras.tes_tau2, "Its variance between studies (default: that of the fit)");
  option("--tes-test", extras.tes.test, "exact, chi2, binom (default: exact up to a million subsets, else chi2)");
  option("--tes-alternative", extras.tes.tes_alternative, "greater, less, two.sided")->capture_default_str();
  option("--tes-alpha", extras.tes.tes_alpha, "Level of the limit estimate")->capture_default_str();
  app.add_flag("--henmi-copas", extras.henmi_copas, "Mean and interval that resist publication bias")->group(group);
}

Expected<std::vector<engine::Question>> extra_bias_questions(const BiasExtras& extras) {
  std::vector<engine::Question> out;
  for (const std::string& type : extras.fail_safe) {
    engine::AskFailSafe ask = extras.fsn;
    ask.type = type;
    ask.weighted = !extras.orwin_unweighted;
    HR_CHECK(read_number(extras.target, "--fsn-target", ask.target));
    out.push_back({"fail_safe_" + to_lower(type), ask});
  }
  if (extras.excess) {
    engine::AskExcessSignificance ask = extras.tes;
    HR_CHECK(read_number(extras.theta, "--tes-theta", ask.theta));
    HR_CHECK(read_number(extras.tes_tau2, "--tes-tau2", ask.tau2));
    out.push_back({"excess_significance", ask});
  }
  if (extras.henmi_copas) out.push_back({"henmi_copas", engine::AskHenmiCopas{}});
  return out;
}

void add_refit_flags(CLI::App& app, RefitExtras& extras) {
  const std::string group = "Subsets, permutations, coordinates of plots";
  app.add_flag("--gosh", extras.gosh, "The model on all subsets of the studies (random ones above a million)")
      ->group(group);
  app.add_option("--gosh-subsets", extras.subsets.subsets, "At most this many subsets")->group(group);
  app.add_option("--gosh-seed", extras.subsets.seed, "Seed of random subsets")->capture_default_str()->group(group);
  app.add_flag("--permutation", extras.permutation, "Permutation test of the coefficients")->group(group);
  app.add_flag("--permutation-exact", extras.permute.exact, "All permutations")->group(group);
  app.add_option("--permutations", extras.permute.iterations, "Random permutations")
      ->capture_default_str()
      ->group(group);
  app.add_option("--permutation-seed", extras.permute.seed, "Seed of random permutations")
      ->capture_default_str()
      ->group(group);
  app.add_flag("--baujat", extras.baujat, "Contribution to heterogeneity and influence on the result, by study")
      ->group(group);
  app.add_flag("--radial", extras.radial, "Coordinates of the radial (Galbraith) plot")->group(group);
  app.add_flag("--radial-center", extras.plot.center, "Centred at the estimate")->group(group);
}

std::vector<engine::Question> refit_questions(const RefitExtras& extras) {
  std::vector<engine::Question> out;
  if (extras.gosh) out.push_back({"gosh", extras.subsets});
  if (extras.permutation || extras.permute.exact) out.push_back({"permutation", extras.permute});
  if (extras.baujat) out.push_back({"baujat", engine::AskBaujat{}});
  if (extras.radial || extras.plot.center) out.push_back({"radial", extras.plot});
  return out;
}

void add_row_flags(CLI::App& app, RowExtras& extras) {
  app.add_flag("--blup", extras.blup, "Predicted true effect of each row (fitted value plus random effects)");
  app.add_option("--vcov", extras.vcov, "Covariance matrix: fixed (coefficients), obs (effects), fitted, resid");
}

std::vector<engine::Question> row_questions(const RowExtras& extras) {
  std::vector<engine::Question> out;
  if (extras.blup) out.push_back({"blup", engine::AskRows{"blup"}});
  if (!extras.vcov.empty())
    out.push_back({"vcov", engine::AskRows{extras.vcov == "fixed" ? "vcov" : "vcov_" + extras.vcov}});
  return out;
}

}  // namespace hedgerow::cli
