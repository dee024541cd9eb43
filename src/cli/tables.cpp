// Commands on one table: effects, fit, bias, sensitivity.
#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/analyse.hpp"
#include "cli/commands.hpp"
#include "cli/cumulative_flags.hpp"
#include "cli/grid_flags.hpp"
#include "cli/output.hpp"
#include "cli/post_flags.hpp"
#include "cli/print.hpp"
#include "cli/test_flags.hpp"

namespace hedgerow::cli {
namespace {

using engine::Question;

// The flags live as long as the command that refers to them.
std::shared_ptr<Flags> table_flags(CLI::App& command, bool with_model, bool explains = false) {
  auto flags = std::make_shared<Flags>();
  add_data_flags(command, *flags);
  add_effect_flags(command, *flags);
  if (with_model) add_model_flags(command, *flags);
  add_convention_flags(command, flags->conventions, explains);
  add_output_flags(command, *flags);
  return flags;
}

// With the questions about other programs; their prediction intervals where the flags do not say which.
int analyse_with_conventions(const Flags& flags, std::vector<Question> questions,
                             const std::function<std::string(const engine::Result&)>& print) {
  const Checked applied = apply_predictions(flags.conventions, questions);
  if (!applied) return report(applied.error());
  const auto more = convention_questions(flags.conventions);
  if (!more) return report(more.error());
  questions.insert(questions.end(), more->begin(), more->end());
  return analyse(flags, std::move(questions), false, flags.conventions.markdown ? print_explanations : print);
}

std::string fit_and_answers(const engine::Result& result) { return print_fit(result) + print_answers(result); }

// What `fit` can be asked beside the fit itself.
struct FitExtras {
  bool predict = false, common_tau2 = false;
  bool heterogeneity = false, fiml = false, ranef = false, ranef_vcov = false;
  std::string confint;  ///< empty: none; "true": the model's own; "profile"
  std::string subgroups, predtype, mean_weights = "equal", adjust = "holm";
  std::vector<std::string> means;
  engine::AskWildBootstrap wild{{}, {}, "rademacher", 0, 1};
  engine::AskImpute impute{0, 1, "pmm"};
  RowExtras rows;
  VarianceFlags variance;
  TestFlags tests;
};

std::vector<Question> fit_questions(const FitExtras& extras, bool multilevel) {
  std::vector<Question> questions;
  if (extras.predict || !extras.predtype.empty()) {
    engine::AskPredict ask;
    ask.predtype = extras.predtype;
    questions.push_back({"predict", ask});
    ask.target = "study";
    if (multilevel) questions.push_back({"predict_study", ask});
  }
  if (!extras.confint.empty())
    questions.push_back({"confint", engine::AskConfint{extras.confint == "profile" ? "PL" : "", {}}});
  if (!extras.subgroups.empty())
    questions.push_back({"subgroups", engine::AskSubgroups{extras.subgroups, extras.common_tau2, {}}});
  if (extras.heterogeneity) questions.push_back({"heterogeneity", engine::AskHeterogeneity{}});
  if (extras.ranef) questions.push_back({"ranef", engine::AskRows{"ranef"}});
  if (extras.ranef_vcov) questions.push_back({"ranef_vcov", engine::AskRows{"ranef_vcov"}});
  for (Question& question : row_questions(extras.rows)) questions.push_back(std::move(question));
  for (const std::string& factor : extras.means)
    questions.push_back({"means_" + factor, engine::AskMarginalMeans{factor, extras.mean_weights, extras.adjust}});
  if (extras.wild.replicates > 0) questions.push_back({"wild_bootstrap", extras.wild});
  if (extras.impute.m > 0) questions.push_back({"imputed", extras.impute});
  if (extras.fiml) questions.push_back({"fiml", engine::AskFiml{}});
  return questions;
}

Expected<std::vector<Question>> bias_questions(bool multilevel) {
  std::vector<Question> questions;
  if (multilevel) {
    questions.push_back({"regression_test", engine::AskRegressionTest{"multilevel", "sei"}});
  } else {
    questions.push_back({"egger", engine::AskRegressionTest{"egger", "sei"}});
    questions.push_back({"regression_test", engine::AskRegressionTest{"rma", "sei"}});
    questions.push_back({"peese", engine::AskRegressionTest{"rma", "vi"}});
  }
  questions.push_back({"sample_size_test", engine::AskRegressionTest{multilevel ? "multilevel" : "rma", "pr"}});
  questions.push_back({"rank_test", engine::AskRankTest{}});
  for (const char* estimator : {"L0", "R0"})
    for (const char* rule : {"model", "common"})
      questions.push_back(
          {std::string("trim_and_fill_") + estimator + "_" + rule, engine::AskTrimFill{estimator, "", rule}});
  return questions;
}

// What `sensitivity` asks: leave one out, the whole of case diagnostics, or a grid of an assumed correlation.
struct SensitivityExtras {
  std::string by;
  bool influence = false, keep_components = false;
  std::string imputed_sd;  ///< empty: not asked; "true": the usual rules; else rules
  GridFlags grid;
  RefitExtras refits;
  CumulativeFlags cumulative;
};

Expected<std::vector<Question>> sensitivity_questions(const SensitivityExtras& extras, bool multilevel) {
  HR_TRY(std::vector<Question> questions, grid_questions(extras.grid));
  for (Question& question : refit_questions(extras.refits)) questions.push_back(std::move(question));
  if (!extras.imputed_sd.empty()) {
    engine::AskImputedSd ask;
    if (extras.imputed_sd != "true")
      for (const std::string& rule : split(extras.imputed_sd, ',')) ask.rules.emplace_back(trim(rule));
    questions.push_back({"imputed_sd", ask});
  }
  for (Question& question : cumulative_questions(extras.cumulative, extras.by))
    questions.push_back(std::move(question));
  if (extras.cumulative.cumulative && !extras.influence) return questions;
  if (!questions.empty() && extras.by.empty() && !extras.influence) return questions;
  std::vector<std::string> units{"effect"};
  if (multilevel) units.emplace_back("study");
  if (!extras.by.empty()) units = {extras.by};
  for (const std::string& by : units) {
    if (extras.influence)
      questions.push_back({"influence_by_" + by, engine::AskInfluence{by, !extras.keep_components}});
    else
      questions.push_back({"leave_one_" + by + "_out", engine::AskLeaveOneOut{by}});
  }
  return questions;
}

}  // namespace

void add_effects_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("effects", "Compute effect sizes, with the record of each row");
  const auto flags = table_flags(command, false);
  add_interval_flags(command, flags->intervals);
  command.footer(
      "\nExamples:\n"
      "  hedgerow effects data.csv --measure SMD --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2\n"
      "  hedgerow effects data.csv --measure SMDH --vtype LS2 --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2\n"
      "  hedgerow effects trials.xlsx#Strength --measure SMCR --m1i post --m2i pre --sd1i sd_pre --ni n --r 0.7 "
      "--json\n"
      "  hedgerow effects prevalence.csv --measure PLO --xi cases --ni n --interval wilson --transf ilogit");
  command.callback([&action, flags] { action = [flags] { return analyse(*flags, {}, true, print_effects); }; });
}

void add_fit_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("fit", "Fit a common-effect, random-effects, multilevel or moderator model");
  const auto flags = table_flags(command, true, true);
  const auto extra = std::make_shared<FitExtras>();
  add_transf_flag(command, *flags);
  command.add_flag("--predict", extra->predict, "Prediction interval (multilevel: of a new effect and of a new study)");
  command.add_option("--predtype", extra->predtype,
                     "Its kind: by_test, z, t, riley, k_minus_1, simple, kr, kr_pr, nnf (docs/methods)");
  command
      .add_flag(
          "--confint", extra->confint,
          "Intervals of the variance components; --confint=profile: by profile likelihood (also models of counts)")
      ->check(CLI::IsMember({"true", "profile"}));
  command.add_flag("--ranef", extra->ranef, "Predicted random effects (BLUPs) with intervals");
  add_row_flags(command, extra->rows);
  add_variance_flags(command, extra->variance);
  command.add_flag("--ranef-vcov", extra->ranef_vcov,
                   "Multilevel: covariance of the errors of predicted random effects");
  command.add_flag("--heterogeneity", extra->heterogeneity, "Multilevel: I2, ICC and R2 by level, with intervals");
  command.add_option("--means", extra->means, "Marginal means of this factor of --mods, with pairwise comparisons");
  command.add_option("--mean-weights", extra->mean_weights, "Other factors' levels: equal or proportional")
      ->capture_default_str();
  command.add_option("--adjust", extra->adjust, "p-values of the comparisons: none, bonferroni, holm, bh")
      ->capture_default_str();
  command.add_option("--wild-bootstrap", extra->wild.replicates,
                     "Cluster wild bootstrap of the omnibus test with this many replicates (1999)");
  command.add_option("--wild-weights", extra->wild.weights, "rademacher, mammen, webb")->capture_default_str();
  command.add_option("--wild-seed", extra->wild.seed, "Seed of the bootstrap")->capture_default_str();
  command.add_option("--impute", extra->impute.m,
                     "Missing moderators imputed this many times (20), the fits pooled by Rubin's rules");
  command.add_option("--impute-method", extra->impute.method, "pmm (draws observed values) or normal")
      ->capture_default_str();
  command.add_option("--impute-seed", extra->impute.seed, "Seed of the imputation")->capture_default_str();
  command.add_flag("--fiml", extra->fiml, "Missing moderators by full-information maximum likelihood");
  add_test_flags(command, extra->tests);
  command.add_option("--subgroups", extra->subgroups, "Subgroup analysis by this column");
  command.add_flag("--common-tau2", extra->common_tau2, "One tau2 for all subgroups");
  command.footer(
      "\nExamples:\n"
      "  hedgerow fit data.csv --yi yi --vi vi\n"
      "  hedgerow fit data.csv --yi yi --sei se --method DL --test knha --predict --confint\n"
      "  hedgerow fit data.csv --measure RR --ai a --bi b --ci c --di d --as meta --predict\n"
      "  hedgerow fit data.csv --yi yi --vi vi --explain-differences --to revman\n"
      "  hedgerow fit data.csv --yi yi --vi vi --published 'estimate=-0.71,ci_lb=-1.07,I2=92.1'\n"
      "  hedgerow fit data.csv --yi yi --vi vi --mods '~ factor(alloc) + ablat' --method REML --test knha\n"
      "  hedgerow fit prevalence.csv --measure PLO --xi cases --ni n --predict --transf ilogit.int\n"
      "  hedgerow fit data.csv --yi yi --vi vi --scale '~ ablat' --test t --confint\n"
      "  hedgerow fit data.csv --yi yi --vi vi --tau2-interval J --tau2-interval BJ --below -0.5\n"
      "  hedgerow fit data.csv --yi yi --vi vi --random '~ 1 | study/es' --mods '~ sex' --test t\n"
      "  hedgerow fit data.csv --yi yi --vi vi --random '~ 1 | study/es' --mods '~ type' --dfs kenward-roger --means "
      "type --heterogeneity\n"
      "  hedgerow fit data.csv --yi yi --vi vi --mods '~ type' --working-model CHE --cluster study --effect-id es\n"
      "  hedgerow fit data.csv --yi yi --vi vi --random '~ 1 | study/es' --mods '~ dose' --test t --impute 20\n"
      "  hedgerow fit data.csv --yi yi --vi vi --mods '~ type' --contrast 'typeB = 1, typeC = -1' --test-term type\n"
      "  hedgerow fit data.csv --yi yi --vi vi --mods '~ dose + year' --method ML --compare '~ dose' --vif\n"
      "  hedgerow fit data.csv --measure SMD --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2 --subgroups sex");
  command.callback([&action, flags, extra] {
    action = [flags, extra] {
      take_program_from_to(flags->conventions, flags->to);
      auto questions = fit_questions(*extra, !flags->random.empty());
      const auto job = make_job(*flags);
      if (!job) return report(job.error());
      for (Question& question : test_questions(extra->tests, *job)) questions.push_back(std::move(question));
      const auto shares = variance_questions(extra->variance);
      if (!shares) return report(shares.error());
      questions.insert(questions.end(), shares->begin(), shares->end());
      return analyse_with_conventions(*flags, std::move(questions), fit_and_answers);
    };
  });
}

void add_bias_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("bias", "Small-study effects: regression tests, rank test, trim and fill");
  const auto flags = table_flags(command, true, true);
  const auto extra = std::make_shared<BiasExtras>();
  add_bias_flags(command, *extra);
  command.footer(
      "\nExamples:\n"
      "  hedgerow bias data.csv --yi yi --vi vi\n"
      "  hedgerow bias data.csv --yi yi --vi vi --fail-safe Rosenthal --fail-safe General --excess-significance "
      "--henmi-copas\n"
      "  hedgerow bias data.csv --yi yi --vi vi --explain-differences --from metafor --to meta\n"
      "  hedgerow bias data.csv --yi yi --vi vi --n1i n1 --n2i n2 --random '~ 1 | study/es'\n"
      "  hedgerow bias data.csv --measure SMD --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2 --json");
  command.callback([&action, flags, extra] {
    action = [flags, extra] {
      take_program_from_to(flags->conventions, flags->to);
      const bool own = !flags->conventions.as.empty();
      auto questions = own ? program_bias_questions(flags->conventions) : bias_questions(!flags->random.empty());
      if (!questions) return report(questions.error());
      const auto more = extra_bias_questions(*extra);
      if (!more) return report(more.error());
      questions->insert(questions->end(), more->begin(), more->end());
      return analyse_with_conventions(*flags, questions.take(), print_answers);
    };
  });
}

void add_sensitivity_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("sensitivity", "Leave one out; case diagnostics; assumed correlations");
  const auto flags = table_flags(command, true);
  const auto extra = std::make_shared<SensitivityExtras>();
  add_transf_flag(command, *flags);
  command.add_option("--by", extra->by, "What is left out: effect, study, or a column (default: effect and study)");
  command.add_flag("--influence", extra->influence,
                   "Case diagnostics: studentised residuals, Cook's distance, DFBETAS, DFFITS, covariance ratio");
  command.add_flag("--keep-components", extra->keep_components,
                   "With --influence: variance components stay as in the whole fit");
  command.add_flag("--imputed-sd", extra->imputed_sd,
                   "SDs made by impute_sd (--prepare): the model without their rows and under each rule "
                   "(--imputed-sd=cv,max; default cv,pooled,mean,max)");
  add_grid_flags(command, extra->grid);
  add_refit_flags(command, extra->refits);
  add_cumulative_flags(command, extra->cumulative);
  command.footer(
      "\nExamples:\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --slab author\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --random '~ 1 | study/es'\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --cumulative --order year\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --gosh --permutation --baujat\n"
      "  hedgerow sensitivity data.csv --measure MD --m1i m1 --sd1i s1 --n1i n1 --m2i m2 --sd2i s2 --n2i n2 --prepare "
      "'impute_sd(sd = s1, mean = m1, n = n1, rule = cv) -> s1' --imputed-sd\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --random '~ 1 | study/es' --influence --by study\n"
      "  hedgerow sensitivity data.csv --yi yi --vi vi --random '~ 1 | study/es' --v-cluster study --v-obs es --rho "
      "0.6 "
      "--rho-grid 0:0.9:0.1");
  command.callback([&action, flags, extra] {
    action = [flags, extra] {
      auto questions = sensitivity_questions(*extra, !flags->random.empty());
      return questions ? analyse(*flags, questions.take(), false, fit_and_answers) : report(questions.error());
    };
  });
}

}  // namespace hedgerow::cli
