// Tagged text of the Web of Science: ciw files and "plain text".
//
// FN and VR head the file; a record goes from PT to ER; EF ends the file. Two letters, a blank, the value; lines that
// go on are indented by three blanks. In lists (AU, AF, CR, C1, ...) each such line is a value of its own, elsewhere it
// is wrapped text; both are kept as lines of one value. The meaning of the tags is in detail/wos_fields.cpp.
#include <string>

#include "base/text.hpp"
#include "records/detail/lines.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/wos_fields.hpp"

namespace hedgerow::records::detail {
namespace {

struct WosLine {
  std::string_view name, value;
};

bool is_tag_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool split_line(std::string_view line, WosLine& tag) {
  if (line.size() < 2 || line[0] < 'A' || !is_tag_char(line[0]) || !is_tag_char(line[1])) return false;
  if (line.size() > 2 && line[2] != ' ') return false;
  tag = {line.substr(0, 2), trim(line.substr(2))};
  return true;
}

class WosReader {
 public:
  explicit WosReader(ReadResult& result) : result_(result) {}

  void read(std::string_view text) {
    LineReader lines(text);
    std::string_view line;
    WosLine tag;
    while (lines.next(line)) {
      if (is_blank(line))
        ++blank_;
      else if (split_line(line, tag))
        read_tag(lines.number(), line, tag);
      else
        read_text(lines.number(), line);
    }
    close(false);
    if (!ended_ && !result_.records.empty())
      report(lines.number(), 0, "missing-file-end", "no line EF ends the file: it may have been cut off");
  }

 private:
  void read_tag(std::size_t line, std::string_view whole, const WosLine& tag) {
    const bool of_file = tag.name == "FN" || tag.name == "VR" || tag.name == "EF";
    if (!open_ && of_file) {
      ended_ = tag.name == "EF";
      result_.unread.push_back({line, std::string(whole)});
    } else if (tag.name == "ER" && tag.value.empty()) {
      if (open_) {
        close(true);
      } else {
        report(line, 0, "end-outside-record", "ER without a record before it; left out");
        result_.unread.push_back({line, std::string(whole)});
      }
    } else if (tag.name == "EF" && tag.value.empty()) {
      close(false);
      ended_ = true;
      result_.unread.push_back({line, std::string(whole)});
    } else {
      if (open_ && tag.name == "PT" && has_type_) close(false);
      if (!open_) open(line);
      has_type_ = has_type_ || tag.name == "PT";
      blank_ = 0;
      record().tags.push_back({std::string(tag.name), std::string(tag.value)});
    }
  }

  void read_text(std::size_t line, std::string_view text) {
    if (open_) {
      std::string& value = record().tags.back().value;
      value.append(blank_ + 1, '\n');
      value += trim(text);
      blank_ = 0;
      return;
    }
    report(line, 0, "line-outside-record", "'" + std::string(trim(text).substr(0, 60)) + "' belongs to no record");
    result_.unread.push_back({line, std::string(text)});
  }

  void open(std::size_t line) {
    Record fresh;
    fresh.source.line = line;
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
    if (!has_type_) report(record().source.line, number, "missing-type", "the record has no line PT");
    fill_wos(record(), result_.oddities);
    open_ = false;
    blank_ = 0;
  }

  void report(std::size_t line, std::size_t number, const char* code, std::string message) {
    result_.oddities.push_back({line, number, code, std::move(message)});
  }

  Record& record() { return result_.records.back(); }

  ReadResult& result_;
  std::size_t blank_ = 0;
  bool open_ = false, has_type_ = false, ended_ = false;
};

}  // namespace

void read_wos(std::string_view text, ReadResult& result) { WosReader(result).read(text); }

}  // namespace hedgerow::records::detail
