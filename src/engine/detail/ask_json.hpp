// JSON form of the questions of a Job.
#pragma once

#include "engine/detail/json_reader.hpp"
#include "engine/job.hpp"

namespace hedgerow::engine {

JsonReader::Json question_json(const Question& question);
Expected<Question> parse_question(const JsonReader::Json& json, const std::string& path);

JsonReader::Json model_json(const ModelRequest& model);
Expected<ModelRequest> parse_model(const JsonReader::Json& json, const std::string& path);

}  // namespace hedgerow::engine
