#include "infer/profile.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "model/multilevel.hpp"

namespace hedgerow::infer {
namespace {

model::Problem from_corpus(const std::string& file, const std::vector<std::string>& columns,
                           model::Likelihood likelihood) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file);
  EXPECT_TRUE(table.ok());
  model::Data data;
  data.yi = table->numbers("yi").take();
  data.vi = table->numbers("vi").take();
  data.x = stats::Matrix(data.k(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Multilevel spec;
  spec.likelihood = likelihood;
  spec.groups = data::nested_groups(columns, *table).take();
  for (const std::string& column : columns) spec.s_names.push_back(column);
  return model::Problem::create(std::move(data), std::move(spec)).take();
}

/// confint(res, control = list(tol = 1e-7)) of metafor 5.1-12 (reference cases mv-konst-3level-reml, -ml,
/// mv-assink-confint).
TEST(ProfileInterval, EqualsTheReference) {
  struct Case {
    const char* file;
    std::vector<std::string> columns;
    model::Likelihood likelihood;
    double lb[2], ub[2];
  };
  const std::vector<Case> cases = {{"konstantopoulos2011.csv",
                                    {"district", "school"},
                                    model::Likelihood::reml,
                                    {0.0222396906884146, 0.0162652491135141},
                                    {0.20724161922307, 0.0628275804996564}},
                                   {"konstantopoulos2011.csv",
                                    {"district", "school"},
                                    model::Likelihood::ml,
                                    {0.0198100321272669, 0.0163308369068632},
                                    {0.175938733441109, 0.0631115320195255}},
                                   {"assink2016.csv",
                                    {"study", "esid"},
                                    model::Likelihood::reml,
                                    {0.0844120063157715, 0.0670854178244771},
                                    {0.467339679495496, 0.181011449655786}}};
  for (const Case& c : cases) {
    const auto fitted = model::fit(from_corpus(c.file, c.columns, c.likelihood));
    ASSERT_TRUE(fitted.ok());
    for (std::size_t l = 0; l < 2; ++l) {
      const auto interval = profile_interval(*fitted, l);
      ASSERT_TRUE(interval.ok());
      EXPECT_NEAR(interval->ci_lb, c.lb[l], 1e-5 * c.lb[l]);
      EXPECT_NEAR(interval->ci_ub, c.ub[l], 1e-5 * c.ub[l]);
      // By definition the profile is 1.9207 below the maximum at both bounds.
      const double top = c.likelihood == model::Likelihood::reml ? fitted->reml.loglik : fitted->ml.loglik;
      const auto bounds = profile(*fitted, l, {interval->ci_lb, interval->ci_ub});
      ASSERT_TRUE(bounds.ok());
      for (const double ll : bounds->loglik) EXPECT_NEAR(2 * (top - ll), 3.841458820694124, 1e-8);
      EXPECT_EQ(root_of(*interval).ci_ub, std::sqrt(interval->ci_ub));
    }
  }
}

TEST(ProfileInterval, StartsAtZeroWhenZeroIsInside) {
  model::Data data;
  data.yi = {0.2, 0.2, 0.2, 0.2};
  data.vi = {0.01, 0.01, 0.01, 0.01};
  data.x = stats::Matrix(4, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {{0, 0, 1, 1}, {0, 1, 2, 3}};
  const auto fitted = model::fit(model::Problem::create(data, spec).take());
  ASSERT_TRUE(fitted.ok());
  const auto interval = profile_interval(*fitted, 1);
  ASSERT_TRUE(interval.ok());
  EXPECT_EQ(interval->ci_lb, 0);
  EXPECT_GT(interval->ci_ub, 0);
  EXPECT_EQ(interval->ub_sign, "");
}

TEST(ProfileInterval, RefusesWhatWasNotEstimated) {
  const model::Problem problem =
      from_corpus("konstantopoulos2011.csv", {"district", "school"}, model::Likelihood::reml);
  auto spec = std::get<model::Multilevel>(problem.spec());
  spec.sigma2 = {0.05, std::nullopt};
  const auto fitted = model::fit(problem.with_spec(spec).take());
  ASSERT_TRUE(fitted.ok());
  EXPECT_FALSE(profile_interval(*fitted, 0).ok());
  EXPECT_FALSE(profile_interval(*fitted, 2).ok());
  EXPECT_FALSE(profile_interval(*fitted, 1, 1.5).ok());
  EXPECT_TRUE(profile_interval(*fitted, 1).ok());
}

}  // namespace
}  // namespace hedgerow::infer
