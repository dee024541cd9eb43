// The shipped dictionary, files that extend it, and the checks that use it.
#include "audit/dictionary.hpp"

#include <gtest/gtest.h>

#include <set>

#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;
using testing::subject_of;

std::vector<Finding> in(SheetKind kind, const std::string& csv, const std::string& id) {
  return findings(subject_of(sheet_of(kind, csv)), id);
}

TEST(Dictionary, EveryShippedEntryIsSound) {
  const Dictionary& all = Dictionary::builtin();
  EXPECT_GE(all.entries().size(), 120U);
  std::set<std::string> ids;
  std::size_t cited = 0;
  for (const DictionaryEntry& entry : all.entries()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_EQ(all.find(entry.id), &entry) << entry.id;
    EXPECT_EQ(all.find(entry.name), &entry) << entry.name;
    // No other entry took one of its names.
    for (const std::string& alias : entry.aliases) EXPECT_EQ(all.find(alias), &entry) << alias;
    EXPECT_FALSE(entry.source.empty()) << entry.id;
    cited += entry.source != "own";
    if (entry.min) {
      EXPECT_LT(*entry.min, *entry.max) << entry.id;
    }
  }
  EXPECT_GE(cited, 120U);
}

TEST(Dictionary, FindsNamesAsAWhole) {
  const Dictionary& all = Dictionary::builtin();
  for (const char* cell : {"PHQ-9", "phq 9", "Depression (PHQ-9)", "PHQ-9 (0-27)"}) {
    ASSERT_NE(all.find(cell), nullptr) << cell;
    EXPECT_EQ(all.find(cell)->id, "phq9") << cell;
  }
  for (const char* cell : {"", "PHQ", "PHQ-9 change from the start", "pain", "muscle volume"})
    EXPECT_EQ(all.find(cell), nullptr) << cell;
}

TEST(Dictionary, AFileAddsAndReplaces) {
  Dictionary all = Dictionary::builtin();
  const std::size_t before = all.entries().size();
  ASSERT_TRUE(
      all.add("[[instrument]]\nid = \"ours\"\nname = \"Our scale\"\nmin = 0\nmax = 9\nsource = \"own\"\n"
              "[[instrument]]\nid = \"phq9\"\nname = \"PHQ-9, our scoring\"\nmin = 0\nmax = 100\nsource = \"own\"\n",
              "ours.toml"));
  EXPECT_EQ(all.entries().size(), before + 1);
  EXPECT_EQ(all.find("our scale")->max, 9);
  EXPECT_EQ(all.find("PHQ-9")->max, 100);
}

TEST(Dictionary, NamesWhatIsWrongWithAFile) {
  const auto error = [](const std::string& text) {
    Dictionary all;
    const Checked added = all.add("[[instrument]]\n" + text, "ours.toml");
    return added ? "no error" : describe(added.error());
  };
  EXPECT_NE(error("id = \"a\"\nname = \"A\"\nmin = 3\nmax = 1\nsource = \"own\"\n").find("must be above min"),
            std::string::npos);
  EXPECT_NE(error("id = \"a\"\nname = \"A\"\nmin = 3\nsource = \"own\"\n").find("stand together"), std::string::npos);
  EXPECT_NE(error("id = \"a\"\nname = \"A\"\nbeter = \"low\"\nsource = \"own\"\n").find("better"), std::string::npos);
  EXPECT_NE(error("id = \"a\"\nname = \"A\"\n").find("source"), std::string::npos);
}

TEST(Instruments, RangesAndSpreads) {
  const std::string head = "study,instrument,n,mean,sd\n";
  EXPECT_TRUE(in(SheetKind::arms, head + "A,PHQ-9,40,12.1,5.2\n", "DA-14").empty());
  EXPECT_EQ(in(SheetKind::arms, head + "A,PHQ-9,40,31.2,5.2\n", "DA-14").at(0).severity, Severity::error);
  EXPECT_EQ(in(SheetKind::arms, head + "A,PHQ-9,40,1.2,9.4\n", "DA-14").size(), 1U);  // at most 5.6
  EXPECT_EQ(in(SheetKind::rows, "study,outcome,n1i,m1i,sd1i\nA,PHQ-9,40,31.2,5.2\n", "DA-14").at(0).severity,
            Severity::warning);
  EXPECT_TRUE(in(SheetKind::arms, "study,instrument,n,mean_change\nA,PHQ-9,40,-6.1\n", "DA-14").empty());
}

TEST(Instruments, DirectionsInOnePool) {
  const std::string head = "study,instrument,yi,vi\n";
  EXPECT_EQ(in(SheetKind::rows, head + "A,HAM-D,0.4,0.1\nB,SF-36,0.3,0.1\n", "DA-08").size(), 1U);
  EXPECT_TRUE(in(SheetKind::rows, head + "A,HAM-D,0.4,0.1\nB,BDI-II,0.3,0.1\n", "DA-08").empty());
}

TEST(Instruments, MeasuresOfTheBody) {
  const std::string head = "study,outcome,n,mean,sd\n";
  EXPECT_TRUE(in(SheetKind::arms, head + "A,body height,20,171.0,6.0\n", "DA-23").empty());
  const auto metres = in(SheetKind::arms, head + "A,body height,20,1.71,0.06\n", "DA-23");
  ASSERT_EQ(metres.size(), 1U);
  EXPECT_EQ(metres[0].severity, Severity::warning);
  EXPECT_NE(metres[0].causes[0].find("in m"), std::string::npos) << metres[0].causes[0];
  EXPECT_EQ(in(SheetKind::arms, head + "A,BMI,20,61.0,6.0\n", "DA-23").at(0).severity, Severity::note);
}

TEST(Instruments, WholeScores) {
  const std::string head = "study,instrument,n,mean,sd\n";
  EXPECT_TRUE(in(SheetKind::arms, head + "A,MMSE,25,24.36,2.10\n", "DA-24").empty());
  EXPECT_EQ(in(SheetKind::arms, head + "A,MMSE,25,24.37,2.10\n", "DA-24").size(), 1U);
  EXPECT_TRUE(in(SheetKind::arms, head + "A,EDSS,25,4.37,2.10\n", "DA-24").empty());  // half points
}

}  // namespace
}  // namespace hedgerow::audit
