// What the report of a review says about its screening: who decided how much, and how well they agreed.
#pragma once

#include <vector>

#include "report/document.hpp"
#include "workflow/state.hpp"

namespace hedgerow::cli {

/// A paragraph and a table; nothing where nobody has voted.
std::vector<report::Block> screening_blocks(const workflow::State& state);

}  // namespace hedgerow::cli
