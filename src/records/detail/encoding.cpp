#include "records/detail/encoding.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace hedgerow::records::detail {
namespace {

/// What stands for characters that can't be: half a surrogate pair, a byte too few.
constexpr std::string_view kReplacement = "\uFFFD";

std::uint32_t unit_at(std::string_view bytes, std::size_t at, bool little) {
  const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
  return little ? static_cast<std::uint32_t>(second << 8 | first) : static_cast<std::uint32_t>(first << 8 | second);
}

void append_code_point(std::string& out, std::uint32_t c) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | c >> 6);
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3F));
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

std::string utf16_to_utf8(std::string_view bytes, bool little) {
  std::string out;
  out.reserve(bytes.size());
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    const std::uint32_t unit = unit_at(bytes, at, little);
    const bool high = unit >= 0xD800 && unit < 0xDC00, low = unit >= 0xDC00 && unit < 0xE000;
    const std::uint32_t next = high && at + 3 < bytes.size() ? unit_at(bytes, at + 2, little) : 0;
    if (high && next >= 0xDC00 && next < 0xE000) {
      append_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
      at += 2;
    } else if (high || low) {
      out += kReplacement;
    } else {
      append_code_point(out, unit);
    }
  }
  if (at < bytes.size()) out += kReplacement;
  return out;
}

/// UTF-16 without a mark: in Latin text every other byte is zero. 1: little endian, 2: big endian, 0: neither.
int guess_utf16(std::string_view bytes) {
  const std::size_t size = std::min<std::size_t>(bytes.size(), 1000) & ~std::size_t{1};
  if (size < 4) return 0;
  std::size_t even = 0, odd = 0;
  for (std::size_t at = 0; at < size; ++at)
    if (bytes[at] == '\0') ++(at % 2 == 0 ? even : odd);
  if (odd > size * 2 / 5 && even == 0) return 1;
  if (even > size * 2 / 5 && odd == 0) return 2;
  return 0;
}

/// Length of the UTF-8 character at `at`, 0 if there is none.
std::size_t character_length(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > bytes.size()) return 0;
  return is_valid_utf8(bytes.substr(at, length)) ? length : 0;
}

struct Counts {
  std::size_t valid = 0, invalid = 0;  ///< characters of several bytes; bytes that belong to none
};

Counts count_characters(std::string_view bytes) {
  Counts counts;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = character_length(bytes, at);
    counts.invalid += length == 0;
    counts.valid += length > 1;
    at += std::max<std::size_t>(length, 1);
  }
  return counts;
}

std::string mend_utf8(std::string_view bytes, std::vector<Oddity>& oddities) {
  std::string out;
  out.reserve(bytes.size() + 16);
  std::size_t line = 1, reported = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = character_length(bytes, at);
    if (bytes[at] == '\n' || (bytes[at] == '\r' && bytes.substr(at, 2) != "\r\n")) ++line;
    if (length > 0) {
      out += bytes.substr(at, length);
      at += length;
      continue;
    }
    if (reported != line)
      oddities.push_back({line, 0, "invalid-utf8",
                          fmt::format("byte 0x{:02X} is not UTF-8; taken as Windows-1252",
                                      static_cast<unsigned>(static_cast<unsigned char>(bytes[at])))});
    reported = line;
    out += latin1_to_utf8(bytes.substr(at++, 1));
  }
  return out;
}

}  // namespace

std::string only_characters(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    out += length > 0 ? text.substr(at, length) : std::string_view("\xEF\xBF\xBD");
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

Decoded decode(std::string_view bytes) {
  Decoded decoded;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    decoded.encoding = "UTF-8 with BOM";
    bytes.remove_prefix(3);
  } else if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    const bool little = bytes[0] == '\xFF';
    return {utf16_to_utf8(bytes.substr(2), little), little ? "UTF-16LE" : "UTF-16BE", {}};
  } else if (const int guess = guess_utf16(bytes); guess != 0) {
    return {utf16_to_utf8(bytes, guess == 1), guess == 1 ? "UTF-16LE" : "UTF-16BE", {}};
  } else {
    decoded.encoding = "UTF-8";
  }
  if (is_valid_utf8(bytes)) {
    decoded.text = std::string(bytes);
    return decoded;
  }
  const Counts counts = count_characters(bytes);
  if (counts.valid >= counts.invalid || decoded.encoding != "UTF-8") {
    decoded.text = mend_utf8(bytes, decoded.oddities);
  } else {
    decoded.text = latin1_to_utf8(bytes);
    decoded.encoding = "Windows-1252";
  }
  return decoded;
}

}  // namespace hedgerow::records::detail
