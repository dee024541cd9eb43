// The effect of a row of a table of comparisons, with its interval, standard error and p-value, as far as they are
// printed.
//
//   half-width of the interval   q se, with q between the normal quantile and that of t with the row's degrees of
//                                freedom (n1 + n2 - 2, n - 2, the column `df`; not told: 4)
//   p                            2 P(X > |y| / se), X normal or t with those degrees of freedom
//
// An effect whose measure is not told may be a ratio if all its numbers are positive: it is read both ways, and a
// contradiction counts if both readings have it.
#pragma once

#include <optional>
#include <vector>

#include "audit/detail/printed.hpp"

namespace hedgerow::audit::detail {

struct RowEffect {
  std::vector<Printed> readings;  ///< at least one; the most likely first
  std::optional<Reported> p;
  std::optional<Range> se;  ///< of the column `sei`, or the root of `vi`
  double df = 0;            ///< of t, least that is likely

  const Printed& printed() const { return readings.front(); }
};

/// Nothing unless the effect and both bounds are numbers.
std::optional<RowEffect> row_effect(const Sheet& sheet, std::size_t row);

/// The quantiles that an interval of this level may have been made with.
Range quantiles(double level, double df);
/// p-values that the estimate and its interval allow.
Range p_of_interval(const Printed& p, double df);
/// Whether one length is more than 1.1 times the other, whatever rounding did.
bool lopsided(const Printed& p);
/// Whether the printed standard error and p-value can belong to this estimate and interval (true where they are not
/// printed).
bool fits_se(const RowEffect& effect, const Printed& p);
bool fits_p(const RowEffect& effect, const Printed& p);

/// The usual level, in percent, at which the interval would fit the printed standard error; nothing if it fits at its
/// own level, or at none.
std::optional<double> other_level(const RowEffect& effect);

/// The one change of a cell that makes everything printed in the row fit together; nothing if there are several of the
/// best kind, or none.
std::optional<Slipped> only_slip(const RowEffect& effect);

}  // namespace hedgerow::audit::detail
