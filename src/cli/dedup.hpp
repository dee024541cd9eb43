// The parts of `hedgerow dedup` that work on a review folder.
#pragma once

#include "cli/commands.hpp"
#include "cli/review_flags.hpp"
#include "dedup/dedup.hpp"

namespace hedgerow::cli {

/// Links what is the same, in the store; with `dry_run` only says what would be linked.
int dedup_review(const ReviewFlags& flags, const dedup::Options& options, bool dry_run);
/// dedup ask | decide | groups
void add_dedup_review_commands(CLI::App& dedup, Action& action);

}  // namespace hedgerow::cli
