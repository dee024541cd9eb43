// The readers, one file each. Each takes UTF-8 text without BOM (line ends as in the file) and fills records, oddities
// and unread lines; `read_records` has recognised format and encoding and fills in Source::file and Source::database.
#pragma once

#include <string_view>

#include "records/read.hpp"

namespace hedgerow::records::detail {

void read_ris(std::string_view text, ReadResult& result);             // ris.cpp
void read_nbib(std::string_view text, ReadResult& result);            // nbib.cpp
void read_wos(std::string_view text, ReadResult& result);             // wos.cpp: ciw and "txt" of Web of Science
void read_endnote_tagged(std::string_view text, ReadResult& result);  // endnote_tagged.cpp: %0, %A, ...
void read_pubmed_xml(std::string_view text, ReadResult& result);      // pubmed_xml.cpp
void read_endnote_xml(std::string_view text, ReadResult& result);     // endnote_xml.cpp: also Zotero's and Mendeley's
void read_bibtex(std::string_view text, ReadResult& result);          // bibtex.cpp
void read_csv(std::string_view text, ReadResult& result);             // csv.cpp: Scopus, Embase, EBSCO, WoS tab, any

}  // namespace hedgerow::records::detail
