#include "workflow/screen_session.hpp"

#include <gtest/gtest.h>

#include "store/test_folder.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::workflow {
namespace {

// Four records with titles, two reviewers, two reasons in the first stage.
ReviewStore made_review(const store::TestFolder& folder) {
  auto made = store::Store::create(folder.path(kStoreFile));
  HR_ASSERT(made.ok());
  std::vector<records::Record> records(4);
  const char* titles[] = {"Exercise for knees", "Drugs for knees", "Exercising hips", "Sleep"};
  for (std::size_t i = 0; i < 4; ++i) records[i].title = titles[i];
  HR_ASSERT(made->append_import(store::an_import("ana"), records).ok());
  auto review = ReviewStore::open(folder.path(""));
  HR_ASSERT(review.ok());
  const auto rule = rule_event("ana", {Stage::abstract, 2, std::vector<std::string>{"design", "population"}});
  HR_ASSERT(rule.ok() && review->append(std::span(&*rule, 1)).ok());
  return review.take();
}

std::vector<Term> terms() { return criteria_terms({"knees", "exercise", "", "", "", ""}); }

struct Player {
  ScreenSession session;
  explicit Player(const store::TestFolder& folder, const std::string& who, Order order = {})
      : session(started(folder, who, std::move(order))) {}
  static ScreenSession started(const store::TestFolder& folder, const std::string& who, Order order) {
    auto review = ReviewStore::open(folder.path(""));
    HR_ASSERT(review.ok());
    auto session = ScreenSession::start(review.take(), who, Stage::abstract, terms(), std::move(order));
    HR_ASSERT(session.ok());
    return session.take();
  }
  ScreenView press(const std::string& keys) {
    for (const char key : keys) EXPECT_TRUE(session.press(key).ok());
    return session.view().take();
  }
};

TEST(ScreenSession, KeysDecideAndMoveOn) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana");
  EXPECT_EQ(ana.session.view()->id, 1);
  EXPECT_EQ(ana.press("i").id, 2);
  EXPECT_EQ(ana.press("E").id, 3);
  const ScreenView third = ana.press("u");
  EXPECT_EQ(third.id, 4);
  EXPECT_EQ(third.done, 3U);
  EXPECT_EQ(third.total, 4U);
  const ScreenView end = ana.press("2");
  EXPECT_EQ(end.id, 0);
  EXPECT_EQ(end.done, 4U);
  const ScreenView back = ana.press("k");
  EXPECT_EQ(back.id, 4);
  EXPECT_EQ(back.own_vote, "exclude (population)");
  EXPECT_EQ(ana.press("7").message, "there are 2 reasons");
  // Another vote on the same record replaces the first.
  ana.press("i");
  const auto review = ReviewStore::open(folder.path(""));
  EXPECT_EQ(review->state.documents[3].abstract.votes.at(0).vote, Vote::include);
  EXPECT_EQ(review->state.documents[3].abstract.first.at(0).vote, Vote::exclude);
}

TEST(ScreenSession, ZTakesTheLastVoteBackAndGoesThere) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana");
  EXPECT_EQ(ana.press("z").message, "there is no vote of yours to undo");
  ana.press("ie");
  const ScreenView undone = ana.press("z");
  EXPECT_EQ(undone.id, 2);
  EXPECT_EQ(undone.own_vote, "");
  EXPECT_EQ(ana.press("z").id, 1);
  EXPECT_EQ(ana.press("i").id, 2);
  EXPECT_EQ(ana.session.view()->done, 1U);
}

TEST(ScreenSession, SkippedRecordsComeBackAtTheEnd) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana");
  EXPECT_EQ(ana.press("k").message, "this is the first one");
  EXPECT_EQ(ana.press("j").id, 2);
  EXPECT_EQ(ana.press("iii").id, 1);
  EXPECT_EQ(ana.press("i").id, 0);
}

TEST(ScreenSession, ColleaguesArePickedUpAndNeverSeen) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana"), bo(folder, "bo");
  bo.press("j");
  bo.press("e");
  // What bo began comes next for ana, after the record that she sees.
  const ScreenView view = ana.press("i");
  EXPECT_EQ(view.id, 2);
  EXPECT_EQ(view.own_vote, "");
  EXPECT_EQ(ana.press("i").conflicts, 1U);
}

TEST(ScreenSession, NotesSearchHighlightsHelpAndQuit) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana");
  EXPECT_EQ(ana.session.view()->title_marks.size(), 2U);
  EXPECT_TRUE(ana.press("h").title_marks.empty());
  EXPECT_EQ(ana.press("h").title_marks.size(), 2U);
  EXPECT_EQ(*ana.session.press('n'), ScreenSession::Then::read_note);
  ASSERT_TRUE(ana.session.note(" ask the \"authors\" ").ok());
  EXPECT_EQ(ana.session.view()->notes, (std::vector<std::string>{"ask the \"authors\""}));
  Player bo(folder, "bo");
  EXPECT_TRUE(bo.session.view()->notes.empty());
  EXPECT_EQ(*ana.session.press('/'), ScreenSession::Then::read_search);
  ASSERT_TRUE(ana.session.search("HIPS").ok());
  EXPECT_EQ(ana.session.view()->id, 3);
  ASSERT_TRUE(ana.session.search("nowhere").ok());
  EXPECT_EQ(ana.session.view()->id, 3);
  EXPECT_EQ(*ana.session.press('?'), ScreenSession::Then::help);
  EXPECT_EQ(ana.press("x").message, "? shows the keys");
  EXPECT_EQ(*ana.session.press('Q'), ScreenSession::Then::quit);
}

TEST(ScreenSession, ARefereeSeesTheVotesAndDecidesByTheSameKeys) {
  const store::TestFolder folder;
  made_review(folder);
  Player ana(folder, "ana"), bo(folder, "bo");
  ana.press("iii");
  bo.press("1e");
  Player cy(folder, "cy");
  cy.press("e");  // on record 3, which ana began
  const auto session = [&](const std::string& who, bool may_vote) {
    auto referee =
        ScreenSession::referee(ReviewStore::open(folder.path("")).take(), who, Stage::abstract, terms(), may_vote);
    HR_ASSERT(referee.ok());
    return referee.take();
  };
  ScreenSession referee = session("cy", false);
  ScreenView view = referee.view().take();
  EXPECT_EQ(view.id, 1);
  EXPECT_EQ(view.votes, (std::vector<std::string>{"ana: include", "bo: exclude (design)"}));
  EXPECT_EQ(view.total, 3U);
  EXPECT_EQ(view.withheld, 1U);
  ASSERT_TRUE(referee.press('u').ok());
  EXPECT_EQ(referee.view()->id, 2);
  ASSERT_TRUE(referee.press('2').ok());
  view = referee.view().take();
  EXPECT_EQ(view.done, 1U);
  EXPECT_EQ(view.total, 3U);
  ASSERT_TRUE(referee.press('z').ok());
  EXPECT_EQ(referee.view()->id, 2);
  EXPECT_EQ(referee.view()->done, 0U);
  ASSERT_TRUE(referee.press('i').ok());
  const auto review = ReviewStore::open(folder.path(""));
  EXPECT_EQ(review->state.documents[0].abstract.outcome, Outcome::conflict);
  EXPECT_EQ(review->state.documents[1].abstract.outcome, Outcome::included);
  EXPECT_EQ(review->state.documents[2].abstract.outcome, Outcome::conflict);
  EXPECT_EQ(session("dora", false).view()->total, 3U);
  EXPECT_EQ(session("cy", true).view()->withheld, 0U);
}

TEST(ScreenSession, AnOrderIsAskedAgainAfterEachDecision) {
  const store::TestFolder folder;
  made_review(folder);
  int asked = 0;
  Player ana(folder, "ana", [&asked](const ReviewStore&) -> Expected<std::vector<std::size_t>> {
    ++asked;
    return asked == 1 ? std::vector<std::size_t>{3, 2, 1, 0} : std::vector<std::size_t>{3, 0, 1, 2};
  });
  EXPECT_EQ(ana.session.view()->id, 4);
  EXPECT_EQ(ana.press("i").id, 1);
  EXPECT_EQ(asked, 2);
}

TEST(Highlight, StemsFindTheirWords) {
  const auto list = criteria_terms({"Adults with knee pain", "eccentric exercise", "", "", "randomised trials", ""});
  const std::string text = "A randomized trial: EXERCISING adult's knees, Excentric? Ménière";
  std::vector<std::string> found;
  for (const Mark& mark : marks(text, list)) found.push_back(text.substr(mark.begin, mark.end - mark.begin));
  EXPECT_EQ(found, (std::vector<std::string>{"randomized", "trial", "EXERCISING", "adult", "knees"}));
  EXPECT_TRUE(criteria_terms({"with the of and", "", "", "", "", ""}).empty());
  EXPECT_TRUE(marks("", list).empty());
}

}  // namespace
}  // namespace hedgerow::workflow
