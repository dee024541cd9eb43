// RIS as databases and reference managers write it: records from a line TY to a line ER.
//
// What breaks other readers is read here: lines between the records, fields before TY, a missing ER, text that starts
// with "ER", a wrapped value without a tag, a second tag inside a value. The meaning of the tags is in
// detail/ris_fields.cpp, the grammar of a line in detail/ris_lines.hpp.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "records/detail/lines.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/ris_fields.hpp"
#include "records/detail/ris_lines.hpp"

namespace hedgerow::records::detail {
namespace {

struct Line {
  std::size_t number = 0;
  std::string_view text;
};

/// "12." alone: the number that Ovid writes before a record.
bool is_counter(std::string_view line) {
  line = trim(line);
  return line.size() >= 2 && line.back() == '.' && line.find_first_not_of("0123456789") == line.size() - 1;
}

class RisReader {
 public:
  RisReader(std::string_view text, ReadResult& result) : grammar_(text), result_(result) {
    LineReader lines(text);
    Line line;
    while (lines.next(line.text)) {
      line.number = lines.number();
      lines_.push_back(line);
    }
  }

  void read() {
    for (at_ = 0; at_ < lines_.size(); ++at_) read_line(lines_[at_]);
    close(false);
  }

 private:
  void read_line(const Line& line) {
    RisLine tag;
    if (is_blank(line.text)) {
      ++blank_;
    } else if (!grammar_.read(line.text, tag)) {
      read_text(line);
    } else if (tag.name == "ER" && !(open_ && !tag.value.empty() && !ends_here())) {
      read_end(line, tag);
    } else if (tag.name == "ER") {
      read_text(line);
    } else {
      read_tag(line, tag);
    }
  }

  /// Whether the next line that is not blank starts a record, or there is none.
  bool ends_here() const {
    RisLine tag;
    for (std::size_t next = at_ + 1; next < lines_.size(); ++next)
      if (!is_blank(lines_[next].text)) return grammar_.read(lines_[next].text, tag) && tag.name == "TY";
    return true;
  }

  /// Whether a field behind ER is one that Ovid wrote too late: no blank line before it, one after the fields.
  bool belongs_to_ended(const RisLine& tag) const {
    if (blank_ > 0 || result_.records.empty() || tag.name == "TY") return false;
    RisLine other;
    for (std::size_t next = at_ + 1; next < lines_.size() && !is_blank(lines_[next].text); ++next)
      if (grammar_.read(lines_[next].text, other) && (other.name == "TY" || other.name == "ER")) return false;
    return true;
  }

  void read_end(const Line& line, const RisLine& tag) {
    if (!open_) {
      report(line.number, 0, "end-outside-record", "ER without a record before it; left out");
      result_.unread.push_back({line.number, std::string(line.text)});
      return;
    }
    if (!tag.value.empty()) record().tags.push_back({"ER", std::string(tag.value)});
    close(true);
  }

  void read_tag(const Line& line, const RisLine& tag) {
    if (open_ && tag.name == "TY") {
      const bool nothing_yet =
          std::all_of(record().tags.begin(), record().tags.end(), [](const Tag& other) { return other.name == "TY"; });
      if (nothing_yet) {
        report(line.number, result_.records.size(), "repeated-type", "TY follows TY; taken as one record");
      } else if (has_type_) {
        close(false);
      } else {
        report(line.number, result_.records.size(), "field-before-type",
               "fields stand before TY; taken as part of the record that starts here");
      }
    }
    if (!open_ && belongs_to_ended(tag)) {
      report(line.number, result_.records.size(), "field-after-end",
             fmt::format("{} stands behind ER; taken as part of the record before", tag.name));
      add_value(line, tag.name, tag.value);
      return;
    }
    if (!open_) open(line);
    has_type_ = has_type_ || tag.name == "TY";
    blank_ = 0;
    add_value(line, tag.name, tag.value);
  }

  /// "UR  - http://...     U2  - L202": Rayyan leaves out the line end between some tags.
  void add_value(const Line& line, std::string_view name, std::string_view value) {
    // Abstracts are long, and no tool has been seen to lose a line end in them.
    const bool searched = name != "AB" && name != "N2";
    for (std::size_t dash = searched ? value.find("  - ") : value.npos; dash != std::string_view::npos;
         dash = value.find("  - ", dash + 1)) {
      if (dash < 5 || value.substr(dash - 5, 3) != "   " || !is_known_ris_tag(value.substr(dash - 2, 2))) continue;
      report(line.number, result_.records.size(), "tag-inside-value",
             fmt::format("tag {} inside the value of {}; read as a line of its own", value.substr(dash - 2, 2), name));
      record().tags.push_back({std::string(name), std::string(trim(value.substr(0, dash - 2)))});
      add_value(line, value.substr(dash - 2, 2), trim(value.substr(dash + 4)));
      return;
    }
    record().tags.push_back({std::string(name), std::string(value)});
  }

  /// A line without a tag: wrapped text inside a record, else something of the provider.
  void read_text(const Line& line) {
    if (open_ && !(is_counter(line.text) && ends_here())) {
      std::string& value = record().tags.back().value;
      value.append(blank_ + 1, '\n');
      value += line.text;
      blank_ = 0;
      return;
    }
    const std::string_view text = trim(line.text);
    report(line.number, 0, "line-outside-record", fmt::format("'{}' belongs to no record", text.substr(0, 60)));
    result_.unread.push_back({line.number, std::string(line.text)});
    for (const auto& [mark, value] : {std::pair{std::string_view("Provider:"), &header_.provider},
                                      std::pair{std::string_view("Database:"), &header_.database}})
      if (starts_with_ignoring_case(text, mark)) *value = std::string(trim(text.substr(mark.size())));
  }

  void open(const Line& line) {
    Record fresh;
    fresh.source.line = line.number;
    fresh.source.number = result_.records.size() + 1;
    result_.records.push_back(std::move(fresh));
    open_ = true;
    has_type_ = false;
  }

  void close(bool ended) {
    if (!open_) return;
    const std::size_t number = result_.records.size();
    if (!ended)
      report(record().source.line, number, "missing-end", "the record has no line ER; it ends before the next");
    if (!has_type_) report(record().source.line, number, "missing-type", "the record has no line TY");
    fill_ris(record(), header_, result_.oddities);
    open_ = false;
    blank_ = 0;
  }

  void report(std::size_t line, std::size_t number, const char* code, std::string message) {
    result_.oddities.push_back({line, number, code, std::move(message)});
  }

  Record& record() { return result_.records.back(); }

  RisGrammar grammar_;
  ReadResult& result_;
  std::vector<Line> lines_;
  RisHeader header_;
  std::size_t at_ = 0;
  std::size_t blank_ = 0;  ///< blank lines since the last line of the record
  bool open_ = false, has_type_ = false;
};

}  // namespace

void read_ris(std::string_view text, ReadResult& result) { RisReader(text, result).read(); }

}  // namespace hedgerow::records::detail
