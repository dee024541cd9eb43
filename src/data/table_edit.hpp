// Tables made from other tables: columns replaced or added, or whole tables of new rows that remember their lines.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// A column with the texts of its cells; a missing cell is empty.
struct EditedColumn {
  std::string name;
  std::vector<std::string> cells;
};

/// The cells of a column as numbers in decimal points whatever the file's decimal mark, other columns as they stand.
std::vector<std::string> plain_cells(const Table& table, std::size_t col);

/// The table with these columns: those whose names it has are replaced where they stand, the others come last. Rows
/// keep their lines. Every column has rows() cells.
Expected<Table> with_columns(const Table& table, std::span<const EditedColumn> columns);

/// A table of columns alone; `lines` are the lines of the rows in the file `source`.
Expected<Table> from_columns(const std::string& source, std::span<const EditedColumn> columns,
                             std::span<const std::size_t> lines);

}  // namespace hedgerow::data
