// JSON form of the steps that prepare a table (docs/formats/job-and-result.md).
#include "engine/detail/prepare_json.hpp"

#include <fmt/core.h>

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Expected<effect::PrepareStep> parse_step(const Json& json, const std::string& path) {
  if (json.is_string()) return effect::parse_prepare_step(json.get<std::string>());
  effect::PrepareStep step;
  JsonReader reader(json, path);
  Pairs columns, options, into;
  reader.read("method", step.method);
  reader.read("columns", columns);
  reader.read("options", options);
  reader.read("into", into);
  reader.read("rows", step.rows);
  reader.read("overwrite", step.overwrite);
  reader.read("append", step.append);
  HR_CHECK(reader.finish());
  step.columns = {columns.begin(), columns.end()};
  step.options = {options.begin(), options.end()};
  step.into = {into.begin(), into.end()};
  return step;
}

}  // namespace

Json step_json(const effect::PrepareStep& step) {
  Json out{{"method", step.method}, {"columns", step.columns}};
  if (!step.options.empty()) out["options"] = step.options;
  if (!step.into.empty()) out["into"] = step.into;
  if (!step.rows.empty()) out["rows"] = step.rows;
  if (step.overwrite) out["overwrite"] = true;
  if (!step.append) out["append"] = false;
  return out;
}

Expected<std::vector<effect::PrepareStep>> parse_steps(const Json& json, const std::string& path) {
  if (!json.is_array()) return make_error(ErrorCode::usage, "expected a list of steps", path);
  std::vector<effect::PrepareStep> out;
  for (std::size_t i = 0; i < json.size(); ++i) {
    HR_TRY(effect::PrepareStep step, parse_step(json[i], fmt::format("{}[{}]", path, i + 1)));
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace hedgerow::engine
