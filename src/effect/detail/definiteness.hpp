// Whether the blocks of a sampling covariance are positive definite, and what is done with those that are not.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "effect/sampling_covariance.hpp"

namespace hedgerow::effect::detail {

/// How messages name a block and a row.
struct BlockNames {
  const data::Table& table;
  std::string cluster;  ///< column, empty for a matrix from a file
  const std::vector<std::string>& slab;

  std::string row(std::size_t i) const;         ///< "line 3 ('Smith 2000')"
  std::string cluster_of(std::size_t i) const;  ///< "study 'Smith'"
};

/// Checks each block in units of correlations; rows with vi missing or 0 are left out. With NotDefinite::nearest `v` is
/// changed. The warnings name the blocks that were kept or changed.
Expected<std::vector<std::string>> check_blocks(stats::BlockMatrix& v, const BlockNames& names,
                                                NotDefinite not_definite);

}  // namespace hedgerow::effect::detail
