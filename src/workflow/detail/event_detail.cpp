#include "workflow/detail/event_detail.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

namespace hedgerow::workflow::detail {
namespace {

using Json = nlohmann::json;

Json parse(const store::Event& event) { return Json::parse(event.detail, nullptr, false); }

}  // namespace

std::string detail_text(const store::Event& event, const char* field) {
  if (event.detail.empty()) return "";
  const Json json = parse(event);
  if (!json.is_object()) return "";
  const auto found = json.find(field);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Checked apply_rule(const store::Event& event, StageRule& rule) {
  const Json json = parse(event);
  if (!json.is_object()) return event_error(event, "its detail is no JSON object");
  if (const auto votes = json.find("votes_needed"); votes != json.end()) {
    if (!votes->is_number_unsigned() || votes->get<std::uint64_t>() < 1 || votes->get<std::uint64_t>() > 100)
      return event_error(event, "votes_needed has to be a whole number from 1 to 100");
    rule.votes_needed = votes->get<std::size_t>();
  }
  const auto reasons = json.find("reasons");
  if (reasons == json.end()) return {};
  std::vector<std::string> list;
  for (const Json& reason : *reasons) {
    if (!reasons->is_array() || !reason.is_string()) return event_error(event, "reasons has to be a list of texts");
    list.push_back(reason.get<std::string>());
  }
  rule.reasons = std::move(list);
  return {};
}

Checked apply_sample(const store::Event& event, RandomSample& sample) {
  const Json json = parse(event);
  if (!json.is_object()) return event_error(event, "its detail is no JSON object");
  RandomSample drawn;
  for (const Json& record : json.value("records", Json::array())) {
    if (!record.is_number_unsigned()) return event_error(event, "records has to be a list of numbers");
    drawn.records.push_back(record.get<std::int64_t>());
  }
  const auto number = [&](const char* field) -> std::int64_t {
    const auto found = json.find(field);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::int64_t>() : 0;
  };
  drawn.unread = static_cast<std::size_t>(number("unread"));
  if (drawn.records.empty()) return event_error(event, "it draws no record");
  const bool continues = sample.event != 0 && number("continues") == sample.event;
  if (!continues) {
    drawn.event = event.id;
    drawn.begun = sample.begun + 1;
    sample = std::move(drawn);
  } else {
    sample.records.insert(sample.records.end(), drawn.records.begin(), drawn.records.end());
  }
  if (sample.records.size() <= sample.unread) return {};
  return event_error(event, fmt::format("{} records are drawn from {}", sample.records.size(), sample.unread));
}

Error event_error(const store::Event& event, const std::string& message) {
  return make_error(ErrorCode::input, fmt::format("event {} ({}): {}", event.id, event.kind, message));
}

}  // namespace hedgerow::workflow::detail
