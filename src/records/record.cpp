// Names of formats and of records.
#include "records/record.hpp"

#include <array>

#include "base/text.hpp"

namespace hedgerow::records {
namespace {

struct Named {
  std::string_view name;
  Format format;
};

/// The first name of a format is its own, the others are extensions of files and names that people use.
constexpr std::array<Named, 24> kNames = {{{"ris", Format::ris},
                                           {"nbib", Format::nbib},
                                           {"pubmed-xml", Format::pubmed_xml},
                                           {"wos", Format::wos},
                                           {"endnote", Format::endnote_tagged},
                                           {"endnote-xml", Format::endnote_xml},
                                           {"bibtex", Format::bibtex},
                                           {"csv", Format::csv},
                                           {"medline", Format::nbib},
                                           {"pubmed", Format::nbib},
                                           {"ciw", Format::wos},
                                           {"isi", Format::wos},
                                           {"enw", Format::endnote_tagged},
                                           {"enl", Format::endnote_tagged},
                                           {"refer", Format::endnote_tagged},
                                           {"bib", Format::bibtex},
                                           {"biblatex", Format::bibtex},
                                           {"tsv", Format::csv},
                                           {"tab", Format::csv},
                                           {"pubmed_xml", Format::pubmed_xml},
                                           {"endnote_xml", Format::endnote_xml},
                                           {"endnote_tagged", Format::endnote_tagged},
                                           {"web-of-science", Format::wos},
                                           {"refman", Format::ris}}};

/// The family name as a list prints it: what stands before the comma, a group's name without its braces.
std::string family_name(std::string_view author) {
  if (author.starts_with('{') && author.ends_with('}')) return std::string(author.substr(1, author.size() - 2));
  return std::string(trim(author.substr(0, author.find(','))));
}

}  // namespace

const char* name(Format format) {
  for (const Named& named : kNames)
    if (named.format == format) return named.name.data();
  return "";
}

std::optional<Format> format_named(std::string_view name) {
  std::string lower = to_lower(trim(name));
  if (lower.starts_with('.')) lower.erase(0, 1);
  for (const Named& named : kNames)
    if (named.name == lower) return named.format;
  return std::nullopt;
}

std::string short_name(const Record& record) {
  const std::vector<std::string>& authors = record.authors;
  std::string text = "[no author]";
  if (!authors.empty()) text = family_name(authors[0]);
  if (authors.size() == 2) text += " & " + family_name(authors[1]);
  if (authors.size() > 2) text += " et al.";
  return text + " " + (record.year ? std::to_string(*record.year) : "[no year]");
}

}  // namespace hedgerow::records
