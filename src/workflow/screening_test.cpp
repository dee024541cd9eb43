#include "workflow/screening.hpp"

#include <gtest/gtest.h>

#include "store/test_folder.hpp"
#include "workflow/names.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

// A review in a folder that ends with the test: three records, two reviewers, reasons for full texts.
struct TestReview {
  store::TestFolder folder;
  ReviewStore review;

  static ReviewStore make(const store::TestFolder& folder) {
    auto made = store::Store::create(folder.path(kStoreFile));
    HR_ASSERT(made.ok());
    store::Event create;
    create.kind = "create";
    create.author = "ana";
    HR_ASSERT(made->append(create).ok());
    HR_ASSERT(made->append_import(store::an_import("ana"), std::vector<records::Record>(3)).ok());
    auto review = ReviewStore::open(folder.path(""));
    HR_ASSERT(review.ok());
    return review.take();
  }
  TestReview() : review(make(folder)) {
    for (const char* name : {"ana", "bo"}) append(add_reviewer_event(review, "ana", name));
    append(rule_event("ana", {Stage::fulltext, 2, std::vector<std::string>{"wrong population", "wrong design"}}));
  }
  std::int64_t append(const Expected<store::Event>& event) {
    EXPECT_TRUE(event.ok()) << (event.ok() ? "" : event.error().message);
    if (!event) return 0;
    const auto id = review.append(std::span(&event.value(), 1));
    EXPECT_TRUE(id.ok());
    return id.ok() ? *id : 0;
  }
  std::int64_t vote(const std::string& who, std::int64_t record, Vote vote, const std::string& reason = "") {
    return append(vote_event(review, {who, record, std::nullopt, vote, reason, ""}));
  }
  std::string refusal(const VoteRequest& request) {
    const auto event = vote_event(review, request);
    return event.ok() ? "accepted" : event.error().message;
  }
  const StageState& abstract(std::int64_t record) { return review.state.documents.at(record_index(record)).abstract; }
  std::size_t record_index(std::int64_t record) { return review.state.document_of.at(record); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Screening, AVoteIsWrittenAndCounts) {
  TestReview test;
  test.vote("ana", 1, Vote::include);
  test.vote("bo", 1, Vote::include);
  EXPECT_EQ(test.abstract(1).outcome, Outcome::included);
  // Without a stage the next vote is about the full text.
  test.vote("ana", 1, Vote::exclude, "2");
  const Document& document = test.review.state.documents[0];
  ASSERT_EQ(document.fulltext.votes.size(), 1U);
  EXPECT_EQ(document.fulltext.votes[0].reason, "wrong design");
}

TEST(Screening, RefusesVotesWithWhatWouldBeRight) {
  TestReview test;
  EXPECT_TRUE(has(test.refusal({"anna", 1, std::nullopt, Vote::include, "", ""}), "did you mean 'ana'"));
  EXPECT_TRUE(has(test.refusal({"ana", 9, std::nullopt, Vote::include, "", ""}), "records are 1 to 3"));
  EXPECT_TRUE(
      has(test.refusal({"ana", 1, Stage::fulltext, Vote::include, "", ""}), "by title and abstract it is pending"));
  EXPECT_TRUE(
      has(test.refusal({"ana", 1, std::nullopt, Vote::include, "wrong design", ""}), "belongs to an exclusion"));
  for (const char* who : {"ana", "bo"}) test.vote(who, 1, Vote::include);
  EXPECT_TRUE(has(test.refusal({"ana", 1, std::nullopt, Vote::exclude, "", ""}), "needs one of the declared reasons"));
  EXPECT_TRUE(
      has(test.refusal({"ana", 1, std::nullopt, Vote::exclude, "wrong desing", ""}), "did you mean 'wrong design'"));
  EXPECT_TRUE(has(test.refusal({"ana", 1, std::nullopt, Vote::exclude, "wrong", ""}), "not one of the declared"));
  EXPECT_EQ(test.refusal({"ana", 1, std::nullopt, Vote::exclude, "WRONG POP", ""}), "accepted");
  test.append(remove_reviewer_event(test.review, "ana", "bo"));
  EXPECT_TRUE(has(test.refusal({"bo", 2, std::nullopt, Vote::include, "", ""}), "was removed from the reviewers"));
}

TEST(Screening, AnybodyMayVoteUntilReviewersAreNamed) {
  store::TestFolder folder;
  ReviewStore review = TestReview::make(folder);
  EXPECT_TRUE(vote_event(review, {"whoever", 1, std::nullopt, Vote::include, "", ""}).ok());
}

TEST(Screening, ARefereeDecidesConflictsAlone) {
  TestReview test;
  const VoteRequest decision{"cy", 1, std::nullopt, Vote::include, "", "talked it over"};
  EXPECT_TRUE(has(resolve_event(test.review, decision).error().message, "not in conflict"));
  test.vote("ana", 1, Vote::include);
  test.vote("bo", 1, Vote::maybe);
  EXPECT_EQ(conflicts(test.review.state, Stage::abstract).size(), 1U);
  EXPECT_FALSE(resolve_event(test.review, {"cy", 1, std::nullopt, Vote::maybe, "", ""}).ok());
  test.append(resolve_event(test.review, decision));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::included);
  EXPECT_EQ(test.abstract(1).resolution->note, "talked it over");
  // A referee may change the mind.
  test.append(resolve_event(test.review, {"cy", 1, Stage::abstract, Vote::exclude, "", ""}));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::excluded);
}

TEST(Screening, AVoterIsNotTheReferee) {
  TestReview test;
  test.vote("ana", 1, Vote::include);
  test.vote("bo", 1, Vote::exclude);
  VoteRequest decision{"ana", 1, std::nullopt, Vote::include, "", ""};
  EXPECT_TRUE(has(resolve_event(test.review, decision).error().message, "somebody else has to be its referee"));
  decision.referee_may_vote = true;
  test.append(resolve_event(test.review, decision));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::included);
}

TEST(Screening, WithdrawAndReopen) {
  TestReview test;
  EXPECT_FALSE(withdraw_event(test.review, "ana", 1, std::nullopt).ok());
  EXPECT_FALSE(reopen_event(test.review, "ana", 1, Stage::abstract).ok());
  test.vote("ana", 1, Vote::include);
  test.vote("bo", 1, Vote::include);
  // The document has moved on to the full text; the vote that is meant is still found.
  test.append(withdraw_event(test.review, "ana", 1, std::nullopt));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::partial);
  test.append(reopen_event(test.review, "ana", 1, Stage::abstract));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::pending);
  test.append(reopen_event(test.review, "ana", 0, Stage::abstract));
}

TEST(Screening, WorkListsPutBegunDocumentsFirstAndEndWithEnoughVotes) {
  TestReview test;
  test.vote("bo", 3, Vote::exclude);
  const auto list = [&](const std::string& who) {
    std::vector<std::int64_t> records;
    for (const std::size_t index : work_list(test.review.state, Stage::abstract, who).documents)
      records.push_back(test.review.state.documents[index].kept);
    return records;
  };
  EXPECT_EQ(list("ana"), (std::vector<std::int64_t>{3, 1, 2}));
  EXPECT_EQ(list("bo"), (std::vector<std::int64_t>{1, 2}));
  test.vote("ana", 3, Vote::exclude);
  EXPECT_EQ(list("ana"), (std::vector<std::int64_t>{1, 2}));
  const std::vector<std::size_t> order = {2, 1, 0};
  EXPECT_EQ(work_list(test.review.state, Stage::abstract, "ana", order).documents, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(work_list(test.review.state, Stage::abstract, "ana").done, 1U);
}

TEST(Screening, UndoIsRefusedWhereItWouldHurt) {
  TestReview test;
  const std::int64_t vote = test.vote("ana", 1, Vote::include);
  const auto refusal = [&](const std::string& who, std::int64_t event) {
    const auto undo = undo_event(test.review, who, event);
    return undo.ok() ? "accepted" : undo.error().message;
  };
  EXPECT_TRUE(has(refusal("ana", 999), "there is no event 999"));
  EXPECT_TRUE(has(refusal("ana", 1), "start of the store"));
  EXPECT_TRUE(has(refusal("bo", vote), "only they can undo it"));
  EXPECT_TRUE(has(refusal("ana", 2), "1 later event is about the records of this import"));
  const std::int64_t undo = test.append(undo_event(test.review, "ana", vote));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::pending);
  EXPECT_TRUE(has(refusal("ana", vote), "undone already, by event " + std::to_string(undo)));
  EXPECT_EQ(refusal("ana", 2), "accepted");
  test.append(undo_event(test.review, "ana", undo));
  EXPECT_EQ(test.abstract(1).outcome, Outcome::partial);
  EXPECT_EQ(last_own_vote(test.review, "ana"), vote);
  EXPECT_EQ(last_own_vote(test.review, "bo"), std::nullopt);
}

TEST(Screening, ReviewersAndRulesAreChecked) {
  TestReview test;
  EXPECT_FALSE(add_reviewer_event(test.review, "ana", " ").ok());
  EXPECT_FALSE(add_reviewer_event(test.review, "ana", "bo").ok());
  EXPECT_TRUE(has(remove_reviewer_event(test.review, "ana", "boo").error().message, "did you mean 'bo'"));
  EXPECT_FALSE(rule_event("ana", {Stage::abstract, std::nullopt, std::nullopt}).ok());
  EXPECT_FALSE(rule_event("ana", {Stage::abstract, 0, std::nullopt}).ok());
  EXPECT_FALSE(rule_event("ana", {Stage::abstract, 1, std::vector<std::string>{"a", "a"}}).ok());
  EXPECT_EQ(owner(test.review), "ana");
}

TEST(ReviewStore, SeesWhatAnotherProcessWrote) {
  TestReview test;
  auto other = ReviewStore::open(test.folder.path(""));
  ASSERT_TRUE(other.ok());
  test.vote("ana", 1, Vote::include);
  ASSERT_TRUE(test.review.store.append_import(store::an_import("ana"), std::vector<records::Record>(2)).ok());
  ASSERT_TRUE(other->refresh().ok());
  EXPECT_EQ(other->state.documents.size(), 5U);
  EXPECT_EQ(other->state.documents[0].abstract.votes.size(), 1U);
  EXPECT_EQ(other->head(5).id, 5);
}

}  // namespace
}  // namespace hedgerow::workflow
