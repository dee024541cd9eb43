// Steps of GRADE in the log: each is an event (docs/formats/store.md, kind grade), and those that count follow from the
// events.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "review/grade.hpp"
#include "store/store.hpp"

namespace hedgerow::workflow {

/// The last step of each outcome and domain that counts, in the order of their first events; a step of 0 is one too:
/// the domain was judged and nothing follows. An event without a value takes the step back. `where` of a step is
/// "event 17", `by` its author and day. `standing`: the events that count. Errors: a domain that GRADE does not have, a
/// step that is no whole number, with the event's number.
Expected<std::vector<review::OutcomeStep>> logged_steps(std::span<const store::Event> standing);

/// The event for a step; `step` empty: it is taken back.
store::Event grade_event(const std::string& outcome, review::GradeDomain domain, std::optional<int> step,
                         const std::string& footnote, const std::string& author);

}  // namespace hedgerow::workflow
