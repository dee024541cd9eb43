#include "records/detail/reader.hpp"

namespace hedgerow::records::detail {

void read_endnote_tagged(std::string_view, ReadResult&) {}

}  // namespace hedgerow::records::detail
