// Ratings by an instrument, from tables: long (one row per rating) or wide (one row per study).
//
// Long: study, [result], [rater], item, rating, [support]. Wide: study, [result], [rater], a column for each item or
// domain, [overall], [weight], [total], and "<column> support" for reasons; this is the layout of robvis too (Study,
// D1, ..., Overall, Weight). Names of columns are compared by letters and digits alone ("Random.sequence.generation").
#pragma once

#include "data/table.hpp"
#include "review/instrument.hpp"

namespace hedgerow::review {

enum class Target { item, domain, overall, total, weight };

/// One rating: `value` is the index of the answer (item) or judgement (domain, overall); a number of stars for items of
/// an instrument with stars; the number itself for total and weight.
struct RatedCell {
  std::string study, result, rater;
  Target target = Target::item;
  std::size_t index = 0;  ///< of the item or domain
  std::size_t value = 0;
  double number = 0;
  std::string support;
  std::string where;
};

struct RatedTable {
  std::vector<RatedCell> cells;
  std::vector<std::string> unused;  ///< columns that are no part of the instrument
};

/// Errors name the cell, the word found and the words allowed; a rating that stands twice; no column of the instrument.
Expected<RatedTable> read_rated(const Instrument& instrument, const data::Table& table);
/// From the bytes of a CSV file; a first column without a name (row numbers of other programs) is taken for "row".
Expected<RatedTable> read_rated_csv(const Instrument& instrument, std::string bytes, const std::string& source);

/// The place of a name in the instrument: item, domain, "overall", "total", "weight". Nothing: none of them.
struct Place {
  Target target = Target::item;
  std::size_t index = 0;
};
std::optional<Place> find_place(const Instrument& instrument, std::string_view name);
/// Id of an item or domain, "overall", ...
std::string place_name(const Instrument& instrument, Target target, std::size_t index);

/// Sets value or number from a text. Errors at `where`.
Checked parse_rating(const Instrument& instrument, std::string_view text, RatedCell& cell);
/// "Some concerns", "PY", "2".
std::string rating_text(const Instrument& instrument, const RatedCell& cell);

/// A table to fill in, long: study, result, rater, item, label, allowed, rating, support; CSV.
std::string rating_form(const Instrument& instrument, const std::vector<std::string>& studies,
                        const std::vector<std::string>& raters);

}  // namespace hedgerow::review
