// An export becomes an import: the event, the records, and what was odd in the file.
#pragma once

#include <optional>
#include <string>

#include "base/expected.hpp"
#include "records/read.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

struct ImportRequest {
  std::string author;
  std::string file;
  std::string database;  ///< empty: what the records say, else the file's name
  Origin origin = Origin::database;
  std::optional<records::Format> format{};
  bool again = false;  ///< also a file that was imported before
};

struct ImportFile {
  store::Event event;
  records::ReadResult read;
  std::string database;           ///< the name that the import has
  bool database_guessed = false;  ///< nobody said where the file is from
};

/// The import that counts and had bytes with this checksum; nullptr: there is none.
const store::Event* imported_before(const ReviewStore& review, const std::string& checksum);

/// Reads a file. Errors: it can't be read; it was imported before (its bytes, whatever its name).
Expected<ImportFile> read_import(const ReviewStore& review, const ImportRequest& request);

}  // namespace hedgerow::workflow
