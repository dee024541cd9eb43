// Writing XLSX: forms that people fill in a spreadsheet, and tables for those who want them there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::data {

/// What a spreadsheet lets its user type into the cells of a column; a warning there, not a promise for the reader.
enum class CellRule { any, number, whole, choice };

struct SheetColumn {
  std::string name;  ///< first row of the sheet
  std::string hint;  ///< shown when a cell of the column is selected; may be empty
  CellRule rule = CellRule::any;
  std::vector<std::string> choices;  ///< of CellRule::choice
};

struct Sheet {
  std::string name;  ///< at most 31 characters, none of []:*?/\ (an Error otherwise)
  std::vector<SheetColumn> columns;
  std::vector<std::vector<std::string>> rows;  ///< texts; what is a number is written as one, so that it can be summed
  std::size_t fill_rows = 0;                   ///< rows for which the rules hold, at least those that are given
};

/// The bytes of a workbook; the same sheets give the same bytes. Errors: a name that a sheet can't have, more cells
/// than a sheet holds, no room for the file while it is made.
Expected<std::string> to_xlsx(std::span<const Sheet> sheets);

}  // namespace hedgerow::data
