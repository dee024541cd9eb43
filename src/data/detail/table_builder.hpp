// The one door through which readers make tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/table.hpp"

namespace hedgerow::data {

/// Collects the parts of a Table: either cell by cell, or whole bytes with offsets into them.
class TableBuilder {
 public:
  TableBuilder(std::string source, std::vector<std::string> names);

  /// Appends one cell; the caller gives exactly cols() cells to each row.
  void add_cell(std::string_view text);
  /// Ends the row that lies on this line of the file.
  void end_row(std::size_t line);
  /// A table of the cells added; an Error if they exceed 4 GiB or the names are not usable.
  Expected<Table> finish();

  /// A table over bytes: offsets as in Table (each cell ends one byte before the next offset).
  static Expected<Table> from_bytes(std::string source, std::vector<std::string> names, std::string bytes,
                                    std::vector<std::uint32_t> offsets, std::vector<std::uint32_t> lines,
                                    bool comma_decimals);

 private:
  Table table_;
  std::string text_;
};

/// Refuses empty and duplicate column names; `where` is the place of the header.
Checked check_names(const std::vector<std::string>& names, const std::string& where);

}  // namespace hedgerow::data
