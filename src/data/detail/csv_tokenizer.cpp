// The scanner of CSV records; csv_tokenizer.hpp says how cells are kept.
#include "data/detail/csv_tokenizer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace hedgerow::data {
namespace {

constexpr char kQuote = '"';

}  // namespace

CsvTokenizer::CsvTokenizer(std::string& bytes, std::size_t begin, std::size_t line, char separator,
                           const std::string& source)
    : bytes_(bytes), at_(begin), line_(line), line_begin_(begin), separator_(separator), source_(source) {
  for (const char c : {separator, '\n', '\r'}) stop_[static_cast<unsigned char>(c)] = true;
}

Expected<std::size_t> CsvTokenizer::record(std::vector<std::uint32_t>& offsets) {
  line_begin_ = at_;
  for (std::size_t cells = 1;; ++cells) {
    offsets.push_back(static_cast<std::uint32_t>(at_));
    HR_CHECK(skip_cell());
    if (at_ < bytes_.size() && bytes_[at_] == separator_) {
      ++at_;
      continue;
    }
    offsets.push_back(static_cast<std::uint32_t>(at_ + 1));
    end_line();
    return cells;
  }
}

bool CsvTokenizer::is_blank(std::size_t at) const {
  return at < bytes_.size() && (bytes_[at] == ' ' || bytes_[at] == '\t') && bytes_[at] != separator_;
}

Checked CsvTokenizer::skip_cell() {
  std::size_t at = at_;
  while (is_blank(at)) ++at;
  if (at < bytes_.size() && bytes_[at] == kQuote) {
    at_ = at;
    return skip_quoted();
  }
  const char* p = bytes_.data() + at;
  const char* const end = bytes_.data() + bytes_.size();
  while (p != end && !stop_[static_cast<unsigned char>(*p)]) ++p;
  at_ = static_cast<std::size_t>(p - bytes_.data());
  return {};
}

Checked CsvTokenizer::skip_quoted() {
  const Place open{at_, line_, line_begin_};
  std::size_t kept = at_ + 1;  // where the next byte of the unescaped text goes
  std::size_t at = at_ + 1;
  for (;; ++at) {
    if (at >= bytes_.size()) return error_at(open, "the quote that opens here is never closed");
    if (bytes_[at] == kQuote) {
      if (at + 1 >= bytes_.size() || bytes_[at + 1] != kQuote) break;
      ++at;
    }
    count_line(at);
    bytes_[kept++] = bytes_[at];
  }
  at_ = at + 1;
  bytes_[kept++] = kQuote;
  for (; kept < at_; ++kept) bytes_[kept] = ' ';
  while (is_blank(at_)) ++at_;
  if (!ends_cell(at_))
    return error_at(
        {at_, line_, line_begin_},
        fmt::format("'{}' follows a closing quote; a quote inside a quoted cell is written twice", bytes_[at_]));
  return {};
}

void CsvTokenizer::count_line(std::size_t at) {
  const char c = bytes_[at];
  const bool ends = c == '\n' || (c == '\r' && (at + 1 >= bytes_.size() || bytes_[at + 1] != '\n'));
  if (!ends) return;
  ++line_;
  line_begin_ = at + 1;
}

void CsvTokenizer::end_line() {
  if (at_ >= bytes_.size()) return;
  const bool carriage_return = bytes_[at_] == '\r';
  ++at_;
  if (carriage_return && at_ < bytes_.size() && bytes_[at_] == '\n') ++at_;
  ++line_;
}

Error CsvTokenizer::error_at(const Place& place, std::string message) const {
  const std::string_view before(bytes_.data() + place.line_begin, place.at - place.line_begin);
  return make_error(ErrorCode::input, std::move(message),
                    fmt::format("{}:{}:{}", source_, place.line, utf8_length(before) + 1));
}

}  // namespace hedgerow::data
