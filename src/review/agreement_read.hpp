// Ratings from a table: long (one row per item and rater) or wide (one column per rater).
#pragma once

#include <utility>

#include "data/table.hpp"
#include "review/agreement.hpp"

namespace hedgerow::review {

struct RatingColumns {
  std::string item = "item", rater = "rater", value = "value";
  std::vector<std::string> raters;  ///< wide: the columns of the raters; empty: the table is long
  std::vector<std::string>
      classes;     ///< all classes in their order; empty: those found, numbers rising, words by letter
  std::string by;  ///< a column: its values make groups
};

/// Ratings of each group; one group without a name where no column makes groups. The classes are those of the whole
/// table, so that a group in which one of them is missing has the same chance agreement. Errors: unknown columns, an
/// item that a rater rated twice, a value that is not among the declared classes, each with its cell.
Expected<std::vector<std::pair<std::string, Ratings>>> read_ratings(const data::Table& table,
                                                                    const RatingColumns& columns);

/// Classes in their order: numbers rising if all are numbers, else by letter.
void sort_classes(std::vector<std::string>& classes);
/// Sets Ratings::values if every class is a number.
void number_classes(Ratings& ratings);

}  // namespace hedgerow::review
