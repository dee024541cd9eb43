// The standard deviations of a table by what can be compared: same outcome, unit and instrument, same time.
#pragma once

#include <string>
#include <vector>

#include "audit/sheet.hpp"

namespace hedgerow::audit::detail {

/// A standard deviation of a group of people, with its mean and their number.
struct SpreadCell {
  std::string sd_name, n_name, mean_name;  ///< quantities
  double sd = 0, n = 0, mean = 0;          ///< mean: NaN if it is missing
};

struct SpreadRow {
  std::size_t row = 0;
  std::string study;
  std::vector<SpreadCell> cells;  ///< of both groups of a comparison, or of one group
};

struct SpreadGroup {
  std::string label;  ///< of the outcome; may be empty
  std::vector<SpreadRow> rows;
};

/// Of a sheet of kind rows or arms; each of its times (as entered, before, after, change) is a group of its own. Cells
/// without a positive number and n > 1 are left out.
std::vector<SpreadGroup> spread_groups(const Sheet& sheet);

/// Mean of ln sd over a row's cells; mean of 0.5 ln n; standard error of the first by sampling of normal data.
double log_sd(const SpreadRow& row);
double half_log_n(const SpreadRow& row);
double log_sd_sampling(const SpreadRow& row);

}  // namespace hedgerow::audit::detail
