#include "records/detail/reader.hpp"

namespace hedgerow::records::detail {

void read_ris(std::string_view, ReadResult&) {}

}  // namespace hedgerow::records::detail
