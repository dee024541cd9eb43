// Models of counts in a Job: what the request leaves open, the specification, and their JSON form.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "effect/counts.hpp"
#include "engine/detail/json_reader.hpp"
#include "engine/job.hpp"
#include "engine/result.hpp"
#include "model/problem.hpp"

namespace hedgerow::engine {

/// The job with the defaults of its model of counts written out: the measure of the single effects (PETO for Peto's
/// method, OR where none is named), which studies without events stay. As it is if it has no such model. Errors:
/// given effects, random effects, weights or working models beside it.
Expected<Job> with_count_model(const Job& job);

/// The specification. Errors: unknown model, `to` or rd_variance; add without to.
Expected<model::CountModel> count_spec(const ModelRequest& request, const std::string& measure);

/// Error: the measure of the effects has no counts.
Checked check_has_counts(const EffectRows& rows, const CountRequest& request);

/// Why row i can't enter a model of counts: a count is missing, a group is empty, or it has no events (or nothing else)
/// in both groups and `drop00` leaves such rows out. Empty if it can.
std::string no_counts_reason(const EffectRows& rows, std::size_t i, bool drop00);

/// Whether rows without events, or with nothing else, are no rows of the model at all (mixed models). MH and PETO keep
/// them as studies without information.
bool drops_rows(const CountRequest& request);

/// Counts of some rows.
model::Counts counts_of(const effect::RawCounts& counts, const std::vector<std::uint32_t>& rows);

JsonReader::Json counts_json(const CountRequest& request);
Expected<CountRequest> parse_counts(const JsonReader::Json& json, const std::string& path);

}  // namespace hedgerow::engine
