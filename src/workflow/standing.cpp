#include "workflow/standing.hpp"

#include <algorithm>

namespace hedgerow::workflow {

std::vector<bool> standing(std::span<const store::Event> events) {
  std::vector<bool> counts(events.size(), true);
  for (std::size_t i = events.size(); i-- > 0;) {
    if (!counts[i] || events[i].kind != "undo") continue;
    const auto end = events.begin() + static_cast<std::ptrdiff_t>(i);
    const auto undone = std::lower_bound(events.begin(), end, events[i].other,
                                         [](const store::Event& event, std::int64_t id) { return event.id < id; });
    if (undone != end && undone->id == events[i].other)
      counts[static_cast<std::size_t>(undone - events.begin())] = false;
  }
  return counts;
}

std::vector<store::Event> standing_events(std::span<const store::Event> events) {
  const std::vector<bool> counts = standing(events);
  std::vector<store::Event> kept;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (counts[i] && events[i].kind != "undo") kept.push_back(events[i]);
  return kept;
}

}  // namespace hedgerow::workflow
