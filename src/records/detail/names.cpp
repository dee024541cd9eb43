#include "records/detail/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace hedgerow::records::detail {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

std::string_view last_word(std::string_view name) {
  const std::size_t blank = name.find_last_of(" \t");
  return blank == std::string_view::npos ? name : name.substr(blank + 1);
}

/// "A", "A.B.", "JK", "J.-P.": at most four letters, all capitals.
bool is_initials(std::string_view word) {
  std::size_t letters = 0;
  for (const char c : word) {
    const bool letter = is_upper(c) || static_cast<unsigned char>(c) >= 0xC0;
    if (letter)
      ++letters;
    else if (c != '.' && c != '-' && static_cast<unsigned char>(c) < 0x80)
      return false;
  }
  return letters >= 1 && letters <= 4;
}

bool has_blank(std::string_view text) { return trim(text).find(' ') != std::string_view::npos; }

/// The parts between separators that stand outside of braces, in which the name of a group is written.
std::vector<std::string> split_at(std::string_view cell, std::string_view separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    const std::string_view part = trim(cell.substr(begin, end - begin));
    if (!part.empty()) parts.emplace_back(part);
    begin = end + separator.size();
  };
  bool groups = true;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (cell[at] == '{' && groups) {
      const std::size_t close = cell.find('}', at);
      groups = close != std::string_view::npos;
      if (groups) at = close;
    } else if (cell[at] == separator.front() && cell.substr(at, separator.size()) == separator) {
      add(at);
      at = begin - 1;
    }
  }
  if (begin <= cell.size()) add(cell.size());
  return parts;
}

/// Where two names touch without a separator: "K.Lewis", "SmithTom"; not in "McGuire", "DeVries", "O'Shea", "A.B.".
bool names_touch(std::string_view text, std::size_t at) {
  if (at == 0 || at + 1 >= text.size() || !is_upper(text[at])) return false;
  const bool name_follows =
      is_lower(text[at + 1]) || text[at + 1] == '\'' || static_cast<unsigned char>(text[at + 1]) >= 0xC0;
  if (!name_follows) return false;
  if (text[at - 1] == '.') return true;
  if (!is_lower(text[at - 1])) return false;
  std::size_t begin = at;
  while (begin > 0 && (is_lower(text[begin - 1]) || is_upper(text[begin - 1]))) --begin;
  const std::string_view before = text.substr(begin, at - begin);
  return before.size() > 3 || (before.size() == 3 && before != "Mac" && before != "Van" && before != "Von" &&
                               before != "Del" && before != "Des" && before != "Dos");
}

std::vector<std::string> split_touching(std::string_view cell) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  for (std::size_t at = 1; at < cell.size(); ++at)
    if (names_touch(cell, at)) {
      names.emplace_back(trim(cell.substr(begin, at - begin)));
      begin = at;
    }
  names.emplace_back(trim(cell.substr(begin)));
  return names;
}

std::string_view first_word(std::string_view name) { return name.substr(0, name.find(' ')); }

/// "Smith J., Doe A.B." and "J. Smith, A. Doe" are lists, "Smith, J." and "van der Berg, Jan" are one name.
bool is_comma_list(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return false;
  if (!std::all_of(parts.begin(), parts.end(), has_blank)) return false;
  const auto ends_short = [](const std::string& part) { return is_initials(last_word(part)); };
  const auto begins_short = [](const std::string& part) { return is_initials(first_word(part)); };
  return parts.size() > 2 || std::all_of(parts.begin(), parts.end(), ends_short) ||
         std::all_of(parts.begin(), parts.end(), begins_short);
}

bool is_suffix(std::string_view part) {
  const std::string word = to_lower(part);
  constexpr std::array<std::string_view, 6> kSuffixes = {"jr", "jr.", "sr", "sr.", "ii", "iii"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), word) != kSuffixes.end();
}

std::vector<std::string> split_commas(std::string_view cell) {
  std::vector<std::string> names;
  for (std::string& part : split_at(cell, ",")) {
    if (!names.empty() && is_suffix(part))
      names.back() += " " + part;
    else
      names.push_back(std::move(part));
  }
  return names;
}

/// "A. Doe, B. Roe and C. Poe": commas before the last name's "and".
void split_lists(std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (std::string& name : names) {
    if (!is_comma_list(split_at(name, ","))) {
      parts.push_back(std::move(name));
      continue;
    }
    for (std::string& part : split_commas(name)) parts.push_back(std::move(part));
  }
  names = std::move(parts);
}

/// Line breaks as blanks, so that "A\n and B" is joined by " and ".
std::string on_one_line(std::string_view cell) {
  std::string line;
  for (const char c : cell) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  return line;
}

/// "Wilson, Lauren N. (58975547800)" without the id; a list of names with their addresses is not meant.
std::string_view without_id(std::string_view name) {
  name = trim(name);
  if (name.empty() || name.back() != ')') return name;
  const std::size_t open = name.rfind('(');
  if (open == std::string_view::npos) return name;
  const std::string_view inside = name.substr(open + 1, name.size() - open - 2);
  const bool digits = !inside.empty() && inside.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? trim(name.substr(0, open)) : name;
}

/// PubMed ends its list of names with a full stop, "Griffin DK, O'Connor RE."; "Doe J." keeps its own.
void drop_full_stop(std::vector<std::string>& names) {
  if (names.empty() || !names.back().ends_with('.')) return;
  const std::string_view word = last_word(names.back());
  const bool undotted = word.size() > 2 && word.find('.') + 1 == word.size() && is_initials(word);
  const bool others_undotted = names.size() > 1 && names.front().find('.') == std::string::npos;
  if (undotted || others_undotted) names.back().pop_back();
}

/// A cell or name that names nobody.
bool stands_for_nobody(std::string_view name) {
  const std::string lower = to_lower(trim(name));
  return lower == "na" || lower == "null" || lower == "et al." || is_no_author(name) ||
         lower.find_first_not_of(" .,;-") == std::string::npos;
}

struct Counts {
  std::size_t semicolon = 0, bar = 0, word_and = 0, comma_list = 0, touching = 0, comma = 0;
  std::size_t initials_last = 0, initials_not_last = 0;
};

Counts count_signs(std::span<const std::string_view> cells) {
  Counts counts;
  for (const std::string_view raw : cells) {
    if (stands_for_nobody(raw)) continue;
    const std::string cell = on_one_line(raw);
    counts.semicolon += cell.find(';') != std::string::npos;
    counts.bar += cell.find('|') != std::string::npos;
    counts.word_and += cell.find(" and ") != std::string::npos;
    counts.comma += cell.find(',') != std::string::npos;
    counts.comma_list += is_comma_list(split_at(cell, ","));
    bool touching = false;
    for (std::size_t at = 1; at < cell.size() && !touching; ++at) touching = names_touch(cell, at);
    counts.touching += touching;
  }
  return counts;
}

NameSeparator separator_of(const Counts& counts) {
  if (counts.semicolon > 0 && counts.semicolon >= counts.word_and) return NameSeparator::semicolon;
  if (counts.word_and > 0) return NameSeparator::word_and;
  if (counts.bar > 0) return NameSeparator::bar;
  if (counts.comma_list > 0 && 2 * counts.comma_list >= counts.comma) return NameSeparator::comma;
  if (counts.touching > 0 && counts.comma == 0) return NameSeparator::run_together;
  return NameSeparator::none;
}

std::vector<std::string> split_loose(std::string_view cell) {
  if (cell.find(';') != std::string_view::npos) return split_at(cell, ";");
  if (cell.find(" and ") != std::string_view::npos) return split_at(cell, " and ");
  if (is_comma_list(split_at(cell, ","))) return split_commas(cell);
  return {std::string(trim(cell))};
}

}  // namespace

std::vector<std::string> printed_list(std::string_view text) {
  text = trim(text);
  std::vector<std::string> items;
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return items;
  if (text[1] != '\'' && text[1] != '"') return items;
  for (std::size_t at = 1; at + 1 < text.size();) {
    const char quote = text[at];
    if (quote != '\'' && quote != '"') return {};
    std::string item;
    for (++at; at < text.size() && text[at] != quote; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      item += text[at];
    }
    items.push_back(std::move(item));
    at = text.find_first_not_of(" ,", at + 1);
    if (at == std::string_view::npos) return {};
    if (at + 1 == text.size()) return items;
  }
  return items;
}

NameStyle judge_names(std::span<const std::string_view> cells) {
  NameStyle style;
  style.separator = separator_of(count_signs(cells));
  std::size_t last = 0, elsewhere = 0;
  for (const std::string_view cell : cells)
    for (const std::string& name : split_names(cell, style)) {
      if (name.find(',') != std::string::npos || !has_blank(name)) continue;
      (is_initials(last_word(name)) ? last : elsewhere) += 1;
    }
  if (last + elsewhere > 0) style.order = last >= elsewhere ? NameOrder::family_first : NameOrder::given_first;
  return style;
}

std::vector<std::string> split_names(std::string_view raw, const NameStyle& style) {
  std::vector<std::string> names = printed_list(raw);
  if (names.empty()) {
    const std::string cell = on_one_line(raw);
    switch (style.separator) {
      case NameSeparator::semicolon:
        names = split_at(cell, ";");
        break;
      case NameSeparator::bar:
        names = split_at(cell, "|");
        break;
      case NameSeparator::word_and:
        names = split_at(cell, " and ");
        break;
      case NameSeparator::comma:
        names = split_commas(cell);
        break;
      case NameSeparator::run_together:
        names = split_touching(cell);
        break;
      case NameSeparator::none:
        names = split_loose(cell);
        break;
    }
  }
  if (style.separator == NameSeparator::word_and) split_lists(names);
  for (std::string& name : names) name = std::string(without_id(name));
  drop_full_stop(names);
  return names;
}

std::vector<std::string> clean_names(std::string_view cell, const NameStyle& style) {
  std::vector<std::string> authors;
  for (const std::string& name : split_names(cell, style)) {
    if (stands_for_nobody(name)) continue;
    std::string_view given = name;
    if (given.ends_with(",null")) {
      authors.push_back(clean_text(given.substr(0, given.size() - 5)));
      continue;
    }
    NameOrder order = style.order;
    if (order == NameOrder::family_first && !is_initials(last_word(given))) order = NameOrder::unknown;
    if (order == NameOrder::given_first && is_initials(last_word(given))) order = NameOrder::family_first;
    if (given.find(',') == std::string_view::npos && has_blank(given) && is_initials(first_word(given)) &&
        !is_initials(last_word(given)))
      order = NameOrder::given_first;
    authors.push_back(clean_author(given, order));
  }
  return authors;
}

}  // namespace hedgerow::records::detail
