#include "model/problem.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hedgerow::model {
namespace {

Data sound() {
  Data data;
  data.yi = {.1, .2, .3, .4};
  data.vi = {.01, .02, .03, .04};
  data.x = stats::Matrix(4, 2, 1.0);
  for (std::size_t i = 0; i < 4; ++i) data.x(i, 1) = static_cast<double>(i * i);
  data.names = {"intrcpt", "dose"};
  data.term = {0, 1};
  data.term_labels = {"dose"};
  data.slab = {"Adams 1990", "Baker 1991", "Clark 1992", "Dunn 1993"};
  return data;
}

std::string refusal(const Data& data, const Spec& spec = Univariate{}) {
  const auto problem = Problem::create(data, spec);
  return problem.ok() ? "" : describe(problem.error());
}

TEST(Problem, SoundDataAreAccepted) { EXPECT_EQ(refusal(sound()), ""); }

TEST(Problem, RefusalsSayWhatIsWrong) {
  Data data = sound();
  data.vi[2] = -1;
  EXPECT_NE(refusal(data).find("vi of Clark 1992 is -1"), std::string::npos) << refusal(data);
  data = sound();
  data.yi[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(refusal(data).find("yi of Adams 1990"), std::string::npos);
  data = sound();
  data.vi.pop_back();
  EXPECT_NE(refusal(data).find("vi has 3 values"), std::string::npos);
  EXPECT_NE(refusal(Data{}).find("k = 0"), std::string::npos);
  EXPECT_NE(refusal(sound(), Univariate{.tau2 = -1}).find("tau2 is fixed at -1"), std::string::npos);
  EXPECT_NE(refusal(sound(), Univariate{.weights = {1, -1, 2, 1}}).find("weight of Baker 1991"), std::string::npos);
}

TEST(Problem, SingularModeratorsAreNamedWithTheirParents) {
  Data data = sound();
  data.x = stats::Matrix(4, 3, 1.0);
  for (std::size_t i = 0; i < 4; ++i) {
    data.x(i, 1) = static_cast<double>(i * i);
    data.x(i, 2) = 2 * data.x(i, 1) + 1;
  }
  data.names = {"intrcpt", "dose", "twice"};
  data.term = {0, 1, 2};
  const auto problem = Problem::create(data, Univariate{});
  ASSERT_FALSE(problem.ok());
  EXPECT_EQ(problem.error().where, "twice");
  EXPECT_NE(problem.error().message.find("twice is a linear combination of intrcpt, dose"), std::string::npos);
  EXPECT_EQ(drop_redundant(data), std::vector<std::string>{"twice"});
  EXPECT_EQ(data.names, (std::vector<std::string>{"intrcpt", "dose"}));
  EXPECT_EQ(refusal(data), "");
}

TEST(Problem, GroupIdsAreChecked) {
  Multilevel spec;
  spec.s_names = {"study", "study/arm"};
  spec.groups = {{0, 0, 1, 1}, {0, 1, 2, 3}};
  EXPECT_EQ(refusal(sound(), spec), "");
  spec.groups[1] = {0, 1, 2, 9};
  EXPECT_NE(refusal(sound(), spec).find("without gaps"), std::string::npos);
  spec.groups[1] = {0, 1, 3, 3};
  EXPECT_NE(refusal(sound(), spec).find("gaps"), std::string::npos);
}

TEST(Problem, NestingIsFoundInAnyOrder) {
  Multilevel spec;
  spec.s_names = {"a", "b"};
  spec.groups = {{0, 0, 1, 1}, {0, 1, 2, 3}};
  EXPECT_TRUE(spec.is_nested());
  std::swap(spec.groups[0], spec.groups[1]);
  EXPECT_TRUE(spec.is_nested());
  spec.groups = {{0, 0, 1, 1}, {0, 1, 1, 2}};
  EXPECT_FALSE(spec.is_nested());
}

TEST(Problem, ClustersAreRowsJoinedByGroupsStructuresAndSamplingErrors) {
  Multilevel spec;
  spec.s_names = {"lab"};
  spec.groups = {{0, 1, 0, 2}};
  EXPECT_EQ(Problem::create(sound(), spec)->clusters(), (std::vector<std::uint32_t>{0, 1, 0, 2}));
  Data data = sound();
  stats::Matrix v(4, 4);
  for (std::size_t i = 0; i < 4; ++i) v(i, i) = data.vi[i];
  v(1, 0) = v(0, 1) = 1e-3;
  data.v = std::make_shared<const stats::BlockMatrix>(stats::BlockMatrix::from_dense(v));
  EXPECT_EQ(Problem::create(data, spec)->clusters(), (std::vector<std::uint32_t>{0, 0, 0, 1}));
  Structured term;
  term.inner_name = "outcome";
  term.outer_name = "trial";
  term.outer = {0, 1, 1, 1};
  term.inner = {0, 0, 1, 1};
  term.levels = {"x", "y"};
  spec.structured = {term};
  EXPECT_EQ(Problem::create(data, spec)->clusters(), (std::vector<std::uint32_t>{0, 0, 0, 0}));
  spec.groups = {{0, 1, 2, 3}};
  spec.structured = {};
  stats::Matrix r(4, 4);
  for (std::size_t i = 0; i < 4; ++i) r(i, i) = 1;
  r(3, 2) = r(2, 3) = 0.5;
  spec.r = {std::make_shared<const stats::Matrix>(r)};
  EXPECT_EQ(Problem::create(sound(), spec)->clusters(), (std::vector<std::uint32_t>{0, 1, 2, 2}));
}

TEST(Problem, SubsetRenumbersGroupsAndKeepsOrigins) {
  Multilevel spec;
  spec.s_names = {"study", "study/arm"};
  spec.groups = {{0, 0, 1, 2}, {0, 1, 2, 3}};
  const auto problem = Problem::create(sound(), spec);
  ASSERT_TRUE(problem.ok());
  EXPECT_EQ(problem->cluster_count(), 3u);
  const std::vector<std::size_t> rows{3, 1, 0};
  const auto part = problem->subset(rows);
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->clusters(), (std::vector<std::uint32_t>{0, 1, 1}));
  EXPECT_EQ(part->data().row, (std::vector<std::uint32_t>{3, 1, 0}));
  EXPECT_EQ(part->data().slab[0], "Dunn 1993");
  const std::vector<std::size_t> one{0};
  EXPECT_FALSE(problem->subset(one).ok());
}

TEST(Problem, WithDesignAndSpec) {
  const auto problem = Problem::create(sound(), Univariate{});
  const auto constant = problem->with_design(stats::Matrix(4, 1, 1.0), {"intrcpt"});
  ASSERT_TRUE(constant.ok());
  EXPECT_TRUE(constant->data().intercept);
  EXPECT_EQ(constant->data().term, std::vector<int>{0});
  EXPECT_FALSE(problem->with_spec(Univariate{.weights = {1}}).ok());
  EXPECT_TRUE(problem->with_spec(Univariate{.method = Tau2Method::dl}).ok());
}

TEST(Problem, MethodNamesReadBack) {
  for (int i = 0; i <= static_cast<int>(Tau2Method::co); ++i) {
    const auto method = static_cast<Tau2Method>(i);
    EXPECT_EQ(*parse_tau2_method(name(method)), method);
  }
  EXPECT_EQ(*parse_tau2_method("fe"), Tau2Method::ee);
  EXPECT_NE(parse_tau2_method("REM").error().message.find("REML"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::model
