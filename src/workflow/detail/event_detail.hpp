// The JSON of an event's detail, and errors that name their event.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "store/store.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow::detail {

/// The text of a field of the detail; empty if there is none.
std::string detail_text(const store::Event& event, const char* field);

/// Changes the rule by what the event says: fields that it does not name stay. Errors: not JSON, no votes needed.
Checked apply_rule(const store::Event& event, StageRule& rule);

/// Begins the sample of a stage anew, or continues it where the event says so. Errors: its detail is none, no record is
/// drawn, more are drawn than were unread.
Checked apply_sample(const store::Event& event, RandomSample& sample);

/// An Error that names the event: "event 17 (vote): ...".
Error event_error(const store::Event& event, const std::string& message);

}  // namespace hedgerow::workflow::detail
