// What the verbs of `hedgerow extract` do.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "cli/review_flags.hpp"

namespace hedgerow::cli {

struct ExtractFlags {
  std::string form;
  ReviewFlags review;
  std::vector<std::string> files, studies, extractors;
  std::string studies_from, decisions, output, sources;
  bool partial = false;
};

// Each gives the exit code: 0, or 1 where something is left to decide.
Expected<int> extract_template(const ExtractFlags& flags);
Expected<int> extract_check(const ExtractFlags& flags);
Expected<int> extract_compare(const ExtractFlags& flags);
Expected<int> extract_consensus(const ExtractFlags& flags);
Expected<int> extract_import(const ExtractFlags& flags);
Expected<int> extract_status(const ExtractFlags& flags);

}  // namespace hedgerow::cli
