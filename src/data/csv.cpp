// CSV in (RFC 4180 and the dialects that spreadsheets write; docs/formats/tables.md) and out.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "data/detail/csv_tokenizer.hpp"
#include "data/detail/table_builder.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

Error empty_file(const std::string& source) {
  return make_error(ErrorCode::input, "the file is empty; the first line must name the columns", source);
}

/// Refuses what is not text of one byte per character or UTF-8.
Checked check_kind(std::string_view bytes, const std::string& source) {
  const std::string_view head = bytes.substr(0, 4);
  if (head.substr(0, 2) == "\xFF\xFE" || head.substr(0, 2) == "\xFE\xFF")
    return make_error(ErrorCode::input, "the text is UTF-16; save it as CSV UTF-8", source);
  if (head == "PK\x03\x04")
    return make_error(ErrorCode::input, "this is a zip file (an XLSX workbook?), not CSV; name it .xlsx", source);
  const std::size_t zero = bytes.substr(0, 65536).find('\0');
  if (zero != std::string_view::npos)
    return make_error(ErrorCode::input, fmt::format("byte {} is zero; this is not a text file", zero + 1), source);
  return {};
}

/// Numbers of cells of the first two lines with content under one separator; quotes are respected, errors ignored.
std::array<std::size_t, 2> cells_of_first_lines(std::string_view bytes, char separator) {
  std::array<std::size_t, 2> counts{0, 0};
  bool quoted = false;
  bool content = false;
  std::size_t line = 0;
  std::size_t cells = 1;
  for (std::size_t i = 0; i <= bytes.size() && line < 2; ++i) {
    const char c = i < bytes.size() ? bytes[i] : '\n';
    if (c == '"') quoted = !quoted;
    if (quoted && i < bytes.size()) continue;
    if (c == '\n' || c == '\r') {
      if (content) counts[line++] = cells;
      content = false;
      cells = 1;
    } else {
      content = true;
      if (c == separator) ++cells;
    }
  }
  return counts;
}

/// The separator that splits header and first row into the same number of cells, else the one that splits the header
/// into most; ',' when none occurs.
char guess_separator(std::string_view bytes) {
  char best = ',';
  std::pair<bool, std::size_t> best_rank{false, 1};
  for (const char separator : {',', ';', '\t'}) {
    const auto [header, row] = cells_of_first_lines(bytes, separator);
    if (header < 2) continue;
    const std::pair<bool, std::size_t> rank{header == row || row == 0, header};
    if (rank > best_rank) {
      best_rank = rank;
      best = separator;
    }
  }
  return best;
}

/// Skips blank lines; false at the end.
bool skip_blank_lines(std::string_view bytes, std::size_t& at, std::size_t& line) {
  while (at < bytes.size() && (bytes[at] == '\n' || bytes[at] == '\r')) {
    const bool two_bytes = bytes[at] == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n';
    at += two_bytes ? 2U : 1U;
    ++line;
  }
  return at < bytes.size();
}

/// Reads "sep=;" as Excel writes it in front of the header; 0 if it is not there.
char declared_separator(std::string_view bytes, std::size_t& at, std::size_t& line) {
  const std::string_view rest = bytes.substr(at);
  if (!starts_with_ignoring_case(rest.substr(0, 4), "sep=") || rest.size() < 6) return 0;
  if (rest[5] != '\n' && rest[5] != '\r') return 0;
  at += 5;
  return skip_blank_lines(bytes, at, line) ? rest[4] : '\0';
}

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
  HR_CHECK(check_kind(bytes, source));
  std::size_t at = std::string_view(bytes).substr(0, 3) == kUtf8Mark ? 3 : 0;
  std::size_t line = 1;
  if (!is_valid_utf8(bytes)) bytes = latin1_to_utf8(bytes);
  if (bytes.size() >= std::numeric_limits<std::uint32_t>::max() - 1)
    return make_error(ErrorCode::input, fmt::format("the file has {} bytes; tables end at 4 GiB", bytes.size()),
                      source);
  if (!skip_blank_lines(bytes, at, line)) return empty_file(source);
  const char declared = declared_separator(bytes, at, line);
  const char separator = declared != 0 ? declared : guess_separator(std::string_view(bytes).substr(at));
  if (at >= bytes.size()) return empty_file(source);
  CsvTokenizer tokens(bytes, at, line, separator, source);
  HR_TRY(auto names, read_header(tokens, bytes, source));
  HR_TRY(Rows rows, read_rows(tokens, bytes, names, source));
  return TableBuilder::from_bytes(source, std::move(names), std::move(bytes), std::move(rows.offsets),
                                  std::move(rows.lines), separator != ',');
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
