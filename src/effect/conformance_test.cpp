// What every measure of its kind must satisfy: swapping the groups changes the sign, units of measurement don't matter
// to standardised measures, the order of rows doesn't matter, a missing cell touches its own row alone.

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "data/readers.hpp"
#include "effect/mixed.hpp"

namespace hedgerow::effect {
namespace {

struct Battery {
  std::vector<std::string> measures;
  std::vector<std::string> names;                            // arguments, which are also the columns
  std::vector<std::vector<double>> rows;                     // values in this order
  std::vector<std::pair<std::string, std::string>> swapped;  // names that change places with the groups
  std::set<std::string> in_units;                            // names that a change of units multiplies
};

Battery means() {
  return {{"MD", "SMD", "SMDH", "ROM", "VR", "CVR"},
          {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"},
          {{10.3, 2.5, 10, 8.1, 2.2, 12}, {7.7, 1.5, 30, 8.1, 1.9, 28}, {5.1, 0.4, 8, 4.9, 0.6, 7}},
          {{"m1i", "m2i"}, {"sd1i", "sd2i"}, {"n1i", "n2i"}},
          {"m1i", "m2i", "sd1i", "sd2i"}};
}

Battery changes() {
  return {{"MC", "SMCC", "SMCRP", "SMCRPH", "ROMC", "VRC", "CVRC"},
          {"m1i", "m2i", "sd1i", "sd2i", "ni", "ri"},
          {{10.3, 8.1, 2.5, 2.2, 10, 0.7}, {7.7, 8.1, 1.5, 1.9, 30, 0.2}, {5.1, 4.9, 0.4, 0.6, 8, -0.1}},
          {{"m1i", "m2i"}, {"sd1i", "sd2i"}},
          {"m1i", "m2i", "sd1i", "sd2i"}};
}

Battery designs() {
  return {{"PPC1", "PPC2", "PPC3", "PPCPOST"},
          {"m1i_pre", "m1i_post", "sd1i_pre", "sd1i_post", "n1i", "m2i_pre", "m2i_post", "sd2i_pre", "sd2i_post", "n2i",
           "r1i", "r2i"},
          {{30.6, 38.5, 15, 11.6, 20, 23.1, 19.7, 13.8, 14.8, 20, .47, .4},
           {23.5, 26.8, 3.1, 4.1, 50, 24.9, 25.3, 4.1, 3.3, 42, .64, .7},
           {53.4, 75.9, 14.5, 4.4, 10, 55.7, 60.7, 17.3, 17.9, 11, .89, .8}},
          {{"m1i_pre", "m2i_pre"},
           {"m1i_post", "m2i_post"},
           {"sd1i_pre", "sd2i_pre"},
           {"sd1i_post", "sd2i_post"},
           {"n1i", "n2i"},
           {"r1i", "r2i"}},
          {"m1i_pre", "m1i_post", "sd1i_pre", "sd1i_post", "m2i_pre", "m2i_post", "sd2i_pre", "sd2i_post"}};
}

Battery counts() {
  return {{"OR", "RR", "RD", "PETO", "AS"},
          {"ai", "bi", "ci", "di"},
          {{4, 119, 11, 128}, {6, 300, 29, 274}, {0, 20, 3, 17}},
          {{"ai", "ci"}, {"bi", "di"}},
          {}};
}

std::string csv(const Battery& battery, const std::vector<std::vector<double>>& rows) {
  std::string text;
  for (const auto& name : battery.names) text += (text.empty() ? "" : ",") + name;
  text += "\n";
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      text += (i ? "," : "") + (std::isnan(row[i]) ? "" : std::to_string(row[i]));
    text += "\n";
  }
  return text;
}

Effects run(const Battery& battery, const std::string& measure, const std::vector<std::vector<double>>& rows,
            bool swap = false) {
  Arguments arguments;
  for (const auto& name : battery.names) arguments[name] = name;
  if (swap) {
    for (const auto& [one, two] : battery.swapped) {
      arguments[one] = two;
      arguments[two] = one;
    }
  }
  auto effects = compute(measure, data::parse_csv(csv(battery, rows), "c.csv").value(), arguments, {});
  EXPECT_TRUE(effects.ok()) << measure << ": " << (effects.ok() ? "" : describe(effects.error()));
  return effects.ok() ? effects.take() : Effects{};
}

class Conformance : public testing::TestWithParam<Battery> {};

TEST_P(Conformance, SwappingTheGroupsChangesTheSignAlone) {
  for (const auto& measure : GetParam().measures) {
    const Effects one = run(GetParam(), measure, GetParam().rows);
    const Effects two = run(GetParam(), measure, GetParam().rows, true);
    for (std::size_t i = 0; i < one.yi.size(); ++i) {
      EXPECT_NEAR(one.yi[i], -two.yi[i], 1e-14) << measure << " row " << i;
      EXPECT_NEAR(one.vi[i] / two.vi[i], 1, 1e-13) << measure << " row " << i;
      EXPECT_GT(one.vi[i], 0) << measure;
    }
  }
}

TEST_P(Conformance, UnitsDontMatterUnlessTheMeasureHasThem) {
  auto scaled = GetParam().rows;
  for (auto& row : scaled) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] *= GetParam().in_units.count(GetParam().names[i]) ? 10 : 1;
  }
  for (const auto& measure : GetParam().measures) {
    const Effects one = run(GetParam(), measure, GetParam().rows);
    const Effects ten = run(GetParam(), measure, scaled);
    const double unit = measure == "MD" || measure == "MC" ? 10 : 1;
    for (std::size_t i = 0; i < one.yi.size(); ++i) {
      EXPECT_NEAR(ten.yi[i], unit * one.yi[i], 1e-12) << measure << " row " << i;
      EXPECT_NEAR(ten.vi[i], unit * unit * one.vi[i], 1e-12) << measure << " row " << i;
    }
  }
}

TEST_P(Conformance, RowsDontSeeOneAnother) {
  auto rows = GetParam().rows;
  std::swap(rows.front(), rows.back());
  rows[1][0] = NAN;
  for (const auto& measure : GetParam().measures) {
    const Effects one = run(GetParam(), measure, GetParam().rows);
    const Effects other = run(GetParam(), measure, rows);
    const std::size_t last = rows.size() - 1;
    EXPECT_EQ(one.yi[0], other.yi[last]) << measure;
    EXPECT_EQ(one.vi[last], other.vi[0]) << measure;
    const bool uses_first = measure != "VR" && measure != "VRC";  // The first column is a mean.
    EXPECT_EQ(std::isnan(other.yi[1]), uses_first) << measure;
    EXPECT_EQ(other.records[1].note.empty(), !uses_first) << measure;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Conformance, testing::Values(means(), changes(), designs(), counts()));

TEST(Registry, NamesAreUniqueAndEveryWayIsMadeOfKnownArguments) {
  std::set<std::string> seen;
  for (const auto& list : {measures(), forms()}) {
    for (const auto& name : list) EXPECT_TRUE(seen.insert(name).second) << name;
  }
  EXPECT_GE(measures().size(), 38u);
  EXPECT_GE(forms().size(), 15u);
}

}  // namespace
}  // namespace hedgerow::effect
