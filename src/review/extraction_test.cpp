#include "review/extraction.hpp"

#include <gtest/gtest.h>

#include "data/readers.hpp"
#include "review/consensus.hpp"

namespace hedgerow::review {
namespace {

constexpr const char* kForm = R"(name = "Muscle"
key = ["study", "outcome"]
[[field]]
id = "study"
[[field]]
id = "outcome"
type = "choice"
choices = ["mass", "strength"]
[[field]]
id = "mean"
type = "number"
unit = "kg"
[[field]]
id = "n"
type = "integer"
min = 1
max = 500
required = true
[[field]]
id = "blinded"
type = "yes_no"
[effect]
measure = "MN"
columns = { mi = "mean", ni = "n" }
)";

ExtractionForm form() { return parse_form(kForm, "form.toml").take(); }

Expected<Extraction> extracted(const std::string& csv, const std::string& who = "anna") {
  return read_extraction(form(), data::parse_csv(csv, who + ".csv").take(), who);
}

TEST(ExtractionForm, ReadsFieldsAndNamesWhatIsWrong) {
  const ExtractionForm read = form();
  EXPECT_EQ(read.fields.size(), 5U);
  EXPECT_TRUE(read.find("mean")->source);
  EXPECT_FALSE(read.find("study")->source);
  EXPECT_EQ(read.effect.arguments.size(), 2U);
  const auto error = [](const std::string& text) { return describe(parse_form(text, "form.toml").error()); };
  EXPECT_NE(error("key = [\"stdy\"]\n[[field]]\nid = \"study\"\n").find("did you mean 'study'"), std::string::npos);
  EXPECT_NE(error("key = [\"a\"]\n[[field]]\nid = \"a\"\n[[field]]\nid = \"a\"\n").find("form.toml:5"),
            std::string::npos);
  EXPECT_NE(error("key = [\"a\"]\n[[field]]\nid = \"a\"\ntype = \"choice\"\n").find("choices"), std::string::npos);
  EXPECT_NE(error("key = [\"a\"]\n").find("[[field]]"), std::string::npos);
  EXPECT_NE(error("[[field]]\nid = \"a\"\n").find("name a row"), std::string::npos);
}

TEST(Extraction, KeepsValuesAsTypedWithTheirSource) {
  const auto read = extracted(
      "study,outcome,mean,source:mean,n,blinded,extra\nSmith,mass,12.30,\"p. 5, Table 2\",18,Yes,x\n"
      "Smith,strength,,,501,,\n");
  ASSERT_TRUE(read.ok()) << describe(read.error());
  EXPECT_EQ(read->rows[0].values[2].typed, "12.30");
  EXPECT_EQ(read->rows[0].values[2].source, "p. 5, Table 2");
  EXPECT_EQ(read->rows[0].values[2].where, "anna.csv:2:mean");
  ASSERT_EQ(read->warnings.size(), 2U);
  EXPECT_NE(read->warnings[0].find("'extra'"), std::string::npos);
  EXPECT_NE(read->warnings[1].find("above 500"), std::string::npos);
}

TEST(Extraction, TakesDecimalCommas) {
  const auto read = extracted("study;outcome;mean;n\nSmith;mass;12,5;18\n");
  ASSERT_TRUE(read.ok()) << describe(read.error());
  EXPECT_EQ(read->rows[0].values[2].typed, "12.5");
}

TEST(Extraction, RefusesWhatAFieldDoesNotTakeWithItsCell) {
  const std::string head = "study,outcome,mean,n,blinded\n";
  const auto error = [&](const std::string& rows) { return describe(extracted(head + rows).error()); };
  EXPECT_NE(error("Smith,mass,12 kg,3,\n").find("anna.csv:2:mean: '12 kg' is not a number"), std::string::npos);
  EXPECT_NE(error("Smith,mass,12,3.5,\n").find("anna.csv:2:n"), std::string::npos);
  EXPECT_NE(error("Smith,masss,12,3,\n").find("did you mean 'mass'"), std::string::npos);
  EXPECT_NE(error("Smith,mass,12,3,maybe\n").find("yes, no or unclear"), std::string::npos);
  EXPECT_NE(error(",mass,12,3,\n").find("it names the row"), std::string::npos);
  EXPECT_NE(error("Smith,mass,12,3,\nSmith,mass,13,3,\n").find("already in line 2"), std::string::npos);
  EXPECT_NE(describe(extracted("study,mean\nSmith,1\n").error()).find("outcome"), std::string::npos);
}

const char* const kAnna = "study,outcome,mean,n,blinded\nSmith,mass,12.30,18,yes\nJones,mass,5,10,no\nOnly,mass,1,2,\n";
const char* const kBen = "study,outcome,mean,n,blinded\nJones,mass,5.5,10,\nSmith,mass,12.3,18,Yes\nLee,mass,7,9,no\n";

TEST(ExtractionCompare, MatchesRowsByKeyAndValuesByMeaning) {
  const Extraction a = extracted(kAnna).take(), b = extracted(kBen, "ben").take();
  const Comparison found = compare(form(), a, b);
  EXPECT_EQ(found.matched, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {1, 0}}));
  EXPECT_EQ(found.only_a, std::vector<std::size_t>{2});
  EXPECT_EQ(found.only_b, std::vector<std::size_t>{2});
  ASSERT_EQ(found.differences.size(), 2U);
  EXPECT_EQ(found.differences[0].kind, "number");
  EXPECT_EQ(form().fields[found.differences[0].field].id, "mean");
  EXPECT_EQ(found.differences[1].kind, "missing in b");
  EXPECT_EQ(found.fields[2].compared, 2U);
  EXPECT_EQ(found.fields[2].same, 1U);
  EXPECT_EQ(found.fields[0].compared, 0U);
}

TEST(ExtractionConsensus, TakesWhatIsAlikeAndAsksForTheRest) {
  const Extraction a = extracted(kAnna).take(), b = extracted(kBen, "ben").take();
  const Comparison found = compare(form(), a, b);
  const auto open = settle(form(), a, b, found, {});
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(open->open.size(), 4U);
  EXPECT_EQ(open->agreed.rows[0].values[2].typed, "12.30");
  EXPECT_EQ(open->by[0][2], "anna, ben");
  EXPECT_EQ(open->agreed.rows[1].values[2].typed, "");

  const data::Table table = data::parse_csv(
                                "study,outcome,field,agreed,source\nJones,mass,mean,5.5,p. 3\nJones,mass,blinded,no,\n"
                                "Only,mass,,drop,\nLee,mass,,keep,\n",
                                "third.csv")
                                .take();
  const auto settled = read_settled(form(), table, "carla");
  ASSERT_TRUE(settled.ok()) << describe(settled.error());
  const auto done = settle(form(), a, b, found, *settled);
  ASSERT_TRUE(done.ok()) << describe(done.error());
  EXPECT_TRUE(done->open.empty());
  ASSERT_EQ(done->agreed.rows.size(), 3U);
  EXPECT_EQ(done->agreed.rows[1].values[2].typed, "5.5");
  EXPECT_EQ(done->agreed.rows[1].values[2].source, "p. 3");
  EXPECT_EQ(done->by[1][2], "carla");
  EXPECT_EQ(done->agreed.rows[2].key[0], "Lee");
  EXPECT_EQ(to_table(form(), done->agreed, false)->rows(), 3U);
}

TEST(ExtractionConsensus, RefusesDecisionsOnWhatIsNotThere) {
  const Extraction a = extracted(kAnna).take(), b = extracted(kBen, "ben").take();
  const Comparison found = compare(form(), a, b);
  const auto error = [&](Settled one) { return describe(settle(form(), a, b, found, {one}).error()); };
  EXPECT_NE(error({{"Smyth", "mass"}, "mean", "3", "", "carla", "t:2"}).find("no extraction"), std::string::npos);
  EXPECT_NE(error({{"Jones", "mass"}, "meen", "3", "", "carla", "t:2"}).find("not a field"), std::string::npos);
  EXPECT_NE(error({{"Jones", "mass"}, "mean", "three", "", "carla", "t:2"}).find("not a number"), std::string::npos);
  EXPECT_NE(error({{"Only", "mass"}, "", "delete", "", "carla", "t:2"}).find("keep or drop"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::review
