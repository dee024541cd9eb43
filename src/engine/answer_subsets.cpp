// Answers that rest on many refits or on coordinates of single studies.
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

Expected<Block> not_yet(const char* what) { return make_error(ErrorCode::not_supported, what); }

}  // namespace

Expected<Block> answer(const Context&, const AskGosh&) { return not_yet("GOSH"); }
Expected<Block> answer(const Context&, const AskPermutation&) { return not_yet("permutation tests"); }
Expected<Block> answer(const Context&, const AskBaujat&) { return not_yet("Baujat coordinates"); }
Expected<Block> answer(const Context&, const AskRadial&) { return not_yet("radial coordinates"); }

}  // namespace hedgerow::engine
