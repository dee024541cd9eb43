// MEDLINE text, Web of Science text, EndNote tags; encodings; recognition of formats.
#include <gtest/gtest.h>

#include <algorithm>

#include "records/read.hpp"

namespace hedgerow::records {
namespace {

ReadResult read(std::string_view text, const char* file = "test.txt") {
  ReadOptions options;
  options.file = file;
  return read_records(text, options);
}

TEST(Nbib, TranslatedTitleGroupAndShortPages) {
  const ReadResult result = read(
      "PMID- 26152463\nOWN - NLM\nIS  - 1234-5678 (Print)\nDP  - 2018 Nov-Dec\nTI  - [On hedges that were\n      "
      "planted].\n"
      "PG  - 244-55\nLID - 10.1000/h.2 [doi]\nLID - e12345\nAID - S0048(17)1 [pii]\nFAU - Weaver, Ann\nAU  - Weaver A\n"
      "CN  - Hedge Study Group\nTT  - Über Hecken.\nJT  - Journal of Hedges\nPT  - Journal Article\nPT  - Retracted "
      "Publication\n"
      "PMC - PMC123\n\nPMID- 2\nOWN - NLM\nBTI - A book\nDP  - 2001\n");
  ASSERT_EQ(result.records.size(), 2U);
  const Record& record = result.records[0];
  EXPECT_EQ(result.format, Format::nbib);
  EXPECT_EQ(record.title, "On hedges that were planted");
  EXPECT_EQ(record.original_title, "Über Hecken");
  EXPECT_EQ(record.authors, (std::vector<std::string>{"Weaver, Ann", "{Hedge Study Group}"}));
  EXPECT_EQ(record.pages, "244-255");
  EXPECT_EQ(record.article_number, "e12345");
  EXPECT_EQ(record.doi, "10.1000/h.2");
  EXPECT_EQ(record.pmid, "26152463");
  EXPECT_EQ(record.pmcid, "PMC123");
  EXPECT_EQ(record.year, 2018);
  EXPECT_TRUE(record.retracted);
  EXPECT_EQ(record.source.database, "PubMed");
  EXPECT_EQ(result.records[1].type, "book");
  EXPECT_EQ(result.records[1].title, "A book");
}

TEST(Nbib, RecordsOfEricWithoutPmid) {
  const ReadResult result =
      read("\nOWN - ERIC\nTI  - One\nAU  - Smith, Tom\nISSN - ISSN-1234-4567\nOID - EJ1\n\nOWN - ERIC\nTI  - Two\n",
           "a.nbib");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].issn, std::vector<std::string>{"1234-4567"});
  EXPECT_EQ(result.records[0].accession, "EJ1");
  EXPECT_EQ(result.records[1].source.database, "ERIC");
}

TEST(Nbib, MissingBlankLineIsReported) {
  const ReadResult result = read("PMID- 1\nTI  - One\nPMID- 2\nTI  - Two\n");
  ASSERT_EQ(result.records.size(), 2U);
  ASSERT_EQ(result.oddities.size(), 1U);
  EXPECT_EQ(result.oddities[0].code, "missing-blank-line");
  EXPECT_EQ(result.oddities[0].line, 3U);
}

TEST(Wos, ListsWrappedTextAndPatents) {
  const ReadResult result = read(
      "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Weaver, A\n   Hedge, B\nAF Weaver, Ann\n   Hedge, Bob\n"
      "TI Growing hedges along\n   fields\nSO JOURNAL OF HEDGES\nAR UNSP 1722034\nSP Hedge Society\nPY 2020\nIS 3\n"
      "DE hedge; field\nUT WOS:1\nER\n\nPT P\nAE HEDGE INC\nTI Cutter\nGA 2020123456\nER\n\nEF\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.format, Format::wos);
  EXPECT_TRUE(result.oddities.empty());
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "Growing hedges along fields");
  EXPECT_EQ(record.authors, (std::vector<std::string>{"Weaver, Ann", "Hedge, Bob"}));
  EXPECT_EQ(record.article_number, "1722034");
  EXPECT_EQ(record.pages, "");
  EXPECT_EQ(record.issue, "3");
  EXPECT_EQ(record.keywords, (std::vector<std::string>{"hedge", "field"}));
  EXPECT_EQ(result.records[1].authors, std::vector<std::string>{"{HEDGE INC}"});
  EXPECT_EQ(result.records[1].accession, "2020123456");
}

TEST(Wos, CutOffFileIsReported) {
  const ReadResult result = read("FN Web of Science\nVR 1.0\nPT J\nTI One\n");
  std::vector<std::string> codes;
  for (const Oddity& oddity : result.oddities) codes.push_back(oddity.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"missing-end", "missing-file-end"}));
}

TEST(Endnote, RecordsWithAndWithoutType) {
  const ReadResult result =
      read("%T One\n%0 Journal Article\n%A Guo, Wenbo\n%D 2021\n%P 1309-48\n\n\n%T Two\n%D 2020\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.format, Format::endnote_tagged);
  EXPECT_EQ(result.records[0].type, "journal");
  EXPECT_EQ(result.records[0].pages, "1309-1348");
  EXPECT_EQ(result.records[1].title, "Two");
}

TEST(Endnote, DoubleSpacedFileIsOneRecordPerTitle) {
  const ReadResult result = read("%0 Book\n\n%T One\n\n%D 2001\n\n%0 Book\n\n%T Two\n\n%D 2002\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[1].year, 2002);
}

TEST(Encoding, OfEachKindGivesTheSameTitle) {
  const std::string latin = "TY  - JOUR\nTI  - M\xE9ni\xE8re\nER  - \n";
  EXPECT_EQ(read(latin).encoding, "Windows-1252");
  EXPECT_EQ(read(latin).records.at(0).title, "Ménière");
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      std::string wide = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
      for (const char c : latin) wide += little ? std::string{c, '\0'} : std::string{'\0', c};
      const ReadResult result = read(wide);
      EXPECT_EQ(result.encoding, little ? "UTF-16LE" : "UTF-16BE");
      ASSERT_EQ(result.records.size(), 1U);
      EXPECT_EQ(result.records[0].title, "Ménière");
    }
  }
}

TEST(Encoding, FewWrongBytesDoNotSpoilUtf8) {
  const ReadResult result = read("TY  - JOUR\nTI  - Ménière, Ménière\nAU  - Bj\xF6rn, A\nER  - \n");
  EXPECT_EQ(result.encoding, "UTF-8");
  EXPECT_EQ(result.records.at(0).title, "Ménière, Ménière");
  EXPECT_EQ(result.records.at(0).authors.at(0), "Björn, A");
  ASSERT_EQ(result.oddities.size(), 1U);
  EXPECT_EQ(result.oddities[0].line, 3U);
}

TEST(Recognise, ByContentBeforeTheName) {
  EXPECT_EQ(recognise("PMID- 1\n", "export.ris"), Format::nbib);
  EXPECT_EQ(recognise("1.\nTY  - JOUR\n", "export.txt"), Format::ris);
  EXPECT_EQ(recognise("FN Web of Science\n", "savedrecs.txt"), Format::wos);
  EXPECT_EQ(recognise("PT\tAU\tTI\n", "savedrecs.txt"), Format::csv);
  EXPECT_EQ(recognise("\n@article{a,\n", "x"), Format::bibtex);
  EXPECT_EQ(recognise("<?xml?><PubmedArticleSet><PubmedArticle>", "x.xml"), Format::pubmed_xml);
  EXPECT_EQ(recognise("<xml><records>", "x.xml"), Format::endnote_xml);
  EXPECT_EQ(recognise("title,abstract,year\n", "x"), Format::csv);
  EXPECT_EQ(recognise("", "x.csv.gz"), Format::csv);
  EXPECT_EQ(recognise("", ""), Format::ris);
}

TEST(Names, OfFormatsAndOfRecords) {
  EXPECT_STREQ(name(Format::endnote_tagged), "endnote");
  EXPECT_EQ(format_named(".ciw"), Format::wos);
  EXPECT_FALSE(format_named("docx"));
  Record record;
  EXPECT_EQ(short_name(record), "[no author] [no year]");
  record.authors = {"{World Health Organization}", "B, C", "D, E"};
  record.year = 2001;
  EXPECT_EQ(short_name(record), "World Health Organization et al. 2001");
}

}  // namespace
}  // namespace hedgerow::records
