// vcalc and rcalc as Jobs, and what they return.
#include "translate_covariance.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hedgerow::check {
namespace {

using Json = nlohmann::json;

TablePointer table() {
  auto made = data::Table::create("t.csv", {"v", "study", "es", "r", "n", "a", "b"},
                                  {{"0.02", "s", "1", "0.3", "20", "x", "y"},
                                   {"0.03", "s", "2", "0.4", "20", "z", "x"},
                                   {"0.04", "t", "3", "0.5", "30", "y", "x"}});
  return std::make_shared<const data::Table>(made.take());
}

Call call(const char* json) {
  auto made = call_from_json(Json::parse(json));
  EXPECT_TRUE(made.ok());
  return made.take();
}

TEST(TranslateCovariance, VcalcAsItsUserMeansIt) {
  const auto job = translate_covariance(call(R"json({"fn": "vcalc", "columns": {"vi": "v"},
    "options": {"cluster": "study", "obs": "es", "type": "a", "rho": "c(0.6, 0.4)", "grp1": "a", "grp2": "b",
                "w1": "n", "w2": "n", "time1": "es", "phi": 0.9, "nearpd": true, "checkpd": true}})json"),
                                        table());
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_TRUE(job->effects_only);
  EXPECT_EQ(job->effect.vi, "v");
  EXPECT_EQ(job->effect.yi, "v") << "vcalc has no effects";
  const engine::CovarianceRequest& request = *job->effect.covariance;
  EXPECT_EQ(request.cluster, "study");
  EXPECT_EQ(request.obs, "es");
  EXPECT_EQ(request.type, "a");
  EXPECT_EQ(request.rho, (std::vector<double>{0.6, 0.4}));
  EXPECT_EQ(request.grp1 + request.grp2 + request.w1 + request.w2 + request.time1, "abnnes");
  EXPECT_EQ(request.phi, 0.9);
  EXPECT_EQ(request.not_definite, "nearest");
  EXPECT_EQ(request.shared, "weights") << "vcalc does not know the measure";
}

TEST(TranslateCovariance, VcalcKeepsWhatIsNotPositiveDefinite) {
  const auto job = translate_covariance(
      call(R"json({"fn": "vcalc", "columns": {"vi": "v"}, "options": {"cluster": "study", "rvars": "c(r, n)"}})json"),
      table());
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->effect.covariance->not_definite, "keep");
  EXPECT_EQ(job->effect.covariance->rvars, (std::vector<std::string>{"r", "n"}));
}

TEST(TranslateCovariance, Rcalc) {
  const auto job = translate_covariance(
      call(
          R"json({"fn": "rcalc", "options": {"x": "r ~ a + b | study", "ni": "n", "rtoz": true, "nfun": "mean"}})json"),
      table());
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->effect.measure, "ZCOR");
  EXPECT_EQ(job->effect.arguments.at("ri"), "r");
  EXPECT_EQ(job->effect.arguments.at("ni"), "n");
  const engine::CovarianceRequest& request = *job->effect.covariance;
  EXPECT_EQ(request.var1 + request.var2 + request.cluster, "abstudy");
  EXPECT_EQ(request.nfun, "mean");
}

TEST(TranslateCovariance, WhatHasNoPlaceIsRefused) {
  for (const char* json :
       {R"json({"fn": "vcalc", "columns": {"vi": "v"}, "options": {"cluster": "study", "new": 1}})json",
        R"json({"fn": "vcalc", "columns": {"vi": "v"}, "options": {"phi": "c(1, 2)"}})json",
        R"json({"fn": "rcalc", "options": {"x": "r ~ a | study", "ni": "n"}})json",
        R"json({"fn": "rma", "columns": {"yi": "r", "vi": "v"}})json"}) {
    const auto job = translate_covariance(call(json), table());
    ASSERT_FALSE(job) << json;
    EXPECT_EQ(job.error().code, ErrorCode::not_supported);
  }
}

const char* const kResult = R"json({"effects": {"yi": [0.3, 0.4, 0.5], "ni": [20, 20, 30], "covariance": {"blocks": [
  {"rows": [1, 3], "matrix": [[1, 0.5], [0.5, 2]]}, {"rows": [2], "matrix": [[3]]}]}}})json";

TEST(CovarianceFields, BlocksBecomeOneMatrix) {
  const Call vcalc = call(R"json({"fn": "vcalc", "columns": {"vi": "v"}, "options": {"cluster": "study"}})json");
  const auto job = translate_covariance(vcalc, table());
  ASSERT_TRUE(job);
  const Json fields = covariance_fields(vcalc, *job, Json::parse(kResult));
  EXPECT_EQ(fields.at("matrix"), Json::parse("[[1, 0, 0.5], [0, 3, 0], [0.5, 0, 2]]"));
  EXPECT_TRUE(fields.at("rownames").is_null());
}

TEST(CovarianceFields, RcalcNamesPairsInAlphabeticalOrder) {
  const Call rcalc = call(R"json({"fn": "rcalc", "options": {"x": "r ~ a + b | study", "ni": "n"}})json");
  const auto job = translate_covariance(rcalc, table());
  ASSERT_TRUE(job);
  const Json fields = covariance_fields(rcalc, *job, Json::parse(kResult));
  EXPECT_EQ(fields.at("dat").at("var1_var2"), Json::parse(R"(["x.y", "x.z", "x.y"])"));
  EXPECT_EQ(fields.at("dat").at("study"), Json::parse(R"(["s", "s", "t"])"));
  EXPECT_EQ(fields.at("dat").at("yi"), Json::parse("[0.3, 0.4, 0.5]"));
  EXPECT_EQ(fields.at("V").at("rownames"), fields.at("dat").at("var1_var2"));
  EXPECT_EQ(fields.at("V").at("matrix")[0][2], 0.5);
}

}  // namespace
}  // namespace hedgerow::check
