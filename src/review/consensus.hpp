// From two extractions to the one that enters the analysis: what both typed alike is taken, a third person decides the
// rest, and every cell knows who stands behind it.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "review/extraction.hpp"

namespace hedgerow::review {

/// What a third person decided. An empty field means the row as a whole: "keep" or "drop" where one extractor alone has
/// it.
struct Settled {
  std::vector<std::string> key;
  std::string field;
  std::string value, source;
  std::string by;
  std::string where;
};

/// Something that two people fill differently and nobody has decided.
struct Open {
  std::vector<std::string> key;
  std::string field;  ///< empty: the row is in one extraction alone
  std::string a, b;
};

struct Consensus {
  Extraction agreed;                         ///< undecided cells are empty
  std::vector<std::vector<std::string>> by;  ///< rows x fields: "anna, ben", "carla", "anna"
  std::vector<Open> open;
};

/// Errors: a decision on a row or field that is not there, a value that the field does not take, a cell decided twice.
Expected<Consensus> settle(const ExtractionForm& form, const Extraction& a, const Extraction& b,
                           const Comparison& comparison, const std::vector<Settled>& settled);

/// Decisions from a table with the key columns, `field`, `agreed`, and optionally `source`, `by`; rows whose `agreed`
/// is empty are undecided. `by` is taken where the table does not say who.
Expected<std::vector<Settled>> read_settled(const ExtractionForm& form, const data::Table& table,
                                            const std::string& by);

}  // namespace hedgerow::review
