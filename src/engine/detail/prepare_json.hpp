// JSON form of the steps that prepare a table.
#pragma once

#include <vector>

#include "effect/prepare.hpp"
#include "engine/detail/json_reader.hpp"

namespace hedgerow::engine {

JsonReader::Json step_json(const effect::PrepareStep& step);
/// A list of steps; a step is an object or a text (effect::parse_prepare_step).
Expected<std::vector<effect::PrepareStep>> parse_steps(const JsonReader::Json& json, const std::string& path);
/// What the steps recovered, row by row.
JsonReader::Json recovered_json(const std::vector<effect::Recovered>& recovered);

}  // namespace hedgerow::engine
