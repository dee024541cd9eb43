// From the tags of a Web of Science record to its fields.
#pragma once

#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

void fill_wos(Record& record, std::vector<Oddity>& oddities);

}  // namespace hedgerow::records::detail
