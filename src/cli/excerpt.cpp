#include "cli/excerpt.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

constexpr std::size_t kWidth = 100;

struct Place {
  std::string file;
  std::size_t line = 0;
  std::string column;
};

std::optional<Place> parse_place(const std::string& where) {
  for (const char* extension : {".csv:", ".tsv:", ".txt:"}) {
    const std::size_t at = where.find(extension);
    if (at == std::string::npos) continue;
    const std::string rest = where.substr(at + 5);
    const std::size_t colon = rest.find(':');
    const auto line = parse_number(rest.substr(0, colon));
    if (!line || *line < 1) return std::nullopt;
    return Place{where.substr(0, at + 4), static_cast<std::size_t>(*line),
                 colon == std::string::npos ? "" : rest.substr(colon + 1)};
  }
  return std::nullopt;
}

std::optional<std::string> line_of(const std::string& text, std::size_t number) {
  std::size_t start = 0;
  for (std::size_t line = 1; line < number; ++line) {
    start = text.find('\n', start);
    if (start == std::string::npos) return std::nullopt;
    ++start;
  }
  std::string out = text.substr(start, text.find('\n', start) - start);
  while (!out.empty() && out.back() == '\r') out.pop_back();
  return out;
}

struct Cell {
  std::size_t begin = 0, end = 0;
};

// Cells of one line; a quoted separator does not end a cell.
std::vector<Cell> cells(const std::string& line, char separator) {
  std::vector<Cell> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] != separator || quoted) continue;
    out.back().end = i;
    out.push_back({i + 1, i + 1});
  }
  out.back().end = line.size();
  return out;
}

char separator_of(const std::string& header) {
  char best = ',';
  for (char c : {',', ';', '\t'})
    if (std::count(header.begin(), header.end(), c) > std::count(header.begin(), header.end(), best)) best = c;
  return best;
}

std::string unquoted(const std::string& line, const Cell& cell) {
  std::string text(trim(std::string_view(line).substr(cell.begin, cell.end - cell.begin)));
  std::erase(text, '"');
  return text;
}

/// The start of the character that holds a byte.
std::size_t character_at(const std::string& text, std::size_t byte) {
  while (byte > 0 && byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0U) == 0x80U) --byte;
  return std::min(byte, text.size());
}

}  // namespace

std::string excerpt(const std::string& where) {
  const auto place = parse_place(where);
  if (!place) return "";
  const auto text = read_file(place->file);
  if (!text) return "";
  const auto header = line_of(*text, 1);
  auto line = line_of(*text, place->line);
  if (!header || !line || line->empty() || !is_valid_utf8(*line)) return "";
  const char separator = separator_of(*header);
  const std::vector<Cell> names = cells(*header, separator);
  const std::vector<Cell> values = cells(*line, separator);
  Cell cell{0, line->size()};
  for (std::size_t j = 0; j < names.size() && j < values.size(); ++j)
    if (!place->column.empty() && unquoted(*header, names[j]) == place->column) cell = values[j];
  const std::size_t from = cell.begin > kWidth / 2 ? character_at(*line, cell.begin - kWidth / 2) : 0;
  const std::size_t to = character_at(*line, from + kWidth);
  const std::string shown = (from > 0 ? "..." : "") + line->substr(from, to - from);
  const std::size_t indent = utf8_length(line->substr(from, cell.begin - from)) + (from > 0 ? 3 : 0);
  const std::size_t length = utf8_length(line->substr(cell.begin, cell.end - cell.begin));
  const std::size_t width = std::clamp<std::size_t>(length, 1, kWidth / 2);
  return "  " + shown + "\n  " + std::string(indent, ' ') + std::string(width, '^') + "\n";
}

}  // namespace hedgerow::cli
