// Tables over all analyses of a review. Each has the id of the analysis in its first column; the report shows the part
// of one analysis, the files in out/tables hold the whole.
#pragma once

#include <string>

#include "engine/review_evidence.hpp"
#include "report/document.hpp"

namespace hedgerow::engine {

report::Table results_table(const ReviewEvidence& evidence);
report::Table subgroups_table(const ReviewEvidence& evidence);
report::Table moderators_table(const ReviewEvidence& evidence);
report::Table bias_table(const ReviewEvidence& evidence);
report::Table variants_table(const ReviewEvidence& evidence);
report::Table leave_out_table(const ReviewEvidence& evidence);
report::Table imputed_sd_table(const ReviewEvidence& evidence);

report::Table effects_table(const ReviewEvidence& evidence);
report::Table studies_table(const ReviewEvidence& evidence);
report::Table appraisal_table(const ReviewEvidence& evidence);
report::Table prisma_table(const ReviewEvidence& evidence);
report::Table published_table(const ReviewEvidence& evidence);
/// Published against recomputed as people read it: one row per printed row, with the numbers side by side.
report::Table published_view(const ReviewEvidence& evidence);

/// The rows of one analysis, without the first column.
report::Table of_analysis(const report::Table& table, const std::string& analysis);

}  // namespace hedgerow::engine
