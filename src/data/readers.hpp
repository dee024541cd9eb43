// Reading tables: CSV in all its dialects, and XLSX.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// Parses CSV (RFC 4180). Recognised without being told: BOM; separator ',', ';' or tab; decimal comma (with ';' or
/// tab); LF, CR LF, CR; quoted newlines; UTF-8 or, failing that, Windows-1252. `source` is used in messages. Errors:
/// empty file, ragged row, unclosed quote, duplicate or empty column name, each with its line.
Expected<Table> parse_csv(std::string bytes, const std::string& source);

/// Reads one sheet of an XLSX workbook: the named one, else the first. The first row holds the column names.
/// `source` is the file's name; cells are located as "book.xlsx[Sheet1]:17:sd_t".
Expected<Table> parse_xlsx(std::string bytes, const std::string& source, const std::optional<std::string>& sheet);

/// Reads a file by its extension (.csv, .tsv, .txt, .xlsx). `path` may end in "#Sheet" for a sheet of a workbook.
Expected<Table> read_table(const std::string& path);

/// A table as CSV (RFC 4180, LF), missing cells empty.
std::string to_csv(const Table& table);

}  // namespace hedgerow::data
