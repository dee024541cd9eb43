// First votes as ratings: who voted first, what "maybe" is, reasons one by one.
#include "workflow/agreement_step.hpp"

#include <gtest/gtest.h>

namespace hedgerow::workflow {
namespace {

Decision vote(const std::string& who, Vote what, const std::string& reason = "") {
  Decision out;
  out.reviewer = who;
  out.vote = what;
  out.reason = reason;
  return out;
}

State state() {
  State out;
  out.reviewers = {"ann", "bob"};
  out.removed_reviewers = {"cy"};
  out.abstract.reasons = {"design", "population"};
  for (std::int64_t id = 1; id <= 4; ++id) {
    Document document;
    document.records = {id};
    document.kept = id;
    out.documents.push_back(document);
  }
  out.documents[0].abstract.first = {vote("bob", Vote::include), vote("ann", Vote::include)};
  out.documents[0].abstract.votes = {vote("bob", Vote::exclude), vote("ann", Vote::exclude)};
  out.documents[1].abstract.first = {vote("ann", Vote::exclude, "population"), vote("cy", Vote::exclude, "design")};
  out.documents[2].abstract.first = {vote("ann", Vote::maybe), vote("bob", Vote::exclude, "population")};
  return out;
}

TEST(AgreementStep, takes_first_votes_of_everybody_who_voted) {
  const review::Ratings r = first_votes(state(), Stage::abstract, MaybeIs::its_own);
  EXPECT_EQ(r.raters, (std::vector<std::string>{"ann", "bob", "cy"}));
  EXPECT_EQ(r.classes, (std::vector<std::string>{"exclude", "maybe", "include"}));
  EXPECT_EQ(r.items, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(r.codes[0], (std::vector<int>{2, 2, review::kNotRated}));
  EXPECT_EQ(r.codes[2], (std::vector<int>{1, 0, review::kNotRated}));
}

TEST(AgreementStep, maybe_can_count_as_either) {
  EXPECT_EQ(first_votes(state(), Stage::abstract, MaybeIs::include).codes[2][0], 1);
  EXPECT_EQ(first_votes(state(), Stage::abstract, MaybeIs::exclude).codes[2][0], 0);
  State without = state();
  without.documents[2].abstract.first.clear();
  EXPECT_EQ(first_votes(without, Stage::abstract, MaybeIs::its_own).classes.size(), 2U);
  EXPECT_TRUE(first_votes(state(), Stage::fulltext, MaybeIs::its_own).items.empty());
}

TEST(AgreementStep, reasons_stand_in_their_declared_order) {
  const auto reasons = first_reasons(state(), Stage::abstract);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].first, "design");
  EXPECT_EQ(reasons[0].second.codes[1], (std::vector<int>{0, review::kNotRated, 1}));
  EXPECT_EQ(reasons[1].second.codes[2], (std::vector<int>{0, 1, review::kNotRated}));
}

}  // namespace
}  // namespace hedgerow::workflow
