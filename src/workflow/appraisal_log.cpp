#include "workflow/appraisal_log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hedgerow::workflow {
namespace {

using Json = nlohmann::ordered_json;
using review::RatedCell;
using review::Target;

bool is_rating(const store::Event& event) { return event.kind == "rating" || event.kind == "consensus"; }

/// A text of the event's detail, "" if it is not there.
std::string detail_text(const Json& detail, const char* key) {
  return detail.is_object() && detail.contains(key) && detail[key].is_string() ? detail[key].get<std::string>() : "";
}

bool same_place(const RatedCell& a, const RatedCell& b) {
  return a.study == b.study && a.result == b.result && a.rater == b.rater && a.target == b.target && a.index == b.index;
}

Expected<RatedCell> cell_of(const review::Instrument& instrument, const store::Event& event, const Json& detail) {
  const std::string item = detail_text(detail, "item");
  const auto place = review::find_place(instrument, item);
  if (!place)
    return make_error(ErrorCode::input,
                      fmt::format("event {} rates '{}', which {} does not have", event.id, item, instrument.name));
  RatedCell cell;
  cell.study = event.stage;
  cell.result = detail_text(detail, "result");
  cell.rater = event.kind == "consensus" ? kConsensus : event.author;
  cell.target = place->target;
  cell.index = place->index;
  cell.support = event.reason;
  cell.where = fmt::format("event {}", event.id);
  if (!event.value.empty()) HR_CHECK(review::parse_rating(instrument, event.value, cell));
  return cell;
}

}  // namespace

Expected<std::vector<RatedCell>> logged_ratings(const review::Instrument& instrument,
                                                std::span<const store::Event> standing) {
  std::vector<RatedCell> out;
  for (const store::Event& event : standing) {
    if (!is_rating(event)) continue;
    const Json detail = Json::parse(event.detail, nullptr, false);
    if (detail_text(detail, "instrument") != instrument.id) continue;
    HR_TRY(RatedCell cell, cell_of(instrument, event, detail));
    const auto before = std::find_if(out.begin(), out.end(), [&](const RatedCell& c) { return same_place(c, cell); });
    if (before != out.end()) {
      if (event.value.empty())
        out.erase(before);
      else
        *before = std::move(cell);
    } else if (!event.value.empty()) {
      out.push_back(std::move(cell));
    }
  }
  return out;
}

std::vector<store::Event> rating_events(const review::Instrument& instrument, const std::vector<RatedCell>& cells,
                                        const std::vector<RatedCell>& logged, const std::string& author) {
  std::vector<store::Event> out;
  for (RatedCell cell : cells) {
    const bool agreed = to_lower(cell.rater) == kConsensus;
    cell.rater = agreed ? kConsensus : cell.rater.empty() ? author : cell.rater;
    const auto before =
        std::find_if(logged.begin(), logged.end(), [&](const RatedCell& c) { return same_place(c, cell); });
    const std::string text = review::rating_text(instrument, cell);
    if (before != logged.end() && review::rating_text(instrument, *before) == text && before->support == cell.support)
      continue;
    store::Event event;
    event.author = agreed ? author : cell.rater;
    event.kind = agreed ? "consensus" : "rating";
    event.stage = cell.study;
    event.value = text;
    event.reason = cell.support;
    Json detail{{"instrument", instrument.id}, {"item", review::place_name(instrument, cell.target, cell.index)}};
    if (!cell.result.empty()) detail["result"] = cell.result;
    event.detail = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
    out.push_back(std::move(event));
  }
  return out;
}

std::vector<std::string> logged_instruments(std::span<const store::Event> standing) {
  std::vector<std::string> out;
  for (const store::Event& event : standing) {
    if (!is_rating(event)) continue;
    const std::string id = detail_text(Json::parse(event.detail, nullptr, false), "instrument");
    if (!id.empty() && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
  return out;
}

}  // namespace hedgerow::workflow
