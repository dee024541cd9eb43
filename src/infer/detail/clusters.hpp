// One cluster at a time: what a fit says about its rows.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"
#include "model/marginal.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer::detail {

/// Rows of each cluster, ascending; clusters are dense from 0.
std::vector<std::vector<std::size_t>> rows_by_cluster(std::span<const std::uint32_t> clusters);

/// What one cluster of m_j rows brings.
struct ClusterBlock {
  stats::Matrix x;         ///< m_j x p
  stats::Matrix wx;        ///< W_j X_j, m_j x p
  stats::Matrix theta_wx;  ///< Theta_j W_j X_j, m_j x p: X_j where W is the inverse of Theta
  stats::Vector residuals;
};

/// Makes the blocks of a fit.
class ClusterReader {
 public:
  /// Errors: an effect without variance.
  static Expected<ClusterReader> create(const model::Fit& fit);

  bool inverse_variance() const { return weights_.empty(); }
  ClusterBlock block(std::span<const std::size_t> rows) const;
  /// Theta_j, m_j x m_j.
  stats::Matrix theta(std::span<const std::size_t> rows) const { return marginal_.block(rows); }

 private:
  ClusterReader(const model::Fit& fit, model::Marginal marginal) : fit_(&fit), marginal_(std::move(marginal)) {}

  const model::Fit* fit_;
  model::Marginal marginal_;
  stats::Vector weights_;    ///< empty: inverse of Theta
  stats::Vector residuals_;  ///< k
};

}  // namespace hedgerow::infer::detail
