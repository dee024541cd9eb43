#include "data/table_edit.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/detail/table_builder.hpp"

namespace hedgerow::data {

std::vector<std::string> plain_cells(const Table& table, std::size_t col) {
  std::vector<std::string> out(table.rows());
  const bool numeric = table.is_numeric(col);
  const auto numbers = numeric ? table.numbers_at(col) : Expected<stats::Vector>(stats::Vector());
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (table.missing(i, col)) continue;
    const std::string text(table.cell(i, col));
    out[i] = numeric && !parse_number(text) ? format_shortest((*numbers)[i]) : text;
  }
  return out;
}

Expected<Table> from_columns(const std::string& source, std::span<const EditedColumn> columns,
                             std::span<const std::size_t> lines) {
  std::vector<std::string> names;
  for (const EditedColumn& column : columns) {
    HR_ASSERT(column.cells.size() == lines.size());
    names.push_back(column.name);
  }
  TableBuilder builder(source, std::move(names));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const EditedColumn& column : columns) builder.add_cell(column.cells[i]);
    builder.end_row(lines[i]);
  }
  return builder.finish();
}

Expected<Table> with_columns(const Table& table, std::span<const EditedColumn> columns) {
  std::vector<EditedColumn> all;
  for (std::size_t j = 0; j < table.cols(); ++j) all.push_back({table.names()[j], plain_cells(table, j)});
  for (const EditedColumn& column : columns) {
    if (const auto at = table.find(column.name))
      all[*at].cells = column.cells;
    else
      all.push_back(column);
  }
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < table.rows(); ++i) lines.push_back(table.line(i));
  HR_TRY(Table out, from_columns(table.source(), all, lines));
  for (std::size_t j = 0; j < table.cols(); ++j) {
    const auto levels = table.levels(j);
    const auto is_new = [&](const EditedColumn& column) { return column.name == table.names()[j]; };
    if (levels.empty() || std::any_of(columns.begin(), columns.end(), is_new)) continue;
    HR_TRY(out, out.with_levels(table.names()[j], {levels.begin(), levels.end()}));
  }
  return out;
}

}  // namespace hedgerow::data
