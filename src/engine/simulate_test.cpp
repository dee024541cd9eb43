#include "engine/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::engine {
namespace {

constexpr const char* kSpec =
    "replicates = 40\nseed = 3\nstudies = [6, 9]\neffects = [1, 4]\nvi = [0.02, 0.2]\nintercept = 0.3\n"
    "methods = [\"z\", \"contain\", \"kenward-roger\", \"CR2\"]\n"
    "[[setting]]\nname = \"one\"\nsigma2_study = 0.1\nsigma2_effect = 0.02\n";

SimulationSpec spec_of(const std::string& text) {
  auto spec = parse_simulation(text, "spec.toml");
  EXPECT_TRUE(spec.ok());
  return spec.take();
}

TEST(Simulate, ThreadsDoNotChangeTheNumbers) {
  SilentProgress silent;
  const auto one = simulate(spec_of(kSpec), 1, silent), three = simulate(spec_of(kSpec), 3, silent);
  ASSERT_TRUE(one.ok() && three.ok());
  EXPECT_EQ(to_json(*one), to_json(*three));
  EXPECT_EQ(to_csv(*one), to_csv(*three));
  SimulationSpec other = spec_of(kSpec);
  other.seed = 4;
  const auto different = simulate(other, 1, silent);
  ASSERT_TRUE(different.ok());
  EXPECT_NE(to_csv(*one), to_csv(*different));
}

TEST(Simulate, RowsAreWholeAndConsistent) {
  SilentProgress silent;
  const auto done = simulate(spec_of(kSpec), 1, silent);
  ASSERT_TRUE(done.ok());
  ASSERT_EQ(done->rows.size(), 2u * 2 * 4);
  for (const SimulationRow& row : done->rows) {
    EXPECT_EQ(row.intervals + row.failures, 40u);
    EXPECT_NEAR(row.mc_se * row.mc_se * static_cast<double>(row.intervals), row.coverage * (1 - row.coverage), 1e-12);
    if (row.method == "z") {
      EXPECT_TRUE(std::isinf(row.df));
    }
    if (row.method == "contain") {
      EXPECT_EQ(row.df, static_cast<double>(row.studies) - 2);
    }
  }
}

TEST(Simulate, SpecificationsAreChecked) {
  const std::string good = kSpec;
  for (const auto& [from, to] : {std::pair{"studies = [6, 9]", "studies = [6.5]"},
                                 {"[0.02, 0.2]", "[0.2, 0.02]"},
                                 {"seed = 3", "sead = 3"},
                                 {"sigma2_study = 0.1", "sigma2_study = -1"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string(from).size(), to);
    EXPECT_FALSE(parse_simulation(bad, "spec.toml").ok()) << to;
  }
}

}  // namespace
}  // namespace hedgerow::engine
