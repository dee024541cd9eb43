// vcalc and rcalc as Jobs that stop after the effects and their sampling covariance.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "translate.hpp"

namespace hedgerow::check {

/// The Job of a call of vcalc or rcalc; another function is an Error of kind not_supported.
Expected<engine::Job> translate_covariance(const Call& call, const TablePointer& table);

/// What the call returns, as the corpus has it, from the Result as JSON: a matrix, or (rcalc) data and matrix.
nlohmann::json covariance_fields(const Call& call, const engine::Job& job, const nlohmann::json& result);

}  // namespace hedgerow::check
