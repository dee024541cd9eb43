// Calls that transform numbers: sapply(X, transf.*), transf.*(xi, ...), conv.delta(yi, vi, transf).
#pragma once

#include <memory>

#include "call.hpp"
#include "corpus.hpp"
#include "data/table.hpp"
#include "engine/transform_numbers.hpp"

namespace hedgerow::check {

bool transforms_numbers(const Call& call);

/// The request of such a call; numbers are written out or come from columns of `table` (which may be null).
Expected<engine::TransformRequest> translate_transform(const Call& call, const data::Table* table);

/// Its answer under the names of metafor: "values", or the two names of conv.delta.
Json transform_fields(const Call& call, const engine::Block& block);

}  // namespace hedgerow::check
