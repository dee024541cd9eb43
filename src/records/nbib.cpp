// MEDLINE text (nbib) of PubMed, and that of ERIC.
//
// A tag of up to four letters, padded with blanks, then "- "; wrapped text is indented by six blanks; a blank line
// parts the records, which have no end tag. The meaning of the tags is in detail/nbib_fields.cpp.
#include <algorithm>

#include "base/text.hpp"
#include "records/detail/lines.hpp"
#include "records/detail/nbib_fields.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

struct NbibLine {
  std::string_view name, value;
};

bool is_tag_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// "TI  - ...", "PMID- ...", "ISSN - ...": the dash stands in the fifth column, or a blank behind a longer name.
bool split_line(std::string_view line, NbibLine& tag) {
  std::size_t end = 0;
  while (end < line.size() && end < 6 && is_tag_char(line[end])) ++end;
  if (end < 2 || end > 5 || line[0] < 'A') return false;
  std::size_t dash = end;
  while (dash < line.size() && line[dash] == ' ') ++dash;
  if (dash >= line.size() || line[dash] != '-') return false;
  if (dash != std::max<std::size_t>(end, 4) && dash != end + 1) return false;
  if (dash + 1 < line.size() && line[dash + 1] != ' ') return false;
  // "BMI - body mass" is text: with one blank only names of four letters and more are tags.
  if (dash != 4 && end < 4) return false;
  tag = {line.substr(0, end), trim(line.substr(dash + 1))};
  return true;
}

bool occurs_once(std::string_view name) {
  return name == "PMID" || name == "OWN" || name == "TI" || name == "BTI" || name == "DP" || name == "JT";
}

class NbibReader {
 public:
  explicit NbibReader(ReadResult& result) : result_(result) {}

  void read(std::string_view text) {
    LineReader lines(text);
    std::string_view line;
    NbibLine tag;
    while (lines.next(line)) {
      if (is_blank(line)) {
        ++blank_;
      } else if (split_line(line, tag)) {
        read_tag(lines.number(), tag);
      } else {
        read_text(lines.number(), line);
      }
    }
    close();
  }

 private:
  void read_tag(std::size_t line, const NbibLine& tag) {
    if (open_ && occurs_once(tag.name)) {
      const bool has_it = !first_value(record(), tag.name).empty();
      if (has_it && (blank_ > 0 || tag.name == "PMID")) {
        if (blank_ == 0)
          result_.oddities.push_back(
              {line, result_.records.size() + 1, "missing-blank-line", "PMID without a blank line before it"});
        close();
      } else if (blank_ > 0 && tag.name == "PMID") {
        close();
      }
    }
    if (!open_) {
      Record fresh;
      fresh.source.line = line;
      fresh.source.number = result_.records.size() + 1;
      result_.records.push_back(std::move(fresh));
      open_ = true;
    }
    blank_ = 0;
    record().tags.push_back({std::string(tag.name), std::string(tag.value)});
  }

  void read_text(std::size_t line, std::string_view text) {
    if (!open_) {
      result_.oddities.push_back(
          {line, 0, "line-outside-record", "'" + std::string(trim(text).substr(0, 60)) + "' belongs to no record"});
      result_.unread.push_back({line, std::string(text)});
      return;
    }
    const bool indented = text.starts_with(' ');
    if (!indented)
      result_.oddities.push_back({line, result_.records.size(), "text-not-indented",
                                  "a line without tag that is not indented; taken as text of the line before"});
    std::string& value = record().tags.back().value;
    value.append(blank_ + 1, '\n');
    value += trim(text);
    blank_ = 0;
  }

  void close() {
    if (open_) fill_nbib(record(), result_.oddities);
    open_ = false;
    blank_ = 0;
  }

  Record& record() { return result_.records.back(); }

  ReadResult& result_;
  std::size_t blank_ = 0;
  bool open_ = false;
};

}  // namespace

void read_nbib(std::string_view text, ReadResult& result) { NbibReader(result).read(text); }

}  // namespace hedgerow::records::detail
