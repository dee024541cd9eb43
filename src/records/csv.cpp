// Delimited tables of any database or tool.
//
// The separator and the header are found together: of the first rows, split in each of four ways, that one is the
// header which holds the most names of the dictionary (detail/fields.cpp). So lines of a provider before the header
// ("SEARCH QUERY", "sep=;") do no harm. A column that the dictionary does not know is kept like all others in the tags.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "records/detail/cells.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fields.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/names.hpp"
#include "records/detail/reader.hpp"

namespace hedgerow::records::detail {
namespace {

constexpr std::size_t kHeaderRows = 25;    ///< how far down a header is looked for
constexpr std::size_t kNameSample = 2000;  ///< cells of a column of authors that are looked at for its style

bool blank(const CellRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& c) { return trim(c).empty(); });
}

std::size_t known_fields(const std::vector<std::string>& cells) {
  std::set<Field> fields;
  for (const Meaning& meaning : meanings(cells)) fields.insert(meaning.field);
  fields.erase(Field::none);
  return fields.size();
}

struct TableStart {
  char separator = ',';
  std::size_t header = 0;  ///< rows before the header, blank ones counted
  std::size_t known = 0;
  std::size_t width = 0;
};

/// A table on its side (Embase can print one): each row is a name and a value, and the first name starts a record.
bool is_sideways(std::string_view text, char separator) {
  CellReader reader(text, separator);
  CellRow row;
  std::set<std::string> names;
  for (std::size_t i = 0; i < kHeaderRows && reader.next(row); ++i)
    if (row.cells.size() >= 2 && known_fields({row.cells.front()}) > 0) names.insert(plain_name(row.cells.front()));
  return names.size() >= 3;
}

TableStart find_start(std::string_view text) {
  TableStart best;
  for (const char separator : {',', ';', '\t', '|'}) {
    CellReader reader(text, separator);
    CellRow row;
    for (std::size_t i = 0; i < kHeaderRows && reader.next(row); ++i) {
      const std::size_t known = known_fields(row.cells);
      const bool better =
          known > best.known || (known == best.known && best.known == 0 && best.width < row.cells.size());
      if (better && !blank(row)) best = {separator, i, known, row.cells.size()};
    }
  }
  return best;
}

class TableReader {
 public:
  TableReader(std::string_view text, ReadResult& result) : text_(text), result_(result) {}

  void read() {
    const TableStart start = find_start(text_);
    if (start.known <= 1 && is_sideways(text_, start.separator)) return read_sideways(start.separator);
    CellReader reader(text_, start.separator);
    CellRow row;
    for (std::size_t i = 0; i < start.header && reader.next(row); ++i) leave(row);
    if (!reader.next(row)) return;
    take_header(row);
    if (start.known == 0)
      note(row.line, 0, "no-known-column", "no column has a name that is known; the cells are kept in the tags");
    std::vector<CellRow> rows;
    while (reader.next(row))
      if (is_record(row)) rows.push_back(std::move(row));
    judge_authors(rows);
    result_.records.reserve(result_.records.size() + rows.size());
    for (CellRow& record : rows) add(record);
  }

 private:
  void note(std::size_t line, std::size_t record, std::string code, std::string message) {
    result_.oddities.push_back({line, record, std::move(code), std::move(message)});
  }
  void leave(const CellRow& row) {
    if (!trim(row.raw).empty()) result_.unread.push_back({row.line, std::string(row.raw)});
  }

  void take_header(const CellRow& row) {
    columns_ = row.cells;
    while (columns_.size() > 1 && trim(columns_.back()).empty()) columns_.pop_back();
    std::map<std::string, std::size_t> seen;
    for (std::string& column : columns_) {
      column = std::string(trim(column));
      if (!column.empty() && ++seen[column] == 2)
        note(row.line, 0, "column-twice",
             fmt::format("the header names the column \"{}\" more than once; the first filled one is used", column));
    }
    meanings_ = meanings(columns_);
    database_ = database_of_columns(columns_);
  }

  /// Rows without any text are dropped; a line that does not even hold one separator is a provider's remark.
  bool is_record(const CellRow& row) {
    if (blank(row)) {
      if (!trim(row.raw).empty()) leave(row);
      return false;
    }
    if (row.cells.size() > 1 || columns_.size() < 3) return true;
    leave(row);
    note(row.line, 0, "line-outside-record", "the line has no second cell; it is kept as it is and no record");
    return false;
  }

  void judge_authors(const std::vector<CellRow>& rows) {
    styles_.assign(columns_.size(), {});
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      if (meanings_[j].field != Field::authors) continue;
      std::vector<std::string_view> cells;
      for (const CellRow& row : rows)
        if (j < row.cells.size() && !is_missing(row.cells[j]) && cells.size() < kNameSample)
          cells.push_back(row.cells[j]);
      styles_[j] = judge_names(cells);
    }
  }

  void add(CellRow& row) {
    Record record;
    record.format = Format::csv;
    record.source.line = row.line;
    record.source.number = result_.records.size() + 1;
    record.source.database = database_;
    report_shape(row, record.source.number);
    Filler filler;
    int author_rank = 100;
    std::vector<std::string> groups;
    for (std::size_t j = 0; j < std::min(row.cells.size(), columns_.size()); ++j) {
      const Meaning& meaning = meanings_[j];
      const bool names = meaning.field == Field::authors || meaning.field == Field::group_authors;
      if (!names) filler.put(meaning, row.cells[j]);
      if (!names || is_missing(row.cells[j])) continue;
      if (meaning.field == Field::group_authors) {
        groups.push_back("{" + clean_text(row.cells[j]) + "}");
      } else if (meaning.rank < author_rank) {
        std::vector<std::string> authors = clean_names(without_formula(row.cells[j]), styles_[j]);
        if (authors.empty()) continue;
        record.authors = std::move(authors);
        author_rank = meaning.rank;
      }
    }
    record.authors.insert(record.authors.end(), groups.begin(), groups.end());
    filler.finish(record, result_.oddities);
    keep_cells(row, record);
    result_.records.push_back(std::move(record));
  }

  void report_shape(const CellRow& row, std::size_t number) {
    if (row.open_quote)
      note(row.line, number, "quote-not-closed", "a quote is never closed; it is read as an ordinary character");
    if (row.quote_inside)
      note(row.line, number, "quote-in-cell", "a quoted cell holds quotes that are not doubled; they are kept");
    if (row.cells.size() < columns_.size())
      note(row.line, number, "row-short",
           fmt::format("the row has {} cells, the header {}; the last columns are empty", row.cells.size(),
                       columns_.size()));
    const auto extra = [&](std::size_t j) { return !trim(row.cells[j]).empty(); };
    for (std::size_t j = columns_.size(); j < row.cells.size(); ++j)
      if (extra(j)) {
        note(row.line, number, "row-long",
             fmt::format("the row has {} cells, the header {}; the others are kept as tags", row.cells.size(),
                         columns_.size()));
        break;
      }
  }

  /// Every cell becomes a tag, empty ones too, so that a table can be written again as it was.
  void keep_cells(CellRow& row, Record& record) const {
    record.tags.reserve(std::max(row.cells.size(), columns_.size()));
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      if (j >= columns_.size() && row.cells[j].empty()) continue;
      record.tags.push_back(
          {j < columns_.size() ? columns_[j] : fmt::format("column {}", j + 1), std::move(row.cells[j])});
    }
    for (std::size_t j = row.cells.size(); j < columns_.size(); ++j) record.tags.push_back({columns_[j], ""});
  }

  void read_sideways(char separator) {
    CellReader reader(text_, separator);
    CellRow row, record;
    std::string first;
    std::vector<std::pair<std::vector<std::string>, CellRow>> found;
    while (reader.next(row)) {
      const bool known = row.cells.size() >= 2 && known_fields({row.cells.front()}) > 0;
      if (first.empty() && known) first = row.cells.front();
      if (first.empty() || row.cells.size() < 2) {
        leave(row);
        continue;
      }
      if (row.cells.front() == first) found.push_back({{}, CellRow{{}, row.line, row.raw, false, false}});
      std::vector<std::string> values(row.cells.begin() + 1, row.cells.end());
      while (values.size() > 1 && values.back().empty()) values.pop_back();
      found.back().first.push_back(row.cells.front());
      found.back().second.cells.push_back(join(values, "; "));
    }
    for (auto& [names, cells] : found) {
      columns_ = names;
      meanings_ = meanings(columns_);
      if (database_.empty()) database_ = database_of_columns(columns_);
      judge_authors({cells});
      add(cells);
    }
  }

  std::string_view text_;
  ReadResult& result_;
  std::vector<std::string> columns_;
  std::vector<Meaning> meanings_;
  std::vector<NameStyle> styles_;
  std::string database_;
};

}  // namespace

void read_csv(std::string_view text, ReadResult& result) { TableReader(text, result).read(); }

}  // namespace hedgerow::records::detail
