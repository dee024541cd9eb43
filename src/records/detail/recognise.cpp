// Which format a text is in. The first line that only one format can have decides; a file's extension decides only
// what no line of it does.
#include <array>

#include "base/text.hpp"
#include "records/detail/lines.hpp"
#include "records/read.hpp"

namespace hedgerow::records {
namespace {

/// A format speaks up within its first lines: headers of providers take some ten of them.
constexpr std::size_t kMostLines = 2000;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// "XX" with up to two blanks and a dash behind it.
bool is_ris_line(std::string_view line, std::string_view tag) {
  line = trim(line);
  if (!line.starts_with(tag)) return false;
  line.remove_prefix(tag.size());
  std::size_t blanks = 0;
  while (blanks < line.size() && blanks < 3 && (line[blanks] == ' ' || line[blanks] == '\t')) ++blanks;
  return blanks < 3 && blanks < line.size() && line[blanks] == '-' &&
         (blanks + 1 == line.size() || line[blanks + 1] == ' ' || line[blanks + 1] == '\t');
}

bool is_bibtex_line(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('@')) return false;
  std::size_t at = 1;
  while (at < line.size() && (is_upper(line[at]) || (line[at] >= 'a' && line[at] <= 'z'))) ++at;
  while (at < line.size() && line[at] == ' ') ++at;
  return at > 2 && at < line.size() && (line[at] == '{' || line[at] == '(');
}

bool is_endnote_line(std::string_view line) {
  return line.size() > 2 && line[0] == '%' && (is_upper(line[1]) || line[1] == '0') && line[2] == ' ';
}

Format recognise_xml(std::string_view text) {
  for (const std::string_view element : {"<PubmedArticle", "<PubmedBookArticle", "<DeleteCitation", "<MedlineCitation"})
    if (text.find(element) != std::string_view::npos) return Format::pubmed_xml;
  return Format::endnote_xml;
}

std::optional<Format> by_line(std::string_view line) {
  if (is_ris_line(line, "TY")) return Format::ris;
  if (line.starts_with("PMID- ") || line.starts_with("OWN - ")) return Format::nbib;
  if (line.starts_with("FN ") || (line.starts_with("PT ") && line.size() == 4)) return Format::wos;
  if (is_endnote_line(line)) return Format::endnote_tagged;
  if (is_bibtex_line(line)) return Format::bibtex;
  return std::nullopt;
}

std::optional<Format> by_extension(std::string_view file) {
  std::string_view name = file.substr(file.find_last_of('/') + 1);
  if (name.ends_with(".gz")) name.remove_suffix(3);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::nullopt : format_named(name.substr(dot + 1));
}

/// Whether the first line can be the header of a table: several cells, and no other format's line.
bool is_header(std::string_view line) {
  for (const char separator : {',', ';', '\t', '|'})
    if (split(line, separator).size() >= 3) return true;
  return false;
}

}  // namespace

Format recognise(std::string_view text, std::string_view file) {
  detail::LineReader lines(text);
  std::string_view line;
  std::string_view first;
  const std::optional<Format> named = by_extension(file);
  while (lines.next(line) && lines.number() <= kMostLines) {
    if (detail::is_blank(line)) continue;
    if (first.empty()) {
      first = line;
      if (trim(line).starts_with('<')) return recognise_xml(text);
      if (named == Format::csv && !by_line(line)) return Format::csv;
    }
    if (const std::optional<Format> format = by_line(line)) return *format;
  }
  if (named) return *named;
  if (is_ris_line(first, first.substr(0, 2))) return Format::ris;
  return is_header(first) ? Format::csv : Format::ris;
}

}  // namespace hedgerow::records
