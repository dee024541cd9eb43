// What a job says of the scale of a location-scale model, read into its specification.
#pragma once

#include "base/expected.hpp"
#include "data/table.hpp"
#include "engine/job.hpp"
#include "model/problem.hpp"

namespace hedgerow::engine {

/// Rows of the table whose moderators of the scale are complete; all without a scale.
Expected<std::vector<bool>> complete_scale(const ScaleRequest& request, const data::Table& table);

/// The specification on the rows of `table`. Redundant columns are dropped, with a warning, if the model asks for it.
/// Errors: random effects, weights or counts beside a scale; a method but ML and REML; an unknown link.
Expected<model::LocationScale> scale_spec(const ModelRequest& request, const data::Table& table,
                                          std::vector<std::string>& warnings);

/// New values of the moderators of the scale as rows of its design, with the constant where it has one.
Expected<stats::Matrix> scale_rows(const model::LocationScale& spec, const stats::Matrix& newscale);

}  // namespace hedgerow::engine
