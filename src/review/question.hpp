// What a review asks, and where it is registered: plain text that the report prints.
#pragma once

#include <string>
#include <vector>

namespace hedgerow::review {

/// Population, intervention, comparator, outcomes, study designs. Any part may be empty; the report says so.
struct Picos {
  std::string population, intervention, comparator, outcomes, studies;
};

struct Registration {
  std::string register_name, id, url;
  std::string note;
  std::string date;                   ///< "2026-01-31"; may be empty
  std::vector<std::string> outcomes;  ///< that were planned
};

}  // namespace hedgerow::review
