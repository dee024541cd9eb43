#include "engine/detail/context.hpp"

namespace hedgerow::engine {

Expected<Block> answer(const Context& context, const AskImputedSd&) {
  if (context.rows.prepared.empty())
    return make_error(ErrorCode::usage, "no step impute_sd prepared the table", "imputed_sd");
  return make_error(ErrorCode::not_supported, "imputed SDs side by side", "imputed_sd");
}

}  // namespace hedgerow::engine
