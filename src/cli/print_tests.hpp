// Text of tests of coefficients and comparisons of models.
#pragma once

#include <string>

#include "engine/result.hpp"

namespace hedgerow::cli {

/// Linear combinations, each with its test, and their joint test.
std::string contrasts_text(const engine::Block& block);
/// Omnibus test of some coefficients, which are named.
std::string omnibus_text(const engine::Block& block, const engine::Block& fit);
/// Full and reduced model side by side, and the likelihood-ratio test.
std::string compare_text(const engine::Block& block);

}  // namespace hedgerow::cli
