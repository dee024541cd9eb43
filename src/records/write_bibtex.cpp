// BibTeX: entries with their own fields where a record came as BibTeX, else fields under the usual names. Text is
// UTF-8; the characters that LaTeX reads as its own are escaped, but for DOI and URL, which are taken verbatim.
#include <array>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "records/detail/writing.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        out += c;
        break;
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct EntryType {
  std::string_view type, entry, container;  ///< `container` is the field that holds the journal
};

EntryType entry_type(std::string_view type) {
  constexpr std::array<EntryType, 7> kTypes = {{{"conference", "inproceedings", "booktitle"},
                                                {"book", "book", "series"},
                                                {"chapter", "incollection", "booktitle"},
                                                {"thesis", "phdthesis", "journal"},
                                                {"report", "techreport", "journal"},
                                                {"preprint", "unpublished", "journal"},
                                                {"web", "online", "journal"}}};
  for (const EntryType& known : kTypes)
    if (known.type == type) return known;
  return {type, type == "journal" ? "article" : "misc", "journal"};
}

/// A value as it can stand in braces. Almost all can as they are; where a brace has no partner, where the last
/// backslash would hide the closing brace, or where a line looks like a new entry, LaTeX of that meaning is written.
std::string in_braces(std::string_view value) {
  std::vector<std::size_t> open;
  std::set<std::size_t> lonely;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '\\') {
      ++at;
    } else if (value[at] == '{') {
      open.push_back(at);
    } else if (value[at] == '}' && open.empty()) {
      lonely.insert(at);
    } else if (value[at] == '}') {
      open.pop_back();
    }
  }
  lonely.insert(open.begin(), open.end());
  std::string out;
  bool line_start = false, escaped_next = false;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (lonely.count(at) > 0) out += '\\';
    if (value[at] == '@' && line_start) out += "{}";
    out += value[at];
    escaped_next = value[at] == '\\' && !escaped_next;
    line_start = value[at] == '\n' || value[at] == '\r' || (line_start && (value[at] == ' ' || value[at] == '\t'));
  }
  if (escaped_next) out += ' ';
  return out;
}

void put_raw(std::string& out, std::string_view name, std::string_view value) {
  out += "  ";
  out += name;
  out += " = {";
  out += in_braces(value);
  out += "},\n";
}

void put(std::string& out, std::string_view name, std::string_view value) {
  if (const std::string line = detail::one_line(value); !line.empty()) put_raw(out, name, escaped(line));
}

void put_verbatim(std::string& out, std::string_view name, std::string_view value) {
  const std::string line = detail::one_line(value);
  if (line.find_first_of("{}\\") != std::string::npos)
    put(out, name, line);
  else if (!line.empty())
    put_raw(out, name, line);
}

/// Letters and digits of ASCII, as keys may have them.
std::string key_part(std::string_view text) {
  std::string part;
  for (const char c : fold_for_search(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) part += c;
  return part;
}

/// "smith2015effects", with "a", "b", ... where two records would share it.
std::string new_key(const Record& record, std::set<std::string>& used) {
  std::string key;
  if (!record.authors.empty()) {
    const std::string_view author = detail::without_braces(record.authors[0]);
    key += key_part(author.substr(0, author.find(',')));
  }
  if (record.year) key += std::to_string(*record.year);
  for (const std::string& word : split(record.title, ' '))
    if (const std::string part = key_part(word); part.size() > 3) {
      key += part;
      break;
    }
  if (key.empty()) key = "record";
  std::string unique = key;
  for (int number = 2; !used.insert(unique).second; ++number) unique = key + "-" + std::to_string(number);
  return unique;
}

void put_authors(std::string& out, const Record& record) {
  std::string authors;
  for (const std::string& author : record.authors) {
    if (!authors.empty()) authors += " and ";
    const std::string name = escaped(detail::one_line(detail::without_braces(author)));
    authors += detail::is_group(author) ? "{" + name + "}" : name;
  }
  if (!authors.empty()) put_raw(out, "author", authors);
}

void put_fields(std::string& out, const Record& record, std::string_view container) {
  put_authors(out, record);
  put(out, "title", record.title);
  put(out, "originaltitle", record.original_title);
  put(out, container, record.journal);
  put(out, "shortjournal", record.journal_abbreviation);
  if (record.year) put(out, "year", std::to_string(*record.year));
  put(out, "volume", record.volume);
  put(out, "number", record.issue);
  const detail::PageRange pages = detail::split_range(record.pages);
  put(out, "pages", pages.last.empty() ? pages.first : pages.first + "--" + pages.last);
  if (record.article_number != record.pages) put(out, "article-number", record.article_number);
  put_verbatim(out, "doi", record.doi);
  put(out, "pmid", record.pmid);
  put(out, "pmcid", record.pmcid);
  put(out, "accession-number", record.accession);
  put(out, "issn", join(record.issn, "; "));
  put(out, "isbn", join(record.isbn, "; "));
  put(out, "abstract", record.abstract);
  put(out, "keywords", join(record.keywords, "; "));
  put(out, "language", record.language);
  put(out, "publisher", record.publisher);
  put_verbatim(out, "url", record.url);
  put(out, "database", record.source.database);
  put(out, "note", record.notes);
}

/// A key without what would end it or the entry: those of entries in parentheses may hold braces.
std::string bare_key(std::string_view key) {
  std::string bare;
  for (const char c : key)
    if (c != '{' && c != '}' && c != '\n' && c != '\r') bare += c;
  return bare;
}

/// The entry as the file had it: its first tag is "@type" with the key.
void put_tags(std::string& out, const Record& record) {
  for (std::size_t at = 0; at < record.tags.size(); ++at) {
    const Tag& tag = record.tags[at];
    if (at == 0 && tag.name.starts_with('@'))
      out += tag.name + "{" + bare_key(tag.value) + ",\n";
    else
      put_raw(out, tag.name, tag.value);
  }
}

}  // namespace

std::string write_bibtex(std::span<const Record> records, std::span<const Extra> extras) {
  std::string out;
  std::set<std::string> used;
  for (std::size_t at = 0; at < records.size(); ++at) {
    const Record& record = records[at];
    if (detail::keeps_tags(record, Format::bibtex)) {
      put_tags(out, record);
    } else {
      const EntryType type = entry_type(record.type);
      out += "@" + std::string(type.entry) + "{" + new_key(record, used) + ",\n";
      put_fields(out, record, type.container);
    }
    for (const Extra& extra : extras)
      if (const std::string_view value = detail::extra_value(extra, at); !value.empty()) put(out, extra.name, value);
    out += "}\n\n";
  }
  return out;
}

}  // namespace hedgerow::records
