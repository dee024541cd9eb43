// The waist: Job -> Result.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/job.hpp"
#include "engine/result.hpp"

namespace hedgerow::engine {

/// Carries out a job. A question that has no answer for these data or this model does not spoil the others: its answer
/// holds the Error. What makes the whole job impossible (data, effect, model) is the Error of the call.
Expected<Result> run(const Job& job);

/// Names of all measures and forms, and of all their arguments, for front ends that offer them.
std::vector<std::string> measure_names();
std::vector<std::string> argument_names();

/// JSON form of a job, and back. Errors name the field.
std::string to_json(const Job& job);
Expected<Job> parse_job(std::string_view json);

/// JSON form of a result (schema "hedgerow.result/1", docs/formats/job-and-result.md).
/// Missing numbers are null, infinite ones "Inf" and "-Inf". Deterministic: the same result gives the same bytes.
std::string to_json(const Result& result);

}  // namespace hedgerow::engine
