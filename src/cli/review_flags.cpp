#include "cli/review_flags.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "base/text.hpp"

namespace hedgerow::cli {

void add_review_flags(CLI::App& command, ReviewFlags& flags, bool writes) {
  command.add_option("--review", flags.folder, "Folder of the review (default: this one)")->type_name("DIR");
  if (writes)
    command.add_option("--author", flags.author, "Who does it (default: $HEDGEROW_AUTHOR, else $USER)")
        ->type_name("NAME");
  command.add_flag("--json", flags.json, "For programs: JSON instead of text");
}

Expected<std::string> author_of(const ReviewFlags& flags) {
  if (!flags.author.empty()) return std::string(trim(flags.author));
  for (const char* variable : {"HEDGEROW_AUTHOR", "USER"})
    if (const char* name = std::getenv(variable); name != nullptr && !trim(name).empty())
      return std::string(trim(name));
  return make_error(ErrorCode::usage, "who are you? Give --author NAME, or set HEDGEROW_AUTHOR");
}

Expected<workflow::ReviewStore> open_review(const ReviewFlags& flags) {
  return workflow::ReviewStore::open(flags.folder);
}

}  // namespace hedgerow::cli
