// The columns that a sampling covariance is made from, read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "effect/sampling_covariance.hpp"

namespace hedgerow::effect::detail {

/// One entry per row of the table; an empty vector stands for a rule that is not used. Texts lie in the table.
struct CovarianceColumns {
  std::vector<std::uint32_t> cluster;  ///< cluster and subgroup together, dense from 0
  std::vector<std::string_view> type, obs, grp1, grp2;
  std::vector<std::size_t> type_level, obs_level;  ///< rows of the correlation matrices, where these are given
  stats::Vector time1, time2, w1, w2;
};

Expected<CovarianceColumns> read_columns(const data::Table& table, const CovarianceRules& rules);

/// The columns of rvars with their ranges resolved, as indices.
Expected<std::vector<std::size_t>> rvars_columns(const data::Table& table, const CovarianceRules& rules);

}  // namespace hedgerow::effect::detail
