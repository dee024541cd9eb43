// The bytes of an export as UTF-8, whatever they were.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

struct Decoded {
  std::string text;      ///< valid UTF-8 without byte order mark
  std::string encoding;  ///< as ReadResult::encoding names it
  std::vector<Oddity> oddities;
};

/// By byte order mark, by the zero bytes of UTF-16, by being UTF-8; else Windows-1252. A text that is UTF-8 but for a
/// few bytes keeps its UTF-8, and those bytes alone are taken as Windows-1252.
Decoded decode(std::string_view bytes);

/// The text with U+FFFD for each byte that belongs to no character of UTF-8.
std::string only_characters(std::string_view text);

}  // namespace hedgerow::records::detail
