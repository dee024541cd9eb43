// Appraisal in the log: each rating is an event (docs/formats/store.md, kinds rating and consensus), and the ratings
// that count follow from the events.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "review/ratings.hpp"
#include "store/store.hpp"

namespace hedgerow::workflow {

/// The rater's name that stands for the agreed ratings.
inline constexpr const char* kConsensus = "consensus";

/// Ratings of this instrument that count: of several by one rater on the same place the last one; an event without a
/// value takes the rating back. Events of other instruments are passed over. `standing`: the events that count.
/// Errors: an event whose item or rating the instrument does not have, with its number.
Expected<std::vector<review::RatedCell>> logged_ratings(const review::Instrument& instrument,
                                                        std::span<const store::Event> standing);

/// Events for ratings that the log does not hold yet. The author is the rater, or `author` where the table names none;
/// those of the rater "consensus" become events `consensus` by `author`.
std::vector<store::Event> rating_events(const review::Instrument& instrument,
                                        const std::vector<review::RatedCell>& cells,
                                        const std::vector<review::RatedCell>& logged, const std::string& author);

/// Ids of the instruments with ratings in the log, in the order of their first events.
std::vector<std::string> logged_instruments(std::span<const store::Event> standing);

}  // namespace hedgerow::workflow
