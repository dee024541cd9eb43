// Factors whose reference level has no rows in the subset of a call.
//
// R codes a factor before it takes the subset; the column of an empty level is zero and the rest is redundant, so the
// last level that has rows is dropped and becomes the reference. A Job codes the rows that it has and has to be told:
// factor(x) becomes relevel(factor(x), ref = <that level>), if this gives the same design.
#pragma once

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace hedgerow::check {

/// Error of kind not_supported where no such formula gives R's design.
Checked keep_reference_levels(engine::Job& job);

}  // namespace hedgerow::check
