#include "workflow/prisma_step.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "workflow/standing.hpp"
#include "workflow/test_log.hpp"

namespace hedgerow::workflow {
namespace {

review::Prisma flow(const TestLog& log) {
  const auto state = fold(log.events, log.heads);
  EXPECT_TRUE(state.ok()) << (state.ok() ? "" : describe(state.error()));
  return prisma_of(*state, standing_events(log.events));
}

std::vector<std::int64_t> behind(const TestLog& log, const std::string& box) {
  return records_behind(fold(log.events, log.heads).take(), box).take();
}

void both(TestLog& log, std::int64_t record, const std::string& value, const std::string& stage = "abstract",
          const std::string& reason = "") {
  for (const char* who : {"ana", "bo"}) log.vote(who, record, value, stage, reason);
}

// Seven records of two databases, one of them twice; one left over, one not retrieved, one excluded, one included.
TEST(PrismaStep, EveryBoxIsAQuestionToTheLog) {
  TestLog log;
  log.import(4, "database", "PubMed");
  log.import(3, "database", "Scopus");
  store::Event& link = log.add("link");
  link.record = 1;
  link.other = 5;
  link.value = "automatic";
  both(log, 1, "include");
  both(log, 2, "exclude");
  both(log, 3, "include");
  both(log, 4, "include");
  both(log, 6, "exclude");
  both(log, 1, "include", "fulltext");
  both(log, 3, "exclude", "fulltext", "wrong design");
  store::Event& lost = log.add("retrieval");
  lost.record = 4;
  lost.value = "not-retrieved";
  const review::Prisma prisma = flow(log);
  const std::pair<const char*, long> expected[] = {{"database_results", 7},
                                                   {"duplicates", 1},
                                                   {"records_pending", 1},
                                                   {"records_screened", 5},
                                                   {"records_excluded", 2},
                                                   {"dbr_sought_reports", 3},
                                                   {"dbr_notretrieved_reports", 1},
                                                   {"dbr_assessed", 2},
                                                   {"new_reports", 1},
                                                   {"new_studies", 1},
                                                   {"total_studies", 1}};
  for (const auto& [name, count] : expected) EXPECT_EQ(prisma.find(name), count) << name;
  EXPECT_EQ(prisma.databases, (review::NamedCounts{{"PubMed", 4}, {"Scopus", 3}}));
  EXPECT_EQ(prisma.dbr_excluded, (review::NamedCounts{{"wrong design", 1}}));
  EXPECT_TRUE(review::check(prisma).empty());
  EXPECT_EQ(behind(log, "duplicates"), std::vector<std::int64_t>{5});
  EXPECT_EQ(behind(log, "records_excluded"), (std::vector<std::int64_t>{2, 6}));
  EXPECT_EQ(behind(log, "dbr_excluded"), std::vector<std::int64_t>{3});
  EXPECT_EQ(behind(log, "new_studies"), std::vector<std::int64_t>{1});
  EXPECT_EQ(behind(log, "database_results").size(), 7U);
  EXPECT_FALSE(records_behind(State(), "records_screend").ok());
}

TEST(PrismaStep, AReportThatADatabaseHasTooIsNotOther) {
  TestLog log;
  log.import(1, "database", "PubMed");
  log.import(2, "citations", "Citations");
  store::Event& link = log.add("link");
  link.record = 1;
  link.other = 2;
  link.value = "automatic";
  both(log, 3, "include", "fulltext");
  const review::Prisma prisma = flow(log);
  EXPECT_EQ(prisma.find("citations_results"), 1);
  EXPECT_EQ(prisma.find("duplicates"), 0);
  EXPECT_EQ(prisma.find("other_sought_reports"), 1);
  EXPECT_EQ(prisma.find("new_reports"), 1);
  EXPECT_TRUE(review::check(prisma).empty());
  EXPECT_TRUE(review::template_of(prisma).other_methods);
  EXPECT_FALSE(review::template_of(prisma).updated);
}

TEST(PrismaStep, AnUpdateCountsWhatThePreviousReviewHasOnce) {
  TestLog log;
  log.import(2, "previous", "Review of 2020");
  log.import(2, "database", "PubMed");
  store::Event& link = log.add("link");
  link.record = 1;
  link.other = 3;
  link.value = "automatic";
  both(log, 4, "include");
  both(log, 4, "include", "fulltext");
  for (const std::int64_t record : {2, 4}) {
    store::Event& study = log.add("study");
    study.record = record;
    study.value = "Smith";
  }
  const review::Prisma prisma = flow(log);
  EXPECT_EQ(prisma.find("previous_studies"), 2);
  EXPECT_EQ(prisma.find("duplicates"), 1);
  EXPECT_EQ(prisma.find("new_reports"), 1);
  EXPECT_EQ(prisma.find("new_studies"), 0);  // a further report of a study that the previous review has
  EXPECT_EQ(prisma.find("total_reports"), 3);
  EXPECT_TRUE(review::check(prisma).empty());
  EXPECT_TRUE(review::template_of(prisma).updated);
}

TEST(PrismaStep, CountsOfWhatNoRecordStandsForAreAdded) {
  TestLog log;
  log.import(1, "database", "PubMed");
  store::Event& count = log.add("count");
  count.stage = "website_results";
  count.value = "12";
  EXPECT_EQ(flow(log).find("website_results"), 12);
}

/// A random event about random records; whatever comes, every identity holds.
void add_random(TestLog& log, RandomStream& random) {
  static const char* const kOrigins[] = {"database", "registry", "website", "organisation", "citations", "previous"};
  static const char* const kWho[] = {"ana", "bo", "cy"};
  const auto record = [&] { return static_cast<std::int64_t>(random.below(log.heads.size()) + 1); };
  const std::string stage = random.below(2) == 0 ? "abstract" : "fulltext";
  const auto say = [&](const char* kind, const std::string& value, bool staged = false) {
    const std::int64_t about = record();
    store::Event& event = log.add(kind, kWho[random.below(3)]);
    event.record = about;
    event.value = value;
    if (staged) event.stage = stage;
  };
  switch (random.below(12)) {
    case 0:
      log.import(1 + random.below(4), kOrigins[random.below(6)], random.below(2) == 0 ? "A" : "B");
      break;
    case 1:
    case 2: {
      const std::int64_t a = record(), b = record();
      if (a == b) break;
      store::Event& event = log.add(random.below(4) == 0 ? "unlink" : "link");
      event.record = a;
      event.other = b;
      event.value = "automatic";
      break;
    }
    case 3:
      say("retrieval", random.below(2) == 0 ? "retrieved" : "not-retrieved");
      break;
    case 4:
      say("label", random.below(3) == 0 ? "" : random.below(2) == 0 ? "awaiting" : "ongoing");
      break;
    case 5:
      say("remove", random.below(2) == 0 ? "automatic" : "other");
      break;
    case 6:
      say("study", random.below(2) == 0 ? "Smith" : "Lee");
      break;
    case 7:
      say("auto-exclude", "", true);
      break;
    case 8: {
      const std::int64_t event = static_cast<std::int64_t>(random.below(log.events.size()) + 1);
      if (log.events[static_cast<std::size_t>(event - 1)].kind != "import") log.add("undo").other = event;
      break;
    }
    default:
      both(log, record(), random.below(3) == 0 ? "exclude" : "include", stage);
  }
}

TEST(PrismaStep, IdentitiesHoldWhateverTheLogSays) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomStream random(7, seed);
    TestLog log;
    log.import(5);
    for (int step = 0; step < 60; ++step) {
      add_random(log, random);
      if (step % 10 != 9) continue;
      const auto state = fold(log.events, log.heads);
      ASSERT_TRUE(state.ok()) << describe(state.error());
      const review::Prisma prisma = prisma_of(*state, standing_events(log.events));
      for (const review::PrismaProblem& problem : review::check(prisma))
        ADD_FAILURE() << seed << ": " << problem.message;
      for (const review::PrismaName& known : review::prisma_names()) {
        const auto count = prisma.find(known.name);
        if (!count) continue;
        EXPECT_GE(*count, 0) << known.name;
        if (known.name.ends_with("_studies")) continue;  // several reports of one study
        EXPECT_EQ(*count, static_cast<long>(records_behind(*state, known.name)->size())) << known.name;
      }
    }
  }
}

}  // namespace
}  // namespace hedgerow::workflow
