// Answers that are too long for a table of their fields.
#pragma once

#include <string>

#include "engine/block.hpp"

namespace hedgerow::cli {

/// What the fits of all subsets show: quantiles, and for each study the median estimate with and without it.
std::string gosh_text(const engine::Block& block);

/// A named square matrix.
std::string named_matrix_text(const engine::Block& block);

}  // namespace hedgerow::cli
