// Answers of the questions about other programs' conventions.
#include "engine/detail/context.hpp"

namespace hedgerow::engine {

Expected<Block> answer(const Context&, const AskDifferences&) {
  return make_error(ErrorCode::not_supported, "differences between programs are not answered yet");
}

Expected<Block> answer(const Context&, const AskPublished&) {
  return make_error(ErrorCode::not_supported, "published numbers are not searched yet");
}

}  // namespace hedgerow::engine
