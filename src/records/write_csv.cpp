// CSV: one row per record. Columns: where the record was found, its fields, the extras, then, for records that came
// from tables, their own columns: a table that is read, written and read again loses none of its cells.
#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "records/detail/writing.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

constexpr std::array<std::string_view, 4> kSource = {"database", "file", "line", "record"};
constexpr std::array<std::string_view, 24> kFields = {"type",
                                                      "title",
                                                      "original_title",
                                                      "authors",
                                                      "year",
                                                      "journal",
                                                      "journal_abbreviation",
                                                      "volume",
                                                      "issue",
                                                      "pages",
                                                      "article_number",
                                                      "doi",
                                                      "pmid",
                                                      "pmcid",
                                                      "accession_number",
                                                      "issn",
                                                      "isbn",
                                                      "abstract",
                                                      "keywords",
                                                      "language",
                                                      "publisher",
                                                      "url",
                                                      "notes",
                                                      "retracted"};

std::string source_value(const Record& record, std::string_view column) {
  if (column == "database") return record.source.database;
  if (column == "file") return record.source.file;
  const std::size_t number = column == "line" ? record.source.line : record.source.number;
  return number == 0 ? "" : std::to_string(number);
}

std::string field_value(const Record& r, std::string_view column) {
  if (column == "type") return r.type;
  if (column == "title") return r.title;
  if (column == "original_title") return r.original_title;
  if (column == "authors") return join(r.authors, "; ");
  if (column == "year") return r.year ? std::to_string(*r.year) : "";
  if (column == "journal") return r.journal;
  if (column == "journal_abbreviation") return r.journal_abbreviation;
  if (column == "volume") return r.volume;
  if (column == "issue") return r.issue;
  if (column == "pages") return r.pages;
  if (column == "article_number") return r.article_number;
  if (column == "doi") return r.doi;
  if (column == "pmid") return r.pmid;
  if (column == "pmcid") return r.pmcid;
  if (column == "accession_number") return r.accession;
  if (column == "issn") return join(r.issn, "; ");
  if (column == "isbn") return join(r.isbn, "; ");
  if (column == "abstract") return r.abstract;
  if (column == "keywords") return join(r.keywords, "; ");
  if (column == "language") return r.language;
  if (column == "publisher") return r.publisher;
  if (column == "url") return r.url;
  if (column == "notes") return r.notes;
  return r.retracted ? "yes" : "";
}

void put_cell(std::string& out, std::string_view value) {
  if (out.size() > 0 && out.back() != '\n') out += ',';
  const bool quoted = value.empty() || value.find_first_of(",\"\r\n") != std::string_view::npos ||
                      value.front() == ' ' || value.back() == ' ';
  if (!quoted) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// The n-th column of a name: tables may have two of the same.
struct OwnColumn {
  std::string name;
  std::size_t number = 0;
  bool operator<(const OwnColumn& other) const {
    return name != other.name ? name < other.name : number < other.number;
  }
};

/// Calls `use(column, value)` for each cell of a record that came from a table.
template <class Use>
void for_each_own(const Record& record, Use use) {
  if (!detail::keeps_tags(record, Format::csv)) return;
  std::map<std::string_view, std::size_t> seen;
  for (const Tag& tag : record.tags) use(OwnColumn{tag.name, seen[tag.name]++}, tag.value);
}

bool is_ours(std::string_view name) {
  return std::find(kSource.begin(), kSource.end(), name) != kSource.end() ||
         std::find(kFields.begin(), kFields.end(), name) != kFields.end();
}

class Columns {
 public:
  Columns(std::span<const Record> records, std::span<const Extra> extras) : extras_(extras) {
    for (const Record& record : records)
      for_each_own(record, [&](const OwnColumn& column, std::string_view) {
        if (column.number == 0 && (is_ours(column.name) || is_extra(column.name))) return;
        if (place_.emplace(column, own_.size()).second) own_.push_back(column.name);
      });
  }

  void put_header(std::string& out) const {
    for (const std::string_view column : kSource) put_cell(out, column);
    for (const std::string_view column : kFields) put_cell(out, column);
    for (const Extra& extra : extras_) put_cell(out, extra.name);
    for (const std::string& column : own_) put_cell(out, column);
    out += '\n';
  }

  /// A column of the table that has the name of one of ours keeps its own cell.
  void put_row(std::string& out, const Record& record, std::size_t at) const {
    std::map<std::string_view, std::string_view> under_our_name;
    std::vector<std::string_view> own(own_.size());
    for_each_own(record, [&](const OwnColumn& column, std::string_view value) {
      if (const auto found = place_.find(column); found != place_.end())
        own[found->second] = value;
      else if (!is_extra(column.name))
        under_our_name.emplace(known_name(column.name), value);
    });
    for (const std::string_view column : kSource) put_cell(out, source_value(record, column));
    for (const std::string_view column : kFields) {
      const auto found = under_our_name.find(column);
      put_cell(out, found == under_our_name.end() ? field_value(record, column) : std::string(found->second));
    }
    for (const Extra& extra : extras_) put_cell(out, detail::extra_value(extra, at));
    for (const std::string_view value : own) put_cell(out, value);
    out += '\n';
  }

 private:
  static std::string_view known_name(std::string_view name) {
    const auto found = std::find(kFields.begin(), kFields.end(), name);
    return found == kFields.end() ? std::string_view("source") : *found;
  }
  bool is_extra(std::string_view name) const {
    return std::any_of(extras_.begin(), extras_.end(), [&](const Extra& extra) { return extra.name == name; });
  }

  std::span<const Extra> extras_;
  std::map<OwnColumn, std::size_t> place_;
  std::vector<std::string> own_;
};

}  // namespace

std::string write_csv(std::span<const Record> records, std::span<const Extra> extras) {
  const Columns columns(records, extras);
  std::string out;
  columns.put_header(out);
  for (std::size_t at = 0; at < records.size(); ++at) columns.put_row(out, records[at], at);
  return out;
}

}  // namespace hedgerow::records
