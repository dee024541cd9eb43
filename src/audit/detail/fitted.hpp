// The fitted model of an analysis, for checks that ask more of it than the pooled result.
#pragma once

#include "audit/subject.hpp"
#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::audit::detail {

/// By the analysis' own method, without moderators. Errors: those of the model.
Expected<model::Fit> fitted(const Analysis& analysis);

}  // namespace hedgerow::audit::detail
