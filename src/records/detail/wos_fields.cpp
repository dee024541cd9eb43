// What the tags of the Web of Science mean. SP and CY are sponsor and date of a conference here, IS is the issue;
// ID are Keywords Plus, words of the database and not of the authors.
#include "records/detail/wos_fields.hpp"

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

std::string type_of(const Record& record) {
  const std::string_view kind = first_value(record, "PT");
  const std::string documents = to_lower(first_value(record, "DT"));
  if (documents.find("proceedings paper") != std::string::npos || documents.find("meeting") != std::string::npos)
    return "conference";
  if (documents.find("book chapter") != std::string::npos) return "chapter";
  if (documents.find("preprint") != std::string::npos) return "preprint";
  if (documents.find("dissertation") != std::string::npos) return "thesis";
  if (kind == "J" || kind == "S") return "journal";
  if (kind == "B") return documents.find("book") == std::string::npos ? "conference" : "book";
  if (kind == "C") return "conference";
  return kind.empty() ? "" : "other";
}

void fill_authors(Record& record) {
  const std::string_view people = first_value(record, {"AF", "AU", "BA", "BE"});
  add_authors(record.authors, people);
  for (const std::string_view name : {"CA", "GP"})
    if (name == "CA" || record.authors.empty())
      for (const std::string_view value : all_values(record, name)) add_authors(record.authors, value, true);
  // A patent has its owners where others have a group.
  if (record.authors.empty()) add_authors(record.authors, first_value(record, "AE"), true);
}

void fill_pages(Record& record) {
  const std::string_view first = first_value(record, "BP"), last = first_value(record, "EP");
  record.pages = clean_pages(first);
  if (!last.empty() && record.pages.find('-') == std::string::npos)
    record.pages = clean_pages(record.pages.empty() ? last : record.pages + "-" + std::string(last));
  std::string_view number = first_value(record, "AR");
  if (number.starts_with("UNSP ")) number.remove_prefix(5);
  record.article_number = clean_text(number);
}

void fill_keywords(Record& record) {
  for (const std::string_view name : {"DE", "ID"})
    for (const std::string_view value : all_values(record, name))
      for (const std::string& word : split(clean_text(value), ';')) add_new(record.keywords, std::string(trim(word)));
}

}  // namespace

void fill_wos(Record& record, std::vector<Oddity>& oddities) {
  record.type = type_of(record);
  record.source.database = "Web of Science";
  record.title = clean_title(first_value(record, "TI"));
  record.original_title = clean_title(first_value(record, "FT"));
  record.journal = clean_title(first_value(record, "SO"));
  record.journal_abbreviation = clean_text(first_value(record, {"JI", "J9"}));
  fill_authors(record);
  const std::string_view patent_date = first_value(record, "PD");
  set_year(record, {first_value(record, "PY"), first_value(record, {"EY", "EA"}), patent_date}, oddities);
  record.volume = clean_text(first_value(record, "VL"));
  record.issue = clean_text(first_value(record, "IS"));
  fill_pages(record);
  for (const std::string_view name : {"DI", "D2"})
    if (record.doi.empty()) record.doi = clean_doi(first_value(record, name));
  const std::string_view pmid = first_value(record, "PM");
  if (pmid.find_first_not_of("0123456789") == std::string_view::npos) record.pmid = pmid;
  record.accession = clean_text(first_value(record, {"UT", "GA", "PN"}));
  for (const std::string_view name : {"SN", "EI", "BN"}) add_numbers(record, first_value(record, name));
  const std::string_view abstract = first_value(record, "AB");
  if (!is_missing(abstract)) record.abstract = clean_text(abstract);
  fill_keywords(record);
  record.language = clean_text(first_value(record, "LA"));
  record.publisher = clean_text(first_value(record, "PU"));
  record.notes = first_value(record, "NO");
  record.retracted = says_retracted(record.title, first_value(record, "DT"));
}

}  // namespace hedgerow::records::detail
