#include "translate_counts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hedgerow::check {
namespace {

Expected<engine::Job> job(const char* json) {
  auto table = data::Table::create("t.csv", {"a", "n", "c", "m"}, {{"1", "10", "2", "20"}});
  HR_TRY(const Call call, call_from_json(nlohmann::json::parse(json)));
  return translate_counts(call, std::make_shared<const data::Table>(table.take()));
}

constexpr const char* kColumns = R"("columns": {"ai": "a", "n1i": "n", "ci": "c", "n2i": "m"})";

std::string call(const std::string& function, const std::string& options) {
  return R"({"fn": ")" + function + R"(", )" + kColumns + R"(, "options": {)" + options + "}}";
}

TEST(TranslateCounts, MantelHaenszelKeepsTheSingleEffectsApartFromThePooledCells) {
  const auto made = job(call("rma.mh", R"("measure": "RR", "add": [0.5, 0.25], "to": ["all", "only0"],
                                          "drop00": [false, true], "correct": false, "level": 90)")
                            .c_str());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->effect.measure, "RR");
  EXPECT_EQ(made->effect.arguments.at("ai"), "a");
  EXPECT_EQ(made->effect.options.add, 0.5);
  EXPECT_EQ(made->effect.options.to, "all");
  EXPECT_FALSE(made->effect.options.drop00);
  EXPECT_EQ(made->model.counts->model, "MH");
  EXPECT_EQ(made->model.counts->add, 0.25);
  EXPECT_EQ(made->model.counts->to, "only0");
  EXPECT_EQ(made->model.counts->drop00, true);
  EXPECT_FALSE(made->model.counts->correct);
  EXPECT_DOUBLE_EQ(made->inference.level, 0.9);
}

TEST(TranslateCounts, PetoHasItsOwnMeasureAndLiteralCountsNeedNoData) {
  constexpr const char* kPeto =
      R"json({"fn": "rma.peto", "options": {"ai": "c(0,4)", "n1i": [10, 20], "ci": 9, "n2i": 21}})json";
  const auto called = call_from_json(nlohmann::json::parse(kPeto));
  ASSERT_TRUE(called);
  const auto made = translate_counts(*called, nullptr);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->effect.measure, "PETO");
  EXPECT_EQ(made->data.table->rows(), 2u);
  EXPECT_FALSE(made->model.counts->drop00.has_value());
}

TEST(TranslateCounts, MixedModelsTakeTheirSettings) {
  const auto made = job(call("rma.glmm", R"("measure": "OR", "model": "UM.RS", "cor": true, "nAGQ": 1, "coding": 0,
                                            "method": "EE", "test": "t", "mods": "~ n")")
                            .c_str());
  ASSERT_TRUE(made) << made.error().message;
  const engine::CountRequest& counts = *made->model.counts;
  EXPECT_EQ(counts.model, "UM.RS");
  EXPECT_TRUE(counts.correlated);
  EXPECT_EQ(counts.quadrature, 1);
  EXPECT_EQ(counts.coding, 0);
  EXPECT_EQ(made->model.method, "EE");
  EXPECT_EQ(made->model.mods, "~ n");
  EXPECT_EQ(made->inference.test, "t");
}

TEST(TranslateCounts, WhatAMethodDoesNotHaveIsUnsupported) {
  EXPECT_FALSE(job(call("rma.mh", R"("measure": "OR", "mods": "~ n")").c_str()));
  EXPECT_FALSE(job(call("rma.peto", R"("nAGQ": 1)").c_str()));
  EXPECT_FALSE(job(call("rma.glmm", R"("measure": "OR", "link": "probit")").c_str()));
}

}  // namespace
}  // namespace hedgerow::check
