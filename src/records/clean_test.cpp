// Values as exports spell them: spellings of the files in tests/data/exports, and of issues that other readers had.
#include "records/detail/clean.hpp"

#include <gtest/gtest.h>

namespace hedgerow::records::detail {
namespace {

using Strings = std::vector<std::string>;

TEST(CleanDoi, TakesTheDoiOutOfWhatSurroundsIt) {
  EXPECT_EQ(clean_doi("10.1186/2046-4053-4-6"), "10.1186/2046-4053-4-6");
  EXPECT_EQ(clean_doi("https://doi.org/10.1016/J.ENVRES.2021.111632."), "10.1016/j.envres.2021.111632");
  EXPECT_EQ(clean_doi("doi:10.1011/hea0004444"), "10.1011/hea0004444");
  EXPECT_EQ(clean_doi("https://www.scopus.com/x?eid=2-s2.0-1&doi=10.1038%2fs41467-024-46843-2&partnerID=40"),
            "10.1038/s41467-024-46843-2");
  EXPECT_EQ(clean_doi("https://www.frontiersin.org/articles/10.3389/fpsyg.2017.01395/full"),
            "10.3389/fpsyg.2017.01395");
  EXPECT_EQ(clean_doi("(see 10.1000/182)."), "10.1000/182");
  EXPECT_EQ(clean_doi("10.1000/a; 10.1000/b"), "10.1000/a");
  EXPECT_EQ(clean_doi("10.1000/a;10.1000/b"), "10.1000/a");
}

TEST(CleanDoi, KeepsTheOddCharactersOfOldDois) {
  EXPECT_EQ(clean_doi("10.1002/(SICI)1097-0258(19980815/30)17:15/16&lt;1661::AID-SIM968&gt;3.0.CO;2-2"),
            "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2");
}

TEST(CleanDoi, FindsNoneWhereThereIsNone) {
  for (const char* text : {"", "DOI", "10.5", "110.1234/5", "10.12/x", "version 10.1000 of it", "10.1000/"})
    EXPECT_EQ(clean_doi(text), "") << text;
}

TEST(CleanYear, ReadsTheDatesOfAllExports) {
  EXPECT_EQ(clean_year("2021/06//"), 2021);
  EXPECT_EQ(clean_year("2024///"), 2024);
  EXPECT_EQ(clean_year("2017 Nov 15"), 2017);
  EXPECT_EQ(clean_year("May-Jun 2004"), 2004);
  EXPECT_EQ(clean_year("c1998"), 1998);
  EXPECT_EQ(clean_year("4/3/2024"), 2024);
  EXPECT_EQ(clean_year("20170415"), 2017);
  for (const char* text : {"", "10 15", "Winter", "99999", "1234567"}) EXPECT_FALSE(clean_year(text)) << text;
}

TEST(CleanPages, CompletesShortEnds) {
  EXPECT_EQ(clean_pages("188-97"), "188-197");
  EXPECT_EQ(clean_pages("pp. 3–9"), "3-9");
  EXPECT_EQ(clean_pages("S12-5"), "S12-S15");
  EXPECT_EQ(clean_pages("7-7"), "7");
  EXPECT_EQ(clean_pages("1309--1348"), "1309-1348");
  EXPECT_EQ(clean_pages("244-55, 301-2"), "244-255, 301-302");
  EXPECT_EQ(clean_pages("i-ii"), "i-ii");
  EXPECT_EQ(clean_pages("97-5"), "97-5");
  EXPECT_EQ(clean_pages("e0298242"), "e0298242");
}

TEST(CleanText, TakesMarkupOutAndLeavesFormulas) {
  EXPECT_EQ(clean_text("<p>One <i>E. coli</i></p><p>CO<sub>2</sub></p>"), "One E. coli CO2");
  EXPECT_EQ(clean_text("p<0.05 and a<b and c>d"), "p<0.05 and a<b and c>d");
  EXPECT_EQ(clean_text("<jats:title>Aim</jats:title> of &amp;lt;i&amp;gt;it&amp;lt;/i&amp;gt; &#233;&#xE9;"),
            "Aim of it éé");
  EXPECT_EQ(clean_text(" a\n   b\u00A0c\u200B "), "a b c");
  EXPECT_EQ(clean_text("&#xD800; &unknown; &"), "&#xD800; &unknown; &");
}

TEST(CleanText, ComposesAccents) { EXPECT_EQ(clean_text("e\u0301"), "é"); }

TEST(CleanTitle, LosesTheStopAndTheBracketsOfTranslations) {
  EXPECT_EQ(clean_title("[On growing hedges]."), "On growing hedges");
  EXPECT_EQ(clean_title("When sharing fixes prices."), "When sharing fixes prices");
  EXPECT_EQ(clean_title("And so on..."), "And so on...");
  EXPECT_EQ(clean_title("[Ca2+] and [K+]"), "[Ca2+] and [K+]");
}

TEST(FindNumbers, TellsIssnFromIsbn) {
  EXPECT_EQ(find_issn("00139351 (ISSN); 9780306406157 (ISBN)"), Strings{"0013-9351"});
  EXPECT_EQ(find_isbn("00139351 (ISSN); 9780306406157 (ISBN)"), Strings{"9780306406157"});
  EXPECT_EQ(find_issn("1999-7777(Electronic),0222-666x(Print)"), (Strings{"1999-7777", "0222-666X"}));
  EXPECT_EQ(find_isbn("978-0-306-40615-7"), Strings{"9780306406157"});
  EXPECT_TRUE(find_issn("978-0-306-40615-7").empty());
  EXPECT_EQ(find_isbn("978 0 306 40615 7"), Strings{"9780306406157"});
}

TEST(CleanAuthor, BringsNamesToFamilyAndGiven) {
  EXPECT_EQ(clean_author("Smith, J.", NameOrder::unknown), "Smith, J.");
  EXPECT_EQ(clean_author("SMITH, JOHN", NameOrder::unknown), "Smith, John");
  EXPECT_EQ(clean_author("GARCIA-LOPEZ, M", NameOrder::unknown), "Garcia-Lopez, M");
  EXPECT_EQ(clean_author("van der Berg JK", NameOrder::unknown), "van der Berg, JK");
  EXPECT_EQ(clean_author("Brownstein C D", NameOrder::unknown), "Brownstein, C D");
  EXPECT_EQ(clean_author("Ludwig van Beethoven", NameOrder::given_first), "van Beethoven, Ludwig");
  EXPECT_EQ(clean_author("Marit de Jong", NameOrder::unknown), "de Jong, Marit");
  EXPECT_EQ(clean_author("van den Hoven", NameOrder::unknown), "van den Hoven");
  EXPECT_EQ(clean_author("Madonna", NameOrder::unknown), "Madonna");
}

TEST(CleanAuthor, PutsGroupsIntoBraces) {
  EXPECT_EQ(clean_author("World Health Organization", NameOrder::unknown), "{World Health Organization}");
  EXPECT_EQ(clean_author("World Health Organization,", NameOrder::unknown), "{World Health Organization}");
  EXPECT_EQ(clean_author("{Already a group}", NameOrder::given_first), "{Already a group}");
}

TEST(IsNoAuthor, KnowsThePlaceholders) {
  for (const char* text : {"", "Anonymous,", "[No author name available]", "et al."}) EXPECT_TRUE(is_no_author(text));
  EXPECT_FALSE(is_no_author("Anon, B."));
}

}  // namespace
}  // namespace hedgerow::records::detail
