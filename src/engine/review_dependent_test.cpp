// Dependent effects in a review folder: covariance, known correlations, grids, robust tests, and what the report says.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/progress.hpp"
#include "engine/review_run.hpp"
#include "engine/review_spec.hpp"
#include "engine/review_words.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

namespace fs = std::filesystem;

const char* const kReview = R"(schema = "hedgerow.review/1"
title = "T"
question = "Q?"
[effects]
file = "effects.csv"
study = "study"
row = "label"
label = "label"
yi = "yi"
vi = "vi"
[[analysis]]
id = "che"
random = "~ 1 | study/label"
covariance = { cluster = "study", obs = "label", rho = 0.6 }
robust = "CR2"
rho_grid = [0, 0.6, 1]
[[analysis.variant]]
id = "weaker"
covariance = { rho = 0.2 }
[[analysis.variant]]
id = "independent"
covariance = { cluster = "none" }
[[analysis]]
id = "structured"
random = ["~ 1 | g", "~ g | study"]
structure = "DIAG"
known_correlations = { g = "r.csv" }
fix = { "sigma2" = 0.01 }
test = "t"
dfs = "satterthwaite"
)";

const char* const kEffects =
    "study,label,yi,vi,g\na,a1,0.1,0.04,x\na,a2,0.3,0.05,y\nb,b1,0.6,0.06,x\nb,b2,0.5,0.02,y\nc,c1,0.2,0.03,y\n"
    "d,d1,0.9,0.03,x\nd,d2,0.4,0.03,y\n";

class DependentReview : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("hedgerow-dependent-" + std::to_string(::getpid()));
    fs::create_directories(root_ / "in");
    write("review.toml", kReview);
    write("effects.csv", kEffects);
    write("r.csv", ",x,y\nx,1,0.4\ny,,1\n");
  }
  void TearDown() override { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file((root_ / "in" / name).string(), text).ok());
  }
  fs::path root_;
};

TEST_F(DependentReview, ReportSaysWhatIsAssumedAndShowsTheGrid) {
  SilentProgress progress;
  const auto outcome = run_review((root_ / "in").string(), (root_ / "out").string(), progress);
  ASSERT_TRUE(outcome.ok()) << describe(outcome.error());
  const std::string html = read_file(outcome->report).take();
  for (const char* text :
       {"different label: correlation 0.6 (assumed)", "With rho from 0 to 1 the estimate lies between",
        "No fit at 1:", "CR2 robust", "dependent sampling errors", "Gleser LJ, Olkin I (2009)",
        "Pustejovsky JE, Tipton E (2018)", "Satterthwaite: t tests", "known correlations", "~g | study"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
  EXPECT_TRUE(fs::exists(root_ / "out" / "figures" / "grid-che-rho.svg"));
}

TEST_F(DependentReview, MatricesAreInputsOfTheFolder) {
  write("r.csv", ",x,y\nx,1,1.4\ny,,1\n");
  SilentProgress progress;
  const auto outcome = run_review((root_ / "in").string(), (root_ / "out").string(), progress);
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(describe(outcome.error()).find("lies between -1 and 1"), std::string::npos) << describe(outcome.error());
}

TEST(DependentReviewToml, VariantsChangeTheKeysThatTheyName) {
  const auto spec = parse_review(kReview, "review.toml");
  ASSERT_TRUE(spec.ok()) << describe(spec.error());
  const AnalysisSpec& analysis = spec->analyses.front();
  EXPECT_EQ(analysis.choice.covariance->rho, std::vector<double>{0.6});
  EXPECT_EQ(analysis.variants[0].choice.covariance->rho, std::vector<double>{0.2});
  EXPECT_EQ(analysis.variants[0].choice.covariance->cluster, "study");
  EXPECT_FALSE(analysis.variants[1].choice.covariance.has_value());
  EXPECT_EQ(analysis.grids.front().values, (stats::Vector{0, 0.6, 1}));
  EXPECT_EQ(spec->analyses[1].choice.model.r.front().file, "r.csv");
}

TEST(DependentReviewToml, Refusals) {
  const auto message = [](const std::string& lines) {
    const std::string text(kReview);
    const auto spec =
        parse_review(text.substr(0, text.find("[[analysis]]")) + "[[analysis]]\nid = \"a\"\n" + lines, "review.toml");
    return spec ? std::string() : describe(spec.error());
  };
  EXPECT_NE(message("rho_grid = [1.2]\n").find("between -1 and 1"), std::string::npos);
  EXPECT_NE(message("covariance = { obs = \"label\" }\n").find("needs cluster"), std::string::npos);
  EXPECT_NE(message("covariance = { clster = \"study\" }\n").find("'cluster'"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::engine
