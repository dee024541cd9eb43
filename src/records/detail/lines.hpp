// Lines of a text that ends them with LF, CR LF or CR, counted from 1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hedgerow::records::detail {

class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text), next_return_(text.find('\r')) {}

  /// The next line without its end and without a byte order mark (files that were put together have one inside).
  bool next(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    // Two searches for one character each are faster than one for either; most texts have one kind of line end.
    if (next_return_ < at_) next_return_ = text_.find('\r', at_);
    const std::size_t end = std::min({text_.find('\n', at_), next_return_, text_.size()});
    line = text_.substr(at_, end - at_);
    at_ = end + (text_.substr(end, 2) == "\r\n" ? 2 : 1);
    ++number_;
    while (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    return true;
  }
  /// Number of the line that `next` gave last.
  std::size_t number() const { return number_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t next_return_;  ///< place of the next CR from at_ on
  std::size_t number_ = 0;
};

inline bool is_blank(std::string_view line) {
  return line.find_first_not_of(std::string_view(" \t\f\v\0", 5)) == std::string_view::npos;
}

}  // namespace hedgerow::records::detail
