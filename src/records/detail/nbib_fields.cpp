// What the tags of MEDLINE text mean: the list of the National Library of Medicine, and what ERIC does with it.
#include "records/detail/nbib_fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_bracketed(std::string_view title) {
  return title.starts_with('[') && (title.ends_with(']') || title.ends_with("]."));
}

void fill_titles(Record& record) {
  const std::string_view title = first_value(record, "TI"), book = first_value(record, "BTI");
  record.title = clean_title(title.empty() ? book : title);
  if (record.title == "Not Available" && is_bracketed(title)) record.title.clear();
  const std::string original = clean_title(first_value(record, "TT"));
  if (record.title.empty())
    record.title = original;
  else if (original != record.title)
    record.original_title = original;
  record.journal = clean_title(first_value(record, {"JT", "TA"}));
  if (record.journal.empty() && !title.empty()) record.journal = clean_title(book);
  record.journal_abbreviation = clean_text(first_value(record, "TA"));
  if (record.journal_abbreviation == record.journal) record.journal_abbreviation.clear();
}

void fill_authors(Record& record) {
  const bool full = !first_value(record, "FAU").empty();
  for (const Tag& tag : record.tags) {
    if (tag.name == "CN")
      add_authors(record.authors, tag.value, true);
    else if (tag.name == (full ? "FAU" : "AU"))
      add_authors(record.authors, tag.value);
  }
  if (record.authors.empty())
    for (const std::string_view editor : all_values(record, "FED")) add_authors(record.authors, editor);
}

/// The value before a mark such as " [doi]", trimmed; all of it without a mark.
std::string_view before_mark(std::string_view value) { return trim(value.substr(0, value.find(" ["))); }

void fill_numbers(Record& record) {
  for (const std::string_view name : {"LID", "AID", "DOI", "SO"})
    for (const std::string_view value : all_values(record, name)) {
      const bool other_mark = value.ends_with("[pii]") || value.ends_with("[bookaccession]");
      if (record.doi.empty() && !other_mark) record.doi = clean_doi(value);
    }
  for (const std::string_view value : all_values(record, "LID")) {
    const std::string_view plain = before_mark(value);
    if (value.find('[') == std::string_view::npos && is_article_number(plain) && record.article_number.empty())
      record.article_number = plain;
  }
  const std::string_view pmid = first_value(record, "PMID");
  record.pmid = pmid.substr(0, std::min(pmid.find_first_not_of(kDigits), pmid.size()));
  const std::string_view pmc = first_value(record, "PMC");
  if (const std::string number = number_after(pmc, ""); !number.empty()) record.pmcid = "PMC" + number;
  if (pmc.starts_with("PMC")) record.pmcid = before_mark(pmc);
  record.accession = first_value(record, "OID");
  if (record.accession.empty()) record.accession = record.pmid;
  for (const std::string_view name : {"IS", "ISSN", "ISBN"})
    for (const std::string_view value : all_values(record, name)) add_numbers(record, value);
}

void fill_pages(Record& record) {
  record.volume = clean_text(first_value(record, {"VI", "VTI"}));
  record.issue = clean_text(first_value(record, "IP"));
  record.pages = clean_pages(first_value(record, "PG"));
  if (record.article_number.empty() && is_article_number(record.pages)) record.article_number = record.pages;
}

void fill_type(Record& record) {
  std::string all;
  std::string other;
  for (const std::string_view value : all_values(record, "PT")) {
    all += std::string(value) + "; ";
    const std::string type = type_of_words(value);
    // "Journal Article" stands beside what is more special; ERIC has "Journal Articles" beside "Reports - Research".
    if (type == "preprint" || record.type.empty()) record.type = type;
    if (type == "journal" && record.type != "preprint") record.type = type;
    if (!value.empty() && other.empty()) other = "other";
  }
  if (record.type.empty() && !first_value(record, "JT").empty()) record.type = "journal";
  if (!first_value(record, "BTI").empty()) record.type = first_value(record, "TI").empty() ? "book" : "chapter";
  if (record.type.empty()) record.type = other;
  record.retracted = says_retracted(record.title, all) || !first_value(record, "RIN").empty();
}

void fill_keywords(Record& record) {
  for (const std::string_view name : {"OT", "MH"})
    for (std::string_view value : all_values(record, name)) {
      if (value.starts_with('*')) value.remove_prefix(1);
      add_new(record.keywords, clean_text(value));
    }
}

void fill_rest(Record& record) {
  const std::string_view abstract = first_value(record, {"AB", "OAB"});
  if (!is_missing(abstract)) record.abstract = clean_text(abstract);
  for (const std::string_view value : all_values(record, "LA")) {
    if (!record.language.empty()) record.language += "; ";
    record.language += clean_text(value);
  }
  record.publisher = clean_text(first_value(record, "PB"));
  const std::string_view link = first_value(record, {"URL", "LID"});
  if (link.starts_with("http")) record.url = before_mark(link);
  for (const std::string_view value : all_values(record, "GN")) {
    if (!record.notes.empty()) record.notes += '\n';
    record.notes += value;
  }
  const std::string_view owner = first_value(record, "OWN");
  if (owner == "ERIC")
    record.source.database = "ERIC";
  else if (!record.pmid.empty())
    record.source.database = "PubMed";
}

}  // namespace

void fill_nbib(Record& record, std::vector<Oddity>& oddities) {
  fill_titles(record);
  fill_authors(record);
  set_year(record, {first_value(record, "DP"), first_value(record, "DEP"), first_value(record, "CRDT")}, oddities);
  fill_numbers(record);
  fill_pages(record);
  fill_type(record);
  fill_keywords(record);
  fill_rest(record);
}

}  // namespace hedgerow::records::detail
