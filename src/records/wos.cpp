#include "records/detail/reader.hpp"

namespace hedgerow::records::detail {

void read_wos(std::string_view, ReadResult&) {}

}  // namespace hedgerow::records::detail
