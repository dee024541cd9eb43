// Three-level sets whose study component is 0 while the information there is indefinite.
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {
namespace {

Expected<Problem> simulated(std::uint64_t stream) {
  constexpr std::size_t sizes[] = {1, 2, 3, 5, 9};
  RandomStream random(99, stream);
  Data data;
  stats::Vector x;
  std::vector<std::uint32_t> study, effect;
  for (std::uint32_t s = 0; s < 10; ++s) {
    const std::size_t effects = sizes[random.below(5)];
    const double moderator = random.normal();
    const double mean = std::sqrt(0.02) * random.normal();
    for (std::size_t e = 0; e < effects; ++e) {
      const double vi = 0.02 * std::pow(15, random.uniform());
      const double deviation = 0.1 * random.normal();
      data.yi.push_back(mean + deviation + std::sqrt(vi) * random.normal());
      data.vi.push_back(vi);
      x.push_back(moderator);
      effect.push_back(static_cast<std::uint32_t>(study.size()));
      study.push_back(s);
    }
  }
  data.x = stats::Matrix(x.size(), 2, 1.0);
  for (std::size_t i = 0; i < x.size(); ++i) data.x(i, 1) = x[i];
  data.names = {"intrcpt", "x"};
  data.term = {0, 1};
  data.term_labels = {"x"};
  Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {study, effect};
  return Problem::create(data, spec);
}

// Newton went to and fro between 0 and 1e-13 on these.
TEST(MultilevelBoundary, ConvergesWhereTheInformationIsIndefinite) {
  for (const std::uint64_t stream : {814U, 1851U, 2018U, 2637U, 5508U, 8417U, 17878U, 19586U}) {
    const auto problem = simulated(stream);
    ASSERT_TRUE(problem.ok());
    const auto fit = model::fit(*problem);
    ASSERT_TRUE(fit.ok()) << stream;
    EXPECT_EQ(fit->sigma2[0], 0);
    EXPECT_GT(fit->sigma2[1], 0.001);
    EXPECT_TRUE(fit->certificate.at_boundary[0]);
  }
}

}  // namespace
}  // namespace hedgerow::model
