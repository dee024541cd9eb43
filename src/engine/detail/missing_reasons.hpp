// Why numbers of a fit are missing: a sentence for each group of fields.
#pragma once

#include <string>
#include <vector>

#include "engine/block.hpp"

namespace hedgerow::engine {

/// Sentences that begin with the fields that they explain ("pval, ci_lb, ci_ub are missing: ..."). `fit` is the block
/// of a model of counts or of a location-scale model; fields that such a model never has are not among them.
/// `model`: of counts ("UM.FS"), else empty.
std::vector<std::string> missing_reasons(const Block& fit, const std::string& model);

}  // namespace hedgerow::engine
