#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.hpp"
#include "records/detail/reader.hpp"

namespace hedgerow::records {
namespace {

using Strings = std::vector<std::string>;

ReadResult pubmed(std::string_view text) {
  ReadResult result;
  detail::read_pubmed_xml(text, result);
  return result;
}

ReadResult endnote(std::string_view text) {
  ReadResult result;
  detail::read_endnote_xml(text, result);
  return result;
}

Strings codes(const ReadResult& result) {
  Strings codes;
  for (const Oddity& oddity : result.oddities) codes.push_back(oddity.code);
  return codes;
}

/// The first value of a tag; "(no tag)" if there is none.
std::string tag(const Record& record, std::string_view name) {
  const auto at = std::find_if(record.tags.begin(), record.tags.end(), [&](const Tag& t) { return t.name == name; });
  return at == record.tags.end() ? "(no tag)" : at->value;
}

constexpr std::string_view kArticle = R"(<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">123</PMID>
<Article><Journal><ISSN IssnType="Print">1043-1578</ISSN><JournalIssue><Volume>17</Volume><Issue>1</Issue>
<PubDate><MedlineDate>2000 Spring-Summer</MedlineDate></PubDate></JournalIssue><Title>Soil</Title>
<ISOAbbreviation>S</ISOAbbreviation></Journal>
<ArticleTitle>[Effect of CO<sub>2</sub> on <i>E. coli</i> <b>and</b> <mml:math>
<mml:mi>x</mml:mi></mml:math>].</ArticleTitle>
<Pagination><MedlinePgn>244-55</MedlinePgn></Pagination>
<ELocationID EIdType="pii" ValidYN="Y">S0140-6736(20)30000-1</ELocationID>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/ARTICLE</ELocationID>
<Abstract><AbstractText Label="BACKGROUND">One &lt; two.</AbstractText>
<AbstractText Label="METHODS">Three.</AbstractText>
<AbstractText>Four.</AbstractText><CopyrightInformation>(c)</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane A</ForeName><Initials>JA</Initials></Author>
<Author><LastName>King</LastName><ForeName>M</ForeName><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>The Trial Group</CollectiveName></Author></AuthorList>
<Language>ger</Language><PublicationTypeList><PublicationType UI="D016441">Retracted Publication</PublicationType>
</PublicationTypeList><VernacularTitle>Wirkung von CO2.</VernacularTitle></Article>
<MedlineJournalInfo><ISSNLinking>1043-1579</ISSNLinking></MedlineJournalInfo>
<MeshHeadingList><MeshHeading><DescriptorName>Dogs</DescriptorName></MeshHeading><MeshHeading>
<DescriptorName>Soil</DescriptorName><QualifierName>chemistry</QualifierName></MeshHeading></MeshHeadingList>
<InvestigatorList><Investigator><LastName>No</LastName></Investigator></InvestigatorList>
<KeywordList><Keyword>key</Keyword></KeywordList></MedlineCitation>
<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/reference</ArticleId>
<ArticleId IdType="pmc">PMC9</ArticleId></ArticleIdList></Reference></ReferenceList>
<ArticleIdList><ArticleId IdType="pubmed">123</ArticleId>
<ArticleId IdType="pmc">PMC77</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle>
)";

TEST(PubmedXml, ArticleWithEveryTrap) {
  const ReadResult result = pubmed(std::string(kArticle) + "</PubmedArticleSet>\n");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "Effect of CO2 on E. coli and x");
  EXPECT_EQ(record.original_title, "Wirkung von CO2");
  EXPECT_EQ(record.authors, (Strings{"Doe, Jane A", "King, M Jr", "{The Trial Group}"}));
  EXPECT_EQ(record.year, 2000);
  EXPECT_EQ(record.journal, "Soil");
  EXPECT_EQ(record.pages, "244-255");
  EXPECT_EQ(record.doi, "10.1000/article");
  EXPECT_EQ(record.pmid, "123");
  EXPECT_EQ(record.pmcid, "PMC77");
  EXPECT_EQ(record.article_number, "");
  EXPECT_EQ(record.issn, (Strings{"1043-1578", "1043-1579"}));
  EXPECT_EQ(record.abstract, "BACKGROUND: One < two. METHODS: Three. Four.");
  EXPECT_EQ(record.keywords, (Strings{"key", "Dogs", "Soil/chemistry"}));
  EXPECT_TRUE(record.retracted);
  EXPECT_EQ(record.source.line, 4U);
  EXPECT_EQ(record.source.database, "PubMed");
  EXPECT_EQ(tag(record, "PubmedData/ReferenceList/Reference/ArticleIdList/ArticleId"), "10.1000/reference");
  EXPECT_EQ(tag(record, "MedlineCitation/PMID@Version"), "1");
  EXPECT_EQ(tag(record, "MedlineCitation/Article/ArticleTitle").substr(0, 14), "[Effect of CO2");
  EXPECT_EQ(tag(record, "MedlineCitation/InvestigatorList/Investigator/LastName"), "No");
  EXPECT_TRUE(result.oddities.empty());
  EXPECT_TRUE(result.unread.empty());
}

TEST(PubmedXml, TheDoiOfAReferenceIsNotThatOfTheArticle) {
  std::string text(kArticle);
  const std::string doi = "<ELocationID EIdType=\"doi\" ValidYN=\"Y\">10.1000/ARTICLE</ELocationID>";
  text.erase(text.find(doi), doi.size());
  EXPECT_EQ(pubmed(text).records.at(0).doi, "");
}

TEST(PubmedXml, BookChapterAndDeletedCitation) {
  const ReadResult result = pubmed(R"(<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>7</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>
<ArticleId IdType="doi">10.1000/book</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>Press</PublisherName></Publisher><BookTitle>The Book</BookTitle><PubDate>
<Year>1993</Year></PubDate>
<AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList><Isbn>9780306406157</Isbn></Book>
<ArticleTitle>The Chapter</ArticleTitle><AuthorList Type="authors"><Author><LastName>Roe</LastName>
<Initials>R</Initials></Author>
</AuthorList><Abstract><AbstractText>Text</AbstractText></Abstract></BookDocument></PubmedBookArticle>
<DeleteCitation><PMID Version="1">111</PMID><PMID Version="1">222</PMID></DeleteCitation></PubmedArticleSet>)");
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "The Chapter");
  EXPECT_EQ(record.journal, "The Book");
  EXPECT_EQ(record.type, "chapter");
  EXPECT_EQ(record.year, 1993);
  EXPECT_EQ(record.authors, Strings{"Roe, R"});
  EXPECT_EQ(record.doi, "10.1000/book");
  EXPECT_EQ(record.isbn, Strings{"9780306406157"});
  EXPECT_EQ(record.publisher, "Press");
  EXPECT_EQ(codes(result), (Strings{"deleted-citation", "deleted-citation"}));
  ASSERT_EQ(result.unread.size(), 1U);
  EXPECT_EQ(result.unread[0].line, 10U);
}

TEST(PubmedXml, CutOffKeepsWhatIsThere) {
  const std::string whole(kArticle);
  const std::string cut = whole + whole.substr(whole.find("<PubmedArticle>"), 900);
  const ReadResult result = pubmed(cut);
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[1].pmid, "123");
  EXPECT_EQ(result.records[1].journal, "Soil");
  EXPECT_EQ(codes(result), Strings{"missing-end"});
  EXPECT_EQ(result.oddities[0].record, 2U);
  for (std::size_t length = 0; length < whole.size(); length += 7)
    EXPECT_LE(pubmed(whole.substr(0, length)).records.size(), 1U);
}

TEST(PubmedXml, OneBrokenRecordDoesNotTakeTheOthers) {
  const std::string article =
      "<PubmedArticle>\n<MedlineCitation><PMID>1</PMID>\n<b></i></MedlineCitation></PubmedArticle>\n";
  const std::string good = "<PubmedArticle><MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle>";
  const ReadResult result = pubmed("<PubmedArticleSet>\n" + article + "stray text\n" + good);
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].pmid, "1");
  EXPECT_EQ(result.records[1].pmid, "2");
  EXPECT_EQ(result.records[1].source.line, 6U);
  EXPECT_EQ(codes(result), Strings{"not-well-formed"});
  EXPECT_EQ(result.oddities[0].line, 4U);
  ASSERT_EQ(result.unread.size(), 2U);
}

TEST(PubmedXml, MarkupMadeToDeceive) {
  EXPECT_EQ(pubmed("<PubmedArticleSet><!-- <PubmedArticle> --><MedlineCitation/></PubmedArticleSet>").records.size(),
            0U);
  EXPECT_EQ(pubmed("<MedlineCitationSet><MedlineCitation><PMID>5</PMID></MedlineCitation></MedlineCitationSet>")
                .records.at(0)
                .pmid,
            "5");
  std::string deep = "<PubmedArticle>";
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  EXPECT_EQ(pubmed(deep + "x").records.size(), 1U);
  std::string open;
  for (int i = 0; i < 100000; ++i) open += "<!--<![CDATA[";
  pubmed(open);
  pubmed(std::string("<PubmedArticle>\0\0<PMID>\0", 25));
  pubmed("<PubmedArticle");
  pubmed("<PubmedArticle></PubmedArticle");
  pubmed("<PubmedArticle/><PubmedArticle/>");
}

TEST(PubmedXml, EntitiesThatAreNoCharactersLeaveNoBrokenBytes) {
  const ReadResult result = pubmed("<PubmedArticle><PMID a=\"&#xD800;\">1&#xDFFF;2</PMID></PubmedArticle>");
  ASSERT_EQ(result.records.size(), 1U);
  for (const Tag& tag : result.records[0].tags) EXPECT_TRUE(is_valid_utf8(tag.value)) << tag.name;
}

constexpr std::string_view kRecord = R"(<?xml version="1.0" encoding="UTF-8" ?><xml><records>
<record><database name="L.enl" path="L.enl">L.enl</database>
<source-app name="EndNote" version="20.2">EndNote</source-app>
<rec-number>895</rec-number><ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal" font="default" size="100%">Doe, J. A.</style></author>
<author><style face="normal" font="default" size="100%">World Health Organization,</style></author></authors>
<secondary-authors><author><style>Editor, E.</style></author></secondary-authors></contributors>
<titles><title><style face="normal" font="default" size="100%">Effect of CO</style>
<style face="subscript" font="default"
 size="100%">2</style><style face="normal" font="default" size="100%"> on soil.</style></title>
<secondary-title><style>Soil</style>
</secondary-title></titles><periodical><full-title><style>Soil Journal</style></full-title></periodical>
<pages><style>188-97</style></pages><volume><style>7</style></volume><number><style>2</style></number>
<keywords><keyword><style>Acne</style></keyword><keyword><style>Light, blue</style></keyword></keywords>
<dates><year><style>2018</style></year></dates><isbn><style>2277-9175 (Print)&#xD;2277-9183</style></isbn>
<accession-num><style>29657938</style></accession-num><abstract><style>One&#xD;two</style></abstract>
<custom2><style>PMC5887696</style></custom2><electronic-resource-num>
<style>https://doi.org/10.4103/ABR</style></electronic-resource-num>
<remote-database-provider><style>NLM</style></remote-database-provider><caption><style>Duplicate</style></caption>
<urls><related-urls><url><style>http://a.b/c</style></url></related-urls></urls></record></records></xml>)";

TEST(EndnoteXml, TextOverStylesAndEveryTrap) {
  const ReadResult result = endnote(kRecord);
  ASSERT_EQ(result.records.size(), 1U);
  const Record& record = result.records[0];
  EXPECT_EQ(record.title, "Effect of CO2 on soil");
  EXPECT_EQ(record.authors, (Strings{"Doe, J. A.", "{World Health Organization}"}));
  EXPECT_EQ(record.journal, "Soil Journal");
  EXPECT_EQ(record.pages, "188-197");
  EXPECT_EQ(record.issue, "2");
  EXPECT_EQ(record.year, 2018);
  EXPECT_EQ(record.issn, (Strings{"2277-9175", "2277-9183"}));
  EXPECT_EQ(record.pmid, "29657938");
  EXPECT_EQ(record.pmcid, "PMC5887696");
  EXPECT_EQ(record.doi, "10.4103/abr");
  EXPECT_EQ(record.abstract, "One two");
  EXPECT_EQ(record.keywords, (Strings{"Acne", "Light, blue"}));
  EXPECT_EQ(record.source.database, "PubMed");
  EXPECT_EQ(record.source.line, 2U);
  EXPECT_EQ(record.url, "http://a.b/c");
  EXPECT_EQ(record.type, "journal");
  EXPECT_EQ(tag(record, "caption"), "Duplicate");
  EXPECT_EQ(tag(record, "contributors/secondary-authors/author"), "Editor, E.");
  EXPECT_EQ(tag(record, "abstract"), "One\rtwo");
  EXPECT_EQ(tag(record, "ref-type@name"), "Journal Article");
  EXPECT_TRUE(result.oddities.empty());
}

TEST(EndnoteXml, DialectsWithoutStyle) {
  const ReadResult result = endnote(
      "<xml><records><record><source-app name=\"Zotero\">Zotero</source-app><ref-type name=\"Book "
      "Section\">5</ref-type>"
      "<contributors><authors><author>Cole, Lynette K.</author></authors></contributors><titles><title>A &amp; "
      "B.</title>"
      "<secondary-title>Book</secondary-title></titles><number>6</number><issue>6</issue><dates><year>2012</year></"
      "dates>"
      "<isbn>1878-1306 9780306406157</isbn></record><record><ref-type name=\"Generic\">31</ref-type><titles><title>C"
      "</title></titles><issue>4</issue></record></records></xml>");
  ASSERT_EQ(result.records.size(), 2U);
  EXPECT_EQ(result.records[0].title, "A & B");
  EXPECT_EQ(result.records[0].type, "chapter");
  EXPECT_EQ(result.records[0].issue, "6");
  EXPECT_EQ(result.records[0].issn, Strings{"1878-1306"});
  EXPECT_EQ(result.records[0].isbn, Strings{"9780306406157"});
  EXPECT_EQ(result.records[1].issue, "4");
  EXPECT_EQ(result.records[1].type, "");
}

TEST(EndnoteXml, EveryPrefixIsRead) {
  for (std::size_t length = 0; length < kRecord.size(); length += 3)
    EXPECT_LE(endnote(kRecord.substr(0, length)).records.size(), 1U);
  const ReadResult cut = endnote(kRecord.substr(0, kRecord.find("<isbn>")));
  EXPECT_EQ(cut.records.at(0).year, 2018);
  EXPECT_EQ(codes(cut), Strings{"missing-end"});
}

}  // namespace
}  // namespace hedgerow::records
