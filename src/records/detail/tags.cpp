#include "records/detail/tags.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/names.hpp"

namespace hedgerow::records::detail {
namespace {

constexpr std::string_view kDigits = "0123456789";

/// "Smith J, Jones K, ...": several names in one value with commas alone.
bool may_be_comma_list(std::string_view value) { return std::count(value.begin(), value.end(), ',') >= 3; }

}  // namespace

std::string_view first_value(const Record& record, std::string_view name) {
  for (const Tag& tag : record.tags)
    if (tag.name == name && !trim(tag.value).empty()) return trim(tag.value);
  return "";
}

std::string_view first_value(const Record& record, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const std::string_view value = first_value(record, name); !value.empty()) return value;
  return "";
}

std::vector<std::string_view> all_values(const Record& record, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Tag& tag : record.tags)
    if (tag.name == name && !trim(tag.value).empty()) values.push_back(trim(tag.value));
  return values;
}

std::vector<std::string_view> value_lines(std::string_view value) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = std::min(value.find('\n', at), value.size());
    if (const std::string_view line = trim(value.substr(at, end - at)); !line.empty()) lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

void add_new(std::vector<std::string>& list, std::string item) {
  if (!item.empty() && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

void add_new(std::vector<std::string>& list, std::vector<std::string> items) {
  for (std::string& item : items) add_new(list, std::move(item));
}

std::string number_after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return "";
  const std::size_t begin = text.find_first_not_of(" :#", at + mark.size());
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, std::min(text.find_first_not_of(kDigits, begin), text.size()) - begin));
}

void add_authors(std::vector<std::string>& authors, std::string_view value, bool group) {
  for (const std::string_view line : value_lines(value)) {
    if (group) {
      if (!is_no_author(line)) authors.push_back("{" + clean_text(line) + "}");
      continue;
    }
    if (line.find(';') == std::string_view::npos && !may_be_comma_list(line)) {
      if (!is_no_author(line)) authors.push_back(clean_author(line, NameOrder::unknown));
      continue;
    }
    // Entities end in ";", which is no separator.
    const std::string text = clean_text(line);
    const std::string_view cell = text;
    for (std::string& name : clean_names(cell, judge_names({&cell, 1})))
      if (!is_no_author(name)) authors.push_back(std::move(name));
  }
}

void add_numbers(Record& record, std::string_view value) {
  add_new(record.issn, find_issn(value));
  add_new(record.isbn, find_isbn(value));
}

void set_year(Record& record, std::initializer_list<std::string_view> values, std::vector<Oddity>& oddities) {
  std::string_view unread;
  for (const std::string_view value : values) {
    if (value.empty()) continue;
    record.year = clean_year(value);
    if (record.year) return;
    if (!is_missing(value) && value.find_first_not_of("/ -") != std::string_view::npos && unread.empty())
      unread = value;
  }
  if (!unread.empty())
    oddities.push_back({record.source.line, record.source.number, "year-not-read",
                        fmt::format("'{}' holds no year from 1400 to 2100; the year stays empty", unread)});
}

bool is_article_number(std::string_view text) {
  if (text.empty() || text.size() > 16 || text.find_first_of(" -,") != std::string_view::npos) return false;
  const std::size_t digit = text.find_first_of(kDigits);
  if (digit == std::string_view::npos) return false;
  if (digit == 0) return text.size() >= 5;
  return text[0] == 'e' || text[0] == 'E' || text.size() - digit >= 4;
}

}  // namespace hedgerow::records::detail
