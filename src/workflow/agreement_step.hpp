// Agreement of the reviewers of a stage, from the first votes of the log.
//
// First votes only: they were given before any talk. Later votes, withdrawn ones and reopened stages change nothing,
// and the votes of removed reviewers stay.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "review/agreement.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// What a first vote "maybe" is: a class of its own, an inclusion (as other programs count), an exclusion.
enum class MaybeIs { its_own, include, exclude };

/// Documents by reviewers; classes exclude, (maybe,) include. Documents without a vote are left out.
review::Ratings first_votes(const State& state, Stage stage, MaybeIs maybe);

/// For each reason that somebody gave in a first vote, in the declared order and then by letter: "yes" where a reviewer
/// excluded the document for it, "no" elsewhere.
std::vector<std::pair<std::string, review::Ratings>> first_reasons(const State& state, Stage stage);

}  // namespace hedgerow::workflow
