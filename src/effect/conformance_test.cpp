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
  return {{"OR", "RR", "RD", "PETO", "AS", "VE", "PHI", "ZPHI", "YUQ", "YUY", "PBIT", "OR2D", "OR2DN", "OR2DL"},
          {"ai", "bi", "ci", "di"},
          {{4, 119, 11, 128}, {6, 300, 29, 274}, {0, 20, 3, 17}},
          {{"ai", "ci"}, {"bi", "di"}},
          {}};
}

// No zero cell: it would put these at their bound, without a variance.
Battery tetrachoric() {
  return {{"RTET", "ZTET"},
          {"ai", "bi", "ci", "di"},
          {{4, 119, 11, 128}, {6, 300, 29, 274}, {2, 18, 3, 17}},
          {{"ai", "ci"}, {"bi", "di"}},
          {}};
}

// Positive and negative tests change places: the odds of a true result turn round.
Battery tests() {
  return {{"DOR"},
          {"tp", "fp", "fn", "tn"},
          {{30, 4, 6, 50}, {12, 9, 3, 40}, {0, 2, 7, 21}},
          {{"tp", "fn"}, {"fp", "tn"}},
          {}};
}

// The two treatments of the pairs change places.
Battery pairs() {
  return {{"MPRD", "MPRR", "MPOR", "MPORC", "MPPETO"},
          {"ai", "bi", "ci", "di"},
          {{20, 6, 2, 30}, {12, 3, 5, 22}, {5, 0, 3, 11}},
          {{"bi", "ci"}},
          {}};
}

Battery marginal_pairs() {
  return {{"MPORM"},
          {"ai", "bi", "ci", "di", "ri"},
          {{26, 32, 22, 36, 0.6}, {15, 27, 17, 25, 0.3}, {5, 14, 8, 11, 0.4}},
          {{"ai", "ci"}, {"bi", "di"}},
          {}};
}

Battery rates() {
  return {{"IRR", "IRD", "IRSD"},
          {"x1i", "t1i", "x2i", "t2i"},
          {{7, 120, 12, 98}, {3, 33.5, 0, 29.5}, {12, 140, 7, 128}},
          {{"x1i", "x2i"}, {"t1i", "t2i"}},
          {}};
}

Battery hazards() { return {{"HR"}, {"omei", "vlri"}, {{-7.2, 58}, {11.8, 57.1}, {-3.7, 40.3}}, {}, {}}; }

// Single groups have no second group to change places with.
Battery single_rates() {
  return {{"IR", "IRLN", "IRS", "IRFT"}, {"xi", "ti"}, {{7, 120}, {0, 33.5}, {12, 140}}, {}, {}};
}

Battery proportions() {
  return {{"PR", "PLN", "PLO", "PRZ", "PAS", "PFT"}, {"xi", "ni"}, {{7, 120}, {0, 33}, {40, 90}}, {}, {}};
}

Battery genotypes() { return {{"REH"}, {"ai", "bi", "ci"}, {{298, 535, 221}, {235, 541, 251}, {30, 41, 25}}, {}, {}}; }

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
  if (GetParam().swapped.empty()) return;
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
    // The first column is a mean, or pairs with both events, which conditional measures leave out.
    const std::set<std::string> without_first = {"VR", "VRC", "MPORC", "MPPETO"};
    const bool uses_first = without_first.count(measure) == 0;
    EXPECT_EQ(std::isnan(other.yi[1]), uses_first) << measure;
    EXPECT_EQ(other.records[1].note.empty(), !uses_first) << measure;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Conformance,
                         testing::Values(means(), changes(), designs(), counts(), tetrachoric(), tests(), pairs(),
                                         marginal_pairs(), rates(), hazards(), single_rates(), proportions(),
                                         genotypes()));

TEST(Registry, NamesAreUniqueAndEveryWayIsMadeOfKnownArguments) {
  std::set<std::string> seen;
  for (const auto& list : {measures(), forms()}) {
    for (const auto& name : list) EXPECT_TRUE(seen.insert(name).second) << name;
  }
  EXPECT_GE(measures().size(), 65u);
  EXPECT_GE(forms().size(), 15u);
}

}  // namespace
}  // namespace hedgerow::effect
