// The engine's answers under the field names of the corpus. Renaming and reordering only: nothing is computed here.
#pragma once

#include <string>

#include "corpus.hpp"

namespace hedgerow::check {

/// `function` is the function of metafor that was translated.
Json corpus_fields(const std::string& function, const Json& answer);

}  // namespace hedgerow::check
