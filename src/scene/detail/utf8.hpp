// Reading UTF-8 one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hedgerow::scene::detail {

struct Decoded {
  std::uint32_t code = 0xFFFD;
  std::size_t length = 1;  ///< bytes
  bool valid = false;
};

/// The character at byte `at`, which must be inside. A byte that starts no valid sequence is one U+FFFD.
Decoded decode_utf8(std::string_view text, std::size_t at);

/// `text` as valid UTF-8 that XML 1.0 can hold: stray bytes and forbidden control characters become U+FFFD.
std::string clean_utf8(std::string_view text);

}  // namespace hedgerow::scene::detail
