#include "workflow/model_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "store/test_folder.hpp"
#include "workflow/order_file.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::workflow {
namespace {

constexpr std::size_t kRecords = 12;

// Records about knees and about stars in turn, one vote each, so that every vote is a decision.
ReviewStore knees_and_stars(const store::TestFolder& folder, std::size_t n = kRecords) {
  auto made = store::Store::create(folder.path(kStoreFile));
  HR_ASSERT(made.ok());
  std::vector<records::Record> records(n);
  for (std::size_t i = 0; i < n; ++i)
    records[i].title = (i % 2 == 0 ? "Light of distant stars " : "Exercise for painful knees ") + std::to_string(i);
  HR_ASSERT(made->append_import(store::an_import("ana"), records).ok());
  auto review = ReviewStore::open(folder.path(""));
  HR_ASSERT(review.ok());
  const auto rule = rule_event("ana", {Stage::abstract, 1, std::nullopt});
  HR_ASSERT(rule.ok() && review->append(std::span(&rule.value(), 1)).ok());
  return review.take();
}

void decide(ReviewStore& review, std::int64_t record, Vote vote) {
  const auto event = vote_event(review, {"ana", record, std::nullopt, vote, "", ""});
  ASSERT_TRUE(event.ok());
  ASSERT_TRUE(review.append(std::span(&event.value(), 1)).ok());
}

std::vector<std::size_t> order(const ReviewStore& review) {
  const auto order = ModelOrder(Stage::abstract).order(review);
  EXPECT_TRUE(order.ok());
  return order.ok() ? *order : std::vector<std::size_t>();
}

std::string bytes_of(const std::string& path) {
  const auto bytes = read_file(path);
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? *bytes : "";
}

// The key in the first line of the file of a review's order.
std::string key_in(const ReviewStore& review) {
  const std::string bytes = bytes_of(ModelOrder::file_of(review, Stage::abstract));
  const std::string line = bytes.substr(0, bytes.find('\n'));
  return line.substr(line.rfind(' ') + 1);
}

TEST(Workflow, order_file_gives_back_what_was_kept_for_the_same_key_alone) {
  const store::TestFolder folder;
  const std::string path = folder.path("order");
  EXPECT_FALSE(read_order(path, "a").has_value());
  const KeptOrder order{{5}, {6, 9}, {7, 3, 1000000007}};
  keep_order(path, "a", order);
  const auto found = read_order(path, "a");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->included, order.included);
  EXPECT_EQ(found->excluded, order.excluded);
  EXPECT_EQ(found->order, order.order);
  EXPECT_FALSE(read_order(path, "b").has_value());
  keep_order(path, "b", {});
  ASSERT_TRUE(read_order(path, "b").has_value());
  EXPECT_TRUE(read_order(path, "b")->order.empty());
  EXPECT_FALSE(read_order(path, "a").has_value());
}

TEST(Workflow, damaged_order_files_count_as_none) {
  const store::TestFolder folder;
  const std::string path = folder.path("order");
  keep_order(path, "a", {{5}, {6}, {7, 31}});
  const std::string whole = bytes_of(path);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    ASSERT_TRUE(write_file(path, whole.substr(0, length)).ok());
    EXPECT_FALSE(read_order(path, "a").has_value()) << length;
  }
  ASSERT_TRUE(write_file(path, whole + "x").ok());
  EXPECT_FALSE(read_order(path, "a").has_value());
}

TEST(Workflow, model_order_is_kept_until_a_decision) {
  const store::TestFolder folder;
  ReviewStore review = knees_and_stars(folder);
  decide(review, 1, Vote::exclude);
  decide(review, 2, Vote::include);
  const std::vector<std::size_t> first = order(review);
  ASSERT_EQ(first.size(), kRecords);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(first[i] % 2, 1U) << "knees come first";
  EXPECT_EQ(order(review), first);

  // That the file is used is seen when somebody changes it.
  const std::string path = ModelOrder::file_of(review, Stage::abstract);
  const std::string key = key_in(review);
  auto kept = read_order(path, key);
  ASSERT_TRUE(kept.has_value());
  ASSERT_EQ(kept->order.size(), kRecords - 2);
  std::reverse(kept->order.begin(), kept->order.end());
  keep_order(path, key, *kept);
  EXPECT_NE(order(review), first);

  // A note changes nothing that the model learns from; a decision does.
  store::Event note = store::a_vote("ana", 3);
  note.kind = "note";
  ASSERT_TRUE(review.append(std::span(&note, 1)).ok());
  EXPECT_NE(order(review), first);
  decide(review, 3, Vote::exclude);
  const std::vector<std::size_t> next = order(review);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(next[i] % 2, 1U);
  const auto renewed = read_order(path, key);
  ASSERT_TRUE(renewed.has_value());
  EXPECT_EQ(renewed->excluded, (std::vector<std::int64_t>{1, 3}));
}

// A kept order of 200 decisions serves until the third further one.
TEST(Workflow, model_order_of_many_decisions_serves_for_one_more_in_a_hundred) {
  const store::TestFolder folder;
  ReviewStore review = knees_and_stars(folder, 220);
  std::vector<store::Event> votes;
  for (std::int64_t record = 1; record <= 200; ++record) {
    votes.push_back(store::a_vote("ana", record));
    if (record % 2 == 1) votes.back().value = "exclude";
  }
  ASSERT_TRUE(review.append(votes).ok());
  order(review);
  const std::string path = ModelOrder::file_of(review, Stage::abstract), made = bytes_of(path);
  for (const std::int64_t record : {201, 203}) {
    decide(review, record, Vote::exclude);
    EXPECT_EQ(order(review).size(), 220U);
    EXPECT_EQ(bytes_of(path), made) << record;
  }
  decide(review, 205, Vote::exclude);
  order(review);
  EXPECT_NE(bytes_of(path), made);
}

TEST(Workflow, model_order_of_a_long_session_is_that_of_a_new_one) {
  const store::TestFolder folder;
  ReviewStore review = knees_and_stars(folder);
  ModelOrder session(Stage::abstract);
  for (const std::int64_t record : {1, 2, 3, 4}) {
    decide(review, record, record % 2 == 0 ? Vote::include : Vote::exclude);
    const auto of_session = session.order(review);
    ASSERT_TRUE(of_session.ok());
    std::filesystem::remove(ModelOrder::file_of(review, Stage::abstract));
    EXPECT_EQ(*of_session, order(review));
  }
}

TEST(Workflow, model_order_of_another_store_in_the_same_place_is_not_taken) {
  const store::TestFolder folder;
  std::string key;
  {
    ReviewStore review = knees_and_stars(folder);
    order(review);
    key = key_in(review);
  }
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(folder.path(kStoreFile) + part);
  ReviewStore again = knees_and_stars(folder);
  order(again);
  EXPECT_NE(key_in(again), key);
}

}  // namespace
}  // namespace hedgerow::workflow
