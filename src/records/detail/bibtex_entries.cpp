#include "records/detail/bibtex_entries.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/text.hpp"

namespace hedgerow::records::detail {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) ||
         (byte != 0 && std::string_view("_-:.+/*'").find(c) != std::string_view::npos);
}

/// The place of "@type{" or "@type(" at the start of a line, from `at` on; text.size() if there is none.
std::size_t next_entry(std::string_view text, std::size_t at) {
  for (at = text.find('@', at); at < text.size(); at = text.find('@', at + 1)) {
    std::size_t before = at;
    while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\t')) --before;
    if (before > 0 && text[before - 1] != '\n' && text[before - 1] != '\r') continue;
    std::size_t after = at + 1;
    while (after < text.size() && std::isalpha(static_cast<unsigned char>(text[after]))) ++after;
    const bool named = after > at + 1;
    while (after < text.size() && is_space(text[after])) ++after;
    if (named && after < text.size() && (text[after] == '{' || text[after] == '(')) return at;
  }
  return text.size();
}

class EntryReader {
 public:
  EntryReader(std::string_view text, ReadResult& result) : text_(text), result_(result) {
    for (std::size_t m = 0; m < kMonths.size(); ++m) strings_[std::string(kMonths[m])] = std::string(kMonths[m]);
  }

  std::vector<BibEntry> run() {
    std::size_t begin = next_entry(text_, 0);
    leave(0, begin);
    while (begin < text_.size()) {
      end_ = next_entry(text_, begin + 1);
      at_ = begin;
      read_entry();
      leave(at_, end_);
      begin = end_;
    }
    return std::move(entries_);
  }

 private:
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                               "jul", "aug", "sep", "oct", "nov", "dec"};

  /// The line of a place; places are asked for in ascending order, but for a few steps back.
  std::size_t line_of(std::size_t at) {
    if (at < counted_) {
      line_ -= static_cast<std::size_t>(
          std::count(text_.begin() + difference(at), text_.begin() + difference(counted_), '\n'));
    } else {
      line_ += static_cast<std::size_t>(
          std::count(text_.begin() + difference(counted_), text_.begin() + difference(at), '\n'));
    }
    counted_ = at;
    return line_;
  }
  static std::ptrdiff_t difference(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  void leave(std::size_t begin, std::size_t end) {
    while (begin < end) {
      const std::size_t stop = std::min(text_.find('\n', begin), end);
      const std::string_view part = trim(text_.substr(begin, stop - begin));
      if (!part.empty()) result_.unread.push_back({line_of(begin), std::string(part)});
      begin = stop + 1;
    }
  }

  void note(std::size_t at, std::string code, std::string message) {
    result_.oddities.push_back({line_of(std::min(at, text_.size())), number_, std::move(code), std::move(message)});
  }

  void skip_space() {
    while (at_ < end_ && (is_space(text_[at_]) || text_[at_] == '\0')) ++at_;
  }
  std::string_view name() {
    const std::size_t begin = at_;
    while (at_ < end_ && is_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void read_entry() {
    const std::size_t begin = at_++;
    BibEntry entry;
    entry.line = line_of(begin);
    entry.type = std::string(name());
    skip_space();
    close_ = text_[at_] == '(' ? ')' : '}';
    const std::string kind = to_lower(entry.type);
    if (kind == "comment" || kind == "preamble") {
      at_ = std::max(matching_end(at_), at_ + 1);
      leave(begin, at_);
      return;
    }
    number_ = kind == "string" ? 0 : entries_.size() + 1;
    ++at_;
    if (kind != "string") read_key(entry);
    read_fields(entry);
    if (kind == "string") {
      for (BibField& field : entry.fields) strings_[to_lower(field.name)] = std::move(field.value);
    } else {
      entries_.push_back(std::move(entry));
    }
  }

  /// The key ends at a comma; an entry without key begins with its first field.
  void read_key(BibEntry& entry) {
    skip_space();
    const std::size_t begin = at_;
    std::size_t stop = begin;
    while (stop < end_ && text_[stop] != ',' && text_[stop] != '=' && text_[stop] != close_ && text_[stop] != '\n')
      ++stop;
    if (stop < end_ && text_[stop] == '=') {
      note(begin, "key-missing", "the entry has no key before its first field");
      return;
    }
    entry.key = std::string(trim(text_.substr(begin, stop - begin)));
    at_ = stop < end_ && text_[stop] == ',' ? stop + 1 : stop;
  }

  void read_fields(BibEntry& entry) {
    while (true) {
      while (at_ < end_ && (is_space(text_[at_]) || text_[at_] == ',' || text_[at_] == '\0')) ++at_;
      if (at_ >= end_) {
        note(at_, "missing-end", fmt::format("entry \"{}\" is not closed", entry.key));
        return;
      }
      if (text_[at_] == close_) {
        ++at_;
        return;
      }
      if (text_[at_] == '%') {
        const std::size_t stop = std::min(text_.find('\n', at_), end_);
        leave(at_, stop);
        at_ = stop;
        continue;
      }
      if (!read_field(entry)) skip_to_field();
    }
  }

  bool read_field(BibEntry& entry) {
    const std::size_t begin = at_;
    std::size_t stop = begin;
    while (stop < end_ && text_[stop] != '=' && text_[stop] != '\n' && text_[stop] != ',' && text_[stop] != '{') ++stop;
    const std::string_view found = trim(text_.substr(begin, stop - begin));
    if (stop >= end_ || text_[stop] != '=' || found.empty() || !std::all_of(found.begin(), found.end(), [](char c) {
          return is_name(c) || c == ' ' || c == '#' || c == '(' || c == ')';
        }))
      return false;
    at_ = stop + 1;
    BibField field{std::string(found), read_value()};
    entry.fields.push_back(std::move(field));
    return true;
  }

  /// Text that is no field, up to the next line or comma after which one begins: kept as unread lines.
  void skip_to_field() {
    const std::size_t begin = at_;
    note(begin, "text-in-entry", "text that is no field stands in the entry; it is kept apart");
    ++at_;
    while (at_ < end_ && !field_begins(at_) && text_[at_] != close_) ++at_;
    leave(begin, at_);
  }

  /// Whether a line begins here that looks like "name = {" or, at the end of the entry, "}".
  bool field_begins(std::size_t at) const {
    if (at == 0 || (text_[at - 1] != '\n' && text_[at - 1] != ',')) return false;
    while (at < end_ && is_space(text_[at])) ++at;
    const std::size_t begin = at;
    while (at < end_ && is_name(text_[at])) ++at;
    if (at == begin) return false;
    while (at < end_ && text_[at] == ' ') ++at;
    if (at >= end_ || text_[at] != '=') return false;
    ++at;
    while (at < end_ && text_[at] == ' ') ++at;
    return at < end_ && (text_[at] == '{' || text_[at] == '"' || std::isalnum(static_cast<unsigned char>(text_[at])));
  }

  std::string read_value() {
    std::string value;
    while (true) {
      skip_space();
      if (at_ >= end_) return value;
      if (text_[at_] == '{') {
        value += braced();
      } else if (text_[at_] == '"') {
        value += quoted();
      } else {
        value += bare();
      }
      skip_space();
      if (at_ >= end_ || text_[at_] != '#') return value;
      ++at_;
    }
  }

  /// A number, or the name of a string; an unknown name stays as it is.
  std::string bare() {
    const std::size_t begin = at_;
    while (at_ < end_ && text_[at_] != ',' && text_[at_] != close_ && text_[at_] != '#' && text_[at_] != '\n') ++at_;
    const std::string_view found = trim(text_.substr(begin, at_ - begin));
    const auto known = strings_.find(to_lower(found));
    return known == strings_.end() ? std::string(found) : known->second;
  }

  /// One past the brace that closes the one at `open`, 0 if there is none before the entry must end. Braces behind a
  /// backslash do not count at first, as programs write them alone; if that leads nowhere they count as BibTeX has it.
  std::size_t matching_end(std::size_t open) const {
    const char opening = text_[open], closing = opening == '(' ? ')' : '}';
    const std::size_t limit = search_limit(open);
    for (const bool escapes : {true, false}) {
      int depth = 0;
      for (std::size_t at = open; at < limit; ++at) {
        if (escapes && text_[at] == '\\')
          ++at;
        else if (text_[at] == opening)
          ++depth;
        else if (text_[at] == closing && --depth == 0)
          return at + 1;
      }
    }
    return 0;
  }

  /// In a file of many values without an end, the end is looked for nearby only, so that the work stays linear.
  std::size_t search_limit(std::size_t open) const {
    constexpr std::size_t kMostUnclosed = 64, kNear = 4096;
    return unclosed_ < kMostUnclosed ? end_ : std::min(end_, open + kNear);
  }

  std::size_t past_commas(std::size_t at) const {
    while (at < end_ && (is_space(text_[at]) || text_[at] == ',')) ++at;
    return at;
  }

  /// Whether "name = " with the start of a value stands at `at`.
  bool is_field(std::size_t at) const {
    constexpr std::size_t kLongestName = 80;
    const std::size_t stop = text_.substr(0, std::min(end_, at + kLongestName)).find_first_of("=,{}\"\n", at);
    if (stop == std::string_view::npos || text_[stop] != '=') return false;
    std::size_t value = stop + 1;
    while (value < end_ && is_space(text_[value])) ++value;
    if (value >= end_ || text_[value] == '{' || text_[value] == '"') return true;
    while (value < end_ && is_name(text_[value])) ++value;
    while (value < end_ && text_[value] == ' ') ++value;
    return value >= end_ || std::string_view(",#}\r\n").find(text_[value]) != std::string_view::npos;
  }

  /// Whether a value may end at `at`: the end of the entry, a "#" or another field follows, with or without comma.
  bool value_ends(std::size_t at) const {
    at = past_commas(at);
    return at >= end_ || text_[at] == close_ || text_[at] == '#' || text_[at] == '%' || is_field(at);
  }

  /// Whether the brace at end - 1 is the entry's own, taken by a value that holds further fields.
  bool took_entry(std::size_t open, std::size_t end) const {
    if (past_commas(end) < end_) return false;
    for (std::size_t at = text_.find('\n', open); at < end; at = text_.find('\n', at + 1))
      if (field_begins(at + 1)) return true;
    return false;
  }

  std::string braced() {
    const std::size_t open = at_;
    std::size_t end = matching_end(open);
    if (end == 0 || took_entry(open, end)) return unclosed(open + 1, "brace");
    if (!value_ends(end)) {
      const std::size_t limit = search_limit(open);
      ++unclosed_;
      for (std::size_t at = text_.find('}', end); at < limit; at = text_.find('}', at + 1))
        if (past_commas(at + 1) < end_ && value_ends(at + 1)) {
          note(open, "extra-brace", "a value holds a closing brace too many; it ends before the next field");
          end = at + 1;
          break;
        }
    }
    at_ = end;
    return std::string(text_.substr(open + 1, end - open - 2));
  }

  std::string quoted() {
    int depth = 0;
    const std::size_t limit = search_limit(at_);
    for (std::size_t at = at_ + 1; at < limit; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '{') {
        ++depth;
      } else if (text_[at] == '}') {
        --depth;
      } else if (text_[at] == '"' && depth <= 0) {
        const std::string value(text_.substr(at_ + 1, at - at_ - 1));
        at_ = at + 1;
        return value;
      }
    }
    return unclosed(at_ + 1, "quote");
  }

  /// The value from `begin` to the next line that looks like a field, or to the end of the entry.
  std::string unclosed(std::size_t begin, std::string_view what) {
    ++unclosed_;
    note(begin, "missing-brace",
         fmt::format("a {} that opens a value is never closed; the value ends before the next "
                     "field",
                     what));
    at_ = begin;
    while (at_ < end_ && !(text_[at_ - 1] == '\n' && field_begins(at_))) ++at_;
    std::string_view value = trim(text_.substr(begin, at_ - begin));
    if (at_ >= end_ && value.ends_with(close_)) value = trim(value.substr(0, value.size() - 1));
    if (value.ends_with(',')) value = trim(value.substr(0, value.size() - 1));
    if (value.ends_with('}') || value.ends_with('"')) value.remove_suffix(1);
    return std::string(value);
  }

  std::string_view text_;
  ReadResult& result_;
  std::vector<BibEntry> entries_;
  std::map<std::string, std::string> strings_;
  std::size_t at_ = 0, end_ = 0, number_ = 0, unclosed_ = 0;
  std::size_t counted_ = 0, line_ = 1;
  char close_ = '}';
};

}  // namespace

std::vector<BibEntry> read_bibtex_entries(std::string_view text, ReadResult& result) {
  return EntryReader(text, result).run();
}

}  // namespace hedgerow::records::detail
