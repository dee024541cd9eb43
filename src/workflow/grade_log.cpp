#include "workflow/grade_log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hedgerow::workflow {
namespace {

using Json = nlohmann::ordered_json;

Expected<review::OutcomeStep> step_of(const store::Event& event) {
  const Json detail = Json::parse(event.detail, nullptr, false);
  const std::string name = detail.is_object() ? detail.value("domain", "") : "";
  const auto domain = review::grade_domain_named(name);
  if (!domain)
    return make_error(ErrorCode::input,
                      fmt::format("event {} grades '{}', which is no domain of GRADE", event.id, name));
  review::OutcomeStep out{event.stage, {*domain, 0, event.reason, fmt::format("event {}", event.id)}};
  out.step.by = fmt::format("{}, {}", event.author, event.time.substr(0, 10));
  if (event.value.empty()) return out;
  const auto step = parse_number(event.value);
  if (!step || *step != std::round(*step) || std::fabs(*step) > 3)
    return make_error(ErrorCode::input, fmt::format("event {}: '{}' is no step", event.id, event.value));
  out.step.step = static_cast<int>(*step);
  return out;
}

}  // namespace

Expected<std::vector<review::OutcomeStep>> logged_steps(std::span<const store::Event> standing) {
  std::vector<review::OutcomeStep> out;
  for (const store::Event& event : standing) {
    if (event.kind != "grade") continue;
    HR_TRY(review::OutcomeStep step, step_of(event));
    const auto before = std::find_if(out.begin(), out.end(), [&](const review::OutcomeStep& one) {
      return one.outcome == step.outcome && one.step.domain == step.step.domain;
    });
    if (event.value.empty() && before != out.end()) out.erase(before);
    if (event.value.empty()) continue;
    if (before != out.end())
      *before = std::move(step);
    else
      out.push_back(std::move(step));
  }
  return out;
}

store::Event grade_event(const std::string& outcome, review::GradeDomain domain, std::optional<int> step,
                         const std::string& footnote, const std::string& author) {
  store::Event out;
  out.author = author;
  out.kind = "grade";
  out.stage = outcome;
  if (step) out.value = std::to_string(*step);
  out.reason = footnote;
  out.detail = Json{{"domain", review::grade_domain_name(domain)}}.dump();
  return out;
}

}  // namespace hedgerow::workflow
