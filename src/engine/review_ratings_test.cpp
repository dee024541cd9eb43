// Ratings of a review: whose they are, which studies are at high risk for which analysis, and the results without them.
#include "engine/review_ratings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.hpp"
#include "engine/review_grade.hpp"

namespace hedgerow::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEffects =
    "study,yi,vi,outcome\nA,0.5,0.04,pain\nB,0.3,0.05,pain\n\"C \"\"x\"\"\",0.4,0.05,pain\nA,0.2,0.04,sleep\n"
    "B,0.1,0.05,sleep\n\"C \"\"x\"\"\",0.9,0.05,sleep\n";
constexpr const char* kReview = R"(title = "Trial"
question = "Does it work?"
[effects]
file = "effects.csv"
study = "study"
yi = "yi"
vi = "vi"
[[subset]]
id = "pain"
title = "pain"
condition = 'outcome == "pain" | outcome == "none"'
[[subset]]
id = "sleep"
title = "sleep"
condition = 'outcome == "sleep"'
[[analysis]]
id = "pain"
subset = "pain"
[[analysis]]
id = "sleep"
subset = "sleep"
[[analysis]]
id = "all"
[[grade.outcome]]
id = "night"
name = "Sleep at night"
analysis = "sleep"
)";

class Ratings : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("hedgerow-ratings-" + std::to_string(::getpid()));
    fs::create_directories(root_);
    write("effects.csv", kEffects);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file((root_ / name).string(), text));
  }

  ReviewEvidence gathered(const std::string& ratings, const std::string& instrument = "rob2",
                          const LoggedReview& logged = {}) {
    write("ratings.csv", ratings);
    write("review.toml",
          std::string(kReview) + "[[ratings]]\ninstrument = \"" + instrument + "\"\nfile = \"ratings.csv\"\n");
    SilentProgress progress;
    auto out = gather_evidence(root_.string(), progress, logged);
    EXPECT_TRUE(out) << (out ? "" : describe(out.error()));
    return out ? out.take() : ReviewEvidence();
  }

  fs::path root_;
};

const ReviewResult* without(const ReviewEvidence& evidence, const std::string& analysis) {
  return find_result(evidence.results, variant_id(analysis, kWithoutHighRisk));
}

TEST_F(Ratings, OfStudiesCountForAllAnalyses) {
  const ReviewEvidence evidence =
      gathered("study,D1,D2,D3,D4,D5\nA,Low,Low,Low,Low,Low\n\"C \"\"x\"\"\",High,Low,Low,Low,Low\n");
  for (const char* analysis : {"pain", "sleep", "all"}) {
    EXPECT_EQ(risk_by_study(evidence, analysis), (std::map<std::string, bool>{{"A", false}, {"C \"x\"", true}}));
    const ReviewResult* result = without(evidence, analysis);
    ASSERT_NE(result, nullptr) << analysis;
    ASSERT_FALSE(result->error) << describe(*result->error);
    EXPECT_EQ(result->result.used.size(), evidence.result(analysis).result.used.size() * 2 / 3);
  }
  // A third of the rows of equal variances but one: the share of the weight that GRADE is shown.
  const auto graded = grade_outcomes(evidence);
  EXPECT_NEAR(graded.at(0).evidence.high_risk_weight, 33, 3);
  EXPECT_NEAR(graded.at(0).evidence.unrated_weight, 33, 3);
}

TEST_F(Ratings, OfResultsCountForTheAnalysesThatTheyName) {
  const ReviewEvidence evidence = gathered(
      "study,result,D1,D2,D3,D4,D5\nA,Pain,High,Low,Low,Low,Low\nA,sleep at "
      "night,Low,Low,Low,Low,Low\nB,Pain,Low,Low,Low,Low,Low\n");
  EXPECT_TRUE(risk_by_study(evidence, "pain").at("A"));
  EXPECT_FALSE(risk_by_study(evidence, "sleep").at("A"));
  EXPECT_FALSE(risk_by_study(evidence, "sleep").contains("B"));
  EXPECT_FALSE(risk_by_study(evidence, "all").contains("A"));
  EXPECT_NE(without(evidence, "pain"), nullptr);
  EXPECT_EQ(without(evidence, "sleep"), nullptr);
}

TEST_F(Ratings, WithoutHighRiskOrWithNothingElseThereIsNoVariant) {
  EXPECT_EQ(without(gathered("study,D1,D2,D3,D4,D5\nA,Low,Low,Low,Low,Low\nB,Some concerns,Low,Low,Low,Low\n"), "all"),
            nullptr);
  EXPECT_EQ(without(gathered("study,Overall\nA,High\nB,High\n\"C \"\"x\"\"\",High\n"), "all"), nullptr);
  EXPECT_EQ(without(gathered("study,Overall\nA,Low\nZ,High\n"), "all"), nullptr) << "a study without effects";
  EXPECT_NE(without(gathered("study,Overall\nA,Serious\nB,Low\n", "robins-i"), "all"), nullptr);
  EXPECT_EQ(without(gathered("study,Overall\nA,No information\nB,Low\n", "robins-i"), "all"), nullptr);
}

TEST_F(Ratings, OfTheLogStandBesideThoseOfFiles) {
  auto rob2 = review::builtin_instrument("rob2");
  ASSERT_TRUE(rob2);
  const auto read = review::read_rated_csv(*rob2, "study,Overall\nB,High\n", "log");
  ASSERT_TRUE(read);
  LoggedReview logged;
  logged.ratings.push_back({*rob2, read->cells});
  const ReviewEvidence evidence = gathered("study,Overall\nA,Low\nB,Low\n", "rob2", logged);
  ASSERT_EQ(evidence.rated.size(), 2U);
  EXPECT_EQ(evidence.rated[1].source, "the log");
  EXPECT_TRUE(risk_by_study(evidence, "all").at("B")) << "the worst rating counts";
}

}  // namespace
}  // namespace hedgerow::engine
