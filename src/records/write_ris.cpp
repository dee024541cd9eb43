// RIS: "XX  - value", first TY, last ER. Records that came as RIS are written from their tags, others from their
// fields.
#include <array>

#include "base/text.hpp"
#include "records/detail/writing.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

constexpr std::array<std::array<std::string_view, 2>, 9> kTypes = {{{"journal", "JOUR"},
                                                                    {"conference", "CPAPER"},
                                                                    {"book", "BOOK"},
                                                                    {"chapter", "CHAP"},
                                                                    {"thesis", "THES"},
                                                                    {"report", "RPRT"},
                                                                    {"web", "ELEC"},
                                                                    {"preprint", "UNPB"},
                                                                    {"other", "GEN"}}};

std::string_view ris_type(std::string_view type) {
  for (const auto& pair : kTypes)
    if (pair[0] == type) return pair[1];
  return "GEN";
}

/// A line break inside a value of the file's own stays: its lines were read as part of the value, and will be again.
void put_raw(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += "  - ";
  out += value;
  out += '\n';
}

void put(std::string& out, std::string_view name, std::string_view value) {
  if (const std::string line = detail::one_line(value); !line.empty()) put_raw(out, name, line);
}

void put_tags(std::string& out, const Record& record) {
  for (const Tag& tag : record.tags)
    if (tag.name != "ER") put_raw(out, tag.name, tag.value);
}

void put_author(std::string& out, std::string_view author) {
  // A comma at the end keeps a group's name from being taken apart.
  put(out, "AU", detail::is_group(author) ? std::string(detail::without_braces(author)) + "," : std::string(author));
}

void put_fields(std::string& out, const Record& record) {
  put_raw(out, "TY", ris_type(record.type));
  for (const std::string& author : record.authors) put_author(out, author);
  put(out, "TI", record.title);
  put(out, "TT", record.original_title);
  put(out, "T2", record.journal);
  put(out, "J2", record.journal_abbreviation);
  if (record.year) put(out, "PY", std::to_string(*record.year));
  put(out, "VL", record.volume);
  put(out, "IS", record.issue);
  const detail::PageRange pages = detail::split_range(record.pages);
  put(out, "SP", pages.first);
  put(out, "EP", pages.last);
  if (record.article_number != record.pages) put(out, "C7", record.article_number);
  put(out, "DO", record.doi);
  put(out, "AN", record.accession);
  for (const std::string& number : record.issn) put(out, "SN", number);
  for (const std::string& number : record.isbn) put(out, "SN", number);
  put(out, "AB", record.abstract);
  for (const std::string& keyword : record.keywords) put(out, "KW", keyword);
  put(out, "LA", record.language);
  put(out, "PB", record.publisher);
  put(out, "UR", record.url);
  put(out, "DB", record.source.database);
  for (const std::string& line : split(record.notes, '\n')) put(out, "N1", line);
  constexpr std::array<std::string_view, 2> kNoPlace = {"pmid", "pmcid"};
  for (const std::string& note : detail::as_notes(record, kNoPlace)) put(out, "N1", note);
  if (record.retracted) put(out, "M3", "Retracted Publication");
}

std::string_view end_value(const Record& record) {
  for (const Tag& tag : record.tags)
    if (tag.name == "ER") return tag.value;
  return "";
}

}  // namespace

std::string write_ris(std::span<const Record> records, std::span<const Extra> extras) {
  std::string out;
  for (std::size_t at = 0; at < records.size(); ++at) {
    const Record& record = records[at];
    const bool own = detail::keeps_tags(record, Format::ris);
    if (own)
      put_tags(out, record);
    else
      put_fields(out, record);
    for (const Extra& extra : extras)
      if (const std::string_view value = detail::extra_value(extra, at); !value.empty())
        put(out, "N1", extra.name + ": " + std::string(value));
    put_raw(out, "ER", own ? end_value(record) : "");
    out += '\n';
  }
  return out;
}

}  // namespace hedgerow::records
