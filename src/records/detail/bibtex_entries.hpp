// The grammar of BibTeX, read so that no file fails: an entry ends at the latest where a line begins with the next
// "@type{", and a value whose brace is never closed ends before the next line that looks like "name =".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

struct BibField {
  std::string name;   ///< as written
  std::string value;  ///< without its delimiters, with LaTeX; strings put in and parts joined
};

struct BibEntry {
  std::string type, key;
  std::vector<BibField> fields;
  std::size_t line = 0;
};

/// All entries but @string, @preamble and @comment. What lies outside of entries goes to `unread`, with its line.
std::vector<BibEntry> read_bibtex_entries(std::string_view text, ReadResult& result);

}  // namespace hedgerow::records::detail
