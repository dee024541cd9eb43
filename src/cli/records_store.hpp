// The parts of `hedgerow records` that work on a review's store.
#pragma once

#include "cli/commands.hpp"
#include "cli/review_flags.hpp"
#include "workflow/listing.hpp"

namespace hedgerow::cli {

/// Adds `records import` and `records export`.
void add_records_store_commands(CLI::App& records, Action& action);

/// Filters of a list of the store.
struct StoreListFlags {
  ReviewFlags review;
  std::string stage, outcome, database, search;
};
/// --review, --json, --stage, --outcome, --database, --search.
void add_store_list_flags(CLI::App& command, StoreListFlags& flags);
/// `records list` without files: the documents of the store, one line each.
int list_store(const StoreListFlags& flags);

/// The filters as a request. Errors: a word that is no stage or no outcome.
Expected<workflow::ListRequest> list_request(const StoreListFlags& flags);
/// A stage by its name. Errors: with the names.
Expected<workflow::Stage> stage_flag(const std::string& word);

}  // namespace hedgerow::cli
