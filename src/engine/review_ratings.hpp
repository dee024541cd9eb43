// Ratings by instruments with domains (RoB 2, ROBINS-I, QUADAS-2, ...) and by other instruments of the program, from
// files ([[ratings]]) and from the log, and what they are used for: results without the studies at high risk of bias.
//
// A study is at high risk where its overall judgement is High, Very high, Serious or Critical, or where the band of its
// score is one of [grade] high_risk. A rating of a result counts for the analyses that its name names (id, title, or
// the name of a graded outcome of the analysis), for all where it names none.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

/// Agreed ratings, agreement and remarks of the cells of one source.
Expected<RatedBody> rated_body(review::Instrument instrument, const std::vector<review::RatedCell>& cells,
                               std::string source);

/// Whether a study is at high risk, for an analysis, by all ratings that the review has; studies without a rating are
/// not there. The worst rating counts.
std::map<std::string, bool> risk_by_study(const ReviewEvidence& evidence, const std::string& analysis);

inline constexpr const char* kWithoutHighRisk = "without-high-risk";

/// Adds the variant "without studies at high risk of bias" to each analysis that holds studies at high risk and others,
/// unless it has a variant of this id. Needs evidence.table.
void add_risk_variants(ReviewEvidence& evidence);

}  // namespace hedgerow::engine
