// All kinds of steps that prepare a table, and what a row of such a step can do.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"

namespace hedgerow::effect::detail {

const PrepareFamily& prepare_registry() {
  static const PrepareFamily all = [] {
    PrepareFamily out;
    for (const PrepareFamily& family :
         {sd_steps(), change_steps(), combine_steps(), scale_steps(), fivenum_steps(), two_by_two_steps(), wald_steps(),
          impute_steps(), table_steps(), factor_steps()})
      out.insert(out.end(), family.begin(), family.end());
    return out;
  }();
  return all;
}

Expected<const PrepareKind*> find_prepare_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const PrepareKind& kind : prepare_registry()) {
    if (kind.name == name) return &kind;
    names.emplace_back(kind.name);
  }
  return make_error(ErrorCode::usage, fmt::format("there is no step '{}'{}; the steps are {}", name,
                                                  did_you_mean(name, names), join(names, ", ")));
}

std::string StepRow::option(const std::string& name, const std::string& fallback) const {
  const auto at = step_.options.find(name);
  return at == step_.options.end() ? fallback : at->second;
}

Expected<double> StepRow::number(const std::string& name, double fallback) const {
  const auto at = step_.options.find(name);
  if (at == step_.options.end()) return fallback;
  const auto value = parse_number(at->second);
  if (!value)
    return make_error(ErrorCode::usage, fmt::format("{}: {} is a number, found '{}'", step_.method, name, at->second));
  return *value;
}

Expected<bool> StepRow::flag(const std::string& name, bool fallback) const {
  const auto at = step_.options.find(name);
  if (at == step_.options.end()) return fallback;
  const std::string text = to_lower(at->second);
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return make_error(ErrorCode::usage,
                    fmt::format("{}: {} is true or false, found '{}'", step_.method, name, at->second));
}

double StepRow::once(const std::string& name, const std::function<double()>& compute) {
  const auto at = shared_.find(name);
  return at != shared_.end() ? at->second : shared_.emplace(name, compute()).first->second;
}

double StepRow::keep(std::string name, double value) {
  steps.push_back({std::move(name), value});
  return value;
}

void StepRow::out(std::string_view name, double value) { outputs.push_back({std::string(name), value}); }

void StepRow::note(const std::string& text) { notes += (notes.empty() ? "" : "; ") + text; }

std::string StepRow::where() const { return fmt::format("{}:{}", table_.source(), table_.line(index_)); }

void StepRow::warn(const std::string& text) {
  note(text);
  warnings.push_back(where() + ": " + text);
}

}  // namespace hedgerow::effect::detail
