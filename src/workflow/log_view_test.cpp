#include "workflow/log_view.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "store/test_folder.hpp"
#include "workflow/import_file.hpp"
#include "workflow/listing.hpp"
#include "workflow/screening.hpp"
#include "workflow/summary.hpp"

namespace hedgerow::workflow {
namespace {

constexpr const char* kRis =
    "TY  - JOUR\nTI  - Flywheel training of knees\nAU  - Smith, A.\nDB  - Scopus\nER  - \n"
    "TY  - JOUR\nTI  - Sleep\nAB  - About Ménière\nDB  - Scopus\nER  - \n";

ReviewStore imported(const store::TestFolder& folder) {
  auto made = store::Store::create(folder.path(kStoreFile));
  HR_ASSERT(made.ok());
  auto review = ReviewStore::open(folder.path(""));
  HR_ASSERT(review.ok() && write_file(folder.path("a.ris"), kRis).ok());
  auto import = read_import(*review, {"ana", folder.path("a.ris"), "", Origin::database, std::nullopt, false});
  HR_ASSERT(import.ok());
  HR_ASSERT(review->store.append_import(import->event, import->read.records).ok() && review->refresh().ok());
  return review.take();
}

void vote(ReviewStore& review, const std::string& who, std::int64_t record, Vote vote) {
  const auto event = vote_event(review, {who, record, std::nullopt, vote, "", "my note"});
  ASSERT_TRUE(event.ok());
  ASSERT_TRUE(review.append(std::span(&*event, 1)).ok());
}

TEST(Import, TheSameBytesTwiceAreRefused) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  EXPECT_EQ(review.state.imports.at(0).name, "Scopus");
  EXPECT_EQ(review.state.imports.at(0).records, 2U);
  ASSERT_TRUE(write_file(folder.path("copy.txt"), kRis).ok());
  ImportRequest request{"ana", folder.path("copy.txt"), "", Origin::registry, std::nullopt, false};
  EXPECT_NE(read_import(review, request).error().message.find("imported before"), std::string::npos);
  request.again = true;
  EXPECT_EQ(read_import(review, request)->event.value, "registry");
  // An import that was undone may be taken again.
  const auto undo = undo_event(review, "ana", review.state.imports[0].event);
  ASSERT_TRUE(undo.ok() && review.append(std::span(&*undo, 1)).ok());
  request.again = false;
  EXPECT_TRUE(read_import(review, request).ok());
  request.file = folder.path("none.ris");
  EXPECT_EQ(read_import(review, request).error().code, ErrorCode::io);
}

TEST(Listing, FiltersByStageOutcomeDatabaseAndWords) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  const auto list = [&](const ListRequest& request) {
    const auto found = list_documents(review, request);
    return found.ok() ? found.value() : std::vector<std::size_t>{99};
  };
  EXPECT_EQ(list({}).size(), 2U);
  EXPECT_EQ(list({{}, {}, "scopus", ""}).size(), 2U);
  EXPECT_NE(list_documents(review, {{}, {}, "Scopsu", ""}).error().message.find("did you mean 'Scopus'"),
            std::string::npos);
  EXPECT_EQ(list({{}, {}, "", "meniere sleep"}), (std::vector<std::size_t>{1}));
  EXPECT_EQ(list({{}, {}, "", "SMITH knees"}), (std::vector<std::size_t>{0}));
  EXPECT_TRUE(list({{}, {}, "", "knees sleep"}).empty());
  EXPECT_TRUE(list({Stage::fulltext, {}, "", ""}).empty());
  for (const char* who : {"ana", "bo"}) vote(review, who, 1, Vote::include);
  EXPECT_EQ(list({Stage::fulltext, {}, "", ""}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(list({Stage::abstract, Outcome::included, "", ""}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(list({{}, Outcome::pending, "", ""}).size(), 2U);
  const std::vector<std::size_t> both = {0, 1};
  const auto columns = decision_columns(review, both);
  EXPECT_EQ(columns[3].values, (std::vector<std::string>{"included", "pending"}));
  EXPECT_EQ(vote_columns(review, both)[1].values, (std::vector<std::string>{"include", ""}));
}

TEST(Listing, AGroupIsShownWithTheBestOfItsFields) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  store::Event link;
  link.kind = "link";
  link.author = "ana";
  link.record = 1;
  link.other = 2;
  link.value = "manual";
  ASSERT_TRUE(review.append(std::span(&link, 1)).ok());
  ASSERT_EQ(review.state.documents.size(), 1U);
  const auto shown = shown_record(review, review.state.documents[0]);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->abstract, "About Ménière");
  EXPECT_EQ(shown->authors, (std::vector<std::string>{"Smith, A."}));
  const std::vector<std::size_t> first = {0};
  EXPECT_EQ(shown_records(review, first)->at(0).abstract, shown->abstract);
  EXPECT_EQ(decision_columns(review, first)[1].values, (std::vector<std::string>{"2"}));
}

TEST(LogView, OpenVotesOfOthersAreBlinded) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  vote(review, "bo", 1, Vote::exclude);
  const auto lines = [&](const std::string& reader, bool unblind) {
    LogRequest request;
    request.kind = "vote";
    request.reader = reader;
    request.unblind = unblind;
    return log_lines(review, request).take();
  };
  EXPECT_EQ(in_words(lines("bo", false).at(0)), "record 1: exclude, abstract \"my note\"");
  EXPECT_EQ(in_words(lines("ana", false).at(0)), "record 1, abstract [blinded]");
  EXPECT_TRUE(lines("ana", false).at(0).event.detail.empty());
  EXPECT_FALSE(lines("ana", true).at(0).blinded);
  store::Event note = lines("bo", false).at(0).event;
  note.kind = "note";
  note.stage = "";
  EXPECT_TRUE(is_blinded(review.state, note, "ana"));
  EXPECT_FALSE(is_blinded(review.state, note, "bo"));
  vote(review, "ana", 1, Vote::include);
  EXPECT_FALSE(lines("ana", false).at(0).blinded);
}

TEST(LogView, FiltersAndUndoneEvents) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  vote(review, "ana", 1, Vote::include);
  const auto undo = undo_event(review, "ana", 2);
  ASSERT_TRUE(undo.ok() && review.append(std::span(&*undo, 1)).ok());
  LogRequest request;
  request.record = 1;
  const auto lines = log_lines(review, request);
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_FALSE(lines->at(0).counts);
  EXPECT_EQ(lines->at(0).undone_by, 3);
  request.record = 7;
  EXPECT_FALSE(log_lines(review, request).ok());
  request.record.reset();
  request.since = "2999";
  EXPECT_TRUE(log_lines(review, request)->empty());
  request.since = "yesterday";
  EXPECT_FALSE(log_lines(review, request).ok());
  request.since = "";
  request.kind = "votes";
  EXPECT_NE(log_lines(review, request).error().message.find("did you mean 'vote'"), std::string::npos);
  request.kind = "import";
  EXPECT_NE(in_words(log_lines(review, request)->at(0)).find("2 records from Scopus (database"), std::string::npos);
}

TEST(Summary, CountsAddUp) {
  const store::TestFolder folder;
  ReviewStore review = imported(folder);
  for (const char* who : {"ana", "bo"}) vote(review, who, 1, Vote::include);
  vote(review, "ana", 2, Vote::exclude);
  const StageSummary summary = summarise(review.state, Stage::abstract);
  EXPECT_EQ(summary.reached() + summary.unseen, review.state.documents.size());
  EXPECT_EQ(summary.included, 1U);
  EXPECT_EQ(count_of(summary, Outcome::partial), 1U);
  ASSERT_EQ(summary.reviewers.size(), 2U);
  EXPECT_EQ(summary.reviewers[0].exclude, 1U);
  EXPECT_EQ(summary.reviewers[1].left, 1U);
  ASSERT_TRUE(summary.agreement.has_value());
  EXPECT_EQ(summary.agreement->documents, 1U);
  EXPECT_DOUBLE_EQ(summary.agreement->observed, 1);
  EXPECT_FALSE(summary.agreement->kappa.has_value());
  EXPECT_EQ(summarise(review.state, Stage::fulltext).unseen, 1U);
}

}  // namespace
}  // namespace hedgerow::workflow
