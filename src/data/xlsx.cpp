// XLSX in.
#include "data/readers.hpp"

namespace hedgerow::data {

Expected<Table> parse_xlsx(std::string, const std::string& source, const std::optional<std::string>&) {
  return make_error(ErrorCode::not_supported, "XLSX can't be read yet; save the sheet as CSV", source);
}

}  // namespace hedgerow::data
