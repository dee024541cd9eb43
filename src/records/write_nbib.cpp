// MEDLINE text: a tag of four columns, "- ", wrapped lines indented by six blanks, a blank line between records.
#include <array>

#include "base/text.hpp"
#include "records/detail/writing.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

void put_raw(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (name.size() < 4) out.append(4 - name.size(), ' ');
  out += "- ";
  for (const char c : value) {
    out += c;
    if (c == '\n') out += "      ";
  }
  out += '\n';
}

void put(std::string& out, std::string_view name, std::string_view value) {
  if (const std::string line = detail::one_line(value); !line.empty()) put_raw(out, name, line);
}

std::string_view publication_type(std::string_view type) {
  constexpr std::array<std::array<std::string_view, 2>, 8> kTypes = {{{"journal", "Journal Article"},
                                                                      {"conference", "Conference Proceedings"},
                                                                      {"book", "Book"},
                                                                      {"chapter", "Book Chapter"},
                                                                      {"thesis", "Thesis"},
                                                                      {"report", "Technical Report"},
                                                                      {"web", "Web Page"},
                                                                      {"preprint", "Preprint"}}};
  for (const auto& pair : kTypes)
    if (pair[0] == type) return pair[1];
  return "";
}

void put_numbers(std::string& out, const Record& record) {
  for (const std::string& number : record.issn) put(out, "IS", number);
  for (const std::string& number : record.isbn) put(out, "ISBN", number);
  put(out, "VI", record.volume);
  put(out, "IP", record.issue);
  if (record.year) put(out, "DP", std::to_string(*record.year));
  put(out, "PG", record.pages.empty() ? record.article_number : record.pages);
  if (!record.doi.empty()) put(out, "LID", record.doi + " [doi]");
  if (record.article_number != record.pages && !record.pages.empty()) put(out, "LID", record.article_number);
}

void put_fields(std::string& out, const Record& record) {
  put(out, "PMID", record.pmid);
  // Every record needs a first tag; the owner is the database that the record comes from.
  put_raw(out, "OWN", record.source.database.empty() ? "-" : detail::one_line(record.source.database));
  put(out, "TI", record.title);
  put(out, "TT", record.original_title);
  put_numbers(out, record);
  put(out, "AB", record.abstract);
  for (const std::string& author : record.authors)
    put(out, detail::is_group(author) ? "CN" : "FAU", detail::without_braces(author));
  put(out, "LA", record.language);
  put(out, "PT", publication_type(record.type));
  if (record.retracted) put(out, "PT", "Retracted Publication");
  put(out, "TA", record.journal_abbreviation);
  put(out, "JT", record.journal);
  put(out, "PB", record.publisher);
  for (const std::string& keyword : record.keywords) put(out, "OT", keyword);
  put(out, "PMC", record.pmcid);
  put(out, "URL", record.url);
  for (const std::string& line : split(record.notes, '\n')) put(out, "GN", line);
  constexpr std::array<std::string_view, 1> kNoPlace = {"accession"};
  if (record.accession != record.pmid)
    for (const std::string& note : detail::as_notes(record, kNoPlace)) put(out, "GN", note);
}

}  // namespace

std::string write_nbib(std::span<const Record> records, std::span<const Extra> extras) {
  std::string out;
  for (std::size_t at = 0; at < records.size(); ++at) {
    const Record& record = records[at];
    if (detail::keeps_tags(record, Format::nbib))
      for (const Tag& tag : record.tags) put_raw(out, tag.name, tag.value);
    else
      put_fields(out, record);
    for (const Extra& extra : extras)
      if (const std::string_view value = detail::extra_value(extra, at); !value.empty())
        put(out, "GN", extra.name + ": " + std::string(value));
    out += '\n';
  }
  return out;
}

}  // namespace hedgerow::records
