// The robust options of a request, with the clusters of the rows read from the table.
#pragma once

#include "data/table.hpp"
#include "engine/job.hpp"
#include "infer/inference.hpp"

namespace hedgerow::engine {

/// Of a request with `robust`. Errors: unknown adjustment or test, no such column, a test of the model beside it.
Expected<infer::RobustOptions> robust_options(const InferenceRequest& inference, const data::Table& whole);

/// Cluster of each row of the table by the text in a column; infer::kNoCluster where it is missing.
Expected<std::vector<std::uint32_t>> cluster_column(const std::string& column, const data::Table& whole);

/// "z", or "CR2 (Satterthwaite; HTZ for several coefficients)".
std::string test_text(const infer::Options& options);

}  // namespace hedgerow::engine
