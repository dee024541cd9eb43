// Models of counts and all questions on degenerate tables: a number or a reason, never NaN without one.
#include <gtest/gtest.h>

#include "engine/test_degenerate.hpp"

namespace hedgerow::engine {
namespace {

struct Tables {
  const char* name;
  std::vector<double> a, n1, c, n2;
};

const std::vector<Tables>& tables() {
  static const std::vector<Tables> list{
      {"one study", {4}, {50}, {9}, {48}},
      {"one study without events in a group", {0}, {50}, {9}, {48}},
      {"one study without events", {0}, {50}, {0}, {48}},
      {"one study of events only", {50}, {50}, {48}, {48}},
      {"two studies", {4, 7}, {50, 60}, {9, 3}, {48, 61}},
      {"two equal studies", {4, 4}, {50, 50}, {9, 9}, {50, 50}},
      {"a single zero cell", {4, 0, 8, 6}, {50, 60, 70, 80}, {9, 3, 10, 9}, {48, 61, 70, 79}},
      {"double zeros", {4, 0, 8, 0}, {50, 60, 70, 80}, {9, 0, 10, 0}, {48, 61, 70, 79}},
      {"only double zeros", {0, 0, 0}, {50, 60, 70}, {0, 0, 0}, {48, 61, 70}},
      {"double full", {50, 4, 70, 9}, {50, 60, 70, 80}, {48, 5, 70, 10}, {48, 61, 70, 79}},
      {"no event in the first group", {0, 0, 0, 0}, {50, 60, 70, 80}, {9, 3, 10, 9}, {48, 61, 70, 79}},
      {"no event in the second group", {4, 7, 8, 6}, {50, 60, 70, 80}, {0, 0, 0, 0}, {48, 61, 70, 79}},
      {"events only in the first group", {50, 60, 70}, {50, 60, 70}, {9, 3, 10}, {48, 61, 70}},
      {"events in all", {50, 60, 70}, {50, 60, 70}, {48, 61, 70}, {48, 61, 70}},
      {"all against nothing", {50, 60, 70}, {50, 60, 70}, {0, 0, 0}, {48, 61, 70}},
      {"equal studies", {4, 4, 4, 4}, {50, 50, 50, 50}, {9, 9, 9, 9}, {50, 50, 50, 50}},
      {"no difference", {5, 5, 5, 5}, {50, 50, 50, 50}, {5, 5, 5, 5}, {50, 50, 50, 50}},
      {"groups of one", {1, 0, 1, 0}, {1, 1, 1, 1}, {0, 1, 1, 0}, {1, 1, 1, 1}},
      {"huge counts", {1e9, 1.2e9, 9e8, 8e8}, {2e9, 3e9, 2e9, 3e9}, {1.1e9, 1e9, 9e8, 7e8}, {2e9, 3e9, 2e9, 3e9}},
      {"one huge study", {1e9, 1, 2, 1}, {2e9, 10, 12, 9}, {9e8, 2, 1, 3}, {2e9, 11, 13, 10}},
      {"rare events of huge groups", {1, 0, 2, 1}, {1e9, 1e9, 2e9, 1e9}, {3, 1, 0, 2}, {1e9, 1e9, 1e9, 1e9}},
      {"separated by the moderator", {0, 0, 9, 12}, {50, 60, 70, 80}, {9, 8, 0, 0}, {48, 61, 70, 79}}};
  return list;
}

// Columns a n1 c n2; t1 t2 (person-time, larger than any count) and x, the number of the row.
Job job_of(const Tables& input, const std::string& model, const std::string& measure) {
  std::vector<std::vector<std::string>> rows;
  const auto text = [](double x) { return fmt::format("{:.17g}", x); };
  for (std::size_t i = 0; i < input.a.size(); ++i)
    rows.push_back({text(input.a[i]), text(input.n1[i]), text(input.c[i]), text(input.n2[i]), text(1.5 * input.n1[i]),
                    text(1.4 * input.n2[i]), fmt::format("{}", i < 2 ? 0 : 1)});
  auto table = data::Table::create("degenerate.csv", {"a", "n1", "c", "n2", "t1", "t2", "x"}, rows);
  EXPECT_TRUE(table.ok());
  Job job;
  job.data.table = std::make_shared<const data::Table>(table.take());
  job.effect.measure = measure;
  if (measure == "OR" || measure == "RR" || measure == "RD")
    job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  else if (measure == "IRR" || measure == "IRD")
    job.effect.arguments = {{"x1i", "a"}, {"t1i", "t1"}, {"x2i", "c"}, {"t2i", "t2"}};
  else if (measure == "PLO")
    job.effect.arguments = {{"xi", "a"}, {"ni", "n1"}};
  else
    job.effect.arguments = {{"xi", "a"}, {"ti", "t1"}};
  job.model.counts = CountRequest{model};
  job.questions = degenerate_questions();
  return job;
}

const Tables& regular() {
  static const Tables tables{"regular", {4, 7, 8, 16}, {50, 60, 70, 80}, {9, 6, 15, 19}, {48, 61, 70, 79}};
  return tables;
}

bool has_note(const Block& block) {
  return std::ranges::any_of(block.blocks("from_q"), [](const Block& one) { return !one.text("note").empty(); });
}

// Whether an answer says why refits have no numbers: by unit, or (GOSH) which subsets have a fit.
bool tells_failures(const Block& block) {
  const std::vector<std::string> errors = block.texts("errors");
  if (std::ranges::any_of(errors, [](const std::string& error) { return !error.empty(); })) return true;
  const Value* fitted = block.find("fit");
  const auto* flags = fitted ? std::get_if<std::vector<bool>>(fitted) : nullptr;
  return flags && std::find(flags->begin(), flags->end(), false) != flags->end();
}

// Refits that failed with a reason, studies without an effect of their own, tests with a note:
// docs/formats/job-and-result.md.
bool excused(const std::string& ask, const std::string& field, const Block& block) {
  static const std::set<std::string> refits{"leave_one_out", "influence", "gosh", "baujat"};
  static const std::set<std::string> residuals{"z", "se", "resid", "rstudent", "values", "matrix"};
  static const std::set<std::string> documented{"ddf",  "pi_ddf", "QM_df", "se_tau2", "vt",
                                                "tau2", "pi_lb",  "pi_ub", "pi_se"};
  if (documented.contains(field) || (refits.contains(ask) && tells_failures(block))) return true;
  if (ask == "rows" || ask == "influence") return residuals.contains(field);
  if (ask == "regression_test" || ask == "fail_safe" || ask == "trim_and_fill" || ask == "radial") return true;
  return ask == "confint" && has_note(block);
}

// The exact likelihood sums over possible counts: with 1e9 events a fit takes a second, and the battery thousands.
bool too_slow(const std::string& model, const Tables& input) {
  return model == "CM.EL" && *std::max_element(input.n1.begin(), input.n1.end()) > 1e8 && input.a[0] > 1e8;
}

void battery(const std::string& model, const std::string& measure, bool moderators) {
  for (const char* method : {"ML", "EE"})
    for (const char* mods : {"", "~ x"})
      for (const char* test : {"z", "t"}) {
        if (!moderators && *mods != 0) continue;
        const auto job_with = [&](const Tables& input) {
          Job job = job_of(input, model, measure);
          job.model.method = method;
          job.model.mods = mods;
          job.inference.test = test;
          if (*test == 't') job.questions = questions_about_the_fit();  // Another test changes no refit.
          return job;
        };
        const NotDefined lacking = not_defined(job_with(regular()));
        for (const Tables& input : tables()) {
          if (measure == "OR" && too_slow(model, input)) continue;
          expect_numbers_or_reasons(job_with(input),
                                    fmt::format("{} {} {}, {}, {}{}", model, method, measure, test, input.name, mods),
                                    [&](const std::string& ask, const std::string& field, const Block& block) {
                                      return lacking.contains({ask, field}) || excused(ask, field, block);
                                    });
        }
      }
}

TEST(DegenerateCounts, MantelHaenszel) {
  for (const char* measure : {"OR", "RR", "RD", "IRR", "IRD"}) battery("MH", measure, false);
}
TEST(DegenerateCounts, Peto) { battery("PETO", "OR", false); }
TEST(DegenerateCounts, FixedStudyEffects) {
  for (const char* measure : {"OR", "IRR"}) battery("UM.FS", measure, true);
}
TEST(DegenerateCounts, RandomStudyEffects) {
  for (const char* measure : {"OR", "IRR"}) battery("UM.RS", measure, true);
}
TEST(DegenerateCounts, ConditionalExact) {
  for (const char* measure : {"OR", "IRR"}) battery("CM.EL", measure, true);
}
TEST(DegenerateCounts, ConditionalApproximate) { battery("CM.AL", "OR", true); }
TEST(DegenerateCounts, OneGroup) {
  for (const char* measure : {"PLO", "IRLN"}) battery("GLMM", measure, true);
}
TEST(DegenerateCounts, BetaBinomial) {
  for (const char* measure : {"OR", "PLO"}) battery("BB", measure, true);
}
TEST(DegenerateCounts, Firth) { battery("FIRTH", "OR", true); }

TEST(DegenerateCounts, TheExactLikelihoodTakesABillionEvents) {
  const auto huge = std::ranges::find(tables(), std::string("huge counts"), &Tables::name);
  ASSERT_NE(huge, tables().end());
  Job job = job_of(*huge, "CM.EL", "OR");
  job.questions.clear();
  job.model.method = "EE";
  const auto exact = run(job);
  ASSERT_TRUE(exact.ok()) << describe(exact.error());
  job.model.counts->model = "UM.FS";
  const auto fixed = run(job);
  ASSERT_TRUE(fixed.ok()) << describe(fixed.error());
  EXPECT_NEAR(exact->fit->vector("beta")[0], fixed->fit->vector("beta")[0], 1e-6);
  EXPECT_NEAR(exact->fit->vector("se")[0] / fixed->fit->vector("se")[0], 1, 1e-4);
}

}  // namespace
}  // namespace hedgerow::engine
