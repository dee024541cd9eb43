// Where the records of a CSV file begin and what separates their cells, found without being told.
#pragma once

#include <string>

#include "base/expected.hpp"

namespace hedgerow::data {

/// Position of the first record.
struct CsvStart {
  std::size_t at = 0;    ///< offset of its first byte
  std::size_t line = 1;  ///< its line, as an editor counts
  char separator = ',';  ///< ',', ';' or tab
};

/// Converts `bytes` to UTF-8 if need be, skips a byte order mark, blank lines and Excel's "sep=;", guesses the
/// separator. Errors: an empty file, UTF-16, a zip file, binary data, more than 4 GiB.
Expected<CsvStart> start_csv(std::string& bytes, const std::string& source);

}  // namespace hedgerow::data
