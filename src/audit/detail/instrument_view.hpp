// Which instrument of the dictionary a row of a table speaks of.
#pragma once

#include <string>
#include <vector>

#include "audit/subject.hpp"

namespace hedgerow::audit::detail {

struct Named {
  const DictionaryEntry* entry = nullptr;
  bool declared = false;  ///< by the column or setting `instrument`, not by the name of the outcome
};

/// By the column `instrument`, the table's setting `instrument`, or the name of the outcome.
Named instrument_of(const Subject& subject, const Sheet& sheet, std::size_t row);
/// Names of all entries that tables of groups or comparisons name, in order of first appearance.
std::vector<std::string> instruments_named(const Subject& subject);

}  // namespace hedgerow::audit::detail
