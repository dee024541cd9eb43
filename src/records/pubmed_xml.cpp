// PubMed's XML: articles, books and their chapters, and the deletions that a file may announce.
//
// Titles and abstracts hold markup and MathML, of which the text is taken. The DOI is that of the article: the list of
// references has ids of its own, which are never looked at. Every element with text is kept as a tag.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <span>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/tags.hpp"
#include "records/detail/xml_records.hpp"

namespace hedgerow::records::detail {
namespace {

std::string text_of(const pugi::xml_node& node) { return clean_text(xml_text(node)); }

/// "LABEL: text" for the parts of a structured abstract, joined by blanks.
std::string abstract_of(const pugi::xml_node& abstract) {
  std::string joined;
  for (const pugi::xml_node& part : abstract.children("AbstractText")) {
    std::string text = text_of(part);
    const std::string label = part.attribute("Label").value();
    if (text.empty()) continue;
    if (!label.empty() && label != "UNLABELLED") text = fmt::format("{}: {}", label, text);
    joined += joined.empty() ? text : " " + text;
  }
  return joined;
}

std::string author_of(const pugi::xml_node& author) {
  if (const std::string group = text_of(author.child("CollectiveName")); !group.empty()) return "{" + group + "}";
  const std::string family = text_of(author.child("LastName"));
  std::string given = text_of(author.child("ForeName"));
  if (given.empty()) given = text_of(author.child("Initials"));
  if (const std::string suffix = text_of(author.child("Suffix")); !suffix.empty()) given += " " + suffix;
  if (family.empty()) return given;
  return given.empty() ? family : fmt::format("{}, {}", family, trim(given));
}

void add_authors(const pugi::xml_node& list, Record& record) {
  for (const pugi::xml_node& author : list.children("Author"))
    if (std::string name = author_of(author); !name.empty()) record.authors.push_back(std::move(name));
}

/// <PubDate> with <Year>, or with <MedlineDate> such as "2000 Spring-Summer".
std::optional<int> year_of(const pugi::xml_node& date) {
  const auto year = clean_year(text_of(date.child("Year")));
  return year ? year : clean_year(text_of(date.child("MedlineDate")));
}

void read_ids(const pugi::xml_node& holder, const pugi::xml_node& data, Record& record) {
  for (const pugi::xml_node& place : holder.children("ELocationID")) {
    const std::string_view kind = place.attribute("EIdType").value();
    if (kind == "doi" && record.doi.empty()) record.doi = clean_doi(text_of(place));
    if (kind == "pii" && record.pages.empty() && is_article_number(text_of(place)))
      record.article_number = text_of(place);
  }
  if (record.article_number.empty() && is_article_number(record.pages)) record.article_number = record.pages;
  record.accession = record.pmid;
  for (const pugi::xml_node& list : {data.child("ArticleIdList"), holder.child("ArticleIdList")})
    for (const pugi::xml_node& id : list.children("ArticleId")) {
      const std::string_view kind = id.attribute("IdType").value();
      if (kind == "doi" && record.doi.empty()) record.doi = clean_doi(text_of(id));
      if (kind == "pmc" && record.pmcid.empty()) record.pmcid = text_of(id);
    }
}

void read_keywords(const pugi::xml_node& citation, Record& record) {
  for (const pugi::xml_node& list : citation.children("KeywordList"))
    for (const pugi::xml_node& keyword : list.children("Keyword")) add_new(record.keywords, text_of(keyword));
  for (const pugi::xml_node& heading : citation.child("MeshHeadingList").children("MeshHeading")) {
    std::string term = text_of(heading.child("DescriptorName"));
    for (const pugi::xml_node& qualifier : heading.children("QualifierName")) term += "/" + text_of(qualifier);
    add_new(record.keywords, std::move(term));
  }
}

void read_titles(std::string title, std::string vernacular, Record& record) {
  record.title = clean_title(title);
  if (is_missing(title)) record.title.clear();
  record.original_title = clean_title(vernacular);
  if (record.title.empty()) std::swap(record.title, record.original_title);
}

void read_types(const pugi::xml_node& holder, Record& record) {
  record.type = "journal";
  for (const pugi::xml_node& type : holder.child("PublicationTypeList").children("PublicationType")) {
    const std::string words = text_of(type);
    if (words == "Preprint") record.type = "preprint";
    if (says_retracted("", words)) record.retracted = true;
  }
}

void read_article(const pugi::xml_node& node, Record& record) {
  const pugi::xml_node citation = node.child("MedlineCitation"), article = citation.child("Article");
  const pugi::xml_node journal = article.child("Journal"), issue = journal.child("JournalIssue");
  read_titles(text_of(article.child("ArticleTitle")), text_of(article.child("VernacularTitle")), record);
  add_authors(article.child("AuthorList"), record);
  record.year = year_of(issue.child("PubDate"));
  if (!record.year) record.year = year_of(article.child("ArticleDate"));
  record.journal = text_of(journal.child("Title"));
  record.journal_abbreviation = text_of(journal.child("ISOAbbreviation"));
  if (record.journal_abbreviation.empty())
    record.journal_abbreviation = text_of(citation.child("MedlineJournalInfo").child("MedlineTA"));
  record.volume = text_of(issue.child("Volume"));
  record.issue = text_of(issue.child("Issue"));
  record.pages = clean_pages(text_of(article.child("Pagination").child("MedlinePgn")));
  add_new(record.issn, find_issn(text_of(journal.child("ISSN"))));
  add_new(record.issn, find_issn(text_of(citation.child("MedlineJournalInfo").child("ISSNLinking"))));
  record.abstract = abstract_of(article.child("Abstract"));
  record.language = text_of(article.child("Language"));
  record.pmid = text_of(citation.child("PMID"));
  read_ids(article, node.child("PubmedData"), record);
  read_keywords(citation, record);
  read_types(article, record);
  for (const pugi::xml_node& link : citation.child("CommentsCorrectionsList").children("CommentsCorrections"))
    if (std::string_view(link.attribute("RefType").value()) == "RetractionIn") record.retracted = true;
  record.retracted = record.retracted || says_retracted(record.title, "");
}

void read_book(const pugi::xml_node& node, Record& record) {
  const pugi::xml_node document = node.child("BookDocument"), book = document.child("Book");
  const std::string chapter = text_of(document.child("ArticleTitle")), title = text_of(book.child("BookTitle"));
  read_titles(chapter.empty() ? title : chapter, text_of(document.child("VernacularTitle")), record);
  record.type = chapter.empty() ? "book" : "chapter";
  if (!chapter.empty()) record.journal = clean_title(title);
  add_authors(document.child("AuthorList"), record);
  for (const pugi::xml_node& list : book.children("AuthorList"))
    if (record.authors.empty() && std::string_view(list.attribute("Type").value()) != "editors")
      add_authors(list, record);
  record.year = year_of(book.child("PubDate"));
  if (!record.year) record.year = year_of(document.child("ContributionDate"));
  record.publisher = text_of(book.child("Publisher").child("PublisherName"));
  record.volume = text_of(book.child("Volume"));
  record.pages = clean_pages(text_of(document.child("Pagination").child("MedlinePgn")));
  for (const pugi::xml_node& isbn : book.children("Isbn")) add_new(record.isbn, find_isbn(text_of(isbn)));
  record.abstract = abstract_of(document.child("Abstract"));
  record.language = text_of(document.child("Language"));
  record.pmid = text_of(document.child("PMID"));
  read_ids(document, node.child("PubmedBookData"), record);
  read_ids(book, {}, record);
  read_keywords(document, record);
}

/// PubMed's request to delete records from a copy of its data: no records of their own.
void report_deleted(const XmlPiece& piece, ReadResult& result) {
  parse_piece(piece, 0, result, [&](const pugi::xml_node& node) {
    for (const pugi::xml_node& id : node.children("PMID"))
      result.oddities.push_back({piece.line, 0, "deleted-citation",
                                 fmt::format("PubMed has deleted its record {}; there is none to read", text_of(id))});
  });
  result.unread.push_back({piece.line, std::string(piece.text)});
}

}  // namespace

void read_pubmed_xml(std::string_view text, ReadResult& result) {
  constexpr std::array<std::string_view, 3> kElements = {"PubmedArticle", "PubmedBookArticle", "DeleteCitation"};
  constexpr std::array<std::string_view, 2> kBare = {"MedlineCitation", "DeleteCitation"};
  const bool bare = text.find("<Pubmed") == std::string_view::npos;
  const std::span<const std::string_view> elements =
      bare ? std::span<const std::string_view>(kBare) : std::span<const std::string_view>(kElements);
  for (const XmlPiece& piece : find_elements(text, elements, result)) {
    if (piece.element == "DeleteCitation") {
      report_deleted(piece, result);
      continue;
    }
    Record record;
    record.format = Format::pubmed_xml;
    record.source.database = "PubMed";
    record.source.line = piece.line;
    record.source.number = result.records.size() + 1;
    parse_piece(piece, record.source.number, result, [&](const pugi::xml_node& node) {
      if (piece.element == "PubmedBookArticle")
        read_book(node, record);
      else
        read_article(bare ? node.parent() : node, record);
      record.tags = xml_tags(node);
    });
    if (record.tags.empty())
      result.unread.push_back({piece.line, std::string(piece.text)});
    else
      result.records.push_back(std::move(record));
  }
}

}  // namespace hedgerow::records::detail
