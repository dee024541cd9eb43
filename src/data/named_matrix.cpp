// Symmetric matrices from files; the forms are in the header.
#include "data/named_matrix.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "base/file.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/detail/csv_start.hpp"
#include "data/detail/csv_tokenizer.hpp"
#include "data/detail/number.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

/// Texts of all cells, the header (if there is one) as the first row.
struct Grid {
  std::string source;
  std::vector<std::vector<std::string>> cells;
  std::vector<std::size_t> lines;
  bool comma_decimals = false;

  std::string where(std::size_t row, std::size_t col) const {
    return fmt::format("{}:{}:column {}", source, lines[row], col + 1);
  }
  /// A number, NaN for a missing cell, nothing for any other text.
  std::optional<double> number(std::size_t row, std::size_t col) const {
    const std::string& text = cells[row][col];
    if (is_missing_text(text)) return kMissing;
    const auto with_point = parse_cell_number(text, Decimal::point);
    return with_point || !comma_decimals ? with_point : parse_cell_number(text, Decimal::comma);
  }
  bool is_number(std::size_t row, std::size_t col) const {
    return !is_missing_text(cells[row][col]) && number(row, col).has_value();
  }
};

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = trim(text.substr(1, text.size() - 2));
  return std::string(text);
}

bool is_blank(const std::vector<std::string>& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& cell) { return cell.empty(); });
}

Expected<Grid> csv_grid(std::string bytes, const std::string& source) {
  HR_TRY(const CsvStart start, start_csv(bytes, source));
  CsvTokenizer tokens(bytes, start.at, start.line, start.separator, source);
  Grid grid{source, {}, {}, start.separator != ','};
  std::vector<std::uint32_t> offsets;
  while (!tokens.at_end()) {
    const std::size_t line = tokens.line();
    offsets.clear();
    HR_TRY(const std::size_t count, tokens.record(offsets));
    std::vector<std::string> row(count);
    for (std::size_t j = 0; j < count; ++j)
      row[j] = unquoted({bytes.data() + offsets[j], offsets[j + 1] - offsets[j] - 1});
    if (is_blank(row)) continue;
    grid.cells.push_back(std::move(row));
    grid.lines.push_back(line);
  }
  return grid;
}

Grid table_grid(const Table& table) {
  Grid grid{table.source(), {table.names()}, {1}, false};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    std::vector<std::string> row;
    for (std::size_t j = 0; j < table.cols(); ++j) row.emplace_back(table.cell(i, j));
    grid.cells.push_back(std::move(row));
    grid.lines.push_back(table.line(i));
  }
  return grid;
}

/// Where the numbers lie: from row `top` and column `left` on, n x n.
struct Shape {
  std::size_t top = 0, left = 0, n = 0;
  bool short_header = false;  ///< the header lacks the corner, as R's write.table leaves it out
};

Expected<Shape> shape_of(const Grid& grid) {
  const std::size_t rows = grid.cells.size();
  const std::size_t cols = grid.cells.back().size();
  const std::size_t header = grid.cells.front().size();
  for (std::size_t i = 1; i < rows; ++i)
    if (grid.cells[i].size() != cols)
      return make_error(ErrorCode::input, fmt::format("row has {} cells, others have {}", grid.cells[i].size(), cols),
                        fmt::format("{}:{}", grid.source, grid.lines[i]));
  if (header + 1 == cols && rows == cols && rows > 1) return Shape{1, 1, header, true};
  if (header == cols && rows == cols)
    return grid.is_number(0, 0) ? Shape{0, 0, cols, false} : Shape{1, 1, cols - 1, false};
  if (header == cols && rows == cols + 1) return Shape{1, 0, cols, false};
  if (header == cols && rows + 1 == cols) return Shape{0, 1, rows, false};
  return make_error(ErrorCode::input,
                    fmt::format("{} rows of {} cells are no square matrix; expected n x n numbers with or without a "
                                "header and row names, or the long form i,j,value",
                                rows, cols),
                    grid.source);
}

std::vector<std::string> header_names(const Grid& grid, const Shape& shape) {
  const auto& header = grid.cells.front();
  return {header.begin() + static_cast<std::ptrdiff_t>(shape.short_header ? 0 : shape.left), header.end()};
}

Checked check_names(const Grid& grid, const Shape& shape, const std::vector<std::string>& names) {
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string where =
        shape.top == 1 ? grid.where(0, i + (shape.short_header ? 0 : shape.left)) : grid.where(i + shape.top, 0);
    if (names[i].empty()) return make_error(ErrorCode::input, fmt::format("row {} has no name", i + 1), where);
    if (!seen.emplace(names[i], i).second)
      return make_error(ErrorCode::input, fmt::format("the name '{}' occurs twice", names[i]), where);
  }
  return {};
}

/// Names from the header, from the first column, or both if they agree.
Expected<std::vector<std::string>> read_names(const Grid& grid, const Shape& shape) {
  std::vector<std::string> names;
  if (shape.top == 1) names = header_names(grid, shape);
  if (shape.left == 1) {
    std::vector<std::string> first;
    for (std::size_t i = 0; i < shape.n; ++i) first.push_back(grid.cells[i + shape.top][0]);
    for (std::size_t i = 0; shape.top == 1 && i < shape.n; ++i)
      if (first[i] != names[i])
        return make_error(ErrorCode::input,
                          fmt::format("row {} is named '{}' but column {} '{}'; both must come in one order", i + 1,
                                      first[i], i + 1, names[i]),
                          grid.where(i + 1, 0));
    names = std::move(first);
  }
  HR_CHECK(check_names(grid, shape, names));
  return names;
}

/// One entry from its two cells, of which one may be empty.
Expected<double> entry(const Grid& grid, const Shape& shape, std::size_t i, std::size_t j) {
  double found[2];
  const std::size_t at[2][2] = {{i + shape.top, j + shape.left}, {j + shape.top, i + shape.left}};
  for (std::size_t side = 0; side < 2; ++side) {
    const auto number = grid.number(at[side][0], at[side][1]);
    if (!number)
      return make_error(ErrorCode::input,
                        fmt::format("expected a number, found '{}'", grid.cells[at[side][0]][at[side][1]]),
                        grid.where(at[side][0], at[side][1]));
    found[side] = *number;
  }
  const std::string where = grid.where(at[0][0], at[0][1]);
  if (is_missing(found[0]) && is_missing(found[1])) return make_error(ErrorCode::input, "a number is missing", where);
  if (is_missing(found[0])) return found[1];
  if (is_missing(found[1])) return found[0];
  if (std::fabs(found[0] - found[1]) > 1e-8 * std::max(std::fabs(found[0]), std::fabs(found[1])))
    return make_error(ErrorCode::input,
                      fmt::format("not symmetric: {} here, but {} in line {}, column {}", format_shortest(found[0]),
                                  format_shortest(found[1]), grid.lines[at[1][0]], at[1][1] + 1),
                      where);
  return (found[0] + found[1]) / 2;
}

Expected<NamedMatrix> square(const Grid& grid) {
  HR_TRY(const Shape shape, shape_of(grid));
  NamedMatrix out{grid.source, {}, stats::Matrix(shape.n, shape.n)};
  HR_TRY(out.names, read_names(grid, shape));
  for (std::size_t i = 0; i < shape.n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      HR_TRY(out.values(i, j), entry(grid, shape, i, j));
      out.values(j, i) = out.values(i, j);
    }
  return out;
}

bool is_long(const Grid& grid) {
  const auto& header = grid.cells.front();
  if (header.size() != 3) return false;
  const std::string first = to_lower(header[0]), second = to_lower(header[1]), third = to_lower(header[2]);
  return ((first == "i" && second == "j") || (first == "row" && second == "col")) && third == "value";
}

Expected<NamedMatrix> from_long(const Grid& grid) {
  NamedMatrix out{grid.source, {}, {}};
  std::unordered_map<std::string, std::size_t> ids;
  for (std::size_t line = 1; line < grid.cells.size(); ++line) {
    if (grid.cells[line].size() != 3)
      return make_error(ErrorCode::input, fmt::format("expected i,j,value, found {} cells", grid.cells[line].size()),
                        fmt::format("{}:{}", grid.source, grid.lines[line]));
    for (std::size_t j = 0; j < 2; ++j) {
      const std::string& name = grid.cells[line][j];
      if (name.empty()) return make_error(ErrorCode::input, "a name is missing", grid.where(line, j));
      if (ids.emplace(name, ids.size()).second) out.names.push_back(name);
    }
  }
  const std::size_t n = out.names.size();
  out.values = stats::Matrix(n, n);
  stats::Matrix line_of(n, n);
  for (std::size_t i = 0; i < n; ++i) out.values(i, i) = kMissing;
  for (std::size_t line = 1; line < grid.cells.size(); ++line) {
    const std::size_t i = ids[grid.cells[line][0]], j = ids[grid.cells[line][1]];
    if (!grid.is_number(line, 2))
      return make_error(ErrorCode::input, fmt::format("expected a number, found '{}'", grid.cells[line][2]),
                        grid.where(line, 2));
    const double value = *grid.number(line, 2);
    if (line_of(i, j) != 0 && std::fabs(value - out.values(i, j)) > 1e-8 * std::fabs(value))
      return make_error(
          ErrorCode::input,
          fmt::format("{} and {} have {} here, but {} in line {}", grid.cells[line][0], grid.cells[line][1],
                      format_shortest(value), format_shortest(out.values(i, j)), line_of(i, j)),
          grid.where(line, 2));
    out.values(i, j) = out.values(j, i) = value;
    line_of(i, j) = line_of(j, i) = static_cast<double>(grid.lines[line]);
  }
  return out;
}

Expected<NamedMatrix> from_grid(const Grid& grid) {
  if (grid.cells.empty()) return make_error(ErrorCode::input, "the file is empty", grid.source);
  return is_long(grid) ? from_long(grid) : square(grid);
}

std::string name_of(const NamedMatrix& matrix, std::size_t i) {
  return matrix.names.empty() ? fmt::format("row {}", i + 1) : "'" + matrix.names[i] + "'";
}

}  // namespace

Expected<NamedMatrix> parse_named_matrix(std::string bytes, const std::string& source) {
  HR_TRY(const Grid grid, csv_grid(std::move(bytes), source));
  return from_grid(grid);
}

Expected<NamedMatrix> read_named_matrix(const std::string& path) {
  if (to_lower(path).find(".xlsx") != std::string::npos) {
    HR_TRY(const Table table, read_table(path));
    return from_grid(table_grid(table));
  }
  HR_TRY(std::string bytes, read_file(path));
  return parse_named_matrix(std::move(bytes), path);
}

Expected<NamedMatrix> to_correlations(NamedMatrix matrix) {
  const std::size_t n = matrix.size();
  stats::Vector scale(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double diagonal = is_missing(matrix.values(i, i)) ? 1 : matrix.values(i, i);
    if (!(diagonal > 0))
      return make_error(ErrorCode::input,
                        fmt::format("the diagonal entry of {} is {}; it must be positive", name_of(matrix, i),
                                    format_shortest(diagonal)),
                        matrix.source);
    scale[i] = std::sqrt(diagonal);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double& r = matrix.values(i, j);
      r = i == j ? 1 : r / (scale[i] * scale[j]);
      if (std::fabs(r) > 1 + 1e-8)
        return make_error(ErrorCode::input,
                          fmt::format("the correlation of {} and {} is {}; it lies between -1 and 1",
                                      name_of(matrix, i), name_of(matrix, j), format_significant(r, 6)),
                          matrix.source);
    }
  return matrix;
}

Expected<stats::Matrix> select_levels(const NamedMatrix& matrix, std::span<const std::string> levels,
                                      const std::string& what) {
  std::vector<std::size_t> at;
  if (matrix.names.empty()) {
    if (matrix.size() != levels.size())
      return make_error(ErrorCode::input,
                        fmt::format("the matrix has {} rows without names, but {} has {} levels; name its rows",
                                    matrix.size(), what, levels.size()),
                        matrix.source);
    return matrix.values;
  }
  std::unordered_map<std::string_view, std::size_t> ids;
  for (std::size_t i = 0; i < matrix.names.size(); ++i) ids.emplace(matrix.names[i], i);
  std::vector<std::string> absent;
  for (const std::string& level : levels) {
    const auto found = ids.find(level);
    if (found == ids.end())
      absent.push_back("'" + level + "'" + did_you_mean(level, matrix.names));
    else
      at.push_back(found->second);
  }
  if (!absent.empty()) {
    const std::size_t shown = std::min<std::size_t>(absent.size(), 5);
    return make_error(
        ErrorCode::input,
        fmt::format("{} of {} levels of {} have no row in the matrix: {}{}", absent.size(), levels.size(), what,
                    join(std::span(absent).first(shown), ", "), shown < absent.size() ? ", ..." : ""),
        matrix.source);
  }
  stats::Matrix out(at.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i)
    for (std::size_t j = 0; j < at.size(); ++j) out(i, j) = matrix.values(at[i], at[j]);
  return out;
}

}  // namespace hedgerow::data
