// Appraisal: ratings of studies by the items of an instrument, and the score that follows from them.
//
//   score = number of "yes" among the counted items
//
// Source:     Maher2003 for PEDro: items 2 to 11 count, item 1 (eligibility criteria) is shown but not counted, 0
// to 10. Conditions: an item counts only when clearly satisfied; unclear and missing ratings do not count and are
// reported. Tests:      review/review_test.cpp (published rows).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "review/instrument.hpp"

namespace hedgerow::review {

/// The PEDro scale; bands 9-10 excellent, 6-8 good, 4-5 fair, 0-3 poor (Cashin2020) unless others are set.
Instrument pedro();

enum class Rating { no, yes, unclear, missing };

struct Appraised {
  std::string study;
  std::string where;            ///< row of the file
  std::vector<Rating> ratings;  ///< one per item
  int score = 0;
  std::optional<int> declared;  ///< total that the file gives
  std::string band;
};

/// Where the ratings stand.
struct AppraisalColumns {
  std::string study;
  std::vector<std::string> items;  ///< one per item; an empty name means that the item was not rated at all
  std::string declared_total;      ///< may be empty
};

/// Reads ratings: 1, yes, y and + count as yes; 0, no, n and - as no; ?, unclear as unclear; empty cells as missing.
/// Errors: unknown columns, other texts, a study that appears twice, each with its cell.
Expected<std::vector<Appraised>> appraise(const Instrument& instrument, const data::Table& table,
                                          const AppraisalColumns& columns);

}  // namespace hedgerow::review
