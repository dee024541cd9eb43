// The audit of a review folder: its tables and analyses as the audit sees them.
//
//   effects table           rows, with the columns that the effects are computed from
//   analyses                yi and vi as they were modelled, with model, test and the questions asked
//   studies, appraisal      as their files stand
//   counts of the flow      by item
//   judgements of GRADE     by outcome, beside the pooled result
//   published.toml          the tables that its [[table]] entries name
#pragma once

#include <string>

#include "audit/load.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

/// What of a review is audited. `folder` is where the files of published.toml lie. Errors: those of published.toml.
Expected<audit::Loaded> audit_input(const ReviewEvidence& evidence, const std::string& folder);

/// Audits a review: evidence.audit. Places name files relative to the folder.
Checked audit_review(ReviewEvidence& evidence, const std::string& folder);

}  // namespace hedgerow::engine
