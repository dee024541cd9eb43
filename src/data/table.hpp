// Table: rows and named columns whose cells remember file, row, column and raw text.
//
// A statistician has to be able to open the file at the cell that a message names, and the audit needs the digits as
// printed; so a cell is text until a column is asked for as numbers. Missing cells are empty, "NA" or ".".
// The text of all cells is one buffer with 32-bit offsets: 1,000,000 rows of 10 columns cost 40 MB beside the file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::data {

class Table {
 public:
  /// Makes a table from the texts of its cells, row by row. Refuses duplicate or empty column names and ragged rows.
  /// `source` is the file's name as the user gave it; `first_line` is the line of the first row in it.
  static Expected<Table> create(std::string source, std::vector<std::string> names,
                                const std::vector<std::vector<std::string>>& rows);

  std::size_t rows() const { return lines_.size(); }
  std::size_t cols() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& source() const { return source_; }

  std::optional<std::size_t> find(std::string_view name) const;
  /// Column index; an Error with the nearest name if there is none.
  Expected<std::size_t> column(std::string_view name) const;

  /// Text of a cell, unquoted, trimmed of blanks.
  std::string_view cell(std::size_t row, std::size_t col) const;
  bool missing(std::size_t row, std::size_t col) const;
  /// "effects.csv:17:sd_t", the line as an editor counts it.
  std::string where(std::size_t row, std::size_t col) const;
  /// Line of the row in the file.
  std::size_t line(std::size_t row) const { return lines_[row]; }

  /// A column as numbers, missing as NaN. An Error names the first cell that is text.
  Expected<stats::Vector> numbers(std::string_view name) const;
  /// A column as texts; missing cells are empty.
  Expected<std::vector<std::string>> texts(std::string_view name) const;
  /// Whether every cell that is not missing is a number (and there is one).
  bool is_numeric(std::size_t col) const;

  /// The rows with these indices, in this order; they keep their lines.
  Table select(std::span<const std::size_t> rows) const;
  /// The same table with one more column (used for derived labels and effects).
  Expected<Table> with_column(const std::string& name, const std::vector<std::string>& cells) const;

 private:
  friend class TableBuilder;
  std::string source_;
  std::vector<std::string> names_;
  std::string text_;                    ///< all cells, one after the other
  std::vector<std::uint32_t> offsets_;  ///< rows * cols + 1
  std::vector<std::uint32_t> lines_;    ///< line of each row
  char decimal_ = '.';                  ///< decimal mark of the file
};

}  // namespace hedgerow::data
