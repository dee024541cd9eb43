// The lists by their published counts and numbers, and the states by facts that are there, partly there, and not there.
#include "review/prisma_checklist.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

namespace hedgerow::review {
namespace {

std::vector<std::string> numbers(ChecklistKind kind) {
  std::vector<std::string> out;
  for (const ChecklistItem& item : checklist(kind).items) out.emplace_back(item.number);
  return out;
}

const ChecklistRow& row_of(const std::vector<ChecklistRow>& rows, std::string_view number) {
  for (const ChecklistRow& row : rows)
    if (row.item->number == number) return row;
  ADD_FAILURE() << number;
  return rows.front();
}

TEST(Review, prisma_has_27_items_and_42_with_their_parts) {
  // Page2021, table 1: which items have parts, and how many.
  const std::map<int, char> last_part{{10, 'b'}, {13, 'f'}, {16, 'b'}, {20, 'd'}, {23, 'd'}, {24, 'c'}};
  std::vector<std::string> expected;
  for (int item = 1; item <= 27; ++item) {
    const auto parts = last_part.find(item);
    if (parts == last_part.end()) expected.push_back(fmt::format("{}", item));
    for (char part = 'a'; parts != last_part.end() && part <= parts->second; ++part)
      expected.push_back(fmt::format("{}{}", item, part));
  }
  EXPECT_EQ(expected.size(), 42U);
  EXPECT_EQ(numbers(ChecklistKind::prisma), expected);
}

TEST(Review, abstract_has_12_items_and_search_16) {
  for (const auto& [kind, n] : {std::pair{ChecklistKind::abstract, 12}, std::pair{ChecklistKind::search, 16}}) {
    std::vector<std::string> expected;
    for (int item = 1; item <= n; ++item) expected.push_back(fmt::format("{}", item));
    EXPECT_EQ(numbers(kind), expected);
  }
}

TEST(Review, sections_of_prisma_begin_where_they_are_printed) {
  std::vector<std::pair<std::string_view, std::string_view>> first;
  for (const ChecklistItem& item : checklist(ChecklistKind::prisma).items)
    if (first.empty() || first.back().first != item.section) first.emplace_back(item.section, item.number);
  const std::vector<std::pair<std::string_view, std::string_view>> printed{
      {"Title", "1"},     {"Abstract", "2"},     {"Introduction", "3"},       {"Methods", "5"},
      {"Results", "16a"}, {"Discussion", "23a"}, {"Other information", "24a"}};
  EXPECT_EQ(first, printed);
}

TEST(Review, each_item_of_a_checklist_says_something) {
  for (const auto kind : {ChecklistKind::prisma, ChecklistKind::abstract, ChecklistKind::search}) {
    std::set<std::string_view> labels;
    for (const ChecklistItem& item : checklist(kind).items) {
      EXPECT_TRUE(labels.insert(item.label).second) << item.label;
      EXPECT_FALSE(item.facts.empty() && item.write.empty()) << item.number;
    }
  }
}

TEST(Review, an_empty_project_fills_no_item) {
  const auto rows = fill(checklist(ChecklistKind::prisma), {}, {});
  for (const ChecklistRow& row : rows) {
    EXPECT_TRUE(row.found.empty());
    EXPECT_EQ(row.state, row.missing.empty() ? ItemState::authors : ItemState::missing) << row.item->number;
  }
  EXPECT_EQ(row_of(rows, "3").state, ItemState::authors);
  EXPECT_EQ(row_of(rows, "16a").state, ItemState::missing);
  // A review may do without sensitivity analyses: nothing is missing, and its authors say so.
  EXPECT_EQ(row_of(rows, "13f").state, ItemState::authors);
}

TEST(Review, state_of_an_item_follows_from_its_facts) {
  ProjectFacts facts;
  facts.have(Fact::certainty, "pain: low");
  facts.have(Fact::certainty, "pain: low");
  facts.have(Fact::flow, "screened: 3");
  facts.lack(Fact::flow, "the count total_studies");
  facts.have(Fact::model, "REML");
  facts.lack(Fact::question, "a question");
  const auto rows = fill(checklist(ChecklistKind::prisma), facts, {{"22", "p. 9"}, {"A4", "abstract"}});
  EXPECT_EQ(row_of(rows, "22").state, ItemState::project);
  EXPECT_EQ(row_of(rows, "22").found, std::vector<std::string>{"pain: low"});
  EXPECT_EQ(row_of(rows, "22").location, "p. 9");
  EXPECT_EQ(row_of(rows, "16a").state, ItemState::part);
  EXPECT_EQ(row_of(rows, "16a").missing, std::vector<std::string>{"the count total_studies"});
  EXPECT_EQ(row_of(rows, "13d").state, ItemState::part);  // why this model, only people know
  EXPECT_EQ(row_of(rows, "4").state, ItemState::missing);
  EXPECT_EQ(row_of(rows, "4").location, "");  // A4 is an item of the abstract
}

TEST(Review, reported_places_are_read_by_their_numbers) {
  const auto places =
      read_reported("title = \"t\"\n[checklist]\n1 = \"p. 1\"\n13d = \"p. 6\"\nS8 = \"\"\n", "review.toml");
  ASSERT_TRUE(places) << places.error().message;
  EXPECT_EQ(*places, (ReportedAt{{"1", "p. 1"}, {"13d", "p. 6"}}));
  EXPECT_TRUE(read_reported("title = \"t\"\n", "review.toml")->empty());
}

TEST(Review, reported_places_refuse_unknown_numbers_and_values) {
  const auto unknown = read_reported("[checklist]\n13g = \"p. 6\"\n", "review.toml");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("no checklist has the item '13g'"), std::string::npos);
  EXPECT_FALSE(read_reported("[checklist]\n1 = 4\n", "review.toml"));
  EXPECT_FALSE(read_reported("[checklist\n", "review.toml"));
}

}  // namespace
}  // namespace hedgerow::review
