// What review.toml says of the records and of screening: [[records]] and [screening] (docs/formats/review-folder.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// An export in the folder.
struct PlannedImport {
  std::string file;      ///< relative to the folder
  std::string database;  ///< "Scopus"; empty: from the file's own words
  Origin origin = Origin::database;
  // How it was searched, for the checklists; each may be empty.
  std::string platform{};  ///< "Ovid"
  std::string searched{};  ///< day of the last search, "2026-01-31"
  std::string strategy{};  ///< file with the search as it was run, relative to the folder
};

struct Plan {
  std::vector<PlannedImport> imports;
  std::string decisions;  ///< file of decisions, may be empty
  StageRule abstract, fulltext;
  bool referee_may_vote = false;     ///< whether a referee may decide on a record on which they voted
  std::vector<std::string> known{};  ///< studies that the search should find: DOIs, PMIDs or titles
};

/// "database", "registry", "website", "organisation", "citations", "previous".
const char* name(Origin origin);
/// Error: another word, with those that are known.
Expected<Origin> origin_named(const std::string& word);

/// Reads these parts of review.toml and leaves the others alone. Errors with line and column.
Expected<Plan> read_plan(std::string_view bytes, const std::string& source);

}  // namespace hedgerow::workflow
