// Table: rows and named columns whose cells remember file, row, column and raw text.
//
// A statistician has to be able to open the file at the cell that a message names, and the audit needs the digits as
// printed; so a cell is text until a column is asked for as numbers. Missing cells are empty, "NA", "NaN", "#N/A" or
// ".".
//
// Layout: the bytes of the file themselves (shared between a table and its selections) and one 32-bit offset per cell,
// plus one per row; quotes and blanks around a cell are taken off when it is read. 1,000,000 rows of 10 columns cost 48
// MB beside the file. Copying cells into strings of their own was discarded: 32 bytes and an allocation for each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::data {

/// Whether the text of a cell stands for "no value": empty, "NA", "NaN", "#N/A" or ".".
bool is_missing_text(std::string_view text);

class Table {
 public:
  /// A table without rows and columns.
  Table();
  /// Makes a table from the texts of its cells, row by row. Refuses duplicate or empty column names and ragged rows.
  /// `source` is the file's name as the user gave it; rows count as lines 2, 3, ... of it.
  static Expected<Table> create(std::string source, std::vector<std::string> names,
                                const std::vector<std::vector<std::string>>& rows);

  std::size_t rows() const { return lines_.size(); }
  std::size_t cols() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& source() const { return source_; }

  std::optional<std::size_t> find(std::string_view name) const;
  /// Column index; an Error with the nearest name if there is none.
  Expected<std::size_t> column(std::string_view name) const;

  /// Text of a cell, unquoted, trimmed of blanks. Valid as long as a table that shares the cell lives.
  std::string_view cell(std::size_t row, std::size_t col) const;
  bool missing(std::size_t row, std::size_t col) const { return is_missing_text(cell(row, col)); }
  /// "effects.csv:17:sd_t", the line as an editor counts it.
  std::string where(std::size_t row, std::size_t col) const;
  /// Line of the row in the file.
  std::size_t line(std::size_t row) const { return lines_[row]; }

  /// A column as numbers, missing as NaN. An Error names the first cell that is text.
  Expected<stats::Vector> numbers(std::string_view name) const;
  /// The same, by index of the column.
  Expected<stats::Vector> numbers_at(std::size_t col) const;
  /// A column as texts; missing cells are empty.
  Expected<std::vector<std::string>> texts(std::string_view name) const;
  /// Whether every cell that is not missing is a number (and there is one).
  bool is_numeric(std::size_t col) const;

  /// The same table, whose column is a factor with these levels in this order (the first one is the reference): values
  /// that look like numbers too. Errors: unknown column, a level twice, a cell that is none of them.
  Expected<Table> with_levels(std::string_view name, std::vector<std::string> levels) const;
  /// Declared levels of a column; empty if none are declared.
  std::span<const std::string> levels(std::size_t col) const;

  /// The rows with these indices, in this order; they keep their lines and share the text.
  Table select(std::span<const std::size_t> rows) const;
  /// The same table with one more column (used for derived labels and effects).
  Expected<Table> with_column(const std::string& name, const std::vector<std::string>& cells) const;

 private:
  friend class TableBuilder;
  std::string source_;
  std::vector<std::string> names_;
  std::shared_ptr<const std::string> text_;  ///< the bytes that all cells lie in
  std::vector<std::uint32_t> offsets_;       ///< rows * (cols + 1): begin of each cell; its end is the next one - 1
  std::vector<std::uint32_t> lines_;         ///< line of each row
  /// Declared levels by column; null: none of any.
  std::shared_ptr<const std::vector<std::vector<std::string>>> levels_;
  bool comma_decimals_ = false;  ///< "0,5" may be a number, because the separator is not a comma
};

}  // namespace hedgerow::data
