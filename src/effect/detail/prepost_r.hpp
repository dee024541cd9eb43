// The pre-post correlation of a group, from the first source that the row gives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {

/// Names of the arguments of one group measured twice; empty ones don't exist. `change` is m_a - m_b.
struct PairedGroup {
  std::string_view m_a, m_b;
  std::string_view sd_a, sd_b;
  std::string_view n;
  std::string_view r;         ///< the group's own correlation
  std::string_view r_common;  ///< a correlation for both groups
  std::string_view sd_change;
  std::string_view t, p;    ///< paired test
  std::string_view suffix;  ///< of the names of steps: "r" + suffix
};

/// r of a group: given; else back-solved from the SD of the changes, r = (sa^2 + sb^2 - sc^2) / (2 sa sb); else from a
/// paired t or two-sided p by sc = |ma - mb| sqrt(n) / |t|; else the declared option; else NaN. A back-solved r outside
/// [-1, 1] is an Error that shows the three SDs, because one of them must be wrong.
Expected<double> prepost_r(Row& row, const PairedGroup& group);

/// Arguments of the measures of one group measured twice, and the sets of them that are enough: means, SDs, size and
/// one source of r.
std::vector<Argument> paired_arguments();
std::vector<std::vector<std::string_view>> paired_ways();

/// SD of the changes: given, or from t or p, or from r.
double change_sd(double sd_a, double sd_b, double r);

}  // namespace hedgerow::effect::detail
