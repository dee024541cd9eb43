// The fitted model of an analysis, for checks that ask more of it than the pooled result.
#pragma once

#include "audit/subject.hpp"
#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::audit::detail {

/// The mean of effects, or of counts, by a model. Errors: those of the model.
Expected<model::Fit> fitted_mean(const stats::Vector& yi, const stats::Vector& vi, model::Spec spec,
                                 model::Counts counts = {});
/// By the analysis' own method, without moderators. Errors: those of the model.
Expected<model::Fit> fitted(const Analysis& analysis);

}  // namespace hedgerow::audit::detail
