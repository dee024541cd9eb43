// CSV in (RFC 4180 and the dialects that spreadsheets write; docs/formats/tables.md) and out.
#include <fmt/core.h>

#include <utility>

#include "base/text.hpp"
#include "data/detail/csv_start.hpp"
#include "data/detail/csv_tokenizer.hpp"
#include "data/detail/table_builder.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

/// Cells, in the layout of Table.
struct Rows {
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> lines;
};

Error ragged_row(std::size_t found, const std::vector<std::string>& names, const std::string& where) {
  const std::string hint = found > names.size() ? "quote cells that contain the separator"
                                                : "write a missing value as an empty cell between separators";
  return make_error(ErrorCode::input,
                    fmt::format("row has {} {}, but the header names {} columns; {}", found,
                                found == 1 ? "cell" : "cells", names.size(), hint),
                    where);
}

bool is_blank_cell(const std::string& bytes, std::uint32_t begin, std::uint32_t next) {
  const std::string_view text = trim({bytes.data() + begin, next - begin - 1});
  return text.empty() || text == "\"\"";
}

bool is_blank_row(const std::string& bytes, const Rows& rows, std::size_t cells) {
  const std::size_t first = rows.offsets.size() - cells - 1;
  for (std::size_t j = 0; j < cells; ++j)
    if (!is_blank_cell(bytes, rows.offsets[first + j], rows.offsets[first + j + 1])) return false;
  return true;
}

Expected<Rows> read_rows(CsvTokenizer& tokens, const std::string& bytes, const std::vector<std::string>& names,
                         const std::string& source) {
  constexpr std::size_t kSample = 1000;
  const std::size_t begin = tokens.position();
  const std::size_t stride = names.size() + 1;
  Rows rows;
  while (!tokens.at_end()) {
    const std::size_t line = tokens.line();
    HR_TRY(const std::size_t cells, tokens.record(rows.offsets));
    const bool blank_line = cells == 1 && names.size() > 1 && is_blank_row(bytes, rows, 1);
    if (blank_line) {
      rows.offsets.resize(rows.offsets.size() - 2);
      continue;
    }
    if (cells != names.size()) return ragged_row(cells, names, fmt::format("{}:{}", source, line));
    rows.lines.push_back(static_cast<std::uint32_t>(line));
    if (rows.lines.size() == kSample) {
      const std::size_t expected = (bytes.size() - begin) / ((tokens.position() - begin) / kSample) + kSample;
      rows.offsets.reserve((expected + expected / 16) * stride);
      rows.lines.reserve(expected + expected / 16);
    }
  }
  while (!rows.lines.empty() && is_blank_row(bytes, rows, names.size())) {
    rows.lines.pop_back();
    rows.offsets.resize(rows.offsets.size() - stride);
  }
  return rows;
}

Expected<std::vector<std::string>> read_header(CsvTokenizer& tokens, const std::string& bytes,
                                               const std::string& source) {
  std::vector<std::uint32_t> offsets;
  const std::size_t line = tokens.line();
  HR_TRY(const std::size_t cells, tokens.record(offsets));
  std::vector<std::string> names(cells);
  for (std::size_t j = 0; j < cells; ++j) {
    std::string_view name = trim({bytes.data() + offsets[j], offsets[j + 1] - offsets[j] - 1});
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = trim(name.substr(1, name.size() - 2));
    names[j] = name;
  }
  HR_CHECK(check_names(names, fmt::format("{}:{}", source, line)));
  return names;
}

}  // namespace

Expected<Table> parse_csv(std::string bytes, const std::string& source) {
  HR_TRY(const CsvStart start, start_csv(bytes, source));
  CsvTokenizer tokens(bytes, start.at, start.line, start.separator, source);
  HR_TRY(auto names, read_header(tokens, bytes, source));
  HR_TRY(Rows rows, read_rows(tokens, bytes, names, source));
  return TableBuilder::from_bytes(source, std::move(names), std::move(bytes), std::move(rows.offsets),
                                  std::move(rows.lines), start.separator != ',');
}

std::string to_csv(const Table& table) {
  std::string out;
  const auto append = [&](std::string_view text, bool last) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out += text;
    } else {
      out += '"';
      for (const char c : text) out.append(c == '"' ? 2 : 1, c);
      out += '"';
    }
    out += last ? '\n' : ',';
  };
  for (std::size_t j = 0; j < table.cols(); ++j) append(table.names()[j], j + 1 == table.cols());
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t j = 0; j < table.cols(); ++j)
      append(table.missing(i, j) ? std::string_view() : table.cell(i, j), j + 1 == table.cols());
  return out;
}

}  // namespace hedgerow::data
