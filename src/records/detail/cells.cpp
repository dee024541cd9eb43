#include "records/detail/cells.hpp"

#include <algorithm>

namespace hedgerow::records::detail {
namespace {

/// After so many quotes without an end the rest of the file is read without quoting: the work stays linear.
constexpr int kMostUnclosed = 16;

/// Line ends are LF, CR LF and CR alone.
std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    lines += text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
  return lines;
}

}  // namespace

bool CellReader::ends_cell(std::size_t at) const {
  return at >= text_.size() || text_[at] == separator_ || text_[at] == '\n' || text_[at] == '\r';
}

/// From the opening quote (at at_) to the separator behind the closing one. False, with nothing consumed, if the quote
/// turns out to be an ordinary character.
bool CellReader::read_quoted(CellRow& row, std::string& cell) {
  const bool strict = separator_ == '\t' || separator_ == '|';
  bool inside = false;
  std::size_t begin = at_ + 1;
  std::string held;
  while (true) {
    const std::size_t quote = text_.find('"', begin);
    if (quote == std::string_view::npos) {
      ++unclosed_;
      row.open_quote = true;
      return false;
    }
    held += text_.substr(begin, quote - begin);
    std::size_t after = quote + 1;
    if (after < text_.size() && text_[after] == '"') {
      held += '"';
      begin = after + 1;
      continue;
    }
    while (after < text_.size() && text_[after] == ' ') ++after;
    if (ends_cell(after)) {
      line_ += count_lines(std::string_view(text_).substr(at_, after - at_));
      at_ = after;
      cell = std::move(held);
      row.quote_inside = row.quote_inside || inside;
      return true;
    }
    if (strict) return false;
    inside = true;
    held += '"';
    begin = quote + 1;
  }
}

void CellReader::read_plain(std::string& cell) {
  std::size_t end = at_;
  const bool formula = text_.substr(at_, 2) == "=\"" && unclosed_ < kMostUnclosed;
  if (formula) {
    const std::size_t quote = text_.find_first_of("\"\r\n", at_ + 2);
    if (quote != std::string_view::npos && text_[quote] == '"' && ends_cell(quote + 1)) end = quote + 1;
  }
  const char* const data = text_.data();
  while (end < text_.size() && data[end] != separator_ && data[end] != '\n' && data[end] != '\r') ++end;
  cell = std::string(text_.substr(at_, end - at_));
  at_ = end;
}

void CellReader::read_cell(CellRow& row) {
  std::string cell;
  std::size_t first = at_;
  while (first < text_.size() && text_[first] == ' ' && separator_ != ' ') ++first;
  const bool quoted = first < text_.size() && text_[first] == '"' && unclosed_ < kMostUnclosed;
  const std::size_t before = at_;
  if (quoted) at_ = first;
  if (!quoted || !read_quoted(row, cell)) {
    at_ = before;
    read_plain(cell);
  }
  row.cells.push_back(std::move(cell));
}

bool CellReader::next(CellRow& row) {
  row = CellRow{};
  row.line = line_;
  if (at_ >= text_.size()) return false;
  const std::size_t begin = at_;
  read_cell(row);
  while (at_ < text_.size() && text_[at_] == separator_) {
    ++at_;
    read_cell(row);
  }
  row.raw = text_.substr(begin, at_ - begin);
  if (at_ < text_.size()) {
    at_ += text_.substr(at_, 2) == "\r\n" ? 2U : 1U;
    ++line_;
  }
  return true;
}

}  // namespace hedgerow::records::detail
