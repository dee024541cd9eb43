// The traps of RIS, one by one: what each file would lose at readers that follow the rule to the letter.
#include <gtest/gtest.h>

#include <algorithm>

#include "records/read.hpp"

namespace hedgerow::records {
namespace {

ReadResult read(std::string_view text) {
  ReadOptions options;
  options.file = "test.ris";
  return read_records(text, options);
}

std::size_t count(const ReadResult& result, const std::string& code) {
  return static_cast<std::size_t>(std::count_if(result.oddities.begin(), result.oddities.end(),
                                                [&](const Oddity& oddity) { return oddity.code == code; }));
}

std::string value(const Record& record, const std::string& name) {
  for (const Tag& tag : record.tags)
    if (tag.name == name) return tag.value;
  return "(none)";
}

TEST(Ris, PlainRecord) {
  const ReadResult result = read(
      "TY  - JOUR\nAU  - Weaver, Ann\nAU  - Hedge, B.\nTI  - Hedges along fields.\nT2  - Journal of Hedges\nPY  - "
      "2015\n"
      "VL  - 4\nIS  - 2\nSP  - 188\nEP  - 97\nDO  - https://doi.org/10.1000/H.1\nSN  - 12345678 (ISSN)\nDB  - "
      "Scopus\nER  - \n");
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_TRUE(result.oddities.empty());
  const Record& record = result.records[0];
  EXPECT_EQ(record.type, "journal");
  EXPECT_EQ(record.title, "Hedges along fields");
  EXPECT_EQ(record.year, 2015);
  EXPECT_EQ(record.pages, "188-197");
  EXPECT_EQ(record.doi, "10.1000/h.1");
  EXPECT_EQ(record.issn, std::vector<std::string>{"1234-5678"});
  EXPECT_EQ(record.source.database, "Scopus");
  EXPECT_EQ(record.source.line, 1U);
  EXPECT_EQ(short_name(record), "Weaver & Hedge 2015");
}

TEST(Ris, TextThatStartsLikeTheEndOfARecord) {
  const ReadResult result = read(
      "TY  - JOUR\nAB  - Tumours were\nER-positive or\nER  - negative, and\nUK - based.\nTI  - One\nER  -\nTY  - "
      "JOUR\nTI  - Two\nER  - \n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].abstract, "Tumours were ER-positive or ER - negative, and UK - based.");
  EXPECT_EQ(result.records[0].title, "One");
}

TEST(Ris, SpacingOfTheDash) {
  for (const char* gap : {"", " ", "  ", "\t"}) {
    const std::string g = std::string(gap) + "- ";
    const ReadResult result = read("TY" + g + "JOUR\nTI" + g + "One\nER" + gap + "-\n");
    ASSERT_EQ(result.records.size(), 1U) << '"' << gap << '"';
    EXPECT_EQ(result.records[0].title, "One") << '"' << gap << '"';
  }
}

TEST(Ris, LineEndsAndByteOrderMarks) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string e = end;
    const ReadResult result = read("\xEF\xBB\xBFTY  - JOUR" + e + "TI  - One" + e + "ER  - " + e +
                                   "\xEF\xBB\xBFTY  - JOUR" + e + "ER  - " + e);
    ASSERT_EQ(result.records.size(), 2U);
    EXPECT_EQ(result.encoding, "UTF-8 with BOM");
    EXPECT_EQ(result.records[1].source.line, 4U);
  }
}

TEST(Ris, LinesOfOvidBetweenAndBehindRecords) {
  const ReadResult result = read(
      "1.\nTY  - JOUR\nT1  - One\nER  -\nNL  - J One\n\nLink to the full text: http://x\n\n2.\nTY  - JOUR\nT1  - "
      "Two\nER  -\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(value(result.records[0], "NL"), "J One");
  EXPECT_EQ(count(result, "line-outside-record"), 3U);
  EXPECT_EQ(count(result, "field-after-end"), 1U);
  ASSERT_EQ(result.unread.size(), 3U);
  EXPECT_EQ(result.unread[2].line, 9U);
}

TEST(Ris, HeaderOfAProviderNamesTheDatabase) {
  const ReadResult result =
      read("Provider: American Psychological Association\nDatabase: PsycINFO\n\nTY  - JOUR\nPMID  - 33355555\nER  -\n");
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.records[0].source.database, "PsycINFO");
  EXPECT_EQ(result.records[0].pmid, "33355555");
}

TEST(Ris, MissingEndsAndTypes) {
  const ReadResult result =
      read("AU  - First, A\nTY  - JOUR\nTI  - One\nTY  - BOOK\nTI  - Two\nER  -\nER  -\n\nTI  - Three\n");
  ASSERT_EQ(result.records.size(), 3U);
  EXPECT_EQ(result.records[0].authors, std::vector<std::string>{"First, A"});
  EXPECT_EQ(count(result, "field-before-type"), 1U);
  EXPECT_EQ(count(result, "missing-end"), 2U);
  EXPECT_EQ(count(result, "missing-type"), 1U);
  EXPECT_EQ(count(result, "end-outside-record"), 1U);
  EXPECT_EQ(result.records[2].title, "Three");
}

TEST(Ris, SecondTagInsideAValue) {
  const ReadResult result = read("TY  - JOUR\nUR  - https://a.example/x     U2  - L2029880245\nER  -\n");
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(value(result.records[0], "UR"), "https://a.example/x");
  EXPECT_EQ(value(result.records[0], "U2"), "L2029880245");
  EXPECT_EQ(count(result, "tag-inside-value"), 1U);
}

TEST(Ris, ValuesOverSeveralLines) {
  const ReadResult result = read("TY  - JOUR\nKW  - one\ntwo\nAB  - First.\n\nSecond.\nER  -\n");
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.records[0].keywords, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(value(result.records[0], "AB"), "First.\n\nSecond.");
}

TEST(Ris, WhatCannotBeReadIsReportedWithItsLine) {
  const ReadResult result = read("\nTY  - JOUR\nPY  - 10 15\nDO  - see text\nER  -\n");
  ASSERT_EQ(count(result, "year-not-read"), 1U);
  ASSERT_EQ(count(result, "doi-not-read"), 1U);
  EXPECT_EQ(result.oddities[0].line, 2U);
  EXPECT_EQ(result.oddities[0].record, 1U);
  EXPECT_EQ(value(result.records[0], "PY"), "10 15");
}

TEST(Ris, DatabaseFromNumbersAndLinks) {
  const auto database = [](const std::string& line) {
    return read("TY  - JOUR\n" + line + "\nER  -\n").records[0].source.database;
  };
  EXPECT_EQ(database("UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85189760133&doi=1"), "Scopus");
  EXPECT_EQ(database("AN  - WOS:000282053100002"), "Web of Science");
  EXPECT_EQ(database("DB  - s3h\nDP  - EBSCOhost"), "SPORTDiscus");
  EXPECT_EQ(database("DB  - APA PsycInfo <2021>"), "APA PsycInfo");
  EXPECT_EQ(database("TI  - Nothing says"), "");
}

TEST(Ris, NumbersOfTheDatabases) {
  const Record ebsco =
      read("TY  - JOUR\nN1  - Accession Number: 176404503; Weaver, A 1\nL3  - 10.1371/journal.pone.1\nER  -\n")
          .records[0];
  EXPECT_EQ(ebsco.accession, "176404503");
  EXPECT_EQ(ebsco.doi, "10.1371/journal.pone.1");
  const Record dimensions =
      read("TY  - JOUR\nU1  - 35957633 [PMID]\nU1  - PMC9359172 [PMCID]\nSP  - 2087980\nER  -\n").records[0];
  EXPECT_EQ(dimensions.pmid, "35957633");
  EXPECT_EQ(dimensions.pmcid, "PMC9359172");
  EXPECT_EQ(dimensions.article_number, "2087980");
}

TEST(Ris, NothingAtAll) {
  for (const char* text : {"", "\n\n", "no format at all\n", "TY  - \nER  - \n"})
    EXPECT_LE(read(text).records.size(), 1U);
  EXPECT_EQ(count(read("hello\n"), "no-records"), 1U);
}

}  // namespace
}  // namespace hedgerow::records
