#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "records/detail/reader.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

ReadResult read(std::string_view text) {
  ReadResult result;
  detail::read_csv(text, result);
  return result;
}

std::vector<std::string> codes(const ReadResult& result) {
  std::vector<std::string> codes;
  for (const Oddity& oddity : result.oddities) codes.push_back(oddity.code);
  return codes;
}

using Strings = std::vector<std::string>;

TEST(CsvRecords, PlainTableKeepsEveryCell) {
  const ReadResult result = read("record_id,title,author,year,number,label_included\n7,A study.,\"Doe, J\",2001,3,1\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "A study");
  EXPECT_EQ(record.authors, Strings{"Doe, J"});
  EXPECT_EQ(record.year, 2001);
  EXPECT_EQ(record.issue, "3");
  EXPECT_EQ(record.source.line, 2U);
  EXPECT_EQ(record.source.number, 1U);
  ASSERT_EQ(record.tags.size(), 6U);
  EXPECT_EQ(record.tags[1].value, "A study.");
  EXPECT_EQ(record.tags[5].name, "label_included");
  EXPECT_TRUE(result.oddities.empty());
}

TEST(CsvRecords, SeparatorIsFoundByTheHeader) {
  for (const char separator : {',', ';', '\t', '|'}) {
    const ReadResult result = read(fmt::format("title{0}year{0}doi\nA; b|c{0}1999{0}10.1000/X\n", separator));
    ASSERT_EQ(result.records.size(), 1U) << separator;
    EXPECT_EQ(result.records[0].doi.substr(0, 8), separator == ';' || separator == '|' ? "" : "10.1000/") << separator;
  }
}

TEST(CsvRecords, LinesOfTheProviderBeforeTheHeader) {
  const ReadResult result = read(
      "\"SEARCH QUERY\",\"dinosaur:ti\"\r\n-------\r\n\r\n\"Title\",\"Author Names\",\"Source\"\r\n"
      "\"Cysts\",\"Liu R., Adler D.G.\",\"Cancer (2004) 102:4 (253-258). Date of Publication: 25 Aug 2004\"\r\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.authors, (Strings{"Liu, R.", "Adler, D.G."}));
  EXPECT_EQ(record.journal, "Cancer");
  EXPECT_EQ(record.year, 2004);
  EXPECT_EQ(record.volume, "102");
  EXPECT_EQ(record.issue, "4");
  EXPECT_EQ(record.pages, "253-258");
  EXPECT_EQ(record.source.line, 5U);
  ASSERT_EQ(result.unread.size(), 2U);
  EXPECT_EQ(result.unread[1].line, 2U);
}

TEST(CsvRecords, ScopusOfBothEras) {
  const ReadResult before = read(
      "Authors,Author(s) ID,Title,Year,Source title,Art. No.,Page start,Page end,Abstract,Source,EID\n"
      "\"Gao X., Ni W.\",\"1;2\",T,2021,Environmental Research,111632,,,[No abstract available],Scopus,2-s2.0-8\n"
      "[No author name available],[No author id available],U,2020,J,,276,291,A,Scopus,2-s2.0-9\n");
  ASSERT_EQ(before.records.size(), 2U);
  EXPECT_EQ(before.records[0].authors, (Strings{"Gao, X.", "Ni, W."}));
  EXPECT_EQ(before.records[0].article_number, "111632");
  EXPECT_EQ(before.records[0].abstract, "");
  EXPECT_EQ(before.records[0].source.database, "Scopus");
  EXPECT_EQ(before.records[0].journal, "Environmental Research");
  EXPECT_EQ(before.records[0].accession, "2-s2.0-8");
  EXPECT_TRUE(before.records[1].authors.empty());
  EXPECT_EQ(before.records[1].pages, "276-291");
  const ReadResult since = read(
      "\"Authors\",\"Author full names\",\"Title\",\"Year\",\"Source title\",\"PubMed ID\"\n"
      "\"Wilson L.N.; Organ C.\",\"Wilson, Lauren N. (58975547800); Organ, Chris (7)\",\"T\",\"2024\",\"N\",\"38\"\n");
  ASSERT_EQ(since.records.size(), 1U);
  EXPECT_EQ(since.records[0].authors, (Strings{"Wilson, Lauren N.", "Organ, Chris"}));
  EXPECT_EQ(since.records[0].pmid, "38");
}

TEST(CsvRecords, EbscoCellsAsFormulas) {
  const ReadResult result = read(
      "Article Title,Author,Journal Title,ISSN,Publication Date,First Page\n"
      "\"Growth.\",\"Curry Rogers, Kristina; Martínez, Ricardo N.\",\"PLoS ONE\",=\"19326203\",=\"4/3/2024\",\"1\"\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "Growth");
  EXPECT_EQ(record.issn, Strings{"1932-6203"});
  EXPECT_EQ(record.year, 2024);
  EXPECT_EQ(record.tags[3].value, "=\"19326203\"");
  EXPECT_EQ(record.authors[0], "Curry Rogers, Kristina");
}

TEST(CsvRecords, FormulaCellHoldsASeparator) {
  const ReadResult result = read("title,doi,note\n=\"a, b\",10.1000/x,n\n");
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.records[0].title, "a, b");
  EXPECT_EQ(result.records[0].notes, "n");
}

TEST(CsvRecords, PubMedCitation) {
  const ReadResult result = read(
      "PMID,Title,Authors,Citation,Journal/Book,Publication Year,PMCID,NIHMS ID,DOI\n"
      "30922926,Time lapse,\"Griffin DK, Larkin DM, O'Connor RE.\",\"Eur J Med Genet. 2020 Feb;63(2):103640. doi: "
      "10.1016/j.ejmg.2019.03.004.\",Eur J Med Genet,2020,PMC7026692,,10.1016/j.ejmg.2019.03.004\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.authors, (Strings{"Griffin, DK", "Larkin, DM", "O'Connor, RE"}));
  EXPECT_EQ(record.volume, "63");
  EXPECT_EQ(record.issue, "2");
  EXPECT_EQ(record.pages, "103640");
  EXPECT_EQ(record.pmcid, "PMC7026692");
  EXPECT_EQ(record.source.database, "PubMed");
}

TEST(CsvRecords, WebOfScienceTabs) {
  const ReadResult result = read(
      "PT\tAU\tAF\tTI\tSO\tDE\tID\tAB\tSN\tEI\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tUT\t\r\n"
      "J\tDoe, J; Roe, R\tDoe, Jane; Roe, Richard\t\"Quoted\" words\tJ OF X\tmine\tTHEIRS\tText\t1234-5678\t"
      "8765-4321\t2019\t3\t1\t188\t97\t\t10.1000/y\tWOS:0001\t\r\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "\"Quoted\" words");
  EXPECT_EQ(record.authors, (Strings{"Doe, Jane", "Roe, Richard"}));
  EXPECT_EQ(record.pages, "188-197");
  EXPECT_EQ(record.keywords, (Strings{"mine", "THEIRS"}));
  EXPECT_EQ(record.issn, (Strings{"1234-5678", "8765-4321"}));
  EXPECT_EQ(record.accession, "WOS:0001");
  EXPECT_EQ(record.type, "journal");
  EXPECT_TRUE(result.oddities.empty());
}

TEST(CsvRecords, NamesRunTogether) {
  const ReadResult result = read("title,author\nT,Adeli K.Lewis G. F.\nU,McGuire D. K.O'Shea D.\nV,Heusch G.\n");
  ASSERT_EQ(result.records.size(), 3U);
  EXPECT_EQ(result.records[0].authors, (Strings{"Adeli, K.", "Lewis, G. F."}));
  EXPECT_EQ(result.records[1].authors, (Strings{"McGuire, D. K.", "O'Shea, D."}));
  EXPECT_EQ(result.records[2].authors, Strings{"Heusch, G."});
}

TEST(CsvRecords, NamesInOtherOrders) {
  EXPECT_EQ(read("title,authors\nT,\"Joseph Rottman, Erran Carmel, Mary Lacity\"\n").records[0].authors,
            (Strings{"Rottman, Joseph", "Carmel, Erran", "Lacity, Mary"}));
  EXPECT_EQ(read("title,authors\nT,\"['Marx, Karl', 'Lindgren, Astrid']\"\n").records[0].authors,
            (Strings{"Marx, Karl", "Lindgren, Astrid"}));
  EXPECT_EQ(read("title,authors\nT,\"Yang, Z. and Dos Santos, H.B.\"\n").records[0].authors,
            (Strings{"Yang, Z.", "Dos Santos, H.B."}));
  EXPECT_EQ(read("title,authors\nT,\"Longrich, N.R.\n and Bardet, N.\n\"\n").records[0].authors,
            (Strings{"Longrich, N.R.", "Bardet, N."}));
  EXPECT_EQ(read("title,authors\nT,\"A. Doe, B. Roe, C. Poe and D. Moe\"\n").records[0].authors,
            (Strings{"Doe, A.", "Roe, B.", "Poe, C.", "Moe, D."}));
}

TEST(CsvRecords, OneAuthorOfAListOfSemicolonsStaysWhole) {
  const ReadResult result = read("title,authors\nT,\"Doe, J; Roe, R\"\nU,\"van den Berg, Jan\"\n");
  EXPECT_EQ(result.records[1].authors, Strings{"van den Berg, Jan"});
}

TEST(CsvRecords, RaggedRowsAreReadAndReported) {
  const ReadResult result = read("title,year,doi\nShort\nA,2001\nB,2002,10.1000/b,more,,\nC,2003,,,\n");
  ASSERT_EQ(result.records.size(), 3U);
  EXPECT_EQ(result.unread[0].text, "Short");
  EXPECT_EQ(codes(result), (Strings{"line-outside-record", "row-short", "row-long"}));
  EXPECT_EQ(result.records[1].tags.back().name, "column 4");
  EXPECT_EQ(result.records[1].tags.back().value, "more");
  EXPECT_EQ(result.oddities[2].line, 4U);
  EXPECT_EQ(result.oddities[2].record, 2U);
}

TEST(CsvRecords, QuotesThatAreNotClosedOrNotDoubled) {
  const ReadResult open = read("title,year\n\"never closed,2001\nB,2002\n");
  ASSERT_EQ(open.records.size(), 2U);
  EXPECT_EQ(open.records[0].title, "\"never closed");
  EXPECT_EQ(open.records[0].year, 2001);
  EXPECT_EQ(codes(open), Strings{"quote-not-closed"});
  const ReadResult inside = read("title,year\n\"He said \"no\" twice\",2001\n");
  EXPECT_EQ(inside.records[0].title, "He said \"no\" twice");
  EXPECT_EQ(codes(inside), Strings{"quote-in-cell"});
  EXPECT_EQ(read("title,year\n\"two \"\"words\"\"\",2001\n").records[0].title, "two \"words\"");
}

TEST(CsvRecords, LinesAreCountedThroughQuotedBreaksAndLoneCr) {
  const ReadResult result = read("title,abstract\r\"a\",\"one\r\ntwo\nthree\"\rb,c\r");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[1].source.line, 5U);
  EXPECT_EQ(result.records[0].abstract, "one two three");
  EXPECT_EQ(result.records[0].tags[1].value, "one\r\ntwo\nthree");
}

TEST(CsvRecords, ColumnsTwiceUnknownOrNone) {
  const ReadResult twice = read("title,title,year\n,Second,2001\n");
  EXPECT_EQ(twice.records[0].title, "Second");
  EXPECT_EQ(codes(twice), Strings{"column-twice"});
  const ReadResult unknown = read("foo,bar\n1,2\n");
  ASSERT_EQ(unknown.records.size(), 1U);
  EXPECT_EQ(unknown.records[0].tags[1].value, "2");
  EXPECT_EQ(codes(unknown), Strings{"no-known-column"});
  EXPECT_TRUE(read("").records.empty());
  EXPECT_TRUE(read("title,year\n").records.empty());
  EXPECT_TRUE(read("\n\n  \n").records.empty());
}

TEST(CsvRecords, AnyBytesAreRead) {
  std::string wide = "title";
  for (int j = 0; j < 10000; ++j) wide += fmt::format(",c{}", j);
  wide += "\nT" + std::string(10000, ',') + "\n";
  EXPECT_EQ(read(wide).records.at(0).tags.size(), 10001U);
  std::string quotes = "title,year\n";
  for (int i = 0; i < 20000; ++i) quotes += "\"a,\"\"b\n";
  EXPECT_FALSE(read(quotes).records.empty());
  const std::string zeros("title,year\nA\0B,2001\n\0,\0\n", 24);
  EXPECT_EQ(read(zeros).records.at(0).tags[0].value.size(), 3U);
  read(std::string(1000, '"'));
  read("title\t\"\n\"\t\"\"\t=\"\n=\"");
}

TEST(CsvRecords, ZoteroKeepsPubMedNumbersInItsNotes) {
  const Record record = read(
                            "Key,Item Type,Title,Publication Title,Extra,Archive\n"
                            "K,journalArticle,T,J,\"PMID: 35319117 \nPMCID: PMC4675231\",Embase\n")
                            .records.at(0);
  EXPECT_EQ(record.pmid, "35319117");
  EXPECT_EQ(record.pmcid, "PMC4675231");
  EXPECT_EQ(record.journal, "J");
  EXPECT_EQ(record.source.database, "Embase");
}

TEST(CsvRecords, TabsInUtf16) {
  const std::string text = "PT\tAU\tTI\tSO\tPY\tUT\r\nJ\tDoe, J\tSchl\xC3\xA4ge\tX\t2019\tWOS:1\r\n";
  std::string wide = "\xFF\xFE";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool umlaut = text[at] == '\xC3';
    wide += umlaut ? '\xE4' : text[at];
    wide += '\0';
    at += umlaut;
  }
  ReadOptions options;
  options.file = "savedrecs.txt";
  const ReadResult result = read_records(wide, options);
  EXPECT_EQ(result.format, Format::csv);
  EXPECT_EQ(result.records.at(0).title, "Schläge");
  EXPECT_EQ(result.records.at(0).accession, "WOS:1");
}

TEST(CsvRecords, WhatIsWrittenIsReadAgain) {
  Record record;
  record.format = Format::ris;
  record.title = "A \"title\", with; signs\tand = more";
  record.authors = {"van den Berg, Jan Willem", "{Group A, Group B and C; D}"};
  record.year = 2001;
  record.issn = {"1234-5678"};
  record.keywords = {"Ear, Middle/pathology", "two"};
  record.retracted = true;
  const std::string text = write_csv(std::vector<Record>{record, record});
  const ReadResult again = read(text);
  ASSERT_EQ(again.records.size(), 2U);
  EXPECT_EQ(again.records[0].authors, record.authors);
  EXPECT_EQ(again.records[0].keywords, record.keywords);
  EXPECT_EQ(again.records[0].issn, record.issn);
  EXPECT_TRUE(again.records[0].retracted);
  EXPECT_EQ(again.records[0].year, 2001);
}

TEST(CsvRecords, TableOnItsSide) {
  const ReadResult result = read(
      "Title,Cysts\nAuthor Names,\"Liu R.\",\"Adler D.G.\"\nPublication Year,2014\n"
      "Title,More\nPublication Year,2015\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].title, "Cysts");
  EXPECT_EQ(result.records[0].authors, (Strings{"Liu, R.", "Adler, D.G."}));
  EXPECT_EQ(result.records[1].year, 2015);
  EXPECT_EQ(result.records[1].source.line, 4U);
}

TEST(CsvRecords, ValuesThatStandForNone) {
  const ReadResult result = read(
      "title,year,doi,volume,pmid,abstract,is_retracted\n"
      "T,n.d.,10.1,12.0,31793330.0,NA,True\n");
  const Record& record = result.records.at(0);
  EXPECT_EQ(codes(result), (Strings{"year-not-read", "doi-not-read"}));
  EXPECT_EQ(record.volume, "12");
  EXPECT_EQ(record.pmid, "31793330");
  EXPECT_EQ(record.abstract, "");
  EXPECT_TRUE(record.retracted);
  EXPECT_FALSE(record.year.has_value());
  EXPECT_EQ(record.tags[5].value, "NA");
}

}  // namespace
}  // namespace hedgerow::records
