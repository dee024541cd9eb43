#include "engine/review_lock.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using Json = nlohmann::ordered_json;

std::string result_text(const ReviewSpec& spec, const ReviewResult& result) {
  if (result.error) return "not estimable";
  const Block& fit = *result.result.fit;
  std::vector<std::string> parts{"k=" + format_shortest(fit.number("k"))};
  const std::vector<std::string> names = fit.texts("coef_names");
  const bool mean_only = names.size() == 1;
  for (std::size_t j = 0; j < names.size(); ++j) {
    const Pooled p = pooled(fit, j);
    const std::string prefix = mean_only ? "" : names[j] + ": ";
    // Six digits are more than a report shows and fewer than differ between processors.
    parts.push_back(fmt::format("{}estimate={}, ci_lb={}, ci_ub={}", prefix, format_significant(p.estimate, 6),
                                format_significant(p.ci_lb, 6), format_significant(p.ci_ub, 6)));
  }
  if (const std::string variance = variance_text(pooled(spec, result.result)); !variance.empty())
    parts.push_back("variance=" + variance);
  return join(parts, "; ");
}

Json labels_json(const Labels& labels) {
  Json out = Json::object();
  for (const auto& [name, text] : labels) out[name] = text;
  return out;
}

Json state_json(const LockState& state) {
  return {{"inputs", labels_json(state.inputs)}, {"results", labels_json(state.results)}};
}

Labels read_labels(const Json& json) {
  Labels out;
  for (const auto& [name, text] : json.items()) out.emplace_back(name, text.get<std::string>());
  return out;
}

LockState read_state(const Json& json) { return {read_labels(json.at("inputs")), read_labels(json.at("results"))}; }

std::string find(const Labels& labels, const std::string& name) {
  for (const auto& [key, text] : labels)
    if (key == name) return text;
  return "";
}

void add_changes(const Labels& before, const Labels& now, std::vector<Change>& out) {
  for (const auto& [name, text] : now)
    if (const std::string old = find(before, name); old != text) out.push_back({name, old, text});
  for (const auto& [name, text] : before)
    if (find(now, name).empty()) out.push_back({name, text, ""});
}

}  // namespace

LockState lock_state(const ReviewEvidence& evidence) {
  LockState state;
  for (const InputFile& file : evidence.inputs) state.inputs.emplace_back(file.name, file.checksum);
  for (const ReviewResult& result : evidence.results)
    state.results.emplace_back(result.what.id, result_text(evidence.spec, result));
  if (evidence.published)
    state.results.emplace_back("published results reproduced", fmt::format("{} of {}", evidence.published->agreeing(),
                                                                           evidence.published->rows.size()));
  return state;
}

Lock next_lock(LockState now, const std::optional<Lock>& old) {
  Lock lock{kVersion, std::move(now), std::nullopt, {}};
  if (!old) return lock;
  if (old->now == lock.now)
    lock.before = old->before;
  else
    lock.before = old->now;
  return lock;
}

std::vector<Change> lock_changes(const Lock& lock) {
  std::vector<Change> out;
  if (!lock.before) return out;
  add_changes(lock.before->inputs, lock.now.inputs, out);
  add_changes(lock.before->results, lock.now.results, out);
  return out;
}

std::string to_text(const Lock& lock) {
  Json out{{"schema", kLockSchema}, {"version", lock.version}};
  out["now"] = state_json(lock.now);
  if (lock.before) out["before"] = state_json(*lock.before);
  out["files"] = lock.files;
  return out.dump(2) + "\n";
}

Expected<Lock> parse_lock(std::string_view bytes, const std::string& source) {
  try {
    const Json json = Json::parse(bytes);
    if (json.at("schema") != kLockSchema)
      return make_error(ErrorCode::input, fmt::format("this version reads '{}'", kLockSchema), source);
    Lock lock;
    lock.version = json.at("version").get<std::string>();
    lock.now = read_state(json.at("now"));
    if (json.contains("before")) lock.before = read_state(json.at("before"));
    lock.files = json.at("files").get<std::vector<std::string>>();
    return lock;
  } catch (const nlohmann::json::exception& error) {
    return make_error(ErrorCode::input, fmt::format("this is not a lock file of Hedgerow: {}", error.what()), source);
  }
}

}  // namespace hedgerow::engine
