// summary.escalc as intervals of single studies.
#include "translate_summary.hpp"

#include <gtest/gtest.h>

namespace hedgerow::check {
namespace {

Expected<engine::Job> job(const char* spec) {
  const auto call = call_from_json(Json::parse(spec));
  if (!call) return call.error();
  engine::Job plain;
  plain.effects_only = true;
  return translate_summary(*call, plain);
}

TEST(TranslateSummary, EveryArgument) {
  const auto made =
      job(R"json({"fn": "summary", "options": {"level": 90, "transf": "exp", "H0": 0.2, "append": false}})json");
  ASSERT_TRUE(made.ok()) << describe(made.error());
  EXPECT_EQ(made->effect.intervals->method, "wald");
  EXPECT_DOUBLE_EQ(made->effect.intervals->level, 0.9);
  EXPECT_DOUBLE_EQ(made->effect.intervals->h0, 0.2);
  EXPECT_EQ(made->effect.intervals->transf, "exp");
}

TEST(TranslateSummary, UnknownArgumentsAreNotDropped) {
  EXPECT_FALSE(job(R"json({"fn": "summary", "options": {"olim": [0, 1]}})json").ok());
}

TEST(TranslateSummary, Fields) {
  const Json effects = Json::parse(R"json({"vi": [4], "yi": [1], "intervals": {"estimate": [2.7], "sei": [2],
      "zval": [0.5], "pval": [0.6], "ci_lb": [0], "ci_ub": [3]}})json");
  const Json fields = summary_fields(effects);
  EXPECT_EQ(fields.at("yi"), Json::parse("[2.7]"));
  EXPECT_EQ(fields.at("zi"), Json::parse("[0.5]"));
  EXPECT_EQ(fields.at("vi"), Json::parse("[4]"));
}

}  // namespace
}  // namespace hedgerow::check
