// Documents drawn at random from what nobody has read yet, and what they say about stopping.
//
// A statement with a probability needs random draws (screening/stopping.hpp). `sample_event` draws them; everybody's
// work list brings them first. A later draw continues the sample if nothing else was read and nothing came in between,
// for then it draws from what the sample left; else it begins a new one.
//
// The statement takes the drawn documents in their order up to the first that is not decided: which ones are decided
// late (conflicts) is no chance, and the test holds for every such beginning of the order at once. What was found
// elsewhere counts as found before the draws, which errs on the side of reading on: it makes fewer missed ones enough
// to fail.
//
// Tests: workflow/sample_test.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "screening/stopping.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

/// Nobody's vote and no referee's word stands: untouched, or excluded by a stopping rule alone.
bool is_unread(const StageState& stage);

struct SampleRequest {
  std::string author;
  Stage stage = Stage::abstract;
  std::size_t number = 0;
  std::uint64_t seed = 0;  ///< the same seed draws the same documents from the same state
};

/// Draws documents. Errors: none is unread, fewer are than are asked for.
Expected<store::Event> sample_event(const ReviewStore& review, const SampleRequest& request);

/// A stage at a glance for the question whether to stop.
struct StopFigures {
  std::size_t documents = 0, unread = 0, found = 0;
  std::size_t open = 0;     ///< in conflict or with a vote missing: read, and not counted as found
  std::size_t drawn = 0;    ///< documents of the present sample
  std::size_t decided = 0;  ///< of them decided; the statement takes those before the first undecided one
  std::size_t begun = 0;    ///< samples begun in the stage
  std::size_t outside = 0;  ///< unread ones that the sample was not drawn from: they came, or were opened again, later
  std::size_t enough = 0;   ///< draws in all that would reach the target if none to come were relevant; 0: not computed
  screening::StopState state;
};

/// `target`: recall; both in (0, 1). No draws are in the state where `outside` is not 0.
StopFigures stop_figures(const State& state, Stage stage, double target, double confidence);

}  // namespace hedgerow::workflow
