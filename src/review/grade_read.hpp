// [grade] and [[grade.outcome]] of review.toml: docs/formats/review-folder.md describes every key.
#pragma once

#include "data/toml.hpp"
#include "review/grade.hpp"

namespace hedgerow::review {

/// Reads the table if it is there. Errors go to the reader: a missing footnote, a step that the rules do not allow, a
/// word that is no level, each with its field. `analyses`: the ids that an outcome may name.
GradeSpec read_grade(data::TomlReader& root, const std::vector<std::string>& analyses);

}  // namespace hedgerow::review
