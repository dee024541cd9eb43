// Cluster wild bootstrap of a robust Wald test of L b = rhs, for few clusters.
//
//   b0    = b - M L'(L M L')^-1 (L b - rhs)      estimate under the hypothesis, M = (X'WX)^-1, W the working weights
//   y*_j  = X_j b0 + n_j (y_j - X_j b0)          one random number n_j for each cluster
//   Q*    = (L b* - rhs)' (L V* L')^-1 (L b* - rhs),  b* and its sandwich V* from y*
//   p     = (1 + number of Q* >= Q) / (1 + replicates)
//
// n_j has mean 0 and variance 1: rademacher (-1, 1), mammen (two points with third moment 1), webb (six points, for
// fewer than about ten clusters, where 2^m signs are few). The variance components, and with them W, stay as fitted, so
// a replicate costs O(m p q): y* is never made, because its scores are n_j s_j with fixed s_j.
//
// Source:     joshi2022; mammen1993, webb2023 for the weights.
// Conditions: as infer/robust.hpp.
// Tests:      infer/wild_bootstrap_test.cpp (dense twin that makes y*, all sign vectors enumerated).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infer/robust.hpp"

namespace hedgerow::infer {

enum class WildWeights { rademacher, mammen, webb };
Expected<WildWeights> parse_wild_weights(const std::string& text);
std::string name(WildWeights weights);

struct WildOptions {
  WildWeights weights = WildWeights::rademacher;
  std::size_t replicates = 1999;
  std::uint64_t seed = 1;  ///< replicate r uses stream r, so that the result does not depend on the order
};

struct WildBootstrap {
  double statistic = 0;  ///< Q / q, the scale of F
  double pval = 0;
  std::size_t n_clusters = 0, exceeded = 0;
  stats::Vector replicates;  ///< Q* / q, in order
  std::vector<std::string> warnings;
};

/// `l` is q x p; `rhs` has q values or none (0). Errors: those of robust(); rows of `l` that are linearly dependent or
/// of another length; no replicates.
Expected<WildBootstrap> wild_bootstrap(const model::Fit& fit, const RobustOptions& options, const stats::Matrix& l,
                                       std::span<const double> rhs, const WildOptions& wild);

}  // namespace hedgerow::infer
