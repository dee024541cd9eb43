// Extraction in the log: each typed value is an event, and what a form holds follows from the events that count.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "review/consensus.hpp"
#include "store/store.hpp"

namespace hedgerow::workflow {

/// What the log holds of one form.
struct LoggedExtraction {
  std::vector<review::Extraction> extractions;  ///< one per extractor, in the order of their first events
  std::vector<review::Settled> settled;         ///< the last decision on each cell
};

/// Events for the values of an extraction that the log does not hold yet (a value that was typed again as before gives
/// none; one that was emptied gives an event without value).
std::vector<store::Event> extraction_events(const review::ExtractionForm& form, const review::Extraction& extraction,
                                            const LoggedExtraction& logged);
/// Events for decisions of a third person, without those that the log holds already.
std::vector<store::Event> settled_events(const review::ExtractionForm& form,
                                         const std::vector<review::Settled>& settled, const LoggedExtraction& logged);

/// `standing`: the events that count. Errors: an event whose fields the form does not have, with its number.
Expected<LoggedExtraction> logged_extraction(const review::ExtractionForm& form,
                                             std::span<const store::Event> standing);

}  // namespace hedgerow::workflow
