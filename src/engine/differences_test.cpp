// Differences between programs on the BCG vaccine trials: the causes, their numbers, and the end of the way.
#include "engine/differences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job bcg_job() {
  Job job;
  job.data.file = std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv";
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.effect.slab = "trial";
  return job;
}

Job means_job() {
  Job job;
  const auto table = data::Table::create("means.csv", {"m1", "sd1", "n1", "m2", "sd2", "n2"},
                                         {{"10.3", "2.5", "10", "8.1", "2.2", "10"},
                                          {"12.1", "2.1", "12", "9.9", "2.6", "11"},
                                          {"9.0", "3.1", "8", "8.8", "2.9", "9"},
                                          {"11.4", "2.8", "15", "9.0", "2.3", "14"}});
  job.data.table = std::make_shared<const data::Table>(*table);
  job.effect.measure = "SMD";
  job.effect.arguments = {{"m1i", "m1"}, {"sd1i", "sd1"}, {"n1i", "n1"}, {"m2i", "m2"}, {"sd2i", "sd2"}, {"n2i", "n2"}};
  return job;
}

/// With an empty cell, a table without events, and heterogeneity.
Job tables_job(const std::string& measure) {
  Job job;
  const auto table = data::Table::create("tables.csv", {"a", "n1", "c", "n2"},
                                         {{"0", "40", "9", "42"},
                                          {"3", "60", "9", "58"},
                                          {"0", "30", "0", "33"},
                                          {"22", "90", "10", "85"},
                                          {"8", "50", "17", "51"},
                                          {"30", "120", "28", "110"}});
  job.data.table = std::make_shared<const data::Table>(*table);
  job.effect.measure = measure;
  job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  return job;
}

Differences must(Expected<Differences> result) {
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return result.take();
}

const Step* find(const Differences& d, Convention convention) {
  const auto at =
      std::find_if(d.steps.begin(), d.steps.end(), [&](const Step& s) { return s.convention == convention; });
  return at == d.steps.end() ? nullptr : &*at;
}

const Moved* find(const Step& step, const std::string& name) {
  const auto at = std::find_if(step.moved.begin(), step.moved.end(), [&](const Moved& m) { return m.name == name; });
  return at == step.moved.end() ? nullptr : &*at;
}

void expect_same(const Numbers& a, const Numbers& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    if (is_missing(a[i].second))
      EXPECT_TRUE(is_missing(b[i].second)) << a[i].first;
    else
      EXPECT_DOUBLE_EQ(a[i].second, b[i].second) << a[i].first;
  }
}

TEST(Differences, MetaforToMetaNamesTheCausesOnBcg) {
  const Differences d = must(differences(bcg_job(), "metafor", "meta"));
  ASSERT_EQ(d.steps.size(), 4u);
  const Step* i2 = find(d, Convention::i2);
  ASSERT_TRUE(i2);
  EXPECT_NEAR(find(*i2, "I2")->before, 92.2214, 6e-5);
  EXPECT_NEAR(find(*i2, "I2")->after, 92.12, 6e-3);
  EXPECT_FALSE(find(*i2, "estimate"));
  const Step* prediction = find(d, Convention::prediction);
  ASSERT_TRUE(prediction);
  EXPECT_NEAR(find(*prediction, "pi_lb")->before, -1.866692, 6e-7);
  EXPECT_NEAR(find(*prediction, "pi_lb")->after, -1.995342, 6e-7);
  const Step* egger = find(d, Convention::egger);
  ASSERT_TRUE(egger);
  EXPECT_NEAR(find(*egger, "egger_p")->before, 0.422, 6e-4);
  EXPECT_NEAR(find(*egger, "egger_p")->after, 0.189, 6e-4);
  const Step* trim = find(d, Convention::trim_fill);
  ASSERT_TRUE(trim);
  EXPECT_EQ(find(*trim, "k0")->before, 1);
  EXPECT_EQ(find(*trim, "k0")->after, 4);
}

TEST(Differences, MetaforToCmaNamesTheEstimatorOfTau2) {
  const Differences d = must(differences(bcg_job(), "metafor", "cma"));
  const Step* tau2 = find(d, Convention::tau2);
  ASSERT_TRUE(tau2);
  EXPECT_NEAR(find(*tau2, "tau2")->before, 0.3132432581, 1e-9);
  EXPECT_NEAR(find(*tau2, "tau2")->after, 0.308760, 6e-7);
  EXPECT_TRUE(find(*tau2, "estimate"));
}

TEST(Differences, EffectsOfStudiesComeFirst) {
  const Differences d = must(differences(means_job(), "metafor", "cma"));
  ASSERT_GE(d.steps.size(), 2u);
  EXPECT_EQ(d.steps[0].convention, Convention::j);
  EXPECT_EQ(d.steps[1].convention, Convention::smd_variance);
  // J moves effects and variances; LS2 only the variances.
  EXPECT_EQ(d.steps[0].moved[0].name.substr(0, 5), "yi of");
  EXPECT_EQ(d.steps[1].moved[0].name.substr(0, 5), "vi of");
}

/// Each step begins where the one before ended, and the last ends at the other program.
void expect_a_path(const Job& job, const Program& from, const Program& to) {
  const Differences d = must(differences(job, std::string(from.name), std::string(to.name)));
  const auto start = outcome(job, settings_of(from)), end = outcome(job, settings_of(to));
  ASSERT_TRUE(start.ok() && end.ok());
  expect_same(d.start, start->numbers);
  expect_same(d.end, end->numbers);
  for (const auto& [name, value] : d.end) {
    if (is_missing(value) || is_missing(number(d.start, name))) continue;
    double reached = number(d.start, name);
    for (const Step& step : d.steps)
      if (const Moved* moved = find(step, name)) {
        EXPECT_NEAR(moved->before, reached, 1e-8 * std::fabs(reached)) << name;
        reached = moved->after;
      }
    EXPECT_NEAR(reached, value, 1e-8 * std::fabs(value) + 1e-300) << from.name << " -> " << to.name << ": " << name;
  }
}

TEST(Differences, TheEndIsTheOtherProgram) {
  for (const Job& job : {means_job(), tables_job("RR"), tables_job("RD"), tables_job("OR")})
    for (const Program& from : programs())
      for (const Program& to : programs()) expect_a_path(job, from, to);
}

TEST(Differences, QOfTablesIsACauseOnceTau2IsDl) {
  const Differences d = must(differences(tables_job("OR"), "metafor", "revman5"));
  std::vector<Convention> causes;
  for (const Step& step : d.steps)
    if (!step.moved.empty()) causes.push_back(step.convention);
  const auto at = [&](Convention c) { return std::find(causes.begin(), causes.end(), c); };
  ASSERT_NE(at(Convention::q_centre), causes.end());
  EXPECT_LT(at(Convention::tau2), at(Convention::q_centre));
}

TEST(Differences, SameProgramNoSteps) { EXPECT_TRUE(must(differences(bcg_job(), "stata", "stata")).steps.empty()); }

TEST(Differences, HeldConventionsHaveNoStep) {
  Job job = bcg_job();
  job.model.method = "PM";
  const Differences d = must(differences(job, "metafor", "cma", {"tau2", "prediction=riley"}));
  EXPECT_FALSE(find(d, Convention::tau2));
  EXPECT_FALSE(find(d, Convention::prediction));
  EXPECT_NEAR(number(d.end, "tau2"), 0.3180684522, 1e-9);
  // Two printed values of one estimator (0.318069 and 0.318094) are explained.
  EXPECT_TRUE(std::any_of(d.notes.begin(), d.notes.end(),
                          [](const std::string& note) { return note.find("0.318094") != std::string::npos; }));
}

TEST(Differences, NotesSayWhatIsNotOfferedAndNotChecked) {
  const Differences d = must(differences(bcg_job(), "metafor", "revman"));
  std::string all;
  for (const std::string& note : d.notes) all += note;
  EXPECT_NE(all.find("does not offer"), std::string::npos);
  EXPECT_NE(all.find("not checked"), std::string::npos);
}

TEST(Differences, OnlyTwoLevelModels) {
  Job job = bcg_job();
  job.model.random = {"~ 1 | alloc/trial"};
  const auto result = differences(job, "metafor", "meta");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::not_defined);
}

TEST(Differences, UnknownNamesAreRefused) {
  EXPECT_FALSE(differences(bcg_job(), "metafor", "metta").ok());
  EXPECT_FALSE(differences(bcg_job(), "metafor", "meta", {"tau"}).ok());
  EXPECT_FALSE(differences(bcg_job(), "metafor", "meta", {"prediction"}).ok());
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(Published, FindsTheProgramBehindPrintedNumbers) {
  const auto found =
      published(bcg_job(), {{"estimate", "-0.7145"}, {"I2", "92.12"}, {"pi_lb", "-1.9953"}, {"k0", "4"}});
  ASSERT_TRUE(found.ok()) << describe(found.error());
  ASSERT_FALSE(found->matches.empty());
  EXPECT_TRUE(has(found->matches.front().programs, "meta"));
  for (const Match& match : found->matches) {
    EXPECT_EQ(match.settings[Convention::i2], "Q");
    EXPECT_EQ(match.settings[Convention::trim_fill], "common");
    EXPECT_EQ(match.settings[Convention::tau2], "REML");
  }
}

TEST(Published, RatiosAndCommonEffects) {
  const auto found = published(bcg_job(), {{"estimate", "0.65"}, {"ci_lb", "0.60"}, {"transf", "exp"}});
  ASSERT_TRUE(found.ok());
  ASSERT_FALSE(found->matches.empty());
  for (const Match& match : found->matches) EXPECT_EQ(match.method, "EE");
}

TEST(Published, NothingFitsSoTheNearestIsNamed) {
  const auto found = published(bcg_job(), {{"estimate", "-0.7145"}, {"ci_lb", "-5.00"}});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->matches.empty());
  EXPECT_EQ(found->worst, "ci_lb");
  EXPECT_FALSE(found->nearest.method.empty());
}

TEST(Published, RequestsThatMakeNoSense) {
  EXPECT_FALSE(published(bcg_job(), {}).ok());
  EXPECT_FALSE(published(bcg_job(), {{"estimat", "1"}}).ok());
  EXPECT_FALSE(published(bcg_job(), {{"estimate", "one"}}).ok());
  EXPECT_FALSE(published(bcg_job(), {{"estimate", "1"}, {"transf", "sqrt"}}).ok());
}

}  // namespace
}  // namespace hedgerow::engine
