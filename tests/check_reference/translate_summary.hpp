// summary(...) of computed effects: the Job with intervals of the single studies.
#pragma once

#include "call.hpp"
#include "corpus.hpp"
#include "engine/job.hpp"

namespace hedgerow::check {

/// `job`, which computes effects alone, with the intervals that summary.escalc makes.
Expected<engine::Job> translate_summary(const Call& call, engine::Job job);

/// The effects of a Result of such a Job under the names of summary.escalc: yi vi sei zi pval ci_lb ci_ub.
Json summary_fields(const Json& effects);

}  // namespace hedgerow::check
