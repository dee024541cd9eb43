// Writing records: a record in the format that it came in gives back every tag, also those that nobody knows; in
// another format its fields are written, and what has no place there goes into notes.
#pragma once

#include <span>
#include <string>

#include "records/record.hpp"

namespace hedgerow::records {

/// Field names that extra columns or notes of a writer carry: a decision, a reason, a group of duplicates.
struct Extra {
  std::string name;                 ///< "hedgerow_decision"
  std::vector<std::string> values;  ///< one per record
};

std::string write_ris(std::span<const Record> records, std::span<const Extra> extras = {});
std::string write_nbib(std::span<const Record> records, std::span<const Extra> extras = {});
std::string write_bibtex(std::span<const Record> records, std::span<const Extra> extras = {});
/// UTF-8 with a header: source columns first (database, file, line, record), then the fields, then the extras.
std::string write_csv(std::span<const Record> records, std::span<const Extra> extras = {});

}  // namespace hedgerow::records
