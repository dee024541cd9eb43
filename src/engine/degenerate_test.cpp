// All models of effects and all questions on degenerate input: an answer has numbers or an Error, never NaN without a
// reason.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/test_degenerate.hpp"

namespace hedgerow::engine {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Input {
  const char* name;
  std::vector<double> yi, vi;
};

const std::vector<Input>& inputs() {
  static const std::vector<Input> list{{"one study", {0.3}, {0.04}},
                                       {"two studies", {0.3, 0.8}, {0.04, 0.09}},
                                       {"two equal studies", {0.3, 0.3}, {0.04, 0.04}},
                                       {"equal effects", {0.5, 0.5, 0.5, 0.5}, {0.01, 0.02, 0.03, 0.04}},
                                       {"equal variances", {0.1, 0.4, 0.2, 0.9}, {0.04, 0.04, 0.04, 0.04}},
                                       {"all zero", {0, 0, 0, 0}, {0.1, 0.1, 0.1, 0.1}},
                                       {"huge variances", {0.1, 0.4, 0.2, 0.9}, {1e12, 2e12, 1e12, 3e12}},
                                       {"tiny variances", {0.1, 0.4, 0.2, 0.9}, {1e-12, 2e-12, 1e-12, 3e-12}},
                                       {"one tiny variance", {0.1, 0.4, 0.2, 0.9}, {1e-14, 0.1, 0.2, 0.3}},
                                       {"huge effects", {1e8, -1e8, 3e8, 2e8}, {0.1, 0.2, 0.3, 0.4}},
                                       {"far from zero", {40, 40.1, 39.9, 40.2}, {0.01, 0.01, 0.02, 0.01}}};
  return list;
}

/// Columns yi, vi, study (pairs of rows), es, x (the number of the row).
std::shared_ptr<const data::Table> table_of(const Input& input) {
  Rows rows;
  for (std::size_t i = 0; i < input.yi.size(); ++i)
    rows.push_back({fmt::format("{:.17g}", input.yi[i]), fmt::format("{:.17g}", input.vi[i]), fmt::format("s{}", i / 2),
                    fmt::format("e{}", i), fmt::format("{}", i)});
  auto table = data::Table::create("degenerate.csv", {"yi", "vi", "study", "es", "x"}, rows);
  EXPECT_TRUE(table.ok());
  return std::make_shared<const data::Table>(table.take());
}

std::vector<std::pair<std::string, ModelRequest>> models() {
  std::vector<std::pair<std::string, ModelRequest>> out;
  for (const char* method : {"EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM", "PMM"}) {
    ModelRequest model;
    model.method = method;
    out.emplace_back(method, model);
  }
  ModelRequest moderator;
  moderator.mods = "~ x";
  out.emplace_back("REML with a moderator", moderator);
  ModelRequest nested;
  nested.random = {"~ 1 | study/es"};
  out.emplace_back("nested", nested);
  return out;
}

/// Fields whose missing value has a documented meaning (docs/formats/job-and-result.md): infinite degrees of freedom,
/// numbers that a method or a model does not have, units that can't be left out (which carry an error of their own).
bool excused(const std::string& ask, const std::string& field, const Block& block) {
  static const std::set<std::string> everywhere{"ddf",  "pi_ddf",  "dfs",   "QM_df", "QM_df2",
                                                "R2",   "se_tau2", "pi_lb", "pi_ub", "pi_se",
                                                "tau2", "est",     "ci_lb", "ci_ub", "X2"};
  static const std::set<std::string> fail_safe{"target", "pval", "est_fsn", "tau2_fsn", "pval_fsn"};
  static const std::set<std::string> refits{"leave_one_out", "influence", "gosh", "baujat"};
  static const std::set<std::string> residuals{"z", "se", "resid"};
  if (ask == "fit") return true;  // its numbers are those of infer and model, tested there
  if (ask == "regression_test" && field == "pval" && block.find("notes") != nullptr) return true;
  if (everywhere.contains(field) || refits.contains(ask)) return true;
  // Only R0 has a p-value; the error of k0 needs a few effects. QM is missing where the coefficients have no error.
  if (ask == "trim_and_fill" && (field == "p_k0" || field == "se_k0")) return true;
  if (field.starts_with("QM") && ask != "fit") return true;
  if (ask == "fail_safe") return fail_safe.contains(field);
  if (ask == "excess_significance") return field == "theta_lim";
  return ask == "rows" && residuals.contains(field);
}

TEST(Degenerate, EveryQuestionOfEveryModelHasNumbersOrAReason) {
  for (const Input& input : inputs())
    for (const auto& [name, model] : models())
      for (const char* test : {"z", "t", "knha"}) {
        Job job;
        job.data.table = table_of(input);
        job.effect.yi = "yi";
        job.effect.vi = "vi";
        job.model = model;
        job.inference.test = test;
        job.questions = degenerate_questions();
        expect_numbers_or_reasons(job, fmt::format("{}, {}, {}", input.name, name, test), excused);
      }
}

// A scale with a moderator: one more parameter than tau2, and starts of its own.
TEST(Degenerate, LocationScale) {
  const Input regular{"regular", {0.1, 0.4, 0.2, 0.9, -0.3, 0.8}, {0.04, 0.02, 0.03, 0.05, 0.04, 0.02}};
  for (const char* link : {"log", "identity"})
    for (const char* mods : {"", "~ x"})
      for (const char* test : {"z", "t"}) {
        const auto job_with = [&](const Input& input) {
          Job job;
          job.data.table = table_of(input);
          job.effect.yi = "yi";
          job.effect.vi = "vi";
          job.model.mods = mods;
          job.model.scale = ScaleRequest{"~ x", link};
          job.inference.test = test;
          job.questions = *test == 't' || *mods != 0 ? questions_about_the_fit() : degenerate_questions();
          return job;
        };
        const NotDefined lacking = not_defined(job_with(regular));
        EXPECT_FALSE(lacking.contains({"fit", "beta"}));
        for (const Input& input : inputs())
          expect_numbers_or_reasons(
              job_with(input), fmt::format("location-scale {} {}, {}, {}", link, mods, test, input.name),
              [&](const std::string& ask, const std::string& field, const Block& block) {
                const bool own = ask == "fit" && (field == "se_tau2" || field == "R2");
                return lacking.contains({ask, field}) || own || (ask != "fit" && excused(ask, field, block));
              });
      }
}

// Two effects of each study with a correlation of 1: V is singular, and equal rows say the same thing twice.
TEST(Degenerate, PerfectlyCorrelatedErrors) {
  for (const Input& input :
       {Input{"equal rows", {0.3, 0.3, 0.8, 0.8, 0.1, 0.1}, {0.04, 0.04, 0.09, 0.09, 0.02, 0.02}},
        Input{"unequal rows", {0.3, 0.5, 0.8, 0.6, 0.1, 0.2}, {0.04, 0.04, 0.09, 0.09, 0.02, 0.02}},
        Input{"one study", {0.3, 0.3}, {0.04, 0.04}}})
    for (const double rho : {1.0, -1.0, 1 - 1e-12})
      for (const char* mods : {"", "~ x"})
        for (const char* random : {"~ 1 | study", "~ 1 | study/es", "~ es | study"}) {
          Job job;
          job.data.table = table_of(input);
          job.effect.yi = "yi";
          job.effect.vi = "vi";
          job.effect.covariance = CovarianceRequest{};
          job.effect.covariance->cluster = "study";
          job.effect.covariance->obs = "es";
          job.effect.covariance->rho = {rho};
          job.model.mods = mods;
          job.model.random = {random};
          job.questions = degenerate_questions();
          expect_numbers_or_reasons(job, fmt::format("{}, rho {}, {} {}", input.name, rho, random, mods), excused);
        }
}

}  // namespace
}  // namespace hedgerow::engine
