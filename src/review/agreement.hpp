// Agreement of raters: what was rated, and a coefficient with its interval.
//
// Items are rated by raters, each item by some of them. Coefficients of two raters rest on the items that both rated
// (agreement_pair.hpp), those of many raters on every item with two ratings (agreement_many.hpp, agreement_alpha.hpp),
// those of numbers on analysis of variance (agreement_icc.hpp). Each says on how many items it rests.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::review {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
inline constexpr int kNotRated = -1;

/// What differences between classes mean: none but "another", an order, a distance, a distance from a true zero.
enum class Scale { nominal, ordinal, interval, ratio };

/// Items by raters. A rating is the index of its class; classes stand in their order (ordinal scales), numbers rising.
struct Ratings {
  std::vector<std::string> items, raters, classes;
  std::vector<double> values;           ///< the number of each class; empty if a class is no number
  std::vector<std::vector<int>> codes;  ///< codes[item][rater], kNotRated where there is none

  std::size_t count() const;  ///< ratings in all
};

/// A coefficient. Without an estimate it is not defined for these data, and the note says why.
struct Coefficient {
  std::string id;    ///< "kappa"
  std::string name;  ///< "Cohen's kappa"
  std::optional<double> estimate;
  double se = kUnknown, lower = kUnknown, upper = kUnknown;  ///< unknown: NaN
  double p = kUnknown;                                       ///< of no agreement beyond chance, where tested
  std::size_t n = 0;                                         ///< items that it rests on
  std::string note;
};

/// Weights of agreement, q x q, 1 on the diagonal. Linear: 1 - |i-j|/(q-1); quadratic: the square of that distance.
stats::Matrix identity_weights(std::size_t q);
stats::Matrix linear_weights(std::size_t q);
stats::Matrix quadratic_weights(std::size_t q);
/// Errors: not q x q, a diagonal that is not 1, a weight outside 0 to 1, not symmetric.
Checked check_weights(const stats::Matrix& weights, std::size_t q);

/// Interval of Wilson (1927) for x of n, at a level such as 0.95. n > 0.
struct Limits {
  double lower = kUnknown, upper = kUnknown;
};
Limits wilson(double x, double n, double level);

}  // namespace hedgerow::review
