// The engine's answers under the field names of the corpus. Renaming and reordering only: nothing is computed here.
#pragma once

#include "call.hpp"
#include "corpus.hpp"

namespace hedgerow::check {

/// `call` is the call of metafor that was translated.
Json corpus_fields(const Call& call, const Json& answer);

}  // namespace hedgerow::check
