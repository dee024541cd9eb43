#include "workflow/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "store/test_folder.hpp"
#include "workflow/log_view.hpp"
#include "workflow/screening.hpp"
#include "workflow/test_log.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

// A review of forty records in a store of its own; one vote decides unless the test says otherwise.
struct SampledReview {
  store::TestFolder folder;
  ReviewStore review;

  static ReviewStore make(const store::TestFolder& folder) {
    auto made = store::Store::create(folder.path(kStoreFile));
    HR_ASSERT(made.ok());
    HR_ASSERT(made->append_import(store::an_import("ana"), std::vector<records::Record>(40)).ok());
    auto review = ReviewStore::open(folder.path(""));
    HR_ASSERT(review.ok());
    return review.take();
  }
  explicit SampledReview(std::size_t votes = 1) : review(make(folder)) {
    append(rule_event("ana", {Stage::abstract, votes, std::nullopt}));
  }
  std::int64_t append(const Expected<store::Event>& event) {
    EXPECT_TRUE(event.ok()) << (event.ok() ? "" : event.error().message);
    if (!event) return 0;
    const auto id = review.append(std::span(&event.value(), 1));
    EXPECT_TRUE(id.ok());
    return id.ok() ? *id : 0;
  }
  std::int64_t draw(std::size_t number, std::uint64_t seed = 1) {
    return append(sample_event(review, {"ana", Stage::abstract, number, seed}));
  }
  void decide(std::int64_t record, Vote vote, const std::string& who = "ana") {
    append(vote_event(review, {who, record, Stage::abstract, vote, "", ""}));
  }
  void undo(std::int64_t event) { append(undo_event(review, "ana", event)); }
  RandomSample sample() const { return review.state.abstract_sample; }
  StopFigures figures() const { return stop_figures(review.state, Stage::abstract, 0.95, 0.95); }
  std::vector<std::int64_t> list(const std::string& who) const {
    std::vector<std::int64_t> records;
    for (const std::size_t index : work_list(review.state, Stage::abstract, who).documents)
      records.push_back(review.state.documents[index].kept);
    return records;
  }
};

TEST(Workflow, sample_comes_first_in_everybodys_list_in_the_order_of_drawing) {
  SampledReview test(2);
  test.decide(30, Vote::include, "bo");
  test.draw(5);
  const std::vector<std::int64_t> drawn = test.sample().records;
  ASSERT_EQ(drawn.size(), 5U);
  EXPECT_EQ(std::set<std::int64_t>(drawn.begin(), drawn.end()).size(), 5U);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), 30), 0) << "somebody has read it";
  EXPECT_EQ(test.sample().unread, 39U);
  test.decide(drawn[3], Vote::exclude, "bo");
  const std::vector<std::int64_t> list = test.list("ana");
  ASSERT_EQ(list.size(), 40U);
  EXPECT_TRUE(std::equal(drawn.begin(), drawn.end(), list.begin()));
  EXPECT_EQ(list[5], 30) << "then what a colleague has begun";
  EXPECT_EQ(test.list("bo").front(), drawn[0]);
}

TEST(Workflow, sample_is_drawn_evenly) {
  SampledReview test;
  std::vector<int> times(41, 0);
  constexpr int kRepeats = 2000;
  for (int seed = 0; seed < kRepeats; ++seed) {
    const auto event = sample_event(test.review, {"ana", Stage::abstract, 4, static_cast<std::uint64_t>(seed)});
    ASSERT_TRUE(event.ok());
    const nlohmann::json records = nlohmann::json::parse(event->detail).at("records");
    for (const auto& record : records) ++times[record.get<std::size_t>()];
  }
  double chi2 = 0;
  for (std::size_t record = 1; record <= 40; ++record) chi2 += (times[record] - 200.0) * (times[record] - 200.0) / 200;
  EXPECT_LT(chi2, 73) << "39 degrees of freedom: exceeded once in 1,000 times";
  EXPECT_GT(chi2, 12);
}

TEST(Workflow, sample_refuses_what_cannot_be_drawn) {
  SampledReview test;
  EXPECT_FALSE(sample_event(test.review, {"ana", Stage::abstract, 41, 1}).ok());
  EXPECT_FALSE(sample_event(test.review, {"ana", Stage::abstract, 0, 1}).ok());
  EXPECT_FALSE(sample_event(test.review, {"ana", Stage::fulltext, 1, 1}).ok());
  test.draw(40);
  const auto more = sample_event(test.review, {"ana", Stage::abstract, 1, 1});
  ASSERT_FALSE(more.ok());
  EXPECT_NE(more.error().message.find("drawn"), std::string::npos);
}

TEST(Workflow, sample_makes_the_statement_of_the_screening_room) {
  SampledReview test;
  for (std::int64_t record = 1; record <= 10; ++record) test.decide(record, Vote::include);
  EXPECT_EQ(screening::stop_statement(test.figures().state).rule, "none");
  test.draw(28);
  screening::SequentialTest twin(30, 10, 0.95);
  for (const std::vector<std::int64_t> drawn = test.sample().records; const std::int64_t record : drawn) {
    test.decide(record, Vote::exclude);
    twin.add(0);
    EXPECT_NEAR(screening::stop_statement(test.figures().state).p, twin.p(), 1e-12);
  }
  const StopFigures figures = test.figures();
  EXPECT_EQ(figures.unread, 2U);
  EXPECT_EQ(figures.found, 10U);
  EXPECT_EQ(figures.decided, 28U);
  EXPECT_EQ(screening::stop_statement(figures.state).rule, "random draws (any time)");
}

// The first conflict ends what the statement may use: which documents are decided late is no chance.
TEST(Workflow, statement_takes_the_decided_beginning_of_the_sample) {
  SampledReview test(2);
  test.draw(6);
  const std::vector<std::int64_t> drawn = test.sample().records;
  for (const std::int64_t record : drawn)
    for (const char* who : {"ana", "bo"})
      test.decide(record, record == drawn[2] && who == std::string("bo") ? Vote::include : Vote::exclude, who);
  StopFigures figures = test.figures();
  EXPECT_EQ(figures.open, 1U);
  EXPECT_EQ(figures.decided, 5U);
  EXPECT_EQ(figures.state.draws.drawn, 2U);
  test.append(resolve_event(test.review, {"cy", drawn[2], Stage::abstract, Vote::include, "", ""}));
  figures = test.figures();
  EXPECT_EQ(figures.state.draw_labels, (std::vector<int>{0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(figures.state.draws.found_before, 0U);
}

TEST(Workflow, sample_is_continued_until_something_else_is_read) {
  SampledReview test;
  const std::int64_t first = test.draw(5), second = test.draw(5, 2);
  EXPECT_NE(first, second);
  EXPECT_EQ(test.sample().event, first);
  EXPECT_EQ(test.sample().records.size(), 10U);
  EXPECT_EQ(test.sample().unread, 40U);
  EXPECT_EQ(test.sample().begun, 1U);
  const std::vector<std::int64_t> drawn = test.sample().records;
  for (const std::int64_t record : drawn) test.decide(record, Vote::exclude);
  std::int64_t other = 1;
  while (std::count(drawn.begin(), drawn.end(), other) > 0) ++other;
  test.decide(other, Vote::include);
  EXPECT_EQ(test.figures().state.draws.drawn, 10U) << "what is found elsewhere does not end the statement";
  EXPECT_EQ(test.figures().state.draws.found_before, 1U);
  const std::int64_t third = test.draw(5);
  EXPECT_EQ(test.sample().event, third);
  EXPECT_EQ(test.sample().unread, 29U);
  EXPECT_EQ(test.sample().begun, 2U);
  test.undo(third);
  EXPECT_EQ(test.sample().event, first);
  test.undo(second);
  EXPECT_EQ(test.sample().records.size(), 5U);
}

TEST(Workflow, sample_says_nothing_of_documents_that_came_later) {
  SampledReview test;
  test.decide(1, Vote::include);
  test.draw(3);
  for (const std::vector<std::int64_t> drawn = test.sample().records; const std::int64_t record : drawn)
    test.decide(record, Vote::exclude);
  EXPECT_EQ(test.figures().outside, 0U);
  ASSERT_TRUE(test.review.store.append_import(store::an_import("ana"), std::vector<records::Record>(2)).ok());
  ASSERT_TRUE(test.review.refresh().ok());
  EXPECT_EQ(test.figures().outside, 2U);
  EXPECT_EQ(test.figures().state.draws.drawn, 0U);
  EXPECT_EQ(screening::stop_statement(test.figures().state).rule, "none");
  test.draw(2);
  EXPECT_EQ(test.figures().outside, 0U);
  EXPECT_EQ(test.sample().unread, 38U);
}

TEST(Workflow, documents_that_are_opened_again_are_outside_the_sample) {
  SampledReview test;
  test.decide(1, Vote::include);
  test.draw(39);
  EXPECT_EQ(test.figures().outside, 0U);
  test.append(reopen_event(test.review, "ana", 1, Stage::abstract));
  EXPECT_EQ(test.figures().outside, 1U);
}

TEST(Workflow, damaged_samples_are_errors_of_their_event) {
  const auto error = [](const std::string& detail) {
    TestLog log;
    log.import(3);
    log.say("sample", 0, "abstract").detail = detail;
    const auto state = fold(log.events, log.heads);
    return state.ok() ? "" : state.error().message;
  };
  EXPECT_EQ(error(R"({"records": [1, 2], "unread": 3})"), "");
  for (const char* detail : {"", "[]", R"({"records": [], "unread": 3})", R"({"records": [4], "unread": 3})",
                             R"({"records": ["1"], "unread": 3})", R"({"records": [1, 2], "unread": 1})",
                             R"({"records": [1, 2]})", R"({"records": 7, "unread": 3})"})
    EXPECT_NE(error(detail).find("event 2 (sample)"), std::string::npos) << detail;
}

TEST(Workflow, log_tells_of_a_sample_in_words) {
  SampledReview test;
  test.draw(3);
  const LogLine line{test.review.events.back(), true, 0, false};
  EXPECT_EQ(in_words(line), "3 of 40 unread documents drawn at random, abstract");
}

}  // namespace
}  // namespace hedgerow::workflow
