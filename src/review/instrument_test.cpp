// Instruments in TOML: those in the program, and what a wrong file is told.
#include "review/instrument.hpp"

#include <gtest/gtest.h>

namespace hedgerow::review {
namespace {

TEST(Instruments, all_those_in_the_program_can_be_read) {
  const std::vector<std::string> ids = builtin_instruments();
  EXPECT_GE(ids.size(), 14U);
  for (const std::string& id : ids) {
    const auto instrument = builtin_instrument(id);
    ASSERT_TRUE(instrument.ok()) << describe(instrument.error());
    EXPECT_EQ(instrument->id, id);
    EXPECT_FALSE(instrument->source.empty());
    for (const Word& word : instrument->judgements) EXPECT_NE(word.cochrane, 0xffffffU) << id << " " << word.word;
  }
  EXPECT_TRUE(builtin_instrument("RoB2").ok());
  const auto unknown = builtin_instrument("rob3");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("robins-i"), std::string::npos);
}

TEST(Instruments, have_the_highest_scores_of_their_authors) {
  EXPECT_EQ(max_score(*builtin_instrument("pedro")), 10);
  EXPECT_EQ(max_score(*builtin_instrument("nos-cohort")), 9);
  EXPECT_EQ(max_score(*builtin_instrument("nos-case-control")), 9);
}

TEST(Instruments, find_words_in_other_spellings) {
  const Instrument rob2 = *builtin_instrument("rob2");
  EXPECT_EQ(find_word(rob2.judgements, "some concerns"), std::optional<std::size_t>(1));
  EXPECT_EQ(find_word(rob2.judgements, " SOME-CONCERNS "), std::optional<std::size_t>(1));
  EXPECT_EQ(find_word(rob2.judgements, "+"), std::optional<std::size_t>(0));
  EXPECT_FALSE(find_word(rob2.judgements, "Hihg").has_value());
  EXPECT_EQ(find_word(rob2.answers, "probably yes"), std::optional<std::size_t>(1));
}

const std::string kHead = "schema = \"hedgerow.instrument/1\"\nid = \"x\"\nname = \"X\"\nsource = \"me\"\n";
const std::string kWords =
    "[[answer]]\nword = \"Y\"\n[[answer]]\nword = \"N\"\n[[judgement]]\nword = \"Low\"\nrank = 0\n[[judgement]]\nword "
    "= "
    "\"High\"\nrank = 1\n";

std::string message(const std::string& text) {
  const auto parsed = parse_instrument(text, "x.toml");
  return parsed.ok() ? "" : describe(parsed.error());
}

TEST(Instruments, of_users_are_checked) {
  const std::string domain = "[[domain]]\nid = \"D1\"\nname = \"One\"\n[[domain.item]]\nid = \"1\"\nlabel = \"q\"\n";
  EXPECT_EQ(message(kHead + kWords + domain), "");
  const std::string ruled =
      "[[domain]]\nid = \"D1\"\nname = \"One\"\nrules = [\"1 = Y -> Lowish\"]\n"
      "[[domain.item]]\nid = \"1\"\nlabel = \"q\"\n";
  EXPECT_NE(message(kHead + kWords + ruled).find("'Lowish' is not a judgement"), std::string::npos);
  EXPECT_NE(message(kHead + kWords + ruled).find("x.toml:"), std::string::npos);
  EXPECT_NE(message(kHead + "scorng = \"count\"\n").find("scoring"), std::string::npos);
  EXPECT_NE(message(kHead).find("[[judgement]]"), std::string::npos);
  const std::string bands =
      "scoring = \"count\"\n[[answer]]\nword = \"Y\"\ncounts = true\n[[item]]\nid = \"a\"\nlabel = "
      "\"a\"\n[[band]]\nfrom = 0\nto = 0\nlabel = \"low\"\n";
  EXPECT_NE(message(kHead + bands).find("1 is covered by none"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::review
