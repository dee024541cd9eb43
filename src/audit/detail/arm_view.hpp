// One group of people of a table, whether the table has a row per group (kind arms) or per comparison (kind rows).
//
// Names are those of kind arms: n, mean, sd, se, median, q1, q3, min, max, mean_pre, sd_pre, mean_post, sd_post,
// mean_change, sd_change, events, percent, randomised, lost, analysed, ... In a table of comparisons they stand for the
// columns of group 1 or 2 (m1i, sd1i, ...), or for the row's column if there is only one (items, scale_min, unit).
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "audit/subject.hpp"

namespace hedgerow::audit::detail {

struct Arm {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
  int group = 0;  ///< 1 or 2 in a table of comparisons, 0 in a table of groups

  /// The quantity of the sheet that holds it.
  std::string quantity(const std::string& name) const;
  /// Nothing if it is missing, or printed as a bound ("< 5").
  std::optional<Reported> number(const std::string& name) const;
  std::string text(const std::string& name) const { return sheet->text(row, quantity(name)); }
  Place place(const std::string& name) const { return sheet->place(row, quantity(name)); }
  /// Places of those that the sheet has.
  std::vector<Place> places(std::initializer_list<std::string> names) const;
  /// The row's name, with the group in a table of comparisons.
  std::string subject() const;
  /// What holds for the row or, if it says nothing, for the whole table.
  std::string declared(const std::string& name) const;
};

/// All groups of all tables of summaries.
std::vector<Arm> arms_of(const Subject& subject);

/// A whole number of people above `least`; nothing if it is missing or not whole.
std::optional<long> people(const Arm& arm, long least = 1);

/// Names of mean, SD and standard error at the times at which groups are described: as entered, before, after, change.
struct Time {
  const char* mean;
  const char* sd;
  const char* se;
  const char* word;  ///< "", "before", "after", "change"
};
const std::vector<Time>& times();

}  // namespace hedgerow::audit::detail
