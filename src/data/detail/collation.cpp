// Order of texts: three keys per code point (letter, accent, case), compared one key after the other over the whole
// text.
#include "data/detail/collation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_set>

#include "data/detail/number.hpp"

namespace hedgerow::data {
namespace {

// Order of ASCII before the letters in the root collation (allkeys.txt of the Unicode Collation Algorithm).
constexpr std::string_view kBeforeLetters = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
// U+00C0 to U+00FF: base letters ('*' and '/' stand for themselves; thorn follows z), and ranks of the
// accents (acute, grave, circumflex, ring, diaeresis, tilde, stroke, cedilla, other).
constexpr std::string_view kLatin1Base = "aaaaaaaceeeeiiiidnooooo*ouuuuyzsaaaaaaaceeeeiiiidnooooo/ouuuuyzy";
constexpr std::string_view kLatin1Accent = "2136549821352135962136507213510921365498213521359621365072135105";

struct Key {
  std::uint32_t letter = 0;
  std::uint32_t accent = 0;
  std::uint32_t upper = 0;
};

Key ascii_key(char c) {
  if (c >= 'a' && c <= 'z') return {1000 + 4 * static_cast<std::uint32_t>(c), 0, 0};
  if (c >= 'A' && c <= 'Z') return {1000 + 4 * static_cast<std::uint32_t>(c - 'A' + 'a'), 0, 1};
  const std::size_t at = kBeforeLetters.find(c);
  return {at == std::string_view::npos ? 0 : 1 + static_cast<std::uint32_t>(at), 0, 0};
}

Key key_of(std::uint32_t code) {
  if (code < 0x80) return ascii_key(static_cast<char>(code));
  if (code < 0xC0 || code > 0xFF) return {0x10000 + code, 0, 0};
  Key key = ascii_key(kLatin1Base[code - 0xC0]);
  key.accent = static_cast<std::uint32_t>(kLatin1Accent[code - 0xC0] - '0');
  key.upper = code < 0xDF ? 1 : 0;
  const bool letter_of_its_own = code == 0xDE || code == 0xFE;  // thorn
  if (letter_of_its_own) key.letter += 1;
  return key;
}

std::vector<Key> keys(std::string_view text) {
  std::vector<Key> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t j = 1; j < length && i + j < text.size(); ++j)
      code = (code << 6) | (static_cast<unsigned char>(text[i + j]) & 0x3FU);
    out.push_back(key_of(code));
    const bool sharp_s = code == 0xDF;
    const bool ae = code == 0xC6 || code == 0xE6;
    if (sharp_s || ae) {
      out.push_back(ascii_key(sharp_s ? 's' : 'e'));
      out.back().accent = out[out.size() - 2].accent;
    }
    i += length;
  }
  return out;
}

}  // namespace

bool comes_before(std::string_view a, std::string_view b) {
  const auto keys_a = keys(a);
  const auto keys_b = keys(b);
  for (const auto field : {&Key::letter, &Key::accent, &Key::upper}) {
    const auto less = [field](const Key& x, const Key& y) { return x.*field < y.*field; };
    if (std::lexicographical_compare(keys_a.begin(), keys_a.end(), keys_b.begin(), keys_b.end(), less)) return true;
    if (std::lexicographical_compare(keys_b.begin(), keys_b.end(), keys_a.begin(), keys_a.end(), less)) return false;
  }
  return a < b;
}

std::vector<std::string> sorted_levels(const std::vector<std::string>& texts) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> levels;
  for (const std::string& text : texts)
    if (!text.empty() && seen.insert(text).second) levels.push_back(text);
  std::sort(levels.begin(), levels.end(), comes_before);
  return levels;
}

std::vector<std::string> sorted_levels(const std::vector<double>& numbers) {
  std::vector<double> values;
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(values), [](double x) { return !std::isnan(x); });
  std::sort(values.begin(), values.end());
  std::vector<std::string> levels;
  for (const double value : values)
    if (std::string text = number_text(value); levels.empty() || levels.back() != text)
      levels.push_back(std::move(text));
  return levels;
}

}  // namespace hedgerow::data
