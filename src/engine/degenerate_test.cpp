// All models and all questions on degenerate input: an answer has numbers or an Error, never NaN without a reason; and
// p-values in the far tail.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/ask.hpp"
#include "engine/run.hpp"

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

std::vector<Question> questions() {
  std::vector<Question> out;
  const auto add = [&out](Ask ask) { out.push_back({"", std::move(ask)}); };
  for (const char* predtype : {"", "riley", "t", "k_minus_1", "simple"}) {
    AskPredict ask;
    ask.predtype = predtype;
    add(ask);
  }
  add(AskConfint{});
  add(AskBlock{{1}, ""});
  for (const char* model : {"rma", "lm", "egger", "multilevel"}) add(AskRegressionTest{model, "sei"});
  add(AskRankTest{});
  add(AskTrimFill{});
  add(AskLeaveOneOut{});
  add(AskInfluence{});
  for (const char* what : {"weights", "fitted", "residuals", "rstandard", "rstudent", "hatvalues", "hatmatrix", "ranef",
                           "blup", "vcov", "vcov_obs", "vcov_fitted", "vcov_resid"})
    add(AskRows{what});
  for (const char* type : {"Rosenthal", "Orwin", "Rosenberg", "General"}) add(AskFailSafe{.type = type});
  for (const char* test : {"exact", "chi2", "binom"}) {
    AskExcessSignificance ask;
    ask.test = test;
    add(ask);
  }
  add(AskHenmiCopas{});
  add(AskGosh{});
  add(AskPermutation{});
  add(AskBaujat{});
  add(AskRadial{});
  return out;
}

/// Fields whose missing value has a documented meaning (docs/formats/job-and-result.md): infinite degrees of freedom,
/// numbers that a method or a model does not have, units that can't be left out (which carry an error of their own).
bool may_be_missing(const std::string& ask, const std::string& field) {
  static const std::set<std::string> everywhere{"ddf",  "pi_ddf",  "dfs",   "QM_df", "QM_df2",
                                                "R2",   "se_tau2", "pi_lb", "pi_ub", "pi_se",
                                                "tau2", "est",     "ci_lb", "ci_ub", "X2"};
  static const std::set<std::string> fail_safe{"target", "pval", "est_fsn", "tau2_fsn", "pval_fsn"};
  static const std::set<std::string> refits{"leave_one_out", "influence", "gosh", "baujat"};
  static const std::set<std::string> residuals{"z", "se", "resid"};
  if (everywhere.contains(field) || refits.contains(ask)) return true;
  // Only R0 has a p-value; the error of k0 needs a few effects. QM is missing where the coefficients have no error.
  if (ask == "trim_and_fill" && (field == "p_k0" || field == "se_k0")) return true;
  if ((ask == "block" || ask == "permutation") && field.starts_with("QM")) return true;
  if (ask == "fail_safe") return fail_safe.contains(field);
  if (ask == "excess_significance") return field == "theta_lim";
  return ask == "rows" && residuals.contains(field);
}

void find_missing(const Block& block, const std::string& path, std::vector<std::string>& out) {
  for (const auto& [name, value] : block.fields) {
    const std::string here = path + name;
    const auto check = [&](double x) {
      if (std::isnan(x) && (out.empty() || out.back() != name)) out.push_back(name);
    };
    if (const auto* number = std::get_if<double>(&value)) check(*number);
    if (const auto* list = std::get_if<stats::Vector>(&value)) std::ranges::for_each(*list, check);
    if (const auto* matrix = std::get_if<stats::Matrix>(&value))
      std::for_each(matrix->data(), matrix->data() + matrix->rows() * matrix->cols(), check);
    if (const auto* blocks = std::get_if<std::vector<Block>>(&value))
      for (const Block& one : *blocks) find_missing(one, here + ".", out);
  }
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
        job.questions = questions();
        const auto result = run(job);
        if (!result) {
          EXPECT_FALSE(result.error().message.empty());
          EXPECT_NE(result.error().code, ErrorCode::internal) << input.name << ", " << name;
          continue;
        }
        for (const Answer& answer : result->answers) {
          const std::string where =
              fmt::format("{}, {}, {}: {} ({})", input.name, name, test, answer.ask, answer.block.method);
          if (answer.error) {
            EXPECT_NE(answer.error->code, ErrorCode::internal) << where << describe(*answer.error);
            continue;
          }
          std::vector<std::string> missing;
          find_missing(answer.block, "", missing);
          const bool explained = answer.ask == "regression_test" && answer.block.find("notes") != nullptr;
          std::erase_if(missing, [&](const std::string& field) {
            return may_be_missing(answer.ask, field) || (explained && field == "pval");
          });
          EXPECT_TRUE(missing.empty()) << where << ": " << (missing.empty() ? "" : missing.front()) << " is NaN";
        }
      }
}

/// log P(|Z| > z) by the asymptotic series, exact to 1e-12 for z >= 20.
double log_two_sided(double z) {
  double sum = 1, term = 1;
  for (int n = 1; n <= 12; ++n) {
    term *= -(2.0 * n - 1) / (z * z);
    sum += term;
  }
  return std::log(2.0) - 0.5 * z * z - std::log(z * std::sqrt(2 * M_PI)) + std::log(sum);
}

Result answered(const Input& input, const std::string& method, std::vector<Question> asked) {
  Job job;
  job.data.table = table_of(input);
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.method = method;
  job.questions = std::move(asked);
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return result.take();
}

void expect_log(double p, double log_p, const char* what) {
  ASSERT_GT(p, 0) << what;
  EXPECT_NEAR(std::log(p) / log_p, 1, 1e-6) << what;
}

// k = 4 equal effects of 3.7 with standard error 0.2: z = 37, p = 1e-299.
TEST(FarTail, TestsOfTheMean) {
  const Input input{"z = 37", {3.7, 3.7, 3.7, 3.7}, {0.04, 0.04, 0.04, 0.04}};
  stats::Matrix l(1, 1, 1.0);
  AskFailSafe rosenberg;
  rosenberg.type = "Rosenberg";
  const Result result = answered(input, "EE",
                                 {{"block", AskBlock{{1}, ""}},
                                  {"contrast", AskContrasts{l, {}, ""}},
                                  {"stouffer", AskFailSafe{}},
                                  {"rosenberg", rosenberg}});
  const double expected = log_two_sided(37);
  expect_log(result.fit->vector("pval").at(0), expected, "coefficient");
  expect_log(result.fit->number("QMp"), expected, "QM");
  expect_log(result.answers[0].block.number("QMp"), expected, "block");
  expect_log(result.answers[1].block.vector("pval").at(0), expected, "contrast");
  expect_log(result.answers[2].block.number("pval"), expected - std::log(2.0), "one-sided sum of z");
  expect_log(result.answers[3].block.number("pval"), expected, "Rosenberg");
}

// Three effects: Q has two degrees of freedom, so its p is exp(-Q / 2).
TEST(FarTail, Heterogeneity) {
  const Input input{"Q", {-20, 0, 17}, {1, 1, 1}};
  const Result result = answered(input, "EE", {});
  expect_log(result.fit->number("QEp"), -result.fit->number("QE") / 2, "QE");
  EXPECT_LT(result.fit->number("QEp"), 1e-140);
}

// Two effects: the slope on the standard error is a difference quotient.
TEST(FarTail, RegressionTest) {
  const Input input{"slope", {0, 37 * 0.5}, {0.09, 0.16}};
  const Result result = answered(input, "EE", {{"egger", AskRegressionTest{"rma", "sei"}}});
  ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
  expect_log(result.answers[0].block.number("pval"), log_two_sided(37), "regression test");
}

}  // namespace
}  // namespace hedgerow::engine
