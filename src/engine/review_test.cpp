// The review folder: what review.toml may say, how published numbers are judged, and the example as a whole.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "base/file.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"
#include "engine/review_lock.hpp"
#include "engine/review_output.hpp"
#include "engine/review_published.hpp"
#include "engine/review_run.hpp"
#include "engine/review_spec.hpp"

namespace hedgerow::engine {
namespace {

namespace fs = std::filesystem;

const char* const kSmallReview = R"(schema = "hedgerow.review/1"
title = "T"
question = "Q?"
[effects]
file = "effects.csv"
study = "study"
label = "label"
yi = "yi"
vi = "vi"
[[subset]]
id = "some"
condition = "yi < 1"
[[analysis]]
id = "main"
method = "DL"
)";

const char* const kSmallEffects =
    "study,label,yi,vi,g\na,a1,0.1,0.04,x\na,a2,0.3,0.05,y\nb,b1,0.6,0.06,x\nc,c1,0.2,0.03,y\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Error error_of(const std::string& toml) {
  const auto spec = parse_review(toml, "review.toml");
  EXPECT_FALSE(spec.ok());
  return spec.ok() ? Error() : spec.error();
}

/// A folder below the system's place for temporary files, removed at the end of a test.
class ReviewFolder : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            ("hedgerow-review-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "-" +
             std::to_string(::getpid()));
    fs::create_directories(root_ / "in");
    write("review.toml", kSmallReview);
    write("effects.csv", kSmallEffects);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file((root_ / "in" / name).string(), text).ok());
  }
  Expected<ReviewOutcome> run() {
    SilentProgress progress;
    return run_review((root_ / "in").string(), out(), progress);
  }
  std::string out() const { return (root_ / "out").string(); }

  fs::path root_;
};

std::map<std::string, std::string> bytes_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).generic_string()] = read_file(entry.path().string()).take();
  return files;
}

TEST(ReviewToml, ReadsASmallReview) {
  const auto spec = parse_review(kSmallReview, "review.toml");
  ASSERT_TRUE(spec.ok()) << describe(spec.error());
  EXPECT_EQ(spec->headline, "main");
  EXPECT_EQ(spec->analyses.at(0).choice.model.method, "DL");
}

TEST(ReviewToml, UnknownKeyIsLocatedWithTheNearestName) {
  const Error error = error_of(replaced(kSmallReview, "method = \"DL\"", "methd = \"DL\""));
  EXPECT_EQ(error.where, "review.toml:15:1");
  EXPECT_EQ(error.message, "unknown key 'methd' in [analysis[1]] (did you mean 'method'?)");
}

TEST(ReviewToml, WrongTypesWordsAndNamesAreLocated) {
  EXPECT_EQ(error_of(replaced(kSmallReview, "title = \"T\"", "title = 3")).where, "review.toml:2:1");
  EXPECT_EQ(error_of(replaced(kSmallReview, "\"DL\"", "\"DLL\"")).where, "review.toml:15:1");
  const Error subset = error_of(std::string(kSmallReview) + "subset = \"sone\"\n");
  EXPECT_EQ(subset.where, "review.toml:16:1");
  EXPECT_NE(subset.message.find("'some'"), std::string::npos);
  EXPECT_NE(
      error_of(replaced(kSmallReview, "title = \"T\"", "title = \"T\"\nheadline = \"mian\"")).message.find("'main'"),
      std::string::npos);
}

TEST(ReviewToml, AMisspeltKeyGoesBeforeItsConsequences) {
  const std::string text = replaced(kSmallReview, "[[subset]]", "[[subst]]") + "subset = \"some\"\n";
  EXPECT_EQ(error_of(text).message, "unknown key 'subst' (did you mean 'subset'?)");
}

TEST(ReviewToml, MissingPartsAndBadTomlAreErrors) {
  EXPECT_NE(error_of(replaced(kSmallReview, "question = \"Q?\"", "")).message.find("'question' is missing"),
            std::string::npos);
  EXPECT_NE(
      error_of("title = \"T\"\nquestion = \"Q\"\n[[analysis]]\nid = \"a\"\n").message.find("[effects] is missing"),
      std::string::npos);
  EXPECT_EQ(error_of("title = \"T\nquestion").where.substr(0, 14), "review.toml:1:");
  EXPECT_NE(error_of(replaced(kSmallReview, "review/1", "review/9")).message.find("hedgerow.review/1"),
            std::string::npos);
}

TEST(Published, PrintedRuleTakesHalfAUnitOfTheLastDigit) {
  EXPECT_TRUE(agrees(0.54127, "0.541", 0));
  EXPECT_TRUE(agrees(0.5415, "0.541", 0));
  EXPECT_FALSE(agrees(0.54151, "0.541", 0));
  EXPECT_TRUE(agrees(67.641, "67.64", 0));
  EXPECT_FALSE(agrees(35.6, "35", 0));
  EXPECT_TRUE(agrees(0.0004, "<0.001", 0));
  EXPECT_FALSE(agrees(0.002, "<0.001", 0));
  EXPECT_FALSE(agrees(std::nan(""), "0.541", 0));
  EXPECT_FALSE(agrees(0.5, "none", 0));
}

TEST(Published, SignificantRuleCountsDigits) {
  EXPECT_FALSE(agrees(0.38027104, "0.3802711", 0));
  EXPECT_TRUE(agrees(0.38027104, "0.3802711", 6));
  EXPECT_FALSE(agrees(0.38028, "0.3802711", 6));
  EXPECT_TRUE(agrees(-1.56975, "-1.569745", 5));
  EXPECT_FALSE(agrees(-1.5699, "-1.569745", 5));
  EXPECT_TRUE(agrees(0.16424, "0.1642", 5));  // fewer digits printed than asked for
}

TEST(Lock, RemembersTheStateBeforeTheLastChange) {
  const LockState first{{{"a.csv", "1"}}, {{"main", "estimate=1"}}};
  const LockState second{{{"a.csv", "2"}}, {{"main", "estimate=2"}}};
  Lock lock = next_lock(first, std::nullopt);
  EXPECT_TRUE(lock_changes(lock).empty());
  lock = next_lock(second, lock);
  ASSERT_EQ(lock_changes(lock).size(), 2U);
  EXPECT_EQ(lock_changes(lock)[1].before, "estimate=1");
  const Lock again = next_lock(second, lock);
  EXPECT_EQ(to_text(again), to_text(lock));
  const auto read = parse_lock(to_text(lock), "hedgerow.lock");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(to_text(*read), to_text(lock));
  EXPECT_FALSE(parse_lock("{}", "hedgerow.lock").ok());
}

TEST_F(ReviewFolder, RerunGivesTheSameBytesAndKeepsOtherFiles) {
  ASSERT_TRUE(run().ok());
  ASSERT_TRUE(write_file(out() + "/my-notes.txt", "mine").ok());
  const auto before = bytes_of(out());
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(bytes_of(out()), before);
  EXPECT_EQ(before.count("report.html"), 1U);
  EXPECT_EQ(before.count("tables/results.csv"), 1U);
}

TEST_F(ReviewFolder, AChangeOfInputIsReportedOnce) {
  ASSERT_TRUE(run().ok());
  write("effects.csv", replaced(kSmallEffects, "0.6,0.06", "0.7,0.06"));
  const auto changed = run();
  ASSERT_TRUE(changed.ok());
  ASSERT_EQ(changed->changes.size(), 2U);
  EXPECT_EQ(changed->changes[0].what, "effects.csv");
  const auto before = bytes_of(out());
  const auto again = run();
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->changes.empty());
  EXPECT_EQ(bytes_of(out()), before);
}

TEST_F(ReviewFolder, BadInputWritesNothing) {
  write("effects.csv", replaced(kSmallEffects, "0.6,0.06", "0.6,-0.06"));
  auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().where.find("in/effects.csv:4"), std::string::npos) << outcome.error().where;
  EXPECT_FALSE(fs::exists(out()));
  write("effects.csv", replaced(kSmallEffects, "0.6,0.06", "much,0.06"));
  outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().where.find("effects.csv:4"), std::string::npos) << outcome.error().where;
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), fs::directory_iterator()), 1);
}

TEST_F(ReviewFolder, AFolderThatIsNoReviewAndAPlaceThatIsNotOursAreRefused) {
  fs::remove(root_ / "in" / "review.toml");
  auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::usage);
  EXPECT_NE(outcome.error().message.find("no review.toml"), std::string::npos);
  write("review.toml", kSmallReview);
  fs::create_directories(out());
  ASSERT_TRUE(write_file(out() + "/thesis.txt", "years of work").ok());
  outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(bytes_of(out()).size(), 1U);
}

TEST_F(ReviewFolder, RecodeNamesTheCellWithoutANewName) {
  write("review.toml",
        replaced(kSmallReview, "vi = \"vi\"\n",
                 "vi = \"vi\"\n[[effects.recode]]\nname = \"h\"\nfrom = \"g\"\nvalues = { x = \"ex\" }\n"));
  const auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().where.find("effects.csv:3:g"), std::string::npos) << outcome.error().where;
}

TEST_F(ReviewFolder, SubgroupsOfOneEffectAndUnknownColumnsDoNotPassSilently) {
  write("review.toml", std::string(kSmallReview) + "[[analysis.moderator]]\nid = \"m\"\nformula = \"~ sec\"\n");
  const auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message.find("main/moderator/m"), std::string::npos) << outcome.error().message;
}

TEST_F(ReviewFolder, AReviewWithoutEffectsIsReportedFromItsLog) {
  write("review.toml", "title = \"T\"\nquestion = \"Q\"\n");
  LoggedReview logged;
  logged.prisma = review::Prisma();
  ASSERT_TRUE(review::set_count(*logged.prisma, "database_results", 17, "").ok());
  report::Paragraph who{report::Text("Two people screened.")};
  logged.screening.emplace_back(who);
  SilentProgress silent;
  const auto evidence = gather_evidence((root_ / "in").string(), silent, logged);
  ASSERT_TRUE(evidence.ok()) << describe(evidence.error());
  EXPECT_EQ(evidence->table, nullptr);
  EXPECT_EQ(evidence->spec.prisma->find("database_results"), 17);
  const auto outcome = run_review((root_ / "in").string(), out(), silent, logged);
  ASSERT_TRUE(outcome.ok()) << describe(outcome.error());
  const std::string html = read_file(outcome->report).take();
  EXPECT_NE(html.find("Two people screened."), std::string::npos);
  EXPECT_NE(html.find("17"), std::string::npos);
  EXPECT_EQ(html.find("Pooled"), std::string::npos);
}

/// The example as a whole: 19 printed results, the sign that is wrong, the effects as the authors report them.
class Example : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    SilentProgress progress;
    auto gathered = gather_evidence(HEDGEROW_SOURCE_DIR "/examples/eccentric-flexibility", progress);
    ASSERT_TRUE(gathered.ok()) << describe(gathered.error());
    evidence_ = new ReviewEvidence(gathered.take());
  }
  static void TearDownTestSuite() { delete evidence_; }
  void SetUp() override { ASSERT_NE(evidence_, nullptr); }
  static ReviewEvidence* evidence_;
};
ReviewEvidence* Example::evidence_ = nullptr;

TEST_F(Example, EveryPublishedResultIsReproduced) {
  ASSERT_TRUE(evidence_->published.has_value());
  ASSERT_EQ(evidence_->published->rows.size(), 19U);
  std::map<std::string, int> rules;
  for (const PublishedRow& row : evidence_->published->rows) {
    EXPECT_TRUE(row.agrees) << "row " << row.row + 1 << ": " << row.rule;
    ++rules[row.rule];
    if (row.loglik_ours) {
      EXPECT_GE(*row.loglik_ours, *row.loglik_printed);
    }
  }
  EXPECT_GE(rules["last printed digit"], 11);
}

TEST_F(Example, RawRowsAgreeWithTheAuthorsTo1e9) {
  const auto reported = evidence_->table->numbers("hedges_g").take();
  const auto errors = evidence_->table->numbers("se").take();
  const auto format = evidence_->table->texts("data_format").take();
  const auto& effects = evidence_->effects.effects.effects;
  int rows = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != "Means, SD in each group") continue;
    ++rows;
    EXPECT_NEAR(std::abs(effects.yi[i]), std::abs(reported[i]), 1e-9) << "row " << i + 1;
    EXPECT_NEAR(std::sqrt(effects.vi[i]), errors[i], 1e-9) << "row " << i + 1;
  }
  EXPECT_EQ(rows, 44);
}

TEST_F(Example, TheWrongSignIsTheFirstWarning) {
  ASSERT_FALSE(evidence_->warnings.empty());
  EXPECT_NE(evidence_->warnings[0].find("Margaritelis 2021"), std::string::npos);
  EXPECT_NE(evidence_->warnings[0].find("opposite"), std::string::npos);
}

// metafor 3.8-1 on the authors' effects, z test: 0.5137700981, standard error 0.1157000534, sigma2 of studies
// 0.2829701542.
TEST_F(Example, ThreeLevelModelOfReportedEffectsAgreesWithMetafor) {
  const ReviewResult& result = evidence_->result("three-level/variant/reported");
  EXPECT_NEAR(result.result.fit->vector("beta").at(0), 0.5137700981, 1e-6);
  EXPECT_NEAR(result.result.fit->vector("se").at(0), 0.1157000534, 1e-6);
  EXPECT_NEAR(result.result.fit->vector("sigma2").at(0), 0.2829701542, 1e-5);
}

TEST_F(Example, PedroTotalsEqualTheSumOfTheItems) {
  ASSERT_EQ(evidence_->appraised.size(), 32U);
  double sum = 0;
  for (const review::Appraised& study : evidence_->appraised) {
    EXPECT_EQ(study.declared, study.score) << study.study;
    sum += study.score;
  }
  EXPECT_NEAR(sum / 32, 5.28, 0.005);
}

}  // namespace
}  // namespace hedgerow::engine
