// Lines of a text that ends them with LF, CR LF or CR, counted from 1.
#pragma once

#include <cstddef>
#include <string_view>

namespace hedgerow::records::detail {

class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  /// The next line without its end and without a byte order mark (files that were put together have one inside).
  bool next(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    const std::size_t end = text_.find_first_of("\r\n", at_);
    line = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ = end == std::string_view::npos ? text_.size() : end + (text_.substr(end, 2) == "\r\n" ? 2 : 1);
    ++number_;
    while (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    return true;
  }
  /// Number of the line that `next` gave last.
  std::size_t number() const { return number_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

inline bool is_blank(std::string_view line) {
  return line.find_first_not_of(std::string_view(" \t\f\v\0", 5)) == std::string_view::npos;
}

}  // namespace hedgerow::records::detail
