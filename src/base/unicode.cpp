#include "base/unicode.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "base/text.hpp"

namespace hedgerow {
namespace {

// utf8proc hands out memory of malloc.
std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &result, static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::string(text);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(size)};
}

std::string as_utf8(std::string_view text) { return is_valid_utf8(text) ? std::string(text) : latin1_to_utf8(text); }

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 128) return false;
  return true;
}

// U+03B1 to U+03C9, the final sigma among them.
constexpr std::array<const char*, 25> kGreek = {
    "alpha", "beta",    "gamma", "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",   "nu",
    "xi",    "omicron", "pi",    "rho",   "sigma",   "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};

// A character that decomposition leaves alone but that people also write in ASCII; null where there is none.
const char* ascii_of(utf8proc_int32_t c) {
  if (c >= 0x3B1 && c <= 0x3C9) return kGreek[static_cast<std::size_t>(c - 0x3B1)];
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x02BC:
    case 0x00B4:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x2033:
    case 0x00AB:
    case 0x00BB:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
      return "-";
    case 0x00F8:
      return "o";
    case 0x00E6:
      return "ae";
    case 0x0153:
      return "oe";
    case 0x0142:
      return "l";
    case 0x0111:
    case 0x00F0:
      return "d";
    case 0x00FE:
      return "th";
    case 0x0131:
      return "i";
    default:
      return nullptr;
  }
}

}  // namespace

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return mapped(as_utf8(text), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string fold_case(std::string_view text) {
  if (is_ascii(text)) return to_lower(text);
  return mapped(as_utf8(text), UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

std::string fold_for_search(std::string_view text) {
  if (is_ascii(text)) return to_lower(text);
  const std::string folded = mapped(
      as_utf8(text), UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  std::string result;
  result.reserve(folded.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(folded.data());
  auto left = static_cast<utf8proc_ssize_t>(folded.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(bytes, left, &c);
    if (size <= 0) break;
    if (const char* ascii = ascii_of(c))
      result += ascii;
    else
      result.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    bytes += size;
    left -= size;
  }
  return result;
}

}  // namespace hedgerow
