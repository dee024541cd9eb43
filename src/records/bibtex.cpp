// BibTeX: as Zotero, Mendeley, EBSCO, Scopus, Web of Science and people write it.
//
// The grammar is read by detail/bibtex_entries, LaTeX by detail/latex, and the meaning of a field comes from the
// dictionary of tables (detail/fields), which knows BibTeX's names too. The first tag of a record is "@type" with the
// key; the others are the fields as written, with their LaTeX.
#include "base/text.hpp"
#include "records/detail/bibtex_entries.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fields.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/latex.hpp"
#include "records/detail/reader.hpp"

namespace hedgerow::records::detail {
namespace {

/// The names of "A and B and {C and D}": " and " counts outside of braces only.
std::vector<std::string_view> split_authors(std::string_view value) {
  std::vector<std::string_view> names;
  int depth = 0;
  std::size_t begin = 0;
  const auto blank = [&](std::size_t at) {
    return at >= value.size() || std::string_view(" \t\r\n").find(value[at]) != std::string_view::npos;
  };
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '\\') {
      ++at;
      continue;
    }
    if (value[at] == '{') ++depth;
    if (value[at] == '}' && depth > 0) --depth;
    if (depth == 0 && at > 0 && blank(at - 1) && blank(at + 3) && to_lower(value.substr(at, 3)) == "and") {
      names.push_back(trim(value.substr(begin, at - begin)));
      begin = at + 3;
      at += 2;
    }
  }
  names.push_back(trim(value.substr(begin)));
  return names;
}

/// A name wholly in braces is a group: "{World Health Organization}", and "{{WHO}}" in a braced value.
bool is_group(std::string_view name) {
  if (name.size() < 3 || name.front() != '{' || name.back() != '}') return false;
  int depth = 0;
  for (std::size_t at = 0; at + 1 < name.size(); ++at) {
    if (name[at] == '{') ++depth;
    if (name[at] == '}' && --depth == 0) return false;
  }
  return name.find('\\') != 1;
}

/// "others" at the end stands for authors that are not named; it is nobody's name.
std::vector<std::string> authors_of(std::string_view value) {
  std::vector<std::string> authors;
  for (const std::string_view name : split_authors(value)) {
    const std::string text = clean_text(latex_to_text(name));
    if (text == "others" || is_no_author(text)) continue;
    if (is_group(name)) {
      authors.push_back("{" + text + "}");
    } else {
      const bool comma = text.find(',') != std::string::npos;
      authors.push_back(clean_author(text, comma ? NameOrder::family_first : NameOrder::given_first));
    }
  }
  return authors;
}

void add(BibEntry& entry, ReadResult& result) {
  Record record;
  record.format = Format::bibtex;
  record.source.line = entry.line;
  record.source.number = result.records.size() + 1;
  std::vector<std::string> names;
  for (const BibField& field : entry.fields) names.push_back(field.name);
  const std::vector<Meaning> meaning = meanings(names);
  std::vector<std::string> texts(entry.fields.size());
  Filler filler;
  filler.put({Field::type, 1}, entry.type);
  for (std::size_t j = 0; j < entry.fields.size(); ++j) {
    const std::string& value = entry.fields[j].value;
    if (meaning[j].field == Field::authors) {
      if (record.authors.empty()) record.authors = authors_of(value);
      continue;
    }
    if (meaning[j].field == Field::group_authors)
      record.authors.push_back("{" + clean_text(latex_to_text(value)) + "}");
    texts[j] = latex_to_text(value);
    filler.put(meaning[j], texts[j]);
  }
  filler.finish(record, result.oddities);
  if (record.accession.empty() && entry.key.starts_with("WOS:")) record.accession = entry.key;
  if (record.accession.starts_with("WOS:") && record.source.database.empty()) record.source.database = "Web of Science";
  record.tags.push_back({"@" + entry.type, std::move(entry.key)});
  for (BibField& field : entry.fields) record.tags.push_back({std::move(field.name), std::move(field.value)});
  result.records.push_back(std::move(record));
}

}  // namespace

void read_bibtex(std::string_view text, ReadResult& result) {
  for (BibEntry& entry : read_bibtex_entries(text, result)) add(entry, result);
}

}  // namespace hedgerow::records::detail
