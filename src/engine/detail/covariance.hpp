// Sampling covariance of a Job: from the request to V, and its JSON form.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/covariance_request.hpp"
#include "engine/detail/json_reader.hpp"
#include "engine/result.hpp"

namespace hedgerow::engine {

/// Makes V for all rows, puts its diagonal into vi, and keeps it with what it assumes in `rows`. `table` holds the rows
/// of the effects; `has_vi` tells whether the request gave variances.
Checked add_covariance(const CovarianceRequest& request, const data::Table& table, bool has_vi, EffectRows& rows);

JsonReader::Json covariance_json(const CovarianceRequest& request);
Expected<CovarianceRequest> parse_covariance(const JsonReader::Json& json, const std::string& path);

}  // namespace hedgerow::engine
