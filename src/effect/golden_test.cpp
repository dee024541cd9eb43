// Published and printed values: the golden numbers of metafor 5.1-12 for one two-group and one paired row, and the five
// studies of Morris (2008), "Estimating effect sizes from pretest-posttest-control group designs", tables 1 to 5.

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {
namespace {

data::Table table(const std::string& csv) {
  auto parsed = data::parse_csv(csv, "golden.csv");
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : describe(parsed.error()));
  return parsed.take();
}

Effects must(Expected<Effects> effects) {
  EXPECT_TRUE(effects.ok()) << (effects.ok() ? "" : describe(effects.error()));
  return effects.take();
}

Arguments same_names(std::initializer_list<const char*> names) {
  Arguments arguments;
  for (const char* name : names) arguments[name] = name;
  return arguments;
}

constexpr double kPrinted = 5.1e-9;  // Half a unit of the eighth decimal.

const Arguments kTwoGroups = same_names({"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"});

data::Table two_groups() { return table("m1i,sd1i,n1i,m2i,sd2i,n2i\n10.3,2.5,10,8.1,2.2,10\n"); }

struct Case {
  const char* measure;
  const char* vtype;
  double yi, vi;
};

TEST(Golden, TwoGroups) {
  const double g = 0.89469930;
  const Case cases[] = {{"SMD", "LS", g, 0.22001217},           {"SMD", "LS2", g, 0.20342951},
                        {"SMD", "UB", g, 0.22461268},           {"SMD", "H0", g, 0.20634450},
                        {"SMDH", "LS", g, 0.24481741},          {"SMD1", "LS", 0.91387489, 0.24175837},
                        {"SMD1H", "LS", 0.91387489, 0.30098955}};
  for (const Case& c : cases) {
    Options options;
    options.vtype = c.vtype;
    const Effects effects = must(compute(c.measure, two_groups(), kTwoGroups, options));
    EXPECT_NEAR(effects.yi[0], c.yi, kPrinted) << c.measure << " " << c.vtype;
    EXPECT_NEAR(effects.vi[0], c.vi, kPrinted) << c.measure << " " << c.vtype;
    EXPECT_EQ(effects.ni[0], 20);
    EXPECT_EQ(effects.n1i[0], 10);
  }
}

TEST(Golden, OneGroupTwice) {
  const data::Table paired = table("m1i,m2i,sd1i,sd2i,ni,ri\n10.3,8.1,2.5,2.2,10,0.7\n");
  const Arguments arguments = same_names({"m1i", "m2i", "sd1i", "sd2i", "ni", "ri"});
  const Case cases[] = {{"SMCC", "LS", 1.09196716, 0.15961961},
                        {"SMCR", "LS", 0.80420990, 0.09233768},
                        {"SMCRH", "LS", 0.80420990, 0.09619742},
                        {"SMCRP", "LS", 0.87483022, 0.08850846},
                        {"SMCRPH", "LS", 0.87483022, 0.09978040},
                        {"ROMC", "LS", 0.23953698, 0.00403885},
                        {"MC", "LS", 2.2, 0.339}};
  for (const Case& c : cases) {
    const Effects effects = must(compute(c.measure, paired, arguments, {}));
    EXPECT_NEAR(effects.yi[0], c.yi, kPrinted) << c.measure;
    EXPECT_NEAR(effects.vi[0], c.vi, kPrinted) << c.measure;
  }
}

data::Table morris() {
  return table(
      "m1i_pre,m1i_post,sd1i_pre,sd1i_post,n1i,m2i_pre,m2i_post,sd2i_pre,sd2i_post,n2i,ri\n"
      "30.6,38.5,15.0,11.6,20,23.1,19.7,13.8,14.8,20,.47\n"
      "23.5,26.8,3.1,4.1,50,24.9,25.3,4.1,3.3,42,.64\n"
      "0.5,0.7,0.1,0.1,9,0.6,0.6,0.2,0.2,9,.77\n"
      "53.4,75.9,14.5,4.4,10,55.7,60.7,17.3,17.9,11,.89\n"
      "35.6,36.0,4.7,4.6,14,34.8,33.4,3.1,6.9,14,.44\n");
}

const Arguments kMorris = same_names({"m1i_pre", "m1i_post", "sd1i_pre", "sd1i_post", "n1i", "m2i_pre", "m2i_post",
                                      "sd2i_pre", "sd2i_post", "n2i", "ri"});

void expect_column(const stats::Vector& got, std::initializer_list<double> expected, const char* what) {
  ASSERT_EQ(got.size(), expected.size());
  std::size_t i = 0;
  for (const double value : expected) {
    EXPECT_NEAR(got[i], value, 5.1e-7) << what << " of study " << i + 1;
    ++i;
  }
}

TEST(Golden, Morris2008Ppc1) {
  const Effects effects = must(compute("PPC1", morris(), kMorris, {}));
  expect_column(effects.yi, {.742052, .952361, 1.805407, 1.151392, .505043}, "yi");
  expect_column(effects.vi, {.113788, .042638, .283305, .145781, .166679}, "vi");
}

TEST(Golden, Morris2008Ppc2) {
  const Effects exact = must(compute("PPC2", morris(), kMorris, {}));
  expect_column(exact.yi, {.768448, .800987, 1.204516, 1.047627, .438934}, "yi");
  expect_column(exact.vi, {.113381, .035030, .142524, .068131, .163440}, "vi");
  Options options;
  options.exact_j = false;
  options.vtype = "MORRIS";
  const Effects approximate = must(compute("PPC2", morris(), kMorris, options));
  expect_column(approximate.yi, {.768465, .800990, 1.204677, 1.047725, .438956}, "yi");
  expect_column(approximate.vi, {.115772, .035384, .159087, .076219, .167458}, "vi, eq. 25");
}

TEST(Golden, Morris2008Ppc3) {
  Options options;
  options.exact_j = false;
  const Effects effects = must(compute("PPC3", morris(), kMorris, options));
  expect_column(effects.yi, {.806887, .785942, 1.235031, 1.163142, .353952}, "yi");
}

}  // namespace
}  // namespace hedgerow::effect
