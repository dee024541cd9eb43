#include "compare.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hedgerow::check {
namespace {

const Yardstick kClosed{"closed", 0, 0};

std::size_t differences(const char* expected, const char* got, const Yardstick& yardstick = kClosed) {
  return compare(Json::parse(expected), Json::parse(got), yardstick).differences.size();
}

TEST(Compare, HoldsClosedFormsToNineDigits) {
  EXPECT_EQ(differences(R"({"beta": [1.0]})", R"({"beta": [1.0000000005]})"), 0u);
  EXPECT_EQ(differences(R"({"beta": [1.0]})", R"({"beta": [1.000000002]})"), 1u);
  EXPECT_EQ(differences(R"({"beta": [0]})", R"({"beta": [5e-12]})"), 0u);
}

TEST(Compare, SeesMissingAndInfiniteNumbers) {
  EXPECT_EQ(differences(R"({"a": null})", R"({"a": null})"), 0u);
  EXPECT_EQ(differences(R"({"a": null})", R"({"a": 1})"), 1u);
  EXPECT_EQ(differences(R"({"a": 1})", R"({"a": null})"), 1u);
  EXPECT_EQ(differences(R"({"a": "Inf"})", R"({"a": "Inf"})"), 0u);
  EXPECT_EQ(differences(R"({"a": "Inf"})", R"({"a": "-Inf"})"), 1u);
}

TEST(Compare, CountsAbsentNumbersApart) {
  const Comparison c = compare(Json::parse(R"({"a": 1, "b": null, "label": "x"})"), Json::object(), kClosed);
  EXPECT_EQ(c.absent, std::vector<std::string>{"a"});
  EXPECT_TRUE(c.differences.empty());
}

TEST(Compare, RefusesOtherLengths) {
  EXPECT_EQ(differences(R"({"a": [1, 2]})", R"({"a": [1]})"), 1u);
  EXPECT_EQ(differences(R"({"ddf": [9]})", R"({"ddf": [9, 9]})"), 0u);
  EXPECT_EQ(differences(R"({"ddf": [9]})", R"({"ddf": [9, 8]})"), 1u);
}

TEST(Compare, TinyPValuesByTheirLogarithms) {
  EXPECT_EQ(differences(R"({"pval": [1e-100]})", R"({"pval": [1.02e-100]})"), 0u);
  EXPECT_EQ(differences(R"({"pval": [1e-100]})", R"({"pval": [1.1e-100]})"), 1u);
  EXPECT_EQ(differences(R"({"pval": [1e-100]})", R"({"pval": [0]})"), 1u);
}

TEST(Compare, SidesAreNoLabels) { EXPECT_EQ(differences(R"({"side": "left"})", R"({"side": "right"})"), 1u); }

Json intervals(const Json& table) {
  Json out = Json::array();
  for (std::size_t i = 0; i < table["names"].size(); ++i)
    out.push_back({{"name", table["names"][i]},
                   {"estimate", table["estimate"][i]},
                   {"ci_lb", table["ci_lb"][i]},
                   {"ci_ub", table["ci_ub"][i]}});
  return out;
}

TEST(Compare, BoundsAreKnownToTheRootFindersTolerance) {
  const Json expected = {{"names", {"tau^2", "tau", "I^2(%)", "H^2"}},
                         {"estimate", {0.09, 0.3, 90, 10}},
                         {"ci_lb", {0.04, 0.2, 80, 5}},
                         {"ci_ub", {0.16, 0.4, 94.11764705882354, 17}}};
  Json close = expected;
  close["ci_lb"][0] = 0.0401;
  close["ci_lb"][1] = std::sqrt(0.0401);
  const auto count = [&](double root) {
    return compare_intervals({{"random", expected}}, intervals(close), kClosed, root, 0.01).differences.size();
  };
  EXPECT_EQ(count(kDefaultRootTolerance), 0u);
  EXPECT_EQ(count(0), 2u);
  close["ci_lb"][0] = 0.041;
  EXPECT_EQ(count(kDefaultRootTolerance), 1u);
}

TEST(Compare, BeyondTheSearchedRangeAnyBoundIsRight) {
  const Json table = Json::parse(
      R"({"random": {"names": ["rho"], "estimate": [5], "ci_lb": [1], "ci_ub": [100]},
          "lb_sign": [""], "ub_sign": [">"]})");
  const auto count = [&](double bound) {
    const Json got = Json::array({{{"name", "rho"}, {"estimate", 5}, {"ci_lb", 1}, {"ci_ub", bound}}});
    return compare_intervals(table, got, kClosed, 0, 0).differences.size();
  };
  EXPECT_EQ(count(325), 0u);
  EXPECT_EQ(count(99), 1u);
}

TEST(Compare, AnIntervalThatIsNotGivenIsAbsent) {
  const Json expected = Json::parse(R"({"names": ["rho"], "estimate": [0.5], "ci_lb": [0.1], "ci_ub": [0.8]})");
  EXPECT_EQ(compare_intervals({{"random", expected}}, Json(), kClosed, 0, 0).absent.size(), 3u);
}

TEST(Tolerance, UnknownClassIsHeldToTheStrictest) { EXPECT_EQ(tolerance_of({"quick", 0, 0}, "beta").relative, 1e-9); }

TEST(Tolerance, FlatLikelihoodWidensComponents) {
  EXPECT_EQ(tolerance_of({"optim", 0, 0}, "sigma2").relative, 1e-3);
  EXPECT_EQ(tolerance_of({"optim", 0.02, 0}, "sigma2").relative, 0.02);
  EXPECT_EQ(tolerance_of({"optim", 0, 0}, "beta").relative, 1e-4);
}

}  // namespace
}  // namespace hedgerow::check
