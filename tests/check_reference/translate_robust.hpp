// robust(...) of metafor: the Job of the fit with cluster-robust tests.
#pragma once

#include "call.hpp"
#include "engine/job.hpp"

namespace hedgerow::check {

/// `job` with the tests that the call asks for: metafor's own (adjust) or clubSandwich's (vcov, coef_test, conf_test,
/// wald_test).
Expected<engine::Job> translate_robust(const Call& call, engine::Job job);

}  // namespace hedgerow::check
