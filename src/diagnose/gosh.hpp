// GOSH: the model on all subsets of the studies, or on many random ones.
//
//   Units are the effects of a two-level model and the independent clusters of a multilevel one. Each subset of p units
//   or more is fitted with the model's own estimator; estimates against heterogeneity show outliers
//   and groups of studies that no single deletion shows.
//
//   I2, H2   without moderators and with method EE or DL those of Cochran's Q: 100 max(0, (Q - df) / Q) and Q / df, as
//            the method was proposed; else those of the fit. One study alone: 0 and 1.
//   Random subsets: their size is binomial(k, 1/2), given at least p, and each subset of a size is equally likely.
//
// EE and DL without moderators are closed sums over the subset, O(k) each: a million subsets take about a tenth of a
// second. Other models are refitted.
//
// Source:     olkin2012; viechtbauer2021.
// Tests:      diagnose/gosh_test.cpp (refits; metafor 5.1-12).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::diagnose {

/// All subsets are taken up to this number, and as many random ones above it.
inline constexpr double kAllSubsets = 1e6;

struct GoshOptions {
  std::size_t subsets = 0;  ///< 0: all if they are at most kAllSubsets, else that many random ones
  std::uint64_t seed = 1;
};

/// Rows are subsets: all of them by size and then by the binary number that they are, or random ones by size.
struct Gosh {
  bool exact = false;                        ///< all subsets
  std::vector<std::string> parameter_names;  ///< variance parameters: "tau2", or as model/parameters.hpp names them
  stats::Vector k, q_e, i2, h2;              ///< of each subset; k counts units
  stats::Matrix parameters;                  ///< subsets x variance parameters
  stats::Matrix beta;                        ///< subsets x p
  std::vector<bool> fitted;                  ///< false: no fit, and NaN in the numbers
  std::vector<std::string> included;         ///< "1011": one character per unit
  std::vector<std::string> units;            ///< labels
};

/// Errors: fewer than p units; more than 62 units for all subsets (with the number).
Expected<Gosh> gosh(const model::Fit& fit, const GoshOptions& options = {});

}  // namespace hedgerow::diagnose
