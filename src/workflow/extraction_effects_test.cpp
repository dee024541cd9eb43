#include "workflow/extraction_effects.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"

namespace hedgerow::workflow {
namespace {

constexpr const char* kForm = R"(key = ["study"]
[[field]]
id = "study"
[[field]]
id = "m1"
type = "number"
[[field]]
id = "m2"
type = "number"
[[field]]
id = "sd"
type = "number"
[[field]]
id = "n"
type = "integer"
[[field]]
id = "note"
[effect]
measure = "MD"
columns = { m1i = "m1", m2i = "m2", sd1i = "sd", sd2i = "sd", n1i = "n", n2i = "n" }
)";

review::Extraction extracted(const review::ExtractionForm& form, const std::string& csv, const std::string& who) {
  return review::read_extraction(form, data::parse_csv(csv, who + ".csv").take(), who).take();
}

// With equal variances and tau2 = 0 the pooled mean difference is the plain mean of the rows, so a change of 1.5 in one
// of three rows moves it by 0.5.
TEST(ExtractionEffects, WeighsWhatADifferenceChanges) {
  const auto form = review::parse_form(kForm, "form.toml").take();
  const auto a = extracted(form, "study,m1,m2,sd,n,note\nA,1,0,10,20,x\nB,1.5,0,10,20,y\nC,2,0,10,20,z\n", "anna");
  const auto b = extracted(form, "study,m1,m2,sd,n,note\nA,1,0,10,20,X\nB,1.6,0,10,20,y\nC,3.5,0,10,20,z\n", "ben");
  const auto weighed = weigh(form, a, b, review::compare(form, a, b));
  ASSERT_TRUE(weighed.ok()) << describe(weighed.error());
  ASSERT_EQ(weighed->size(), 3U);
  EXPECT_EQ((*weighed)[0].difference.row_a, 2U);
  EXPECT_NEAR(*(*weighed)[0].pooled_change, 0.5, 1e-10);
  EXPECT_NEAR(*(*weighed)[0].yi_b - *(*weighed)[0].yi_a, 1.5, 1e-12);
  EXPECT_NEAR(*(*weighed)[0].sei_a, std::sqrt(100.0 / 20 + 100.0 / 20), 1e-12);
  EXPECT_EQ((*weighed)[1].difference.row_a, 1U);
  EXPECT_NEAR(*(*weighed)[1].pooled_change, 0.1 / 3, 1e-10);
  EXPECT_EQ(*(*weighed)[2].pooled_change, 0);
}

TEST(ExtractionEffects, SaysNothingWhereNoEffectIsDefined) {
  const auto form = review::parse_form(kForm, "form.toml").take();
  const auto a = extracted(form, "study,m1,m2,sd,n,note\nA,1,,10,20,\n", "anna");
  const auto b = extracted(form, "study,m1,m2,sd,n,note\nA,1,0,10,20,\n", "ben");
  const auto weighed = weigh(form, a, b, review::compare(form, a, b));
  ASSERT_TRUE(weighed.ok()) << describe(weighed.error());
  ASSERT_EQ(weighed->size(), 1U);
  EXPECT_FALSE((*weighed)[0].yi_a.has_value());
  EXPECT_EQ(*(*weighed)[0].yi_b, 1);
  EXPECT_FALSE((*weighed)[0].pooled_change.has_value());
}

TEST(ExtractionEffects, NamesAMeasureThatIsNotThere) {
  auto form = review::parse_form(kForm, "form.toml").take();
  form.effect.measure = "SMDD";
  const auto a = extracted(form, "study,m1,m2,sd,n\nA,1,0,10,20\n", "anna");
  const auto b = extracted(form, "study,m1,m2,sd,n\nA,2,0,10,20\n", "ben");
  EXPECT_NE(weigh(form, a, b, review::compare(form, a, b)).error().message.find("SMD"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::workflow
