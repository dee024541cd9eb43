// `counts` in review.toml: models of counts, what a variant inherits, and what the report calls them.
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
title = "BCG"
question = "Q?"
[effects]
file = "bcg.csv"
study = "trial"
label = "trial"
measure = "OR"
transf = "exp"
[effects.columns]
ai = "tpos"
bi = "tneg"
ci = "cpos"
di = "cneg"
[[analysis]]
id = "mh"
figures = ["forest"]
leave_out = ["study"]
counts = { model = "MH", correct = false }
[[analysis.variant]]
id = "added"
counts = { add = 0.5, to = "all" }
[[analysis.variant]]
id = "glmm"
counts = { model = "CM.AL", quadrature = 5 }
[[analysis.variant]]
id = "effects"
counts = { model = "none" }
[[analysis]]
id = "peto"
counts = { model = "PETO" }
[[analysis]]
id = "mixed"
figures = ["forest"]
counts = { model = "UM.RS" }
)";

TEST(ReviewCounts, AVariantChangesTheKeysThatItNames) {
  const auto spec = parse_review(kReview, "review.toml");
  ASSERT_TRUE(spec.ok()) << describe(spec.error());
  const AnalysisSpec& mh = *spec->analysis("mh");
  const auto counts = [&](std::size_t i) { return choice_job(*spec, mh.variants[i].choice, nullptr).model.counts; };
  ASSERT_TRUE(mh.choice.model.counts);
  EXPECT_EQ(mh.choice.model.counts->model, "MH");
  EXPECT_FALSE(mh.choice.model.counts->correct);
  EXPECT_FALSE(mh.choice.model.counts->drop00);
  ASSERT_TRUE(counts(0));
  EXPECT_EQ(counts(0)->model, "MH");
  EXPECT_FALSE(counts(0)->correct);
  EXPECT_EQ(counts(0)->add, 0.5);
  EXPECT_EQ(counts(0)->to, "all");
  ASSERT_TRUE(counts(1));
  EXPECT_EQ(counts(1)->model, "CM.AL");
  EXPECT_EQ(counts(1)->quadrature, 5);
  EXPECT_FALSE(counts(2));
}

TEST(ReviewCounts, UnknownModelsAreLocated) {
  std::string text = kReview;
  text.replace(text.find("\"PETO\""), 6, "\"PETE\"");
  const auto spec = parse_review(text, "review.toml");
  ASSERT_FALSE(spec.ok());
  EXPECT_NE(describe(spec.error()).find("PETO"), std::string::npos) << describe(spec.error());
}

TEST(ReviewCounts, TheReportNamesTheModels) {
  const fs::path root = fs::temp_directory_path() / ("hedgerow-counts-" + std::to_string(::getpid()));
  fs::create_directories(root / "in");
  ASSERT_TRUE(write_file((root / "in" / "review.toml").string(), kReview).ok());
  fs::copy_file(fs::path(HEDGEROW_SOURCE_DIR) / "tests/reference/data/bcg.csv", root / "in" / "bcg.csv",
                fs::copy_options::overwrite_existing);
  SilentProgress progress;
  const auto outcome = run_review((root / "in").string(), (root / "out").string(), progress);
  ASSERT_TRUE(outcome.ok()) << describe(outcome.error());
  const std::string html = read_file(outcome->report).take();
  fs::remove_all(root);
  for (const char* text : {"Mantel-Haenszel; ", "the log odds ratio by Robins, Breslow and Greenland",
                           "without continuity correction", "hypergeometric variance", "quadrature with 5 or 7 nodes",
                           "conditional mixed model with the approximate likelihood",
                           "mixed model of counts (GLMM, CM.AL), random effects", "0.62 [0.57, 0.68]"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
}

}  // namespace
}  // namespace hedgerow::engine
