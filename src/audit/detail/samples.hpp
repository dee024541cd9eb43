// Samples of people known again by their numbers: size, age, height, mass of the studies of a review.
//
// Two rounded numbers of unrelated samples agree with probability  p = u / (2 s sqrt(pi)),  u the unit of the last
// printed digit and s the spread of the number over the studies (the density at 0 of a difference of two normal
// values). For a pair of studies that agrees in m of c numbers,
//
//   chance = pairs of studies * C(c, m) * product of p over the m numbers
//
// bounds the number of pairs that one expects to agree so well by chance. Numbers that agree only with one digit less
// ("174.2" and "174.0") count with ten times the unit. Source: own.
#pragma once

#include <string>
#include <vector>

#include "audit/sheet.hpp"

namespace hedgerow::audit::detail {

/// Means as printed equal, and spreads in the ratio of the root of a whole number: standard errors against standard
/// deviations.
struct SpreadRatio {
  std::size_t small = 0, large = 0;  ///< rows with the smaller and with the larger spreads
  std::size_t people = 0;            ///< the whole number m: the size of the group whose standard errors are printed
  std::vector<std::string> names;    ///< characteristics that say so: "age", "height", ...
};

/// Pairs with equal means of at least two characteristics, whose spreads allow one m from 2 to the size of the study,
/// and no other.
std::vector<SpreadRatio> spread_ratios(const Sheet& studies);

struct SampleMatch {
  std::size_t a = 0, b = 0;        ///< rows, a < b
  std::vector<std::string> equal;  ///< quantities equal as printed
  std::vector<std::string> near;   ///< those that agree with one digit less
  std::size_t compared = 0;        ///< quantities that both print
  double chance = 1;               ///< of the header
  bool same_size = false;
};

/// Pairs whose chance is below `limit` and that agree in at least four numbers, among them a mean and its spread or two
/// means. Pairs that a column
/// `sample` declares to be of the same people are left out.
std::vector<SampleMatch> sample_matches(const Sheet& studies, double limit);

/// Sets of studies that are linked by matches, in order of the file.
struct SampleSet {
  std::vector<std::size_t> rows;
  double chance = 0;               ///< the largest of its links
  std::vector<std::string> equal;  ///< quantities equal in all of them
  bool same_size = false;          ///< all have the same n
};
std::vector<SampleSet> sample_sets(const Sheet& studies, double limit);

/// Rows that the column `sample` puts together (sets of at least two).
std::vector<std::vector<std::size_t>> declared_samples(const Sheet& studies);

}  // namespace hedgerow::audit::detail
