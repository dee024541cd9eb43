// Splitting CSV text into cells, in place.
//
// One pass over the bytes. Cells stay where they lie; only doubled quotes are undone, in place, because the unescaped
// text is shorter (the rest of the cell becomes blanks, which Table::cell takes off).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::data {

/// Reads records one after the other from `begin`, which lies on line `line` of `source`. `bytes` and `source` must
/// outlive it; `bytes` changes as described above.
class CsvTokenizer {
 public:
  CsvTokenizer(std::string& bytes, std::size_t begin, std::size_t line, char separator, const std::string& source);

  bool at_end() const { return at_ >= bytes_.size(); }
  std::size_t position() const { return at_; }
  /// Line of the next record, as an editor counts (LF, CR LF and CR end a line, inside quotes too).
  std::size_t line() const { return line_; }

  /// Appends the offset of each cell of one record and, last, the one behind it; returns the number of cells.
  /// Each cell ends one byte before the next offset. Errors: unclosed quote, text behind a closing quote.
  Expected<std::size_t> record(std::vector<std::uint32_t>& offsets);

 private:
  struct Place {
    std::size_t at;
    std::size_t line;
    std::size_t line_begin;
  };

  bool ends_cell(std::size_t at) const { return at >= bytes_.size() || stop_[static_cast<unsigned char>(bytes_[at])]; }
  bool is_blank(std::size_t at) const;
  Checked skip_cell();
  Checked skip_quoted();
  void count_line(std::size_t at);
  void end_line();
  Error error_at(const Place& place, std::string message) const;

  std::string& bytes_;
  std::size_t at_;
  std::size_t line_;
  std::size_t line_begin_;
  char separator_;
  const std::string& source_;
  std::array<bool, 256> stop_{};
};

}  // namespace hedgerow::data
