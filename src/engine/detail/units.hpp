// Units that a question leaves out: effects, studies, or the groups of a column.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "diagnose/refit.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {

/// The column that names studies: the outermost one of the first random term; empty in a two-level model.
std::string study_column(const ModelRequest& model);

/// `by` is "effect", "study" (independent clusters of the model, called after the first grouping column) or a column of
/// the table, whose values are the units in order of appearance. Error: no such column, a row without a value.
Expected<diagnose::UnitOptions> unit_options(const Context& context, const std::string& by);

}  // namespace hedgerow::engine
