#include "workflow/state.hpp"

#include <gtest/gtest.h>

#include "workflow/names.hpp"
#include "workflow/standing.hpp"
#include "workflow/test_log.hpp"

namespace hedgerow::workflow {
namespace {

State folded(const TestLog& log) {
  auto state = fold(log.events, log.heads);
  EXPECT_TRUE(state.ok()) << (state.ok() ? "" : describe(state.error()));
  return state.ok() ? state.take() : State{};
}
std::string outcome(const TestLog& log, std::int64_t record, Stage stage = Stage::abstract) {
  const State state = folded(log);
  return name(state.stage(state.documents.at(state.document_of.at(record)), stage).outcome);
}

TEST(State, TwoVotesDecide) {
  TestLog log;
  log.import(4);
  EXPECT_EQ(outcome(log, 1), "pending");
  log.vote("ana", 1, "include");
  EXPECT_EQ(outcome(log, 1), "partial");
  log.vote("bo", 1, "include");
  EXPECT_EQ(outcome(log, 1), "included");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "pending");
  log.vote("cy", 1, "exclude");
  EXPECT_EQ(outcome(log, 1), "conflict");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "unseen");
  for (const char* who : {"ana", "bo"}) log.vote(who, 2, "exclude");
  EXPECT_EQ(outcome(log, 2), "excluded");
  for (const char* who : {"ana", "bo"}) log.vote(who, 3, "maybe");
  EXPECT_EQ(outcome(log, 3), "conflict");
  log.say("resolve", 3, "abstract", "include", "dee");
  EXPECT_EQ(outcome(log, 3), "included");
  EXPECT_EQ(outcome(log, 4), "pending");
}

TEST(State, OneVoterMayChangeTheMindAndTheFirstVoteStays) {
  TestLog log;
  log.import(1);
  const std::int64_t first = log.vote("ana", 1, "include");
  log.vote("bo", 1, "exclude");
  const std::int64_t last = log.vote("ana", 1, "exclude");
  const State state = folded(log);
  const StageState& stage = state.documents[0].abstract;
  EXPECT_EQ(stage.outcome, Outcome::excluded);
  ASSERT_EQ(stage.votes.size(), 2U);
  EXPECT_EQ(stage.votes[1].event, last);
  ASSERT_EQ(stage.first.size(), 2U);
  EXPECT_EQ(stage.first[0].event, first);
  EXPECT_EQ(stage.first[0].vote, Vote::include);
}

TEST(State, AnUndoneVoteWasASlipAWithdrawnOneWasAnOpinion) {
  TestLog log;
  log.import(2);
  log.undo(log.vote("ana", 1, "include"));
  log.vote("ana", 2, "include");
  log.say("withdraw", 2, "abstract", "", "ana");
  const State state = folded(log);
  EXPECT_EQ(state.documents[0].abstract.outcome, Outcome::pending);
  EXPECT_TRUE(state.documents[0].abstract.first.empty());
  EXPECT_EQ(state.documents[1].abstract.outcome, Outcome::pending);
  EXPECT_EQ(state.documents[1].abstract.first.size(), 1U);
}

TEST(State, AnUndoOfAnUndoBringsBack) {
  TestLog log;
  log.import(1);
  const std::int64_t vote = log.vote("ana", 1, "include");
  const std::int64_t undo = log.undo(vote);
  EXPECT_EQ(outcome(log, 1), "pending");
  const std::int64_t again = log.undo(undo);
  EXPECT_EQ(outcome(log, 1), "partial");
  log.undo(vote);
  EXPECT_EQ(outcome(log, 1), "pending");
  log.undo(again);
  EXPECT_EQ(outcome(log, 1), "pending");
  EXPECT_EQ(standing_events(log.events).size(), 1U);
}

TEST(State, AnUndoneVoteIsReplacedByTheOneBefore) {
  TestLog log;
  log.import(1);
  log.vote("ana", 1, "include");
  log.undo(log.vote("ana", 1, "exclude"));
  EXPECT_EQ(folded(log).documents[0].abstract.votes.at(0).vote, Vote::include);
}

TEST(State, ARemovedReviewerSolvesTheConflictsThatOnlyTheyCaused) {
  TestLog log;
  log.import(2);
  for (const std::int64_t record : {1, 2})
    for (const char* who : {"ana", "bo"}) log.vote(who, record, record == 1 ? "include" : "exclude");
  log.vote("cy", 1, "exclude");
  log.vote("cy", 2, "maybe");
  EXPECT_EQ(outcome(log, 1), "conflict");
  const std::int64_t removal = log.say("remove-reviewer", 0, "", "cy").id;
  EXPECT_EQ(outcome(log, 1), "included");
  EXPECT_EQ(outcome(log, 2), "excluded");
  const State state = folded(log);
  EXPECT_EQ(state.reviewers, (std::vector<std::string>{"ana", "bo"}));
  EXPECT_EQ(state.removed_reviewers, (std::vector<std::string>{"cy"}));
  EXPECT_EQ(state.documents[0].abstract.first.size(), 3U);
  // A vote of a removed reviewer changes nothing; the undone removal brings the conflict back.
  log.vote("cy", 1, "exclude");
  EXPECT_EQ(outcome(log, 1), "included");
  log.undo(removal);
  EXPECT_EQ(outcome(log, 1), "conflict");
}

TEST(State, AReopenedStageStartsAnewAndKeepsFirstVotes) {
  TestLog log;
  log.import(2);
  for (const std::int64_t record : {1, 2})
    for (const char* who : {"ana", "bo"}) log.vote(who, record, "include");
  log.vote("ana", 1, "include", "fulltext");
  log.say("reopen", 1, "abstract");
  EXPECT_EQ(outcome(log, 1), "pending");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "unseen");
  EXPECT_EQ(outcome(log, 2), "included");
  for (const char* who : {"bo", "ana"}) log.vote(who, 1, "include");
  // The full-text vote was never taken back: it counts again.
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "partial");
  log.say("reopen", 0, "abstract");
  EXPECT_EQ(outcome(log, 1), "pending");
  EXPECT_EQ(outcome(log, 2), "pending");
  const State state = folded(log);
  EXPECT_EQ(state.documents[0].abstract.first.front().event, 2);
}

TEST(State, TheFirstDeclaredReasonIsTheMainOne) {
  TestLog log;
  log.import(2);
  log.say("rule", 0, "fulltext").detail = R"({"votes_needed": 2, "reasons": ["population", "design"]})";
  for (const std::int64_t record : {1, 2})
    for (const char* who : {"ana", "bo"}) log.vote(who, record, "include");
  log.vote("ana", 1, "exclude", "fulltext", "design");
  log.vote("bo", 1, "exclude", "fulltext", "population");
  log.vote("ana", 2, "exclude", "fulltext", "not in the list");
  log.vote("bo", 2, "exclude", "fulltext", "design");
  EXPECT_EQ(folded(log).documents[0].fulltext.reason, "population");
  EXPECT_EQ(folded(log).documents[1].fulltext.reason, "design");
  log.say("resolve", 1, "fulltext", "exclude", "dee", "design");
  EXPECT_EQ(folded(log).documents[0].fulltext.reason, "design");
}

TEST(State, ARuleChangesOnlyWhatItNames) {
  TestLog log;
  log.import(1);
  log.say("rule", 0, "abstract").detail = R"({"votes_needed": 1, "reasons": ["a"]})";
  log.say("rule", 0, "abstract").detail = R"({"reasons": ["b", "c"]})";
  log.vote("ana", 1, "include");
  const State state = folded(log);
  EXPECT_EQ(state.abstract.votes_needed, 1U);
  EXPECT_EQ(state.abstract.reasons, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(state.fulltext.votes_needed, 2U);
  EXPECT_EQ(state.documents[0].abstract.outcome, Outcome::included);
}

TEST(State, VotesOnLinkedRecordsBelongToTheDocument) {
  TestLog log;
  log.import(3);
  log.vote("ana", 1, "include");
  log.vote("bo", 2, "include");
  log.vote("ana", 2, "exclude");
  const std::int64_t link = log.pair("link", 1, 2);
  const State state = folded(log);
  ASSERT_EQ(state.documents.size(), 2U);
  EXPECT_EQ(state.documents[0].records, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(state.documents[0].abstract.outcome, Outcome::conflict);
  EXPECT_EQ(state.documents[0].abstract.votes.size(), 2U);
  EXPECT_EQ(state.documents[0].abstract.first[0].vote, Vote::include);
  log.undo(link);
  EXPECT_EQ(outcome(log, 1), "partial");
  EXPECT_EQ(outcome(log, 2), "conflict");
}

TEST(State, DifferentRecordsNeverMeet) {
  TestLog log;
  log.import(4);
  log.pair("link", 1, 2, "automatic");
  log.pair("link", 2, 3, "automatic");
  EXPECT_EQ(folded(log).documents.size(), 2U);
  log.pair("different", 1, 3);
  State state = folded(log);
  ASSERT_EQ(state.documents.size(), 3U);
  EXPECT_EQ(state.documents[0].records, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(state.different, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 3}}));
  // A user's link outranks the program's, though it is younger.
  log.pair("link", 2, 3, "manual");
  EXPECT_EQ(folded(log).documents[1].records, (std::vector<std::int64_t>{2, 3}));
  log.pair("unlink", 3, 2);
  EXPECT_EQ(folded(log).documents[0].records, (std::vector<std::int64_t>{1, 2}));
  // The last word about a pair counts.
  log.pair("link", 3, 1);
  EXPECT_TRUE(folded(log).different.empty());
  EXPECT_EQ(folded(log).documents[0].records, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST(State, AnUndoneImportIsGoneWithItsRecords) {
  TestLog log;
  log.import(2);
  const std::int64_t second = log.import(2, "registry", "CT.gov");
  log.pair("link", 1, 3);
  log.vote("ana", 3, "include");
  log.undo(second);
  const State state = folded(log);
  EXPECT_EQ(state.imports.size(), 1U);
  EXPECT_EQ(state.documents.size(), 2U);
  EXPECT_EQ(state.documents[0].abstract.outcome, Outcome::pending);
  EXPECT_FALSE(state.document_of.contains(3));
  EXPECT_TRUE(state.reviewers.empty());
}

TEST(State, OriginsInTheirOrder) {
  TestLog log;
  log.import(1, "citations");
  log.import(1, "website");
  log.import(1, "registry");
  log.import(1, "database", "Scopus");
  log.import(1, "previous");
  EXPECT_EQ(outcome(log, 1, Stage::abstract), "unseen");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "pending");
  EXPECT_EQ(outcome(log, 5, Stage::fulltext), "unseen");
  const Origin expected[] = {Origin::citations, Origin::registry, Origin::database, Origin::previous};
  for (std::int64_t other = 2; other <= 5; ++other) {
    log.pair("link", 1, other);
    EXPECT_EQ(folded(log).documents[0].origin, expected[other - 2]) << other;
  }
  EXPECT_EQ(folded(log).imports[3].name, "Scopus");
  EXPECT_EQ(folded(log).imports[3].records, 1U);
}

TEST(State, AStoppingRuleYieldsToPeople) {
  TestLog log;
  log.import(1);
  log.say("auto-exclude", 1, "abstract", "", "model", "unread");
  State state = folded(log);
  EXPECT_EQ(state.documents[0].abstract.outcome, Outcome::excluded);
  EXPECT_TRUE(state.documents[0].abstract.automatic);
  EXPECT_EQ(state.documents[0].abstract.reason, "unread");
  log.vote("ana", 1, "include");
  EXPECT_EQ(outcome(log, 1), "partial");
  EXPECT_FALSE(folded(log).documents[0].abstract.automatic);
}

TEST(State, WhatIsSetAsideIsNotAsked) {
  TestLog log;
  log.import(1, "citations");
  log.say("label", 1, "", "ongoing");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "unseen");
  log.say("label", 1, "", "");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "pending");
  log.say("retrieval", 1, "", "not-retrieved");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "unseen");
  log.say("retrieval", 1, "", "retrieved");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "pending");
  log.say("remove", 1, "", "other");
  EXPECT_EQ(outcome(log, 1, Stage::fulltext), "unseen");
}

TEST(State, ErrorsNameTheirEvent) {
  const auto message = [](const std::string& kind, std::int64_t record, const std::string& stage,
                          const std::string& value, const std::string& detail = "") {
    TestLog log;
    log.import(1);
    log.say(kind, record, stage, value).detail = detail;
    const auto state = fold(log.events, log.heads);
    log.undo(2);
    EXPECT_TRUE(fold(log.events, log.heads).ok()) << "an undone event is never an error";
    return state.ok() ? "" : state.error().message;
  };
  EXPECT_EQ(message("wote", 1, "", ""), "event 2 (wote): this version does not know it");
  EXPECT_EQ(message("vote", 7, "abstract", "include"), "event 2 (vote): there is no record 7");
  EXPECT_EQ(message("vote", 1, "middle", "include"), "event 2 (vote): 'middle' is no stage");
  EXPECT_EQ(message("vote", 1, "abstract", "perhaps"), "event 2 (vote): 'perhaps' is no decision");
  EXPECT_EQ(message("resolve", 1, "abstract", "maybe"), "event 2 (resolve): 'maybe' is no decision");
  EXPECT_EQ(message("link", 1, "", "manual"), "event 2 (link): there is no record 0");
  EXPECT_EQ(message("rule", 0, "abstract", "", "[]"), "event 2 (rule): its detail is no JSON object");
  EXPECT_NE(message("rule", 0, "abstract", "", R"({"votes_needed": 0})").find("from 1 to 100"), std::string::npos);
  EXPECT_NE(message("rule", 0, "abstract", "", R"({"reasons": "a"})").find("list of texts"), std::string::npos);
  EXPECT_NE(message("remove", 1, "", "why").find("neither automatic nor other"), std::string::npos);
  TestLog log;
  log.import(1);
  log.import(1);
  std::swap(log.events[0], log.events[1]);
  EXPECT_FALSE(fold(log.events, log.heads).ok());
}

}  // namespace
}  // namespace hedgerow::workflow
