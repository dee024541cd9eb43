// GOSH and the coordinates of single studies: refits, reference values.
#include "diagnose/gosh.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "diagnose/baujat.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Vector;

model::Fit bcg(model::Tau2Method method, std::size_t k) {
  const auto table = data::read_table(HEDGEROW_SOURCE_DIR "/tests/reference/data/bcg.csv");
  model::Data data;
  data.yi = *table->numbers("yi");
  data.vi = *table->numbers("vi");
  data.yi.resize(k);
  data.vi.resize(k);
  data.x = stats::Matrix(k, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = method;
  return *model::fit(*model::Problem::create(std::move(data), spec));
}

TEST(Gosh, SumsAreTheFitsOfTheSubsets) {
  for (const model::Tau2Method method : {model::Tau2Method::dl, model::Tau2Method::ee}) {
    const model::Fit fit = bcg(method, 8);
    const auto found = gosh(fit);
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->k.size(), 255U);
    EXPECT_EQ(found->included[8], "11000000");
    for (std::size_t s = 0; s < 255; ++s) {
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < 8; ++i)
        if (found->included[s][i] == '1') rows.push_back(i);
      const auto one = model::fit(*fit.problem.subset(rows));
      ASSERT_TRUE(one.ok());
      EXPECT_NEAR(found->beta(s, 0), one->beta[0], 1e-12);
      EXPECT_NEAR(found->q_e[s], one->q_e, 1e-10 * (1 + one->q_e));
      EXPECT_NEAR(found->parameters(s, 0), one->tau2, 1e-12);
    }
  }
}

TEST(Gosh, OtherEstimatorsAreRefitted) {
  const model::Fit fit = bcg(model::Tau2Method::reml, 5);
  const auto found = gosh(fit);
  ASSERT_TRUE(found.ok());
  EXPECT_NEAR(found->beta(30, 0), fit.beta[0], 1e-12);
  EXPECT_NEAR(found->parameters(30, 0), fit.tau2, 1e-9);
  EXPECT_EQ(found->i2[0], 0);
}

TEST(Gosh, RandomSubsetsAreReproducible) {
  const model::Fit fit = bcg(model::Tau2Method::ee, 13);
  const auto first = gosh(fit, {100, 3}), second = gosh(fit, {100, 3}), other = gosh(fit, {100, 4});
  EXPECT_FALSE(first->exact);
  EXPECT_EQ(first->included, second->included);
  EXPECT_NE(first->included, other->included);
}

TEST(Baujat, ReferenceCoordinatesOfBcg) {
  const auto found = baujat(bcg(model::Tau2Method::dl, 13));
  ASSERT_TRUE(found.ok());
  EXPECT_NEAR(found->x[0], 0.04838530370308, 1e-12);
  EXPECT_NEAR(found->y[0], 0.00238176862744178, 1e-13);
  EXPECT_NEAR(found->y[3], 0.338226321534581, 1e-12);
}

TEST(Radial, ReferenceCoordinatesOfBcg) {
  const auto found = radial(bcg(model::Tau2Method::ee, 13), false);
  ASSERT_TRUE(found.ok());
  EXPECT_NEAR(found->x[0], 1.7525400947001, 1e-12);
  EXPECT_NEAR(found->y[12], -0.0647937084619704, 1e-13);
  const auto centred = radial(bcg(model::Tau2Method::ee, 13), true);
  EXPECT_NEAR(centred->y[0], (found->y[0] / found->x[0] - found->estimate) * found->x[0], 1e-12);
}

}  // namespace
}  // namespace hedgerow::diagnose
