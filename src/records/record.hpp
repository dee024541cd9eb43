// A bibliographic record: what one search hit of one database says of one document.
//
// A record is never changed and never deleted: its lines are kept as its file has them (`tags`), beside the fields that
// were understood, so that writing the format it came in gives every tag back. Duplicates are links between records.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::records {

enum class Format { ris, nbib, pubmed_xml, wos, endnote_tagged, endnote_xml, bibtex, csv };

/// "ris", "nbib", "pubmed-xml", "wos", "endnote", "endnote-xml", "bibtex", "csv".
const char* name(Format format);
/// The format of that name; also by usual file extensions ("ciw", "enw", "bib", "tsv", "medline", ...).
std::optional<Format> format_named(std::string_view name);

/// Where a record was found. Lines and numbers count from 1.
struct Source {
  std::string database;    ///< "Scopus"; empty if neither the file nor the user says
  std::string file;        ///< as the user named it
  std::size_t line = 0;    ///< first line of the record
  std::size_t number = 0;  ///< the record's number in its file
};

/// A tag, column or element with its value, as the file has it (a repeated tag is repeated here).
struct Tag {
  std::string name;   ///< "TY", "FAU", "Author full names", "MedlineCitation/Article/..."
  std::string value;  ///< text as UTF-8, line breaks of wrapped values kept as '\n'
};

struct Record {
  Source source;
  Format format = Format::ris;
  std::string type;  ///< "journal", "conference", "book", "chapter", "thesis", "report", "web", "preprint", "other", ""
  std::string title;                 ///< without HTML, without the full stop that PubMed adds
  std::string original_title;        ///< in the language of the document, if the title is a translation
  std::vector<std::string> authors;  ///< "Family, Given" or "Family, G." as given; a group as "{Name of the group}"
  std::optional<int> year;           ///< of publication (print before online)
  std::string journal, journal_abbreviation;
  std::string volume, issue;
  std::string pages;                    ///< "188-197": short end pages completed; without "pp."
  std::string article_number;           ///< "e1234", "1722034"
  std::string doi;                      ///< bare and lower case: "10.1186/2046-4053-4-6"
  std::string pmid, pmcid;              ///< "26152463", "PMC4675231"
  std::string accession;                ///< the database's own number: "WOS:000...", "2-s2.0-..."
  std::vector<std::string> issn, isbn;  ///< "1234-5678"; digits and X of the ISBN
  std::string abstract;
  std::vector<std::string> keywords;
  std::string language, publisher, url, notes;
  bool retracted = false;  ///< the export marks it as retracted
  std::vector<Tag> tags;   ///< everything as the file has it, in its order; what could not be read too
};

/// "Smith 2015", "Smith & Jones 2015", "Smith et al. 2015", "[no author] 2015": how a list names the record.
std::string short_name(const Record& record);

}  // namespace hedgerow::records
