// Which events of the log count: those that no undo that counts takes back.
//
// An undo names an earlier event, and an undo of an undo brings that event back. So the answer for an event depends on
// later ones alone, and one pass from the end of the log gives all of them.
#pragma once

#include <span>
#include <vector>

#include "store/store.hpp"

namespace hedgerow::workflow {

/// Per event, whether it counts. `events` in the order of their ids; an undo of an event that is not among them, or not
/// before it, has no effect.
std::vector<bool> standing(std::span<const store::Event> events);

/// The events that count, without the undos: what a fold of another part of the review (ratings, extracted values)
/// starts from.
std::vector<store::Event> standing_events(std::span<const store::Event> events);

}  // namespace hedgerow::workflow
