// Which model printed this? Printed pooled results of a review whose data are there, searched over the conventions of
// the programs (engine/differences.hpp) as if the effects were independent, and over the usual models of effects
// within studies: the analysis' own random effects, or study/row, by REML and ML with z, t and cluster-robust tests.
//
// A row of a pooled table (published.toml, kind "pooled") belongs to the analysis that its quantity `analysis`, or
// else its `outcome`, names by id.
#pragma once

#include <vector>

#include "audit/subject.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

/// One per row of the pooled tables whose analysis is there and can be searched. The search runs only where the
/// analysis' own model does not print the row's numbers.
std::vector<audit::PrintedModel> printed_models(const ReviewEvidence& evidence, const audit::Subject& subject);

}  // namespace hedgerow::engine
