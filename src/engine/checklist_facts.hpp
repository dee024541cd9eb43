// What review.toml knows of the items of PRISMA's checklists: question, criteria, effects, models, certainty.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/review_spec.hpp"
#include "review/prisma_checklist.hpp"

namespace hedgerow::engine {

/// The question of a new review.toml, which its authors replace by theirs.
inline constexpr std::string_view kQuestionToWrite = "In whom does what, compared with what, change which outcome?";

/// `absent`: files that review.toml names and that are not in the folder.
void add_spec_facts(const ReviewSpec& spec, const std::vector<std::string>& absent, review::ProjectFacts& facts);

/// The tables that review.toml names: of effects, ratings, studies.
std::vector<std::string> named_tables(const ReviewSpec& spec);

}  // namespace hedgerow::engine
