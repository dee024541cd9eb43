#include "report/csv.hpp"

namespace hedgerow::report {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string to_csv(const Table& table) {
  std::string out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (i) out += ',';
    out += csv_field(column.name.empty() ? column.header : column.name);
  }
  out += '\n';
  for (const Row& row : table.rows) {
    if (row.row_class == RowClass::group) continue;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i) out += ',';
      if (i >= row.cells.size()) continue;
      const Cell& cell = row.cells[i];
      out += csv_field(cell.value.empty() ? cell.shown.plain() : cell.value);
    }
    out += '\n';
  }
  return out;
}

}  // namespace hedgerow::report
