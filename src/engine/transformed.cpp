#include "engine/detail/transformed.hpp"

#include <algorithm>

#include "base/missing.hpp"
#include "effect/transform.hpp"

namespace hedgerow::engine {

Checked transform_estimates(const std::string& name, std::span<const double> ni, const EstimateLists& lists) {
  if (name.empty()) return {};
  for (stats::Vector* list : {lists.estimate, lists.ci_lb, lists.ci_ub})
    for (double& value : *list) {
      HR_TRY(value, effect::transform(name, value, ni));
    }
  for (std::size_t i = 0; i < lists.ci_lb->size(); ++i)
    if ((*lists.ci_lb)[i] > (*lists.ci_ub)[i]) std::swap((*lists.ci_lb)[i], (*lists.ci_ub)[i]);
  std::fill(lists.se->begin(), lists.se->end(), kMissing);
  return {};
}

}  // namespace hedgerow::engine
