// Duplicates of a review: decisions of people survive every later search, and each event can be taken back.
#include "workflow/dedup_step.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "store/test_folder.hpp"
#include "workflow/import_file.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::workflow {
namespace {

std::string ris(const std::string& title, const std::string& author, const std::string& page,
                const std::string& doi = "") {
  return "TY  - JOUR\nTI  - " + title + "\nAU  - " + author +
         "\nAU  - Okafor, B.\nPY  - 2015\nJO  - Bone\nVL  - 29\nSP  - " + page + "\nEP  - " + page + "9\n" +
         (doi.empty() ? "" : "DO  - " + doi + "\n") + "ER  - \n";
}

const std::string kTitle = "Effects of plyometric training on sprint performance in young soccer players";

class DedupStep : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store::Store::create(folder_.path(kStoreFile)));
    auto opened = ReviewStore::open(folder_.path(""));
    ASSERT_TRUE(opened);
    review_.emplace(opened.take());
  }

  void import(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_file(folder_.path(name), bytes));
    auto read = read_import(*review_, {"ana", folder_.path(name), name, Origin::database, std::nullopt, true});
    ASSERT_TRUE(read) << describe(read.error());
    ASSERT_TRUE(review_->store.append_import(read->event, read->read.records) && review_->refresh());
  }

  DedupPlan plan() {
    SilentProgress silent;
    auto out = plan_dedup(*review_, "ana", {}, silent);
    EXPECT_TRUE(out) << (out ? "" : describe(out.error()));
    return out ? out.take() : DedupPlan();
  }

  void apply(const DedupPlan& plan) { ASSERT_TRUE(review_->append(plan.links)); }

  void decide(std::int64_t first, std::int64_t second, bool same) {
    const auto event = decide_event(*review_, "bo", first, second, same);
    ASSERT_TRUE(event) << describe(event.error());
    ASSERT_TRUE(review_->append(std::span(&*event, 1)));
  }

  void undo_last() {
    const auto event = undo_event(*review_, "bo", review_->events.back().id);
    ASSERT_TRUE(event) << describe(event.error());
    ASSERT_TRUE(review_->append(std::span(&*event, 1)));
  }

  std::size_t documents() const { return review_->state.documents.size(); }

  store::TestFolder folder_;
  std::optional<ReviewStore> review_;
};

TEST_F(DedupStep, LinksCopiesWithScoreAndReasonOnce) {
  import("a.ris", ris(kTitle, "Smith, A.", "101") + ris("Sleep and injury in cricket", "Poe, L.", "7"));
  import("b.ris", ris(kTitle, "Smith, A.", "101"));
  const DedupPlan first = plan();
  ASSERT_EQ(first.links.size(), 1U);
  EXPECT_EQ(first.records, 3U);
  EXPECT_EQ(first.documents_before, 3U);
  EXPECT_EQ(first.documents_after, 2U);
  EXPECT_EQ(first.links[0].value, "automatic");
  EXPECT_NE(first.links[0].detail.find("\"reason\""), std::string::npos);
  apply(first);
  EXPECT_EQ(documents(), 2U);
  EXPECT_TRUE(plan().links.empty()) << "what is linked is not linked again";
}

TEST_F(DedupStep, ALinkTakenBackStaysTakenBack) {
  import("a.ris", ris(kTitle, "Smith, A.", "101"));
  import("b.ris", ris(kTitle, "Smith, A.", "101"));
  apply(plan());
  decide(1, 2, false);
  EXPECT_EQ(documents(), 2U);
  EXPECT_TRUE(plan().links.empty());
  EXPECT_TRUE(plan().questions.empty());
  import("c.ris", ris(kTitle, "Smith, A.", "101"));
  apply(plan());
  EXPECT_EQ(documents(), 2U) << "the third copy joins one of the two, never both";
  EXPECT_NE(review_->state.document_of.at(1), review_->state.document_of.at(2));
}

TEST_F(DedupStep, AWordOfAPersonIsUndoneLikeAnyOther) {
  import("a.ris", ris(kTitle, "Smith, A.", "101") + ris("Sleep and injury in cricket", "Poe, L.", "7"));
  decide(1, 2, true);
  EXPECT_EQ(documents(), 1U);
  EXPECT_TRUE(plan().links.empty());
  undo_last();
  EXPECT_EQ(documents(), 2U);
  decide(1, 2, false);
  undo_last();
  EXPECT_EQ(documents(), 2U);
}

TEST_F(DedupStep, DecisionsOnTheFirstSearchSurviveTheNext) {
  import("a.ris", ris(kTitle, "Smith, A.", "101") + ris(kTitle + ": part two", "Smith, A.", "110"));
  decide(1, 2, true);
  import("b.ris", ris(kTitle, "Smith, A.", "101") + ris("Sleep and injury in cricket", "Poe, L.", "7"));
  apply(plan());
  EXPECT_EQ(review_->state.document_of.at(1), review_->state.document_of.at(2));
  EXPECT_EQ(review_->state.document_of.at(1), review_->state.document_of.at(3));
  EXPECT_EQ(documents(), 2U);
}

TEST_F(DedupStep, RecordsOfAnUndoneImportAreNotCompared) {
  import("a.ris", ris(kTitle, "Smith, A.", "101"));
  import("b.ris", ris(kTitle, "Smith, A.", "101"));
  undo_last();
  EXPECT_EQ(plan().records, 1U);
  EXPECT_TRUE(plan().links.empty());
}

TEST_F(DedupStep, RefusesWhatSaysNothing) {
  import("a.ris", ris(kTitle, "Smith, A.", "101") + ris("Sleep and injury in cricket", "Poe, L.", "7"));
  EXPECT_FALSE(decide_event(*review_, "bo", 1, 1, true));
  EXPECT_FALSE(decide_event(*review_, "bo", 1, 9, true));
  decide(1, 2, true);
  EXPECT_FALSE(decide_event(*review_, "bo", 1, 2, true)) << "holds already";
}

}  // namespace
}  // namespace hedgerow::workflow
