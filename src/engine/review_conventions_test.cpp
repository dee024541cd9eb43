// `as` in review.toml: which keys win over the program's defaults, and what the report says.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/progress.hpp"
#include "engine/review_jobs.hpp"
#include "engine/review_run.hpp"
#include "engine/review_spec.hpp"

namespace hedgerow::engine {
namespace {

namespace fs = std::filesystem;

const char* const kReview = R"(schema = "hedgerow.review/1"
title = "T"
question = "Q?"
[effects]
file = "effects.csv"
study = "study"
label = "study"
yi = "yi"
vi = "vi"
[[analysis]]
id = "old"
title = "Old review"
as = "revman5"
[[analysis.bias]]
id = "egger"
[[analysis.variant]]
id = "reml"
method = "REML"
test = "knha"
[[analysis.variant]]
id = "cma"
title = "As CMA"
as = "cma"
[[analysis]]
id = "new"
as = "meta"
method = "PM"
i2 = "tau2"
[[analysis.bias]]
id = "egger"
[[analysis.bias]]
id = "trim"
test = "trim_and_fill"
)";

Job job_of(const ReviewSpec& spec, const ModelChoice& choice) { return choice_job(spec, choice, nullptr); }

TEST(ReviewConventions, KeysWinOverTheProgram) {
  const auto spec = parse_review(kReview, "review.toml");
  ASSERT_TRUE(spec.ok()) << describe(spec.error());
  const AnalysisSpec& old = *spec->analysis("old");
  EXPECT_EQ(job_of(*spec, old.choice).model.method, "DL");
  EXPECT_EQ(job_of(*spec, old.choice).inference.i2, "Q");
  EXPECT_EQ(job_of(*spec, old.variants[0].choice).model.method, "REML");
  EXPECT_EQ(job_of(*spec, old.variants[0].choice).inference.test, "knha");
  EXPECT_EQ(job_of(*spec, old.variants[0].choice).inference.i2, "Q");
  EXPECT_EQ(job_of(*spec, old.variants[1].choice).model.method, "DL");
  const AnalysisSpec& with_pm = *spec->analysis("new");
  EXPECT_EQ(job_of(*spec, with_pm.choice).model.method, "PM");
  EXPECT_EQ(job_of(*spec, with_pm.choice).inference.i2, "tau2");
  EXPECT_EQ(with_pm.prediction, std::vector<std::string>{"k_minus_1"});
  EXPECT_EQ(std::get<AskRegressionTest>(with_pm.bias[0].ask).model, "lm");
  EXPECT_EQ(std::get<AskTrimFill>(with_pm.bias[1].ask).rule, "common");
  // RevMan has neither a prediction interval nor Egger's test: then Hedgerow's own.
  EXPECT_EQ(old.prediction, std::vector<std::string>{"default"});
  EXPECT_EQ(std::get<AskRegressionTest>(old.bias[0].ask).model, "rma");
}

TEST(ReviewConventions, EmptyCellsOfTables) {
  const std::string text = R"(schema = "hedgerow.review/1"
title = "T"
question = "Q?"
[effects]
file = "effects.csv"
study = "study"
label = "study"
measure = "RR"
columns = { ai = "a", n1i = "n1", ci = "c", n2i = "n2" }
add = 0.1
to = "if0all"
drop00 = true
continuity = "events"
[[analysis]]
id = "dl"
method = "DL"
q_centre = "MH"
[[analysis]]
id = "old"
as = "revman5"
q_centre = "inverse"
)";
  const auto spec = parse_review(text, "review.toml");
  ASSERT_TRUE(spec.ok()) << describe(spec.error());
  const Job own = job_of(*spec, spec->analysis("dl")->choice);
  EXPECT_EQ(own.effect.options.add, 0.1);
  EXPECT_EQ(own.effect.options.to, "if0all");
  EXPECT_TRUE(own.effect.options.drop00);
  EXPECT_EQ(own.effect.options.continuity, "events");
  EXPECT_EQ(own.model.q_centre, "MH");
  const Job old = job_of(*spec, spec->analysis("old")->choice);
  EXPECT_EQ(old.effect.options.continuity, "cells");
  EXPECT_EQ(old.model.q_centre, "inverse");
}

TEST(ReviewConventions, UnknownProgramsAreLocated) {
  std::string text = kReview;
  text.replace(text.find("revman5"), 7, "refman5");
  const auto spec = parse_review(text, "review.toml");
  ASSERT_FALSE(spec.ok());
  EXPECT_NE(describe(spec.error()).find("did you mean 'revman5'"), std::string::npos) << describe(spec.error());
}

TEST(ReviewConventions, TheMethodsTextSaysWhoseDefaults) {
  const fs::path root = fs::temp_directory_path() / ("hedgerow-conventions-" + std::to_string(::getpid()));
  fs::create_directories(root / "in");
  ASSERT_TRUE(write_file((root / "in" / "review.toml").string(), kReview).ok());
  ASSERT_TRUE(write_file((root / "in" / "effects.csv").string(),
                         "study,yi,vi\na,0.1,0.04\nb,0.6,0.06\nc,0.2,0.03\nd,0.9,0.05\ne,0.4,0.02\n")
                  .ok());
  SilentProgress progress;
  const auto outcome = run_review((root / "in").string(), (root / "out").string(), progress);
  ASSERT_TRUE(outcome.ok()) << describe(outcome.error());
  const std::string html = read_file(outcome->report).take();
  fs::remove_all(root);
  for (const char* text : {"Old review follows the defaults of RevMan 5 and RevMan Web before 2024", "moment estimator",
                           "As CMA follows the defaults of Comprehensive Meta-Analysis 4"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
}

}  // namespace
}  // namespace hedgerow::engine
