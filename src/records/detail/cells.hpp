// Rows of a delimited table, whatever their state. `data::parse_csv` refuses a row that has a cell too many, because a
// number in the wrong column would be analysed; a search export has to be read all the same, so this reader never
// fails: rows may have any width, a quote that is never closed is an ordinary character, and each row says what was
// odd.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::records::detail {

struct CellRow {
  std::vector<std::string> cells;
  std::size_t line = 0;       ///< of its first character, from 1
  std::string_view raw;       ///< as the file has it, without the line end
  bool open_quote = false;    ///< a quote opened a cell and was never closed
  bool quote_inside = false;  ///< a quoted cell held quotes that were not doubled
};

class CellReader {
 public:
  CellReader(std::string_view text, char separator) : text_(text), separator_(separator) {}
  /// The next row, blank lines as rows with one empty cell; false at the end of the text.
  bool next(CellRow& row);

 private:
  bool ends_cell(std::size_t at) const;
  void read_cell(CellRow& row);
  bool read_quoted(CellRow& row, std::string& cell);
  void read_plain(std::string& cell);

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  int unclosed_ = 0;  ///< searches for a closing quote that ran to the end of the text
};

}  // namespace hedgerow::records::detail
