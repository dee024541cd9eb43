// From the tags of a MEDLINE record to its fields.
#pragma once

#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

void fill_nbib(Record& record, std::vector<Oddity>& oddities);

}  // namespace hedgerow::records::detail
