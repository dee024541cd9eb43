// Text without the markup that exports leave in it: HTML and JATS elements, entities (also encoded twice), invisible
// characters, line breaks of wrapped values.
//
// "p<0.05" and "a<b and c>d" are no markup: an element has a name that HTML, JATS or MathML knows, followed by ">",
// "/>" or attributes with "=".
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "records/detail/clean.hpp"

namespace hedgerow::records::detail {
namespace {

struct Entity {
  std::string_view name, text;
};

constexpr std::array<Entity, 46> kEntities = {
    {{"amp", "&"},         {"lt", "<"},          {"gt", ">"},          {"quot", "\""},       {"apos", "'"},
     {"nbsp", " "},        {"ndash", "\u2013"},  {"mdash", "\u2014"},  {"lsquo", "\u2018"},  {"rsquo", "\u2019"},
     {"ldquo", "\u201C"},  {"rdquo", "\u201D"},  {"hellip", "\u2026"}, {"copy", "\u00A9"},   {"reg", "\u00AE"},
     {"trade", "\u2122"},  {"deg", "\u00B0"},    {"plusmn", "\u00B1"}, {"micro", "\u00B5"},  {"times", "\u00D7"},
     {"le", "\u2264"},     {"ge", "\u2265"},     {"alpha", "\u03B1"},  {"beta", "\u03B2"},   {"gamma", "\u03B3"},
     {"delta", "\u03B4"},  {"kappa", "\u03BA"},  {"mu", "\u03BC"},     {"auml", "\u00E4"},   {"ouml", "\u00F6"},
     {"uuml", "\u00FC"},   {"Auml", "\u00C4"},   {"Ouml", "\u00D6"},   {"Uuml", "\u00DC"},   {"szlig", "\u00DF"},
     {"aacute", "\u00E1"}, {"eacute", "\u00E9"}, {"iacute", "\u00ED"}, {"oacute", "\u00F3"}, {"uacute", "\u00FA"},
     {"agrave", "\u00E0"}, {"egrave", "\u00E8"}, {"ccedil", "\u00E7"}, {"ntilde", "\u00F1"}, {"oslash", "\u00F8"},
     {"aring", "\u00E5"}}};

/// Elements between which a blank belongs.
constexpr std::array<std::string_view, 20> kBlocks = {"p",  "br",  "div",   "li",    "ul", "ol",  "h1",
                                                      "h2", "h3",  "h4",    "h5",    "h6", "tr",  "td",
                                                      "th", "sec", "title", "label", "hr", "list"};
constexpr std::array<std::string_view, 26> kInline = {
    "i",    "b",  "u",      "em", "strong", "sub", "sup", "inf",  "span",      "font", "a",    "small", "big",
    "bold", "sc", "italic", "tt", "table",  "img", "dfn", "body", "underline", "html", "math", "s",     "abstract"};

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-';
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    tail(6);
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

/// The character of "#233" or "#xE9", 0 if there is none.
std::uint32_t numeric_entity(std::string_view name) {
  const bool hex = name.size() > 2 && (name[1] == 'x' || name[1] == 'X');
  std::uint32_t value = 0;
  for (const char c : name.substr(hex ? 2 : 1)) {
    const std::size_t digit =
        std::string_view("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (digit == std::string_view::npos || (!hex && digit > 9) || value > 0x10FFFF) return 0;
    value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  return value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0 : value;
}

/// Appends the text of the entity at `at` and returns the place behind it; `at` itself if there is no entity.
std::size_t take_entity(std::string_view text, std::size_t at, std::string& out) {
  const std::size_t end = text.substr(at, 12).find(';');
  if (end == std::string_view::npos || end < 3) return at;
  const std::string_view name = text.substr(at + 1, end - 1);
  if (name[0] == '#') {
    const std::uint32_t c = name.size() > 1 ? numeric_entity(name) : 0;
    if (c == 0) return at;
    if (c < 0x20)
      out += ' ';
    else
      append_utf8(out, c);
    return at + end + 1;
  }
  for (const Entity& entity : kEntities)
    if (entity.name == name) {
      out += entity.text;
      return at + end + 1;
    }
  return at;
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t after = text[at] == '&' ? take_entity(text, at, out) : at;
    if (after == at)
      out += text[at++];
    else
      at = after;
  }
  return out;
}

/// The place behind the element that starts at `at`, and whether it parts words; `at` itself if there is none.
std::size_t skip_element(std::string_view text, std::size_t at, bool& block) {
  if (text.substr(at, 4) == "<!--") {
    const std::size_t end = text.find("-->", at);
    return end == std::string_view::npos ? at : end + 3;
  }
  std::size_t begin = at + 1;
  if (begin < text.size() && text[begin] == '/') ++begin;
  std::size_t end = begin;
  while (end < text.size() && end - begin < 24 && is_name_char(text[end])) ++end;
  const std::string name = to_lower(text.substr(begin, end - begin));
  const bool prefixed = name.starts_with("jats:") || name.starts_with("mml:");
  const std::string local = prefixed ? name.substr(name.find(':') + 1) : name;
  block = std::find(kBlocks.begin(), kBlocks.end(), local) != kBlocks.end();
  if (!block && !prefixed && std::find(kInline.begin(), kInline.end(), local) == kInline.end()) return at;
  const std::size_t close = text.substr(end, 500).find('>');
  if (close == std::string_view::npos) return at;
  const std::string_view inside = trim(text.substr(end, close));
  const bool is_element = inside.empty() || inside == "/" || inside.find('=') != std::string_view::npos;
  return is_element ? end + close + 1 : at;
}

std::string strip_elements(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    bool block = false;
    const std::size_t after = text[at] == '<' ? skip_element(text, at, block) : at;
    if (after == at) {
      out += text[at++];
    } else {
      if (block) out += ' ';
      at = after;
    }
  }
  return out;
}

/// Length of a blank at `at` (0: none): ASCII white space and control characters, no-break and typographic blanks.
std::size_t blank_length(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c <= 0x20 || c == 0x7F) return 1;
  if (c == 0xC2 && text.substr(at, 2) == "\u00A0") return 2;
  if (c != 0xE2 && c != 0xE3) return 0;
  const std::string_view three = text.substr(at, 3);
  const bool blank = (three >= "\u2000" && three <= "\u200A") || three == "\u2028" || three == "\u2029" ||
                     three == "\u202F" || three == "\u205F" || three == "\u3000";
  return blank ? 3 : 0;
}

/// Length of an invisible character at `at`: soft hyphen, zero width blanks, byte order mark.
std::size_t invisible_length(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == 0xC2 && text.substr(at, 2) == "\u00AD") return 2;
  if (c != 0xE2 && c != 0xEF) return 0;
  const std::string_view three = text.substr(at, 3);
  return three == "\u200B" || three == "\u200C" || three == "\u200D" || three == "\u2060" || three == "\uFEFF" ? 3 : 0;
}

std::string single_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t plain = at;
    while (plain < text.size() && text[plain] > ' ' && text[plain] < 0x7F) ++plain;
    if (plain > at) {
      out += text.substr(at, plain - at);
      at = plain;
    } else if (const std::size_t hidden = invisible_length(text, at); hidden > 0) {
      at += hidden;
    } else if (const std::size_t blank = blank_length(text, at); blank > 0) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      at += blank;
    } else {
      out += text[at++];
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool may_have_markup(std::string_view text) {
  return text.find('<') != std::string_view::npos || text.find('&') != std::string_view::npos;
}

/// Combining marks are U+0300 to U+036F, in UTF-8 CC 80 to CD AF: text without these bytes is composed already.
bool may_need_composing(std::string_view text) {
  return text.find('\xCC') != std::string_view::npos || text.find('\xCD') != std::string_view::npos;
}

/// Whether the bracket that opens the text is closed by its last character.
bool is_bracketed(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  int open = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    open += text[at] == '[' ? 1 : text[at] == ']' ? -1 : 0;
    if (open == 0) return false;
  }
  return true;
}

}  // namespace

std::string clean_text(std::string_view raw) {
  std::string text(raw);
  if (may_have_markup(text)) {
    text = decode_entities(strip_elements(text));
    // Twice: "&lt;i&gt;" and "&amp;lt;" are what is left of markup that was escaped on its way.
    if (may_have_markup(text)) text = strip_elements(decode_entities(strip_elements(text)));
  }
  text = single_blanks(text);
  return may_need_composing(text) ? to_nfc(text) : text;
}

std::string clean_title(std::string_view raw) {
  std::string title = clean_text(raw);
  const auto drop_stop = [&] {
    if (title.size() > 1 && title.back() == '.' && title[title.size() - 2] != '.') title.pop_back();
    while (!title.empty() && title.back() == ' ') title.pop_back();
  };
  drop_stop();
  if (is_bracketed(title)) {
    title = std::string(trim(std::string_view(title).substr(1, title.size() - 2)));
    drop_stop();
  }
  return title;
}

}  // namespace hedgerow::records::detail
