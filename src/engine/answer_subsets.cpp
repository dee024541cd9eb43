// Answers that rest on many refits or on coordinates of single studies.
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

Expected<Block> not_yet(const char* what) { return make_error(ErrorCode::not_supported, what); }

}  // namespace

Expected<Block> answer(const Context&, const AskFailSafe&) { return not_yet("fail-safe N"); }
Expected<Block> answer(const Context&, const AskExcessSignificance&) { return not_yet("test of excess significance"); }
Expected<Block> answer(const Context&, const AskHenmiCopas&) { return not_yet("Henmi and Copas"); }
Expected<Block> answer(const Context&, const AskGosh&) { return not_yet("GOSH"); }
Expected<Block> answer(const Context&, const AskPermutation&) { return not_yet("permutation tests"); }
Expected<Block> answer(const Context&, const AskBaujat&) { return not_yet("Baujat coordinates"); }
Expected<Block> answer(const Context&, const AskRadial&) { return not_yet("radial coordinates"); }

}  // namespace hedgerow::engine
