// From the tags of an RIS record to its fields.
#pragma once

#include <string>
#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

/// What the lines outside of the records say: the value of "Provider:" and "Database:".
struct RisHeader {
  std::string provider, database;
};

void fill_ris(Record& record, const RisHeader& header, std::vector<Oddity>& oddities);

/// The database of an EBSCO short name ("s3h" is SPORTDiscus), "" if unknown.
std::string ebsco_database(std::string_view short_name);

}  // namespace hedgerow::records::detail
