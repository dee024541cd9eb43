// Steps that make another table.
#pragma once

#include "base/expected.hpp"
#include "data/table.hpp"
#include "effect/prepare.hpp"

namespace hedgerow::effect::detail {

/// One row for each cluster.
Expected<Prepared> aggregate_table(const data::Table& table, const PrepareStep& step);
/// One row for each group (or cell) of each study.
Expected<Prepared> long_table(const data::Table& table, const PrepareStep& step);
/// Columns yi and vi of a measure, for steps that work on effects.
Expected<Prepared> effect_table(const data::Table& table, const PrepareStep& step);

}  // namespace hedgerow::effect::detail
