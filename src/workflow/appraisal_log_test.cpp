// Ratings as events and back: once, changed, taken back, agreed.
#include "workflow/appraisal_log.hpp"

#include <gtest/gtest.h>

namespace hedgerow::workflow {
namespace {

review::RatedCell cell(const std::string& rater, std::size_t item, std::size_t value, const std::string& support = "") {
  review::RatedCell out;
  out.study = "Smith 2019";
  out.rater = rater;
  out.index = item;
  out.value = value;
  out.support = support;
  return out;
}

TEST(AppraisalLog, gives_back_what_was_written_and_writes_nothing_twice) {
  const review::Instrument pedro = *review::builtin_instrument("pedro");
  const std::vector<review::RatedCell> cells{cell("ann", 1, 0, "p. 2"), cell("", 1, 1), cell("Consensus", 1, 0)};
  auto events = rating_events(pedro, cells, {}, "ben");
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].author, "ann");
  EXPECT_EQ(events[0].stage, "Smith 2019");
  EXPECT_EQ(events[0].detail, R"({"instrument":"pedro","item":"random"})");
  EXPECT_EQ(events[1].author, "ben");
  EXPECT_EQ(events[2].kind, "consensus");
  const auto read = logged_ratings(pedro, events);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[0].support, "p. 2");
  EXPECT_EQ((*read)[2].rater, kConsensus);
  EXPECT_TRUE(rating_events(pedro, cells, *read, "ben").empty());
  EXPECT_EQ(logged_instruments(events), std::vector<std::string>{"pedro"});
  EXPECT_TRUE(logged_ratings(*review::builtin_instrument("rob2"), events)->empty());
}

TEST(AppraisalLog, the_last_rating_counts_and_an_empty_one_takes_it_back) {
  const review::Instrument pedro = *review::builtin_instrument("pedro");
  auto events = rating_events(pedro, {cell("ann", 1, 0)}, {}, "ann");
  const auto changed = rating_events(pedro, {cell("ann", 1, 1)}, *logged_ratings(pedro, events), "ann");
  events.insert(events.end(), changed.begin(), changed.end());
  ASSERT_EQ(logged_ratings(pedro, events)->size(), 1U);
  EXPECT_EQ((*logged_ratings(pedro, events))[0].value, 1U);
  events.push_back(events.back());
  events.back().value.clear();
  EXPECT_TRUE(logged_ratings(pedro, events)->empty());
}

TEST(AppraisalLog, names_the_event_that_it_does_not_understand) {
  const review::Instrument pedro = *review::builtin_instrument("pedro");
  auto events = rating_events(pedro, {cell("ann", 1, 0)}, {}, "ann");
  events[0].id = 7;
  events[0].value = "perhaps";
  const auto read = logged_ratings(pedro, events);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().where, "event 7");
  events[0].detail = R"({"instrument":"pedro","item":"rndom"})";
  EXPECT_NE(logged_ratings(pedro, events).error().message.find("event 7 rates 'rndom'"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::workflow
