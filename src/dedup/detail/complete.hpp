// How much a record says: the one that says most stays.
#pragma once

#include "records/record.hpp"

namespace hedgerow::dedup::detail {

/// Points for the fields that have a value; those that help to find the document count most.
int completeness(const records::Record& record);

}  // namespace hedgerow::dedup::detail
