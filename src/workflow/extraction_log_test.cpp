#include "workflow/extraction_log.hpp"

#include <gtest/gtest.h>

#include "data/readers.hpp"

namespace hedgerow::workflow {
namespace {

constexpr const char* kForm = R"(name = "Muscle"
key = ["study", "time"]
[[field]]
id = "study"
[[field]]
id = "time"
[[field]]
id = "mean"
type = "number"
)";

review::ExtractionForm form() { return review::parse_form(kForm, "form.toml").take(); }

review::Extraction extracted(const std::string& rows, const std::string& who) {
  return review::read_extraction(form(), data::parse_csv("study,time,mean,source:mean\n" + rows, "a.csv").take(), who)
      .take();
}

void number(std::vector<store::Event>& log, std::vector<store::Event> more) {
  for (store::Event& event : more) {
    event.id = static_cast<std::int64_t>(log.size()) + 1;
    log.push_back(std::move(event));
  }
}

TEST(ExtractionLog, GivesBackWhatWasTyped) {
  std::vector<store::Event> log;
  const auto anna = extracted("Smith,end,12.30,p. 5\nLee,\"say \"\"end\"\"\",,\n", "anna");
  number(log, extraction_events(form(), anna, {}));
  EXPECT_EQ(log.size(), 2U);
  const auto logged = logged_extraction(form(), log);
  ASSERT_TRUE(logged.ok()) << describe(logged.error());
  ASSERT_EQ(logged->extractions.size(), 1U);
  const review::Extraction& back = logged->extractions[0];
  EXPECT_EQ(back.extractor, "anna");
  ASSERT_EQ(back.rows.size(), 2U);
  EXPECT_EQ(back.rows[0].values[2].typed, "12.30");
  EXPECT_EQ(back.rows[0].values[2].source, "p. 5");
  EXPECT_EQ(back.rows[1].key, (std::vector<std::string>{"Lee", "say \"end\""}));
  EXPECT_EQ(back.rows[1].values[0].typed, "Lee");
}

TEST(ExtractionLog, AddsOnlyWhatChanged) {
  std::vector<store::Event> log;
  number(log, extraction_events(form(), extracted("Smith,end,12.3,\nLee,end,4,\n", "anna"), {}));
  auto logged = logged_extraction(form(), log).take();
  const auto more = extraction_events(form(), extracted("Smith,end,12.3,\nLee,end,,\n", "anna"), logged);
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].value, "");
  number(log, more);
  logged = logged_extraction(form(), log).take();
  EXPECT_EQ(logged.extractions[0].rows[1].values[2].typed, "");
  EXPECT_TRUE(extraction_events(form(), extracted("Smith,end,12.3,\nLee,end,,\n", "anna"), logged).empty());
}

TEST(ExtractionLog, TheLastDecisionOnACellCounts) {
  std::vector<store::Event> log;
  const review::Settled first{{"Lee", "end"}, "mean", "4", "p. 2", "carla", ""};
  review::Settled second = first;
  second.value = "5";
  number(log, settled_events(form(), {first}, {}));
  auto logged = logged_extraction(form(), log).take();
  EXPECT_TRUE(settled_events(form(), {first}, logged).empty());
  number(log, settled_events(form(), {second}, logged));
  logged = logged_extraction(form(), log).take();
  ASSERT_EQ(logged.settled.size(), 1U);
  EXPECT_EQ(logged.settled[0].value, "5");
  EXPECT_EQ(logged.settled[0].source, "p. 2");
}

TEST(ExtractionLog, AnotherFormIsLeftAloneAndAChangedOneIsSaid) {
  std::vector<store::Event> log;
  number(log, extraction_events(form(), extracted("Smith,end,12.3,\n", "anna"), {}));
  auto other = form();
  other.name = "Bone";
  EXPECT_TRUE(logged_extraction(other, log)->extractions.empty());
  auto changed = form();
  changed.fields[2].id = "average";
  EXPECT_NE(logged_extraction(changed, log).error().message.find("event 1"), std::string::npos);
  log[0].detail = "{";
  EXPECT_FALSE(logged_extraction(form(), log).ok());
}

}  // namespace
}  // namespace hedgerow::workflow
