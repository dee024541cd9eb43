#include "infer/vif.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::infer {
namespace {

model::Fit fit_of(const stats::Vector& a, const stats::Vector& b) {
  model::Data data;
  data.x = stats::Matrix(a.size(), 3, 1.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    data.x(i, 1) = a[i];
    data.x(i, 2) = b[i];
    data.yi.push_back(0.3 + 0.1 * a[i] - 0.2 * b[i] + 0.05 * static_cast<double>(i % 3));
    data.vi.push_back(0.1);
  }
  data.names = {"intrcpt", "a", "b"};
  data.term = {0, 1, 2};
  data.term_labels = {"a", "b"};
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  auto problem = model::Problem::create(data, spec);
  auto fit = model::fit(problem.take());
  return fit.take();
}

double correlation(const stats::Vector& a, const stats::Vector& b) {
  double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / static_cast<double>(a.size());
    mb += b[i] / static_cast<double>(b.size());
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(Vif, IsOneOverOneMinusR2OfTheOtherModerator) {
  const stats::Vector a{1, 2, 3, 4, 5, 6, 7}, b{2, 1, 4, 3, 7, 5, 6};
  const double r = correlation(a, b);
  const auto result = variance_inflation(fit_of(a, b));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->names, (std::vector<std::string>{"a", "b"}));
  EXPECT_NEAR(result->vif[0], 1 / (1 - r * r), 1e-10);
  EXPECT_NEAR(result->vif[1], 1 / (1 - r * r), 1e-10);
}

TEST(Vif, UncorrelatedModeratorsAreNotInflated) {
  const auto result = variance_inflation(fit_of({-1, 1, -1, 1}, {-1, -1, 1, 1}));
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->vif[0], 1, 1e-12);
}

}  // namespace
}  // namespace hedgerow::infer
