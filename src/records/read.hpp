// Reading exports of databases and reference managers.
//
// Readers are total functions: whatever the bytes, they give records and a list of oddities, never an error and never
// an exception. What can't be read is kept (in the tags of its record, or in `unread`) and reported with its line.
// The only errors of `read_file` are those of the file system (and of a damaged gzip file).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "records/record.hpp"

namespace hedgerow::records {

/// Something in a file that a reader of the list should know: nothing is lost by it.
struct Oddity {
  std::size_t line = 0;    ///< in the file, from 1
  std::size_t record = 0;  ///< number of the record in the file, 0: outside of every record
  std::string code;        ///< short and stable: "missing-end", "line-outside-record", "year-not-read", ...
  std::string message;     ///< what was found and what was made of it
};

/// A line that belongs to no record: headers of a provider, "1.", "Link to ...".
struct UnreadLine {
  std::size_t line = 0;
  std::string text;
};

struct ReadResult {
  Format format = Format::ris;
  std::string encoding;  ///< "UTF-8", "UTF-8 with BOM", "UTF-16LE", "Windows-1252"
  std::vector<Record> records;
  std::vector<Oddity> oddities;
  std::vector<UnreadLine> unread;
};

struct ReadOptions {
  std::string file;                ///< name for messages and for Source::file
  std::string database;            ///< given by the user; else taken from the file's own words (DB, DP, Provider, ...)
  std::optional<Format> format{};  ///< given by the user; else recognised from the content, then from the name
};

/// The format that the bytes are in: by content first (a .txt may be anything), then by the file's extension; RIS if
/// nothing speaks for another one.
Format recognise(std::string_view text, std::string_view file);

/// Reads the bytes of an export in any encoding listed above.
ReadResult read_records(std::string_view bytes, const ReadOptions& options);

/// Reads a file, unpacked where it is a gzip file. Errors: those of the file system.
Expected<ReadResult> read_records_file(const std::string& path, ReadOptions options = {});

}  // namespace hedgerow::records
