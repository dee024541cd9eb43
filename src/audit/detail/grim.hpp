// Which means and standard deviations whole-number scores can have (GRIM, GRIMMER), in exact whole-number arithmetic.
//
// n people, each with the sum T_i of L items; their mean is x = S / (n L), S = sum T_i, their variance
// s^2 = (Q - S^2 / n) / ((n - 1) L^2), Q = sum T_i^2. A mean printed as m / 10^D stands for (2m - 1) / (2 10^D) to
// (2m + 1) / (2 10^D), ends included. It is possible if some whole S lies in
//
//   [ceil((2m - 1) n L / (2 10^D)), floor((2m + 1) n L / (2 10^D))]
//
// and a standard deviation with it if, for one of these S, some whole Q with Q = S (mod 2) has its variance within
// rounding and lies between the least and the largest sum of squares that n whole numbers with the sum S can have on
// the scale. All sums S count, not only the nearest: the usual form with one S calls up to 0.3 % of true pairs
// impossible (docs/methods/audit.md). Sources: brown2017 (GRIM), anaya2016 and allard2018 (GRIMMER).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/reported.hpp"

namespace hedgerow::audit::detail {

/// Scores of n people, the mean of `items` whole numbers each, from scale_min to scale_max where both are told.
struct WholeScores {
  std::int64_t n = 0, items = 1;
  std::optional<std::int64_t> scale_min, scale_max;
};

/// Whether a mean with so many decimals can be impossible at all: n * items < 10^decimals.
bool informative(const WholeScores& scores, int decimals);

/// Sums that give the printed mean; lo > hi: none. Nothing where the numbers are too large to be exact.
struct Sums {
  std::int64_t lo = 0, hi = -1;
  bool none() const { return lo > hi; }
};
std::optional<Sums> sums_of(const WholeScores& scores, const Reported& mean);

/// The possible means beside a printed one, as they would be printed: the next below and the next above.
std::vector<std::string> nearest_means(const WholeScores& scores, const Reported& mean);

/// Whether the standard deviation is possible with the mean. `divisor`: n - 1, or n. True where it cannot be said.
enum class Divisor { n_minus_1, n };
bool spread_possible(const WholeScores& scores, const Reported& mean, const Reported& sd, Divisor divisor);

}  // namespace hedgerow::audit::detail
