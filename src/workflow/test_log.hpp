// For tests: logs written down briefly, and a State as text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// A log of events and the records that its imports bring.
struct TestLog {
  std::vector<store::Event> events;
  std::vector<store::StoredRecord> heads;

  store::Event& add(const std::string& kind, const std::string& author = "ana") {
    store::Event event;
    event.id = static_cast<std::int64_t>(events.size()) + 1;
    event.time = "2026-01-01T00:00:00.000Z";
    event.author = author;
    event.kind = kind;
    events.push_back(std::move(event));
    return events.back();
  }
  std::int64_t import(std::size_t n, const std::string& origin = "database", const std::string& name = "Scopus") {
    store::Event& event = add("import");
    event.value = origin;
    event.detail = R"({"name": ")" + name + R"(", "file": "a.ris"})";
    for (std::size_t i = 0; i < n; ++i) {
      store::StoredRecord head;
      head.id = static_cast<std::int64_t>(heads.size()) + 1;
      head.import_event = event.id;
      heads.push_back(std::move(head));
    }
    return event.id;
  }
  std::int64_t vote(const std::string& who, std::int64_t record, const std::string& value,
                    const std::string& stage = "abstract", const std::string& reason = "") {
    store::Event& event = add("vote", who);
    event.record = record;
    event.stage = stage;
    event.value = value;
    event.reason = reason;
    return event.id;
  }
  store::Event& say(const std::string& kind, std::int64_t record, const std::string& stage,
                    const std::string& value = "", const std::string& who = "ana", const std::string& reason = "") {
    store::Event& event = add(kind, who);
    event.record = record;
    event.stage = stage;
    event.value = value;
    event.reason = reason;
    return event;
  }
  std::int64_t pair(const std::string& kind, std::int64_t a, std::int64_t b, const std::string& value = "manual") {
    store::Event& event = add(kind);
    event.record = a;
    event.other = b;
    event.value = kind == "link" ? value : "";
    return event.id;
  }
  std::int64_t undo(std::int64_t other) {
    store::Event& event = add("undo");
    event.other = other;
    return event.id;
  }
};

/// Everything that a State says, as text that two ways of computing can be compared by.
std::string as_text(const State& state);
/// The same state computed in another way: by looking back from the end for each question (naive_state.cpp of the
/// tests).
std::string naive_text(const std::vector<store::Event>& events, const std::vector<store::StoredRecord>& heads);

}  // namespace hedgerow::workflow
