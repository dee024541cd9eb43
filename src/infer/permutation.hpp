// Permutation tests of the coefficients.
//
//   no moderators   the signs of the effects are permuted: 2^k sign vectors. In a multilevel model all effects of an
//                   independent cluster change sign together: 2^m. Valid if effects are symmetric about 0 under H0.
//   moderators      the rows of the design are permuted against effects and variances: k! / prod n_r! distinct orders,
//                   n_r = how often row r occurs. Two-level and location-scale models alone.
//
// The model is refitted to each. The p-value of a coefficient is the proportion of permutations whose |z| (|t|) is not
// below the observed one (1.5e-8 is allowed for rounding), and likewise for the omnibus test. All permutations are
// taken if they are asked for, or if they are not more than the iterations; else random ones, of which the first is the
// observed order, so that p is never 0. Iteration i of a seed is the same whatever the number of iterations.
//
// Source:     follmann1999; higgins2004.
// Fails when: more than kMostPermutations would be needed for the exact test.
// Tests:      infer/permutation_test.cpp (enumeration by hand; metafor 5.1-12).
#pragma once

#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

inline constexpr double kMostPermutations = 1e7;

struct PermutationOptions {
  bool exact = false;
  std::size_t iterations = 1000;
  std::uint64_t seed = 1;
  Options inference{};
};

struct Permutation {
  bool exact = false;
  std::size_t iterations = 0;  ///< permutations that stand behind the p-values
  std::size_t failed = 0;      ///< whose model could not be fitted; they don't count
  stats::Vector pval;          ///< p
  double q_m_p = 0;
  std::string permuted;  ///< "signs of effects", "signs of clusters", "rows of the design"
};

/// How many permutations an exact test takes; infinite where it overflows.
double permutation_count(const model::Fit& fit);

/// Errors: moderators of a multilevel model or any model of counts (not_defined, names the alternative); an exact test
/// that is too large (says how large).
Expected<Permutation> permutation_test(const model::Fit& fit, const PermutationOptions& options);

}  // namespace hedgerow::infer
