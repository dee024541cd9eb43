// The names of stages, votes and outcomes: in the log, in flags and in JSON. (Origins: plan.hpp.)
#pragma once

#include <optional>
#include <string_view>

#include "workflow/state.hpp"

namespace hedgerow::workflow {

const char* name(Stage stage);      ///< "abstract", "fulltext"
const char* name(Vote vote);        ///< "include", "exclude", "maybe"
const char* name(Outcome outcome);  ///< "unseen", "pending", "partial", "conflict", "included", "excluded"

std::optional<Stage> stage_named(std::string_view text);
std::optional<Vote> vote_named(std::string_view text);
std::optional<Outcome> outcome_named(std::string_view text);

}  // namespace hedgerow::workflow
