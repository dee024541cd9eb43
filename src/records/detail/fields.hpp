// What the columns of tables and the fields of BibTeX are called, and what they mean.
//
// One dictionary serves all databases and tools: a name (letters and digits only, lower case) gives a field of the
// record and a rank. Where two columns of a file mean the same field the lower rank wins, so that Scopus' "Author full
// names" goes before "Authors". A few names mean different things in different exports ("Source" is the database at
// Scopus, the journal at Cochrane, a whole citation at Embase); such entries name a column that has to be there too.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::records::detail {

enum class Field {
  none,
  title,
  original_title,
  authors,
  group_authors,
  year,
  date,
  journal,
  journal_abbreviation,
  volume,
  issue,
  pages,
  first_page,
  last_page,
  page_count,
  article_number,
  doi,
  pmid,
  pmcid,
  accession,
  issn,
  isbn,
  abstract,
  keywords,
  language,
  publisher,
  url,
  notes,
  type,
  database,
  retracted,
  citation,
  count
};

struct Meaning {
  Field field = Field::none;
  int rank = 0;
};

/// Letters and digits of the name in lower case: "Author(s) ID" gives "authorsid".
std::string plain_name(std::string_view name);

/// The meaning of each column, beside the others of its table. Field::none where the dictionary has no entry.
std::vector<Meaning> meanings(std::span<const std::string> columns);

/// The database whose exports alone have such a column, "" if none of the columns tells.
std::string database_of_columns(std::span<const std::string> columns);

}  // namespace hedgerow::records::detail
