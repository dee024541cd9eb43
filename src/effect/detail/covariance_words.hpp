// What a sampling covariance rests on, in sentences.
#pragma once

#include <string>
#include <vector>

#include "effect/sampling_covariance.hpp"

namespace hedgerow::effect::detail {

/// Numbers of rows by the origin of their groups' shares in the variance.
struct ShareSource {
  std::size_t exact = 0, weights = 0, sizes = 0, equal = 0;
};

std::vector<std::string> describe_rules(const CovarianceRules& rules, const std::string& measure,
                                        const ShareSource& source, const stats::BlockMatrix& v);

}  // namespace hedgerow::effect::detail
