// Identifiers, dates and pages as exports spell them. Texts and names are in clean_text.cpp and clean_name.cpp.
//
// A DOI is "10." + registrant + "/" + suffix, where the suffix may hold any printable character (ISO 26324); what ends
// one is therefore found from its surroundings: a blank, a quote, the rest of a link, another DOI.
#include "records/detail/clean.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace hedgerow::records::detail {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// "%2F" as "/". Only ASCII characters are decoded: other bytes might not be UTF-8.
std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = high >= 2 && high < 8 ? hex_digit(text[at + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(16 * high + low);
      at += 2;
    } else {
      decoded += text[at];
    }
  }
  return decoded;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Length of "10.1234" or "10.1000.10" before a "/" at the start of `text`, 0 if there is none.
std::size_t prefix_length(std::string_view text) {
  if (!text.starts_with("10.")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789.", 3);
  if (end == std::string_view::npos || text[end] != '/' || end < 7 || end > 20) return 0;
  return is_digit(text[3]) && is_digit(text[end - 1]) ? end : 0;
}

bool starts_another(std::string_view text) {
  return prefix_length(text) > 0 || starts_with_ignoring_case(text, "http") || starts_with_ignoring_case(text, "doi");
}

bool ends_doi(std::string_view text, std::size_t at, bool in_query) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c <= ' ' || c == '"' || c == '?' || c == 0x7F || text.substr(at, 2) == "\xC2\xA0") return true;
  if (c == '&' && in_query) return true;
  return (c == ';' || c == ',' || c == '|') && starts_another(text.substr(at + 1));
}

/// Punctuation that belongs to the sentence around a DOI, and the page of a publisher behind one.
void trim_doi(std::string& doi) {
  constexpr std::array<std::string_view, 8> kPages = {"/full",     "/abstract", "/pdf",           "/epdf",
                                                      "/fulltext", "/meta",     "/fulltext.html", "/full/html"};
  for (const std::string_view page : kPages)
    if (doi.ends_with(page)) doi.resize(doi.size() - page.size());
  const auto count = [&](char c) { return std::count(doi.begin(), doi.end(), c); };
  while (!doi.empty()) {
    const char last = doi.back();
    const bool open = (last == ')' && count(')') > count('(')) || (last == ']' && count(']') > count('[')) ||
                      (last == '>' && count('>') > count('<')) || (last == '}' && count('}') > count('{'));
    if (!open && std::string_view(".,;:'/\\*").find(last) == std::string_view::npos) break;
    doi.pop_back();
  }
}

/// Prefix letters and digits of a page: "S123" is "S" and "123"; digits are empty if the page is something else.
struct Page {
  std::string_view letters, digits;
};

Page split_page(std::string_view text) {
  const std::size_t begin = text.find_first_of(kDigits);
  if (begin == std::string_view::npos || text.find_first_not_of(kDigits, begin) != std::string_view::npos)
    return {text, {}};
  return {text.substr(0, begin), text.substr(begin)};
}

/// "188-97" as "188-197", "S12-5" as "S12-S15", "7-7" as "7"; what is no such range stays.
std::string complete_range(std::string_view range) {
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::string(range);
  const std::string_view first = trim(range.substr(0, dash)), last = trim(range.substr(dash + 1));
  if (last.empty()) return std::string(first);
  const std::string plain = std::string(first) + "-" + std::string(last);
  if (first == last) return std::string(first);
  const Page begin = split_page(first), end = split_page(last);
  const bool short_end = !begin.digits.empty() && !end.digits.empty() && end.digits.size() <= begin.digits.size() &&
                         (end.letters.empty() || end.letters == begin.letters);
  if (!short_end) return plain;
  std::string digits(begin.digits.substr(0, begin.digits.size() - end.digits.size()));
  digits += end.digits;
  if (digits < begin.digits) return plain;
  return std::string(first) + "-" + std::string(begin.letters) + digits;
}

void append_new(std::vector<std::string>& list, std::string item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

/// Digits, X and the hyphens between them: calls `use` with each such token without its hyphens.
template <class Use>
void for_each_number(std::string_view text, Use use) {
  const auto inside = [](char c) { return is_digit(c) || c == 'X' || c == 'x' || c == '-'; };
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    std::string token;
    for (; end < text.size() && inside(text[end]); ++end)
      if (text[end] != '-') token += text[end] == 'x' ? 'X' : text[end];
    use(token);
    at = end;
  }
}

/// Whether X, if there is one, is the last character, as in check digits.
bool has_number_form(std::string_view token) {
  const std::size_t x = token.find('X');
  return x == std::string_view::npos || x + 1 == token.size();
}

}  // namespace

std::string clean_doi(std::string_view raw) {
  if (raw.find("10.") == std::string_view::npos) return "";
  std::string text = raw.find('%') == std::string_view::npos ? std::string(raw) : decode_percent(raw);
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  replace_all(text, "&amp;", "&");
  const std::string_view view = text;
  for (std::size_t at = view.find("10."); at != std::string_view::npos; at = view.find("10.", at + 1)) {
    if (at > 0 && is_digit(view[at - 1])) continue;
    if (at > 1 && view[at - 1] == '.' && is_digit(view[at - 2])) continue;
    const std::size_t prefix = prefix_length(view.substr(at));
    if (prefix == 0) continue;
    const std::string_view before = view.substr(0, at);
    const std::size_t blank = before.find_last_of(" \n");
    const bool in_query = before.find('?', blank == std::string_view::npos ? 0 : blank) != std::string_view::npos;
    std::size_t end = at + prefix + 1;
    while (end < view.size() && !ends_doi(view, end, in_query)) ++end;
    std::string doi = to_lower(view.substr(at, end - at));
    trim_doi(doi);
    if (doi.size() > prefix + 1) return doi;
  }
  return "";
}

std::optional<int> clean_year(std::string_view text) {
  constexpr int kFirst = 1400, kLast = 2100;
  for (std::size_t at = text.find_first_of(kDigits); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    const std::size_t length = end - at;
    // Eight digits are a date without separators: 20170415.
    if (length == 4 || length == 8) {
      int year = 0;
      for (const char c : text.substr(at, 4)) year = 10 * year + (c - '0');
      const bool month = length == 4 || (text[at + 4] <= '1' && text[at + 6] <= '3');
      if (month && year >= kFirst && year <= kLast) return year;
    }
    at = text.find_first_of(kDigits, end);
  }
  return std::nullopt;
}

std::string clean_pages(std::string_view raw) {
  std::string text = clean_text(raw);
  for (const std::string_view dash : {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "--"})
    replace_all(text, dash, "-");
  std::string_view rest = trim(text);
  for (const std::string_view word : {"pages", "pgs.", "pp.", "pp", "p."})
    if (starts_with_ignoring_case(rest, word)) {
      rest = trim(rest.substr(word.size()));
      break;
    }
  std::string pages;
  for (const std::string& part : split(rest, ',')) {
    const std::string_view range = trim(part);
    if (range.empty()) continue;
    if (!pages.empty()) pages += ", ";
    const bool one_dash = std::count(range.begin(), range.end(), '-') == 1;
    pages += one_dash ? complete_range(range) : std::string(range);
  }
  return pages;
}

std::vector<std::string> find_issn(std::string_view text) {
  std::vector<std::string> found;
  for_each_number(text, [&](const std::string& token) {
    if (token.size() == 8 && has_number_form(token)) append_new(found, token.substr(0, 4) + "-" + token.substr(4));
  });
  return found;
}

std::vector<std::string> find_isbn(std::string_view text) {
  std::vector<std::string> found;
  for_each_number(text, [&](const std::string& token) {
    if ((token.size() == 10 || token.size() == 13) && has_number_form(token)) append_new(found, token);
  });
  if (!found.empty()) return found;
  // "978 0 306 40615 7": blanks in place of the hyphens, if the whole text is one number.
  std::string joined;
  for (const char c : trim(text))
    if (c != ' ') joined += c;
  for_each_number(joined, [&](const std::string& token) {
    if (token.size() == joined.size() && token.size() == 13 && token.starts_with("97")) append_new(found, token);
  });
  return found;
}

}  // namespace hedgerow::records::detail
