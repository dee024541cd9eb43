// Whose turn it is: the documents that a reviewer still has to see in a stage, and in which order.
//
// All reviewers share one order, so that the first documents get their votes from everybody. Documents that another
// reviewer has begun come first: none stays half-screened when people stop early. Before them come those that were
// drawn at random, in the order in which they were drawn, for a statement rests on them (sample.hpp).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "workflow/state.hpp"

namespace hedgerow::workflow {

struct WorkList {
  std::vector<std::size_t> documents;  ///< indices into State::documents: drawn at random, begun by others, untouched
  std::size_t done = 0;                ///< documents with this reviewer's vote
  std::size_t conflicts = 0;           ///< of the stage, whoever caused them
};

/// `order`: all documents in the shared order (a model's); empty: the order of import.
WorkList work_list(const State& state, Stage stage, const std::string& reviewer,
                   std::span<const std::size_t> order = {});

/// Documents that were drawn at random in the stage and still belong to it, each once, in the order of drawing.
std::vector<std::size_t> drawn_documents(const State& state, Stage stage);

/// Whether people may still vote before the document is decided. What a stopping rule excluded waits if it was drawn.
bool waits_for_votes(const StageState& stage, bool drawn);

/// Documents in conflict, in their order: the referee's list.
std::vector<std::size_t> conflicts(const State& state, Stage stage);

/// The vote of a reviewer that counts; nullptr: none.
const Decision* vote_of(const StageState& stage, const std::string& reviewer);

/// The stage in which a document waits: full text once title and abstract are done with.
Stage current_stage(const Document& document);

}  // namespace hedgerow::workflow
