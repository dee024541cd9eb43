// Effects of one cluster as one effect.
//
//   weighted      yi = sum(W y) / sum(W),  vi = 1 / sum(W),  W = V^-1 within the cluster
//   unweighted    yi = mean(y),            vi = sum(V) / k^2
//
//   V_ij = r_ij sqrt(vi_i vi_j) with  ID: 0;  CS: rho;  CAR: phi^|t_i - t_j|;  CS+CAR: rho + (1 - rho) phi^|t_i - t_j|;
//   CS*CAR: (1 or rho for different obs) phi^|t_i - t_j|;  or V as given.
//
// Source: [borenstein2009, ch. 24] for two effects, generalised least squares within the cluster for more.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::effect {

/// What correlates the sampling errors within a cluster.
struct AggregateRules {
  std::string structure = "CS";
  stats::Vector rho, phi;  ///< one for all, or one for each cluster in order of appearance
  bool weighted = true;
};

/// k effects and what they rest on; empty where a structure does not need it.
struct AggregateData {
  stats::Vector yi, vi;
  std::vector<std::string> cluster;
  stats::Vector time;
  std::vector<std::string> obs;
  stats::Matrix v{};  ///< k x k instead of a structure, or empty
};

/// One row per cluster, in order of appearance.
struct Aggregated {
  std::vector<std::string> cluster;
  std::vector<std::vector<std::size_t>> rows;  ///< of each cluster
  stats::Vector yi, vi;
};

/// Errors: unknown structure, rho or phi missing, outside their range or of another length than the clusters, V of a
/// cluster that is not positive definite (with the cluster), V that joins clusters is not refused. A cluster with a
/// missing number gets missing results.
Expected<Aggregated> aggregate(const AggregateData& data, const AggregateRules& rules);

}  // namespace hedgerow::effect
