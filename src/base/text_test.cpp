// Text and numbers as text.
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow {
namespace {

using Texts = std::vector<std::string>;

TEST(Text, TrimsSplitsAndJoins) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a, b,,c ", ','), (Texts{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), Texts{""});
  EXPECT_EQ(join(Texts{"a", "b"}, ", "), "a, b");
  EXPECT_EQ(to_lower("AbÄ"), "abÄ");
  EXPECT_TRUE(starts_with_ignoring_case("SEP=;", "sep="));
  EXPECT_FALSE(starts_with_ignoring_case("se", "sep"));
}

TEST(ParseNumber, TakesDecimalNumbersOnly) {
  EXPECT_EQ(parse_number(" +1.50 "), 1.5);
  EXPECT_EQ(parse_number("-2e-3"), -0.002);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("1e-400"), 0);
  EXPECT_EQ(parse_number("-1E-400"), 0);
  for (const char* text : {"", " ", "+", "-", "1,5", "1e400", "nan", "inf", "0x1p3", "1 2", "+-1", "1e", "NA"})
    EXPECT_FALSE(parse_number(text).has_value()) << text;
}

TEST(FormatNumber, FixedAndSignificant) {
  EXPECT_EQ(format_fixed(-0.001, 2), "0.00");
  EXPECT_EQ(format_fixed(2.345, 1), "2.3");
  EXPECT_EQ(format_fixed(-1.5, 0), "-2");
  EXPECT_EQ(format_fixed(NAN, 2), "NA");
  EXPECT_EQ(format_fixed(-INFINITY, 2), "-Inf");
  EXPECT_EQ(format_significant(1234.5678, 6), "1234.57");
  EXPECT_EQ(format_significant(-0.0, 3), "0");
  EXPECT_EQ(format_shortest(0.1), "0.1");
  EXPECT_EQ(*parse_number(format_shortest(1.0 / 3)), 1.0 / 3);
}

TEST(FormatP, AsReviewersPrint) {
  EXPECT_EQ(format_p(0.0321), "0.032");
  EXPECT_EQ(format_p(0.0009), "<0.001");
  EXPECT_EQ(format_p(1), "1.000");
  EXPECT_EQ(format_p(0.00009, 4), "<0.0001");
  EXPECT_EQ(format_p(NAN), "NA");
}

TEST(NearestName, FindsWhatWasMeant) {
  const Texts names{"study", "yi", "vi", "outcome"};
  EXPECT_EQ(nearest_name("studdy", names), "study");
  EXPECT_EQ(nearest_name("Outcome", names), "outcome");
  EXPECT_EQ(nearest_name("zzzzzzzzzz", names), std::nullopt);
  EXPECT_EQ(nearest_name("y", Texts{}), std::nullopt);
  EXPECT_EQ(did_you_mean("outcom", names), " (did you mean 'outcome'?)");
  EXPECT_EQ(did_you_mean("qqqqqqqq", names), "");
}

TEST(Utf8, KnowsValidBytes) {
  for (const char* text : {"", "plain", "Müller", "long enough for eight bytes: é", "\xF0\x9F\x8C\xB1", "€"})
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  for (const char* text : {"\xFC", "eight ascii bytes then \xE9t", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\x80", "\xF0\x80\x80\x80"})
    EXPECT_FALSE(is_valid_utf8(text)) << text;
}

TEST(Utf8, ConvertsWindows1252) {
  EXPECT_EQ(latin1_to_utf8("M\xFCller \x80 \x96 \x93q\x94"), "Müller € – “q”");
  EXPECT_EQ(utf8_length("Müller €"), 8U);
}

}  // namespace
}  // namespace hedgerow
