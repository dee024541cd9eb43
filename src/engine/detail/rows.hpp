// Values per row that have a file of their own (answer_predicted.cpp); answer_rows.cpp holds the list of all.
#pragma once

#include <string>
#include <vector>

#include "engine/detail/context.hpp"

namespace hedgerow::engine {

/// Labels of the rows of the fit.
std::vector<std::string> row_labels(const Context& context);

Expected<Block> blup_rows(const Context& context);
/// Random effects of models with one per row.
Expected<Block> row_effects_block(const Context& context);
Expected<Block> coefficient_covariance(const Context& context);
Expected<Block> effect_covariance(const Context& context);
Expected<Block> fitted_covariance(const Context& context);
Expected<Block> residual_covariance(const Context& context);

}  // namespace hedgerow::engine
