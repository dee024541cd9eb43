// The flags of the commands that work on a review's store, and the store that they name.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "workflow/review_store.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct ReviewFlags {
  std::string folder = ".";  ///< --review
  std::string author;        ///< --author
  bool json = false;         ///< --json
};

/// --review and --json; with `writes` also --author.
void add_review_flags(CLI::App& command, ReviewFlags& flags, bool writes);

/// Who acts: --author, else $HEDGEROW_AUTHOR, else $USER. Error: none of them says.
Expected<std::string> author_of(const ReviewFlags& flags);

/// The store of the folder with all that follows from its log.
Expected<workflow::ReviewStore> open_review(const ReviewFlags& flags);

}  // namespace hedgerow::cli
