#include <gtest/gtest.h>

#include "records/detail/latex.hpp"
#include "records/detail/reader.hpp"

namespace hedgerow::records {
namespace {

using Strings = std::vector<std::string>;

ReadResult read(std::string_view text) {
  ReadResult result;
  detail::read_bibtex(text, result);
  return result;
}

Strings codes(const ReadResult& result) {
  Strings codes;
  for (const Oddity& oddity : result.oddities) codes.push_back(oddity.code);
  return codes;
}

TEST(Latex, AccentsAndLetters) {
  const std::pair<const char*, const char*> kCases[] = {
      {"{\\\"o}", "ö"},
      {"\\'{e}t\\'e", "été"},
      {"\\v{s}", "š"},
      {"\\v s", "š"},
      {"Fran\\c{c}ois", "François"},
      {"\\'{\\i}", "í"},
      {"{\\'\\i}", "í"},
      {"Stra{\\ss}e", "Straße"},
      {"S{\\o}ren", "Søren"},
      {"\\o re", "øre"},
      {"\\^{o}", "ô"},
      {"\\~n", "ñ"},
      {"\\r{a}", "å"},
      {"\\H{o}", "ő"},
      {"{\\AA}ngstr{\\\"{o}}m", "Ångström"},
      {"50\\% \\& more\\_x \\$5 \\#1 \\{\\}", "50% & more_x $5 #1 {}"},
      {"{Cocker} {S}paniel", "Cocker Spaniel"},
      {"134--137", "134–137"},
      {"p {\\textgreater} 0.05, a \\textless{} b", "p > 0.05, a < b"},
      {"\\textit{Escherichia coli}", "Escherichia coli"},
      {"$\\beta$-carotene, H$_2$O", "β-carotene, H2O"},
      {"$100 and $200", "$100 and $200"},
      {"J.~Smith, ~5", "J. Smith, ~5"},
      {"``quoted''", "“quoted”"},
      {"\\unknowncommand{x}", "\\unknowncommandx"},
      {"\\", "\\"},
      {"\\'", ""},
      {"\\'{}", ""},
      {"\\\"{\\'{", ""},
      {"$\\", "$\\"},
  };
  for (const auto& [latex, text] : kCases) EXPECT_EQ(detail::latex_to_text(latex), text) << latex;
}

TEST(Latex, DeepNestingEnds) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "\\'";
  EXPECT_EQ(detail::latex_to_text(deep), "");
  EXPECT_EQ(detail::latex_to_text(std::string(200000, '{') + "a"), "a");
}

TEST(Bibtex, EntryWithAllKindsOfValues) {
  const ReadResult result = read(
      "@string{jx = \"Journal of\" # { X}}\n"
      "% a remark\n"
      "@Article{doe_2001,\n  title = {A {Nested} {{Title}}},\n  author = \"Doe, J{\\\"o}rg and {World Health "
      "Organization} and Mary Ann Roe and others\",\n  journal = jx,\n  year = 2001,\n  month = aug,\n  number = {3},\n"
      "  pages = {188--97},\n  issn = {1234-5678},\n  keywords = {one, two}, doi = {10.1000/ABC\\_1}\n}\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "A Nested Title");
  EXPECT_EQ(record.authors, (Strings{"Doe, Jörg", "{World Health Organization}", "Roe, Mary Ann"}));
  EXPECT_EQ(record.journal, "Journal of X");
  EXPECT_EQ(record.year, 2001);
  EXPECT_EQ(record.issue, "3");
  EXPECT_EQ(record.pages, "188-197");
  EXPECT_EQ(record.doi, "10.1000/abc_1");
  EXPECT_EQ(record.keywords, (Strings{"one", "two"}));
  EXPECT_EQ(record.type, "journal");
  EXPECT_EQ(record.source.line, 3U);
  ASSERT_EQ(record.tags.size(), 11U);
  EXPECT_EQ(record.tags[0].name, "@Article");
  EXPECT_EQ(record.tags[0].value, "doe_2001");
  EXPECT_EQ(record.tags[1].value, "A {Nested} {{Title}}");
  EXPECT_EQ(record.tags[5].value, "aug");
  EXPECT_TRUE(result.oddities.empty());
  ASSERT_EQ(result.unread.size(), 1U);
  EXPECT_EQ(result.unread[0].line, 2U);
}

TEST(Bibtex, WebOfScience) {
  const ReadResult result = read(
      "@inproceedings{ WOS:0002,\nAuthor = {One, Julia and Two, Paul},\nTitle = {A dummy title&apos;s},\nBooktitle = "
      "{A BOOKTITLE},\nDOI = {10.1007/999-9\\_3},\nISSN = {0111-9119},\nEISSN = {1111-3333},\n"
      "Article-Number = {6756},\nORCID-Numbers = {One, Julia/0000-1\n   Two, Paul/0000-2},\nUnique-ID = "
      "{WOS:0002},\n}\n");
  const Record& record = result.records.at(0);
  EXPECT_EQ(record.title, "A dummy title's");
  EXPECT_EQ(record.journal, "A BOOKTITLE");
  EXPECT_EQ(record.accession, "WOS:0002");
  EXPECT_EQ(record.source.database, "Web of Science");
  EXPECT_EQ(record.article_number, "6756");
  EXPECT_EQ(record.type, "conference");
  EXPECT_EQ(record.issn, (Strings{"0111-9119", "1111-3333"}));
  EXPECT_TRUE(result.oddities.empty());
}

TEST(Bibtex, ScopusNamesItselfAndItsNumber) {
  const ReadResult result = read(
      "Scopus\nEXPORT DATE: 23 September 2021\n\n@ARTICLE{Gao2021,\nauthor={Gao, X.},\n"
      "title={T},\njournal={J},\nfunding_text 1={x},\nart_number={111632},\nnote={cited By 0},\n"
      "url={https://www.scopus.com/inward/record.uri?eid=2-s2.0-85&doi=1},\n"
      "document_type={Review},\nsource={Scopus},\n}\n");
  const Record& record = result.records.at(0);
  EXPECT_EQ(record.source.database, "Scopus");
  EXPECT_EQ(record.accession, "2-s2.0-85");
  EXPECT_EQ(record.article_number, "111632");
  EXPECT_EQ(record.journal, "J");
  EXPECT_EQ(record.tags.at(4).name, "funding_text 1");
  EXPECT_EQ(result.unread.size(), 2U);
}

TEST(Bibtex, EbscoKeysCapitalsAndStrayBraces) {
  const ReadResult result = read(
      "@article{13362467620181001,\nAbstract = {While},\nAuthor = {Tom Cruise},\nKeywords = {a, @type:Person}, "
      "@type:Person}, b.cmd = c ||, d},\nTitle = {When sharing fixes prices.},\n}\n");
  const Record& record = result.records.at(0);
  EXPECT_EQ(record.tags.at(0).value, "13362467620181001");
  EXPECT_EQ(record.abstract, "While");
  EXPECT_EQ(record.authors, Strings{"Cruise, Tom"});
  EXPECT_EQ(record.title, "When sharing fixes prices");
  EXPECT_EQ(codes(result), Strings{"extra-brace"});
}

TEST(Bibtex, MissingBraceEndsBeforeTheNextField) {
  const ReadResult result =
      read("@article{a,\n title = {Open title,\n year = {2001},\n}\n\n@article{b,\n title = {B}\n}\n");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].title, "Open title");
  EXPECT_EQ(result.records[0].year, 2001);
  EXPECT_EQ(result.records[1].title, "B");
  EXPECT_EQ(codes(result), Strings{"missing-brace"});
  EXPECT_EQ(result.oddities[0].line, 2U);
}

TEST(Bibtex, CutOffAndOtherwiseBroken) {
  const ReadResult cut = read("@article{a,\n title = {A},\n year = {20");
  EXPECT_EQ(cut.records.at(0).title, "A");
  EXPECT_EQ(codes(cut), (Strings{"missing-brace", "missing-end", "year-not-read"}));
  const ReadResult keyless = read("@misc{title = {No key}, year = 1999}");
  EXPECT_EQ(keyless.records.at(0).title, "No key");
  EXPECT_EQ(codes(keyless), Strings{"key-missing"});
  const ReadResult text = read("@misc{k, title = {T}, !!! what,\n year = 1999}");
  EXPECT_EQ(text.records.at(0).year, 1999);
  EXPECT_EQ(codes(text), Strings{"text-in-entry"});
  EXPECT_EQ(text.unread.size(), 1U);
  EXPECT_EQ(read("@comment{jabref-meta: x}\n@article(k, title = \"P\")").records.at(0).title, "P");
}

TEST(Bibtex, AnyBytesAreRead) {
  std::string open;
  for (int i = 0; i < 5000; ++i) open += "a = {\n";
  EXPECT_EQ(read("@article{k,\n" + open).records.size(), 1U);
  std::string quotes;
  for (int i = 0; i < 5000; ++i) quotes += "a = \"{\n";
  EXPECT_EQ(read("@article{k,\n" + quotes).records.size(), 1U);
  read(std::string("@article{k, title = {A\0B}, \0}", 30));
  read("@");
  read("@a{");
  read("@a{,");
  read("@a{k,x=");
  read("@a{k,x=#");
  read("@string{");
  read("@comment{");
  read("@string{a = a} @b{k, title = a # a}");
}

}  // namespace
}  // namespace hedgerow::records
