// EndNote's tagged text (refer): "%0 Journal Article", "%A Family, Given", "%T Title"; a blank line parts the records.
//
// Abstracts may hold blank lines, and some files have a blank line after every line: so a blank line ends a record only
// if a tag follows that starts one (%0) or that the record has already, or if blank lines between tags are rare.
#include <string>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/lines.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

bool is_tag_line(std::string_view line) {
  if (line.size() < 2 || line[0] != '%' || (line.size() > 2 && line[2] != ' ')) return false;
  return line[1] > ' ' && line[1] < 0x7F && !(line[1] >= 'a' && line[1] <= 'z');
}

/// Whether most tags stand after a blank line.
bool is_double_spaced(std::string_view text) {
  LineReader lines(text);
  std::string_view line;
  std::size_t tags = 0, after_blank = 0;
  bool blank = false;
  while (lines.next(line)) {
    if (is_tag_line(line)) {
      ++tags;
      after_blank += blank;
    }
    blank = is_blank(line);
  }
  return 2 * after_blank > tags;
}

void fill_pages(Record& record) {
  record.pages = clean_pages(first_value(record, "%P"));
  record.article_number = clean_text(first_value(record, "%="));
  if (record.article_number.empty() && is_article_number(record.pages)) record.article_number = record.pages;
}

void fill_endnote(Record& record, std::vector<Oddity>& oddities) {
  record.type = type_of_words(first_value(record, "%0"));
  if (record.type.empty()) record.type = first_value(record, "%0").empty() ? "" : "other";
  record.title = clean_title(first_value(record, "%T"));
  record.original_title = clean_title(first_value(record, "%Q"));
  record.journal = clean_title(first_value(record, {"%J", "%B"}));
  record.journal_abbreviation = clean_text(first_value(record, {"%1", "%O"}));
  if (record.journal_abbreviation.size() > 60) record.journal_abbreviation.clear();
  for (const Tag& tag : record.tags)
    if (tag.name == "%A") add_authors(record.authors, tag.value);
  if (record.authors.empty())
    for (const std::string_view editor : all_values(record, "%E")) add_authors(record.authors, editor);
  set_year(record, {first_value(record, "%D"), first_value(record, "%8")}, oddities);
  record.volume = clean_text(first_value(record, "%V"));
  record.issue = clean_text(first_value(record, "%N"));
  fill_pages(record);
  record.doi = clean_doi(first_value(record, "%R"));
  if (const std::string_view url = first_value(record, "%U"); !url.empty()) {
    record.url = url.substr(0, url.find_first_of(" \n"));
    if (record.doi.empty() && url.find("doi") != std::string_view::npos) record.doi = clean_doi(url);
  }
  if (const std::string_view pmc = first_value(record, "%2"); pmc.starts_with("PMC")) record.pmcid = pmc;
  record.accession = clean_text(first_value(record, "%M"));
  for (const std::string_view value : all_values(record, "%@")) add_numbers(record, value);
  if (const std::string_view abstract = first_value(record, "%X"); !is_missing(abstract))
    record.abstract = clean_text(abstract);
  for (const std::string_view value : all_values(record, "%K"))
    for (const std::string_view line : value_lines(value))
      for (std::string& word : split_keywords(line)) add_new(record.keywords, clean_text(word));
  record.language = clean_text(first_value(record, "%G"));
  record.publisher = clean_text(first_value(record, "%I"));
  record.notes = first_value(record, "%Z");
  record.source.database = clean_text(first_value(record, {"%~", "%W"}));
  record.retracted = says_retracted(record.title, first_value(record, "%9"));
}

class EndnoteReader {
 public:
  EndnoteReader(std::string_view text, ReadResult& result) : double_spaced_(is_double_spaced(text)), result_(result) {
    LineReader lines(text);
    std::string_view line;
    while (lines.next(line)) {
      if (is_blank(line))
        ++blank_;
      else if (is_tag_line(line))
        read_tag(lines.number(), line);
      else
        read_text(lines.number(), line);
    }
    close();
  }

 private:
  void read_tag(std::size_t line, std::string_view whole) {
    const std::string_view name = whole.substr(0, 2);
    if (open_ && starts_record(name)) close();
    if (!open_) {
      Record fresh;
      fresh.source.line = line;
      fresh.source.number = result_.records.size() + 1;
      result_.records.push_back(std::move(fresh));
      open_ = true;
    }
    blank_ = 0;
    result_.records.back().tags.push_back({std::string(name), std::string(trim(whole.substr(2)))});
  }

  bool starts_record(std::string_view name) const {
    const Record& record = result_.records.back();
    const bool has_it = !first_value(record, name).empty();
    if (name == "%0") return has_it || (blank_ > 0 && !double_spaced_);
    return blank_ > 0 && (!double_spaced_ || (has_it && (name == "%T" || name == "%D")));
  }

  void read_text(std::size_t line, std::string_view text) {
    if (open_) {
      std::string& value = result_.records.back().tags.back().value;
      value.append(blank_ + 1, '\n');
      value += trim(text);
      blank_ = 0;
      return;
    }
    result_.oddities.push_back(
        {line, 0, "line-outside-record", "'" + std::string(trim(text).substr(0, 60)) + "' belongs to no record"});
    result_.unread.push_back({line, std::string(text)});
  }

  void close() {
    if (open_) fill_endnote(result_.records.back(), result_.oddities);
    open_ = false;
    blank_ = 0;
  }

  bool double_spaced_;
  ReadResult& result_;
  std::size_t blank_ = 0;
  bool open_ = false;
};

}  // namespace

void read_endnote_tagged(std::string_view text, ReadResult& result) { EndnoteReader(text, result); }

}  // namespace hedgerow::records::detail
