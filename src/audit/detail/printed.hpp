// Printed estimates with their intervals, and what a slip of the pen may have made of them.
//
//   standard error   (ub - lb) / (2 q), q the normal quantile of the interval's level
//   lopsided         the middle of [lb, ub] and the estimate are apart beyond rounding
//   Q between        sum w_i (y_i - y)^2, w_i = 1 / se_i^2, y = sum w y / sum w, over the levels of a moderator
//
// Ratios are looked at on the log scale. The range of Q adds what each printed number can move it within its rounding,
// one at a time: to first order all that rounding can do.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/sheet.hpp"

namespace hedgerow::audit::detail {

/// Whether a measure is a ratio, which is symmetric on the log scale.
bool is_ratio(const std::string& measure);

/// Names of the three quantities of one result.
struct Triple {
  std::string estimate = "estimate", lower = "ci_lb", upper = "ci_ub";
};

struct Printed {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
  Triple names;
  Reported estimate, lower, upper;
  bool ratio = false;  ///< to be compared on the log scale
};

/// Nothing unless all three are numbers.
std::optional<Printed> read_printed(const Sheet& sheet, std::size_t row, const Triple& names = {});

/// Of the interval: the row's own, the table's, else 0.95.
double level(const Printed& p);
/// Half the interval's width, on the scale of the model.
Range half_width(const Printed& p);

/// Whether some values within rounding stand in the order lower, estimate, upper.
bool holds_estimate(const Printed& p);
/// Whether the estimate can be the middle of the interval.
bool symmetric(const Printed& p);
/// The middle of the interval on the scale of the estimate, and the standard error on the scale of the model.
Range middle(const Printed& p);
Range standard_error(const Printed& p);
/// "1.06 [0.43; 1.96]"
std::string text(const Printed& p);

/// Cells changed as a hand slips: neighbouring digits swapped, a digit changed, the sign, the decimal point.
struct Slipped {
  Printed result;
  std::string cell;  ///< quantity
  std::string from, to;
  int rank = 0;  ///< 0: digits swapped; 1: sign or decimal point; 2: one digit
};
/// All changes of one cell after which the result holds together.
std::vector<Slipped> single_slips(const Printed& p);

/// Q of at least two results with the range that rounding gives it; nothing if an interval has no width.
std::optional<Range> between_q(const std::vector<Printed>& results);

/// Rows of a sheet of levels that belong to one moderator of one outcome, in order of the file.
struct Moderator {
  std::string outcome, name;
  std::vector<std::size_t> rows;
};
/// Without the overall rows (setting `overall`).
std::vector<Moderator> moderators(const Sheet& levels);
/// Whether a row of levels is the overall result of its outcome.
bool is_overall(const Sheet& levels, std::size_t row);

/// Printed results of the rows that have them, where all of them are sound; else nothing.
std::vector<Printed> sound_results(const Sheet& sheet, const std::vector<std::size_t>& rows);

}  // namespace hedgerow::audit::detail
