// The beginning of a CSV file in the dialects that spreadsheets write (docs/formats/tables.md).
#include "data/detail/csv_start.hpp"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "base/text.hpp"

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

}  // namespace

Expected<CsvStart> start_csv(std::string& bytes, const std::string& source) {
  HR_CHECK(check_kind(bytes, source));
  CsvStart start;
  start.at = std::string_view(bytes).substr(0, 3) == kUtf8Mark ? 3 : 0;
  if (!is_valid_utf8(bytes)) bytes = latin1_to_utf8(bytes);
  if (bytes.size() >= std::numeric_limits<std::uint32_t>::max() - 1)
    return make_error(ErrorCode::input, fmt::format("the file has {} bytes; tables end at 4 GiB", bytes.size()),
                      source);
  if (!skip_blank_lines(bytes, start.at, start.line)) return empty_file(source);
  const char declared = declared_separator(bytes, start.at, start.line);
  start.separator = declared != 0 ? declared : guess_separator(std::string_view(bytes).substr(start.at));
  if (start.at >= bytes.size()) return empty_file(source);
  return start;
}

}  // namespace hedgerow::data
