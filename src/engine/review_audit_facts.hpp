// What the audit wants to know of a review's analyses beside their effects: what they rest on and what was asked beside
// them, and what the review planned.
#pragma once

#include "audit/subject.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

/// Fills the parts of an analysis that tell of its model: covariates, labels, degrees of freedom, covariance,
/// and the result with other assumed pre-post correlations (which fits it again).
void add_model_facts(const ReviewEvidence& evidence, const ReviewResult& result, audit::Analysis& analysis);

/// The plan: day of registration, planned outcomes, names of what was analysed. Nothing without [registration].
std::optional<audit::Protocol> protocol_of(const ReviewEvidence& evidence);

}  // namespace hedgerow::engine
