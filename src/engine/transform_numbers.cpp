#include "engine/transform_numbers.hpp"

namespace hedgerow::engine {

Expected<Block> transform_numbers(const TransformRequest& request) {
  Block block{"transformation " + request.name + (request.vi.empty() ? "" : ", variances by the delta method"), "", {}};
  if (request.vi.empty()) {
    HR_TRY(stats::Vector values, effect::transform(request.name, request.values, request.with));
    block.add("values", std::move(values));
    return block;
  }
  HR_TRY(effect::Transformed both, effect::transform_delta(request.name, request.values, request.vi, request.with));
  block.add("values", std::move(both.yi)).add("vi", std::move(both.vi));
  return block;
}

}  // namespace hedgerow::engine
