#include "workflow/decisions.hpp"

#include <gtest/gtest.h>

#include "data/readers.hpp"

namespace hedgerow::workflow {
namespace {

store::StoredRecord stored(std::int64_t id, const std::string& doi, const std::string& pmid, const std::string& title) {
  store::StoredRecord one;
  one.id = id;
  one.record.doi = doi;
  one.record.pmid = pmid;
  one.record.title = title;
  return one;
}

const std::vector<store::StoredRecord>& records() {
  static const std::vector<store::StoredRecord> all = {stored(1, "10.1/a", "", "Bed rest: a trial"),
                                                       stored(2, "", "77", "Bone loss"), stored(3, "", "", "Ménière")};
  return all;
}

Expected<std::vector<store::Event>> events_of(const std::string& csv, const DecisionRules& rules = {}) {
  return decision_events(data::parse_csv(csv, "screening.csv").take(), State(), records(), rules);
}

std::string error_of(const std::string& csv, const DecisionRules& rules = {}) {
  const auto events = events_of(csv, rules);
  return events ? "no error" : describe(events.error());
}

TEST(Decisions, FindARecordByDoiPmidOrTitleAndNameNewReviewersFirst) {
  const auto events = events_of(
      "stage,reviewer,role,decision,reason,doi,pmid,title,record\n"
      "abstract,anna,,include,,10.1/A,,,\n"
      "abstract,ben,,maybe,,,77,,\n"
      "abstract,carla,referee,exclude,,,,MENIERE,\n"
      "fulltext,anna,,exclude,wrong design,,,,2\n"
      "fulltext,anna,,not-retrieved,,,,bed rest - a trial,\n");
  ASSERT_TRUE(events.ok()) << describe(events.error());
  ASSERT_EQ(events->size(), 7U);
  EXPECT_EQ((*events)[0].kind, "reviewer");
  EXPECT_EQ((*events)[1].value, "ben");
  EXPECT_EQ((*events)[2].record, 1);
  EXPECT_EQ((*events)[2].kind, "vote");
  EXPECT_EQ((*events)[3].record, 2);
  EXPECT_EQ((*events)[4].record, 3);
  EXPECT_EQ((*events)[4].kind, "resolve");
  EXPECT_EQ((*events)[5].reason, "wrong design");
  EXPECT_EQ((*events)[6].kind, "retrieval");
  EXPECT_EQ((*events)[6].record, 1);
}

TEST(Decisions, NameTheCellThatIsWrong) {
  const std::string head = "stage,reviewer,role,decision,doi\n";
  EXPECT_NE(error_of(head + "abstract,anna,,include,10.1/x\n").find("screening.csv:2:doi: no record"),
            std::string::npos);
  EXPECT_NE(error_of(head + "abstract,anna,,yes,10.1/a\n").find("screening.csv:2:decision"), std::string::npos);
  EXPECT_NE(error_of(head + "abstract,anna,referee,maybe,10.1/a\n").find("of a referee"), std::string::npos);
  EXPECT_NE(error_of(head + "title,anna,,include,10.1/a\n").find("screening.csv:2:stage"), std::string::npos);
  EXPECT_NE(error_of(head + "abstract,,,include,10.1/a\n").find("screening.csv:2:reviewer"), std::string::npos);
  EXPECT_NE(error_of(head + "abstract,anna,,include,\n").find("names no record"), std::string::npos);
  EXPECT_NE(error_of("stage,reviewer,decision\nabstract,anna,include\n").find("no column names"), std::string::npos);
  EXPECT_NE(error_of("reviewer,decision,doi\nanna,include,10.1/a\n").find("stage"), std::string::npos);
}

TEST(Decisions, KeepTheNote) {
  const auto events = events_of("stage,reviewer,decision,doi,note\nabstract,anna,include,10.1/a,a \"quote\"\n");
  ASSERT_TRUE(events.ok()) << describe(events.error());
  EXPECT_EQ(events->back().detail, R"({"note":"a \"quote\""})");
}

TEST(Decisions, ReasonsAreThoseDeclaredInTheirOwnWords) {
  DecisionRules rules;
  rules.abstract_reasons = {"wrong design", "wrong population"};
  const std::string head = "stage,reviewer,decision,reason,doi\n";
  const auto events =
      events_of(head + "abstract,anna,exclude,Wrong pop,10.1/a\nfulltext,anna,exclude,any,10.1/a\n", rules);
  ASSERT_TRUE(events.ok()) << describe(events.error());
  EXPECT_EQ((*events)[1].reason, "wrong population");
  EXPECT_EQ((*events)[2].reason, "any");
  const std::string wrong = error_of(head + "abstract,anna,exclude,too old,10.1/a\n", rules);
  EXPECT_NE(wrong.find("screening.csv:2:reason"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("too old"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("wrong design"), std::string::npos) << wrong;
}

TEST(Decisions, RowsWithoutAReviewerAreOfTheOneWhoIsNamed) {
  DecisionRules rules;
  rules.author = "dora";
  const auto without = events_of("stage,decision,doi\nabstract,include,10.1/a\n", rules);
  ASSERT_TRUE(without.ok()) << describe(without.error());
  EXPECT_EQ(without->back().author, "dora");
  const auto mixed =
      events_of("stage,reviewer,decision,doi\nabstract,,include,10.1/a\nabstract,ben,include,10.1/a\n", rules);
  ASSERT_TRUE(mixed.ok()) << describe(mixed.error());
  EXPECT_EQ((*mixed)[mixed->size() - 2].author, "dora");
  EXPECT_EQ(mixed->back().author, "ben");
}

TEST(Decisions, AVoterIsNoRefereeOfTheSameRecord) {
  const std::string table =
      "stage,reviewer,role,decision,doi,pmid\n"
      "abstract,carla,referee,include,10.1/a,\n"
      "abstract,carla,,include,,77\n"
      "abstract,ben,referee,exclude,10.1/a,\n"
      "abstract,ben,,include,10.1/a,\n";
  const std::string wrong = error_of(table);
  EXPECT_NE(wrong.find("screening.csv:4:reviewer"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("referee_may_vote"), std::string::npos) << wrong;
  DecisionRules rules;
  rules.referee_may_vote = true;
  EXPECT_TRUE(events_of(table, rules).ok());
}

TEST(Decisions, ThatTheLogHoldsAreNotWrittenAgain) {
  const std::string head = "stage,reviewer,decision,reason,doi,pmid\n";
  const auto first = events_of(head + "abstract,anna,include,,10.1/a,\nabstract,ben,exclude,,,77\n");
  ASSERT_TRUE(first.ok());
  State state;  // records 1 and 2 became one document since
  state.documents.resize(1);
  state.documents[0].kept = 1;
  state.document_of = {{1, 0}, {2, 0}};
  EXPECT_TRUE(not_in_log(*first, state, *first).empty());
  EXPECT_EQ(not_in_log(*first, state, {}).size(), first->size());
  // The same vote by the other name of the document; a changed vote; one that stands twice where the log has it once.
  const auto second = events_of(head +
                                "abstract,anna,include,,,77\nabstract,ben,include,,,77\n"
                                "abstract,ben,exclude,,,77\nabstract,ben,exclude,,,77\n");
  ASSERT_TRUE(second.ok());
  const std::vector<store::Event> left = not_in_log(*second, state, *first);
  ASSERT_EQ(left.size(), 3U);
  EXPECT_EQ(left[0].kind, "reviewer");
  EXPECT_EQ(left[0].author, "ben");
  EXPECT_EQ(left[1].value, "include");
  EXPECT_EQ(left[2].value, "exclude");
}

}  // namespace
}  // namespace hedgerow::workflow
