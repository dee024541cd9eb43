// Records written in a format that they did not come in, and read again: each field comes back.
#include "records/write.hpp"

#include <gtest/gtest.h>

#include "records/read.hpp"

namespace hedgerow::records {
namespace {

Record full_record() {
  Record record;
  record.source = {"Scopus", "a.csv", 7, 3};
  record.format = Format::wos;
  record.type = "journal";
  record.title = "Hedges, 100% \"green\" & {old}: a_b";
  record.original_title = "Über Hecken";
  record.authors = {"Weaver, Ann", "van der Berg, J.K.", "{Hedge Study Group}"};
  record.year = 2015;
  record.journal = "Journal of Hedges";
  record.journal_abbreviation = "J Hedg";
  record.volume = "4";
  record.issue = "2";
  record.pages = "188-197";
  record.article_number = "e1234";
  record.doi = "10.1000/a_b";
  record.pmid = "26152463";
  record.pmcid = "PMC123";
  record.accession = "2-s2.0-1";
  record.issn = {"1234-5678"};
  record.isbn = {"9780306406157"};
  record.abstract = "First line.\nTY  - is no tag here.";
  record.keywords = {"hedge", "field, margin"};
  record.language = "English";
  record.publisher = "Press";
  record.url = "https://a.example/x_y?z=1";
  return record;
}

ReadResult again(const std::string& text, Format format) {
  ReadOptions options;
  options.format = format;
  return read_records(text, options);
}

void expect_same(const Record& after, const Record& before) {
  EXPECT_EQ(after.type, before.type);
  EXPECT_EQ(after.title, before.title);
  EXPECT_EQ(after.original_title, before.original_title);
  EXPECT_EQ(after.authors, before.authors);
  EXPECT_EQ(after.year, before.year);
  EXPECT_EQ(after.journal, before.journal);
  EXPECT_EQ(after.journal_abbreviation, before.journal_abbreviation);
  EXPECT_EQ(after.volume, before.volume);
  EXPECT_EQ(after.issue, before.issue);
  EXPECT_EQ(after.pages, before.pages);
  EXPECT_EQ(after.article_number, before.article_number);
  EXPECT_EQ(after.doi, before.doi);
  EXPECT_EQ(after.pmid, before.pmid);
  EXPECT_EQ(after.pmcid, before.pmcid);
  EXPECT_EQ(after.issn, before.issn);
  EXPECT_EQ(after.isbn, before.isbn);
  EXPECT_EQ(after.abstract, "First line. TY - is no tag here.");
  EXPECT_EQ(after.language, before.language);
  EXPECT_EQ(after.publisher, before.publisher);
  EXPECT_EQ(after.url, before.url);
}

TEST(Write, FieldsComeBackFromEachFormat) {
  const std::vector<Record> list = {full_record()};
  const auto ris = again(write_ris(list), Format::ris), nbib = again(write_nbib(list), Format::nbib);
  const auto bibtex = again(write_bibtex(list), Format::bibtex), csv = again(write_csv(list), Format::csv);
  for (const ReadResult* result : {&ris, &nbib, &bibtex, &csv}) {
    SCOPED_TRACE(name(result->format));
    ASSERT_EQ(result->records.size(), 1U);
    expect_same(result->records[0], list[0]);
  }
  for (const ReadResult* result : {&ris, &bibtex, &csv}) EXPECT_EQ(result->records[0].source.database, "Scopus");
}

TEST(Write, EmptyRecordsAreNotLost) {
  const std::vector<Record> list(3);
  EXPECT_EQ(again(write_ris(list), Format::ris).records.size(), 3U);
  EXPECT_EQ(again(write_nbib(list), Format::nbib).records.size(), 3U);
  EXPECT_EQ(again(write_bibtex(list), Format::bibtex).records.size(), 3U);
}

TEST(Write, TagsThatNobodyKnowsSurvive) {
  const std::string text = "TY  - JOUR\nQ7  - odd\nTI  - One\nwrapped\nQ7  - odd too\nPD  - \nER  - \n\n";
  EXPECT_EQ(write_ris(again(text, Format::ris).records), text);
  const std::string medline = "PMID- 1\nXYZ - odd\nTI  - One\n      wrapped\n\n";
  EXPECT_EQ(write_nbib(again(medline, Format::nbib).records), medline);
}

TEST(Write, ExtrasAreWrittenWithEachRecord) {
  const std::vector<Record> list = {full_record(), full_record()};
  const std::vector<Extra> extras = {{"hedgerow_decision", {"included", "excluded"}}};
  EXPECT_NE(write_ris(list, extras).find("N1  - hedgerow_decision: excluded\n"), std::string::npos);
  EXPECT_NE(write_nbib(list, extras).find("GN  - hedgerow_decision: included\n"), std::string::npos);
  const std::string csv = write_csv(list, extras);
  EXPECT_NE(csv.substr(0, csv.find('\n')).find("hedgerow_decision"), std::string::npos);
}

TEST(Write, KeysOfBibtexAreUnique) {
  const std::vector<Record> list = {full_record(), full_record()};
  const std::string text = write_bibtex(list);
  EXPECT_NE(text.find("@article{weaver2015hedges,"), std::string::npos);
  EXPECT_NE(text.find("@article{weaver2015hedges-2,"), std::string::npos);
}

TEST(Write, ColumnsOfATableComeBackBesideOurs) {
  const ReadResult first = again("Title,Odd Column,Odd Column,title\nOne,a,b,c\n", Format::csv);
  const ReadResult second = again(write_csv(first.records), Format::csv);
  ASSERT_EQ(second.records.size(), 1U);
  std::size_t found = 0;
  for (const Tag& tag : second.records[0].tags) found += tag.value == "a" || tag.value == "b" || tag.value == "c";
  EXPECT_EQ(found, 3U);
}

}  // namespace
}  // namespace hedgerow::records
