#include "translate.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hedgerow::check {
namespace {

TablePointer table() {
  auto made = data::Table::create("t.csv", {"y", "v", "study", "es", "x"},
                                  {{"0.1", "0.02", "a", "1", "3"}, {"0.2", "0.03", "a", "2", "4"}});
  return std::make_shared<const data::Table>(made.take());
}

Expected<engine::Job> job(const char* json) {
  HR_TRY(const Call call, call_from_json(nlohmann::json::parse(json)));
  return translate_model(call, table());
}

TEST(TranslateModel, GivenEffects) {
  const auto made = job(R"json({"fn": "rma", "columns": {"yi": "y", "vi": "v"},
                           "options": {"mods": "~ x", "method": "ML", "test": "knha", "level": 90, "btt": [2],
                                       "weights": "1/(v + .1)", "control": "list(tol=1)"
}
})json");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->effect.yi, "y");
  EXPECT_EQ(made->model.mods, "~ x");
  EXPECT_EQ(made->model.weights, "1/(v + .1)");
  EXPECT_EQ(made->inference.test, "knha");
  EXPECT_DOUBLE_EQ(made->inference.level, 0.9);
  EXPECT_EQ(made->inference.btt, std::vector<std::size_t>{2});
}

TEST(TranslateModel, RawArgumentsOfAMeasure) {
  const auto made = job(R"json({"fn": "escalc", "columns": {"m1i": "y", "ni": "x"},
                           "options": {"measure": "MD", "vtype": "HO", "append": false, "sd1i": [1, 2]}})json");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->effects_only);
  EXPECT_EQ(made->effect.arguments.at("m1i"), "y");
  EXPECT_EQ(made->effect.arguments.at("ni"), "x");
  const std::string literal = made->effect.arguments.at("sd1i");
  EXPECT_EQ(made->data.table->numbers(literal).value(), (stats::Vector{1, 2}));
}

TEST(TranslateModel, StructuresKnownCorrelationsAndFixedParameters) {
  const auto call = call_from_json(nlohmann::json::parse(R"json({"fn": "rma.mv", "columns": {"yi": "y", "V": "v"},
    "options": {"random": "list(~ es | study, ~ 1 | x)", "struct": "UN", "R": "list(x=A)", "rho": 0.5,
                "tau2": "c(NA, 0.1)"}})json"));
  ASSERT_TRUE(call);
  Workspace workspace;
  workspace.matrices["A"].names = {"3", "4"};
  const auto made = translate_model(*call, table(), workspace);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->model.random, (std::vector<std::string>{"~ es | study", "~ 1 | x"}));
  EXPECT_EQ(made->model.structure, std::vector<std::string>{"UN"});
  EXPECT_EQ(made->model.r.at(0).matrix->names.at(1), "4");
  EXPECT_EQ(made->model.fix, (std::vector<std::pair<std::string, double>>{{"rho", 0.5}, {"tau2.2", 0.1}}));
  EXPECT_FALSE(translate_model(*call, table()).ok()) << "A was never made";
}

TEST(RunCode, MakesMatricesFromDataFiles) {
  Workspace workspace;
  auto made = data::Table::create("r.csv", {"id", "p", "q"}, {{"p", "1", "0.5"}, {"q", "0.5", "1"}});
  workspace.tables["dat2"] = std::make_shared<const data::Table>(made.take());
  ASSERT_TRUE(run_code(workspace, "A <- as.matrix(dat2[-1]); rownames(A) <- dat2$id; colnames(A) <- dat2$id").ok());
  EXPECT_EQ(workspace.matrices.at("A").names, (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(workspace.matrices.at("A").values(0, 1), 0.5);
  EXPECT_EQ(run_code(workspace, "dat$x <- log(dat$y)").error().code, ErrorCode::not_supported);
}

TEST(TranslateModel, NestedRandomEffectsAndFixedComponents) {
  const auto made = job(R"json({"fn": "rma.mv", "columns": {"yi": "y", "V": "v"},
                           "options": {"random": "~ 1 | study/es", "sigma2": "c(0.05, NA)", "dfs": "contain"
}
})json");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->model.random.size(), 1u);
  ASSERT_EQ(made->model.sigma2.size(), 2u);
  EXPECT_EQ(made->model.sigma2[0], 0.05);
  EXPECT_FALSE(made->model.sigma2[1]);
  EXPECT_EQ(made->inference.dfs, "contain");
}

TEST(TranslateModel, SubsetByRowNumbers) {
  const auto made = job(R"json({"fn": "rma", "columns": {"yi": "y", "vi": "v"}, "options": {"subset": 2}})json");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->data.table->rows(), 1u);
}

TEST(TranslateModel, SaysWhatHasNoPlaceInAJob) {
  for (const char* json :
       {R"json({"fn": "lm", "columns": {}})json",
        R"json({"fn": "rma.mv", "columns": {"yi": "y", "V": "v"}, "options": {"R": "list(study=A)"}})json",
        R"json({"fn": "rma.mv", "columns": {"yi": "y"}, "options": {"V": "V"}})json",
        R"json({"fn": "rma", "columns": {"yi": "y", "vi": "v"}, "options": {"unknown": 1}})json"}) {
    const auto made = job(json);
    ASSERT_FALSE(made) << json;
    EXPECT_EQ(made.error().code, ErrorCode::not_supported) << json;
  }
}

Expected<engine::Ask> ask(const char* json, FitShape shape = {}) {
  HR_TRY(const Call call, call_from_json(nlohmann::json::parse(json)));
  return translate_question(call, {}, shape);
}

TEST(TranslateQuestion, NewModeratorsAsColumnOrRow) {
  const char* json = R"json({"fn": "predict", "options": {"newmods": [1, 2]}})json";
  const auto column = ask(json, {2, true});
  ASSERT_TRUE(column);
  EXPECT_EQ(std::get<engine::AskPredict>(*column).newmods->rows(), 2u);
  const auto row = ask(json, {3, true});
  ASSERT_TRUE(row);
  EXPECT_EQ(std::get<engine::AskPredict>(*row).newmods->rows(), 1u);
  EXPECT_FALSE(ask(json, {4, true}));
}

TEST(TranslateQuestion, AnovaByTermNumbersAndContrasts) {
  const auto term = ask(R"json({"fn": "anova", "options": {"btt": "alloc"}})json");
  ASSERT_TRUE(term);
  EXPECT_EQ(std::get<engine::AskBlock>(*term).term, "alloc");
  const auto range = ask(R"json({"fn": "anova", "options": {"btt": "2:3"}})json");
  ASSERT_TRUE(range);
  EXPECT_EQ(std::get<engine::AskBlock>(*range).btt, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(std::get<engine::AskBlock>(*range).term, "");
  const auto contrast = ask(R"json({"fn": "anova", "options": {"X": "rbind(c(0,1), c(1,1))"
}
})json",
                            {2, true});
  ASSERT_TRUE(contrast);
  EXPECT_EQ(std::get<engine::AskContrasts>(*contrast).l.rows(), 2u);
}

TEST(TranslateQuestion, SaysWhatHasNoQuestion) {
  for (const char* json : {R"json({"fn": "emmprep"})json", R"json({"fn": "predict", "options": {"unknown": true}})json",
                           R"json({"fn": "cumul", "options": {"order": [2, 1]}})json"}) {
    const auto made = ask(json);
    ASSERT_FALSE(made) << json;
    EXPECT_EQ(made.error().code, ErrorCode::not_supported) << json;
  }
}

}  // namespace
}  // namespace hedgerow::check
