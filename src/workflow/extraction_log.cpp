#include "workflow/extraction_log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace hedgerow::workflow {
namespace {

using Json = nlohmann::ordered_json;
using review::Extraction;
using review::ExtractionForm;
using review::Settled;

std::string detail_of(const std::vector<std::string>& key, const std::string& field) {
  return Json{{"key", key}, {"field", field}}.dump();
}

struct Place {
  std::vector<std::string> key;
  std::string field;
};

/// Nothing if the text is not what detail_of makes.
std::optional<Place> place_of(const std::string& detail) {
  const Json json = Json::parse(detail, nullptr, false);
  if (!json.is_object() || !json.contains("key") || !json.contains("field")) return std::nullopt;
  if (!json["key"].is_array() || !json["field"].is_string()) return std::nullopt;
  Place place;
  place.field = json["field"].get<std::string>();
  for (const Json& part : json["key"]) {
    if (!part.is_string()) return std::nullopt;
    place.key.push_back(part.get<std::string>());
  }
  return place;
}

std::size_t index_of(const ExtractionForm& form, const std::string& id) {
  return static_cast<std::size_t>(form.find(id) - form.fields.data());
}

review::ExtractedRow& row_of(const ExtractionForm& form, Extraction& extraction, const std::vector<std::string>& key) {
  for (review::ExtractedRow& row : extraction.rows)
    if (row.key == key) return row;
  review::ExtractedRow row;
  row.key = key;
  row.values.resize(form.fields.size());
  for (std::size_t i = 0; i < key.size(); ++i) row.values[index_of(form, form.key[i])].typed = key[i];
  extraction.rows.push_back(std::move(row));
  return extraction.rows.back();
}

Extraction& extraction_of(LoggedExtraction& logged, const std::string& extractor) {
  for (Extraction& one : logged.extractions)
    if (one.extractor == extractor) return one;
  logged.extractions.push_back({extractor, {}, {}});
  return logged.extractions.back();
}

const Extraction* find_extraction(const LoggedExtraction& logged, const std::string& extractor) {
  for (const Extraction& one : logged.extractions)
    if (one.extractor == extractor) return &one;
  return nullptr;
}

const review::ExtractedRow* find_row(const Extraction* extraction, const std::vector<std::string>& key) {
  if (!extraction) return nullptr;
  for (const review::ExtractedRow& row : extraction->rows)
    if (row.key == key) return &row;
  return nullptr;
}

Error unknown_place(const store::Event& event) {
  return make_error(ErrorCode::input,
                    fmt::format("event {} holds an extracted value that the form '{}' has no place for: {}", event.id,
                                event.stage, event.detail));
}

void settle_last(std::vector<Settled>& all, Settled one) {
  const auto same = [&](const Settled& other) { return other.key == one.key && other.field == one.field; };
  const auto found = std::find_if(all.begin(), all.end(), same);
  if (found == all.end())
    all.push_back(std::move(one));
  else
    *found = std::move(one);
}

}  // namespace

std::vector<store::Event> extraction_events(const ExtractionForm& form, const Extraction& extraction,
                                            const LoggedExtraction& logged) {
  const Extraction* before = find_extraction(logged, extraction.extractor);
  std::vector<store::Event> events;
  const auto add = [&](const review::ExtractedRow& row, const std::string& field, const review::Value& value) {
    store::Event event;
    event.kind = "extract";
    event.author = extraction.extractor;
    event.stage = form.name;
    event.value = value.typed;
    event.reason = value.source;
    event.detail = detail_of(row.key, field);
    events.push_back(std::move(event));
  };
  for (const review::ExtractedRow& row : extraction.rows) {
    const review::ExtractedRow* known = find_row(before, row.key);
    bool said = known != nullptr;
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      if (form.is_key(form.fields[f].id)) continue;
      const review::Value empty, &now = row.values[f], &then = known ? known->values[f] : empty;
      if (now.typed == then.typed && now.source == then.source) continue;
      add(row, form.fields[f].id, now);
      said = true;
    }
    if (!said) add(row, "", {});
  }
  return events;
}

std::vector<store::Event> settled_events(const ExtractionForm& form, const std::vector<Settled>& settled,
                                         const LoggedExtraction& logged) {
  std::vector<store::Event> events;
  for (const Settled& one : settled) {
    const bool known = std::any_of(logged.settled.begin(), logged.settled.end(), [&](const Settled& other) {
      return other.key == one.key && other.field == one.field && other.value == one.value &&
             other.source == one.source && other.by == one.by;
    });
    if (known) continue;
    store::Event event;
    event.kind = "agree-value";
    event.author = one.by;
    event.stage = form.name;
    event.value = one.value;
    event.reason = one.source;
    event.detail = detail_of(one.key, one.field);
    events.push_back(std::move(event));
  }
  return events;
}

Expected<LoggedExtraction> logged_extraction(const ExtractionForm& form, std::span<const store::Event> standing) {
  LoggedExtraction logged;
  for (const store::Event& event : standing) {
    const bool typed = event.kind == "extract";
    if ((!typed && event.kind != "agree-value") || event.stage != form.name) continue;
    const auto place = place_of(event.detail);
    if (!place || place->key.size() != form.key.size() || (!place->field.empty() && !form.find(place->field)))
      return unknown_place(event);
    const std::string where = fmt::format("event {}", event.id);
    if (!typed) {
      settle_last(logged.settled, {place->key, place->field, event.value, event.reason, event.author, where});
      continue;
    }
    review::ExtractedRow& row = row_of(form, extraction_of(logged, event.author), place->key);
    if (!place->field.empty()) row.values[index_of(form, place->field)] = {event.value, event.reason, where};
  }
  return logged;
}

}  // namespace hedgerow::workflow
