// The larger parts of review.toml, each read by its own file.
#pragma once

#include "engine/review_spec.hpp"
#include "engine/review_toml.hpp"

namespace hedgerow::engine {

/// [effects], [[effects.format]], [[effects.recode]], [effects.reported]
void read_effects(TomlReader& root, ReviewSpec& spec);
/// [[analysis]] with its subgroups, moderators, bias tests and variants; needs spec.subsets
void read_analyses(TomlReader& root, ReviewSpec& spec);
/// [appraisal]
void read_appraisal(TomlReader& root, ReviewSpec& spec, TomlErrors& errors);

}  // namespace hedgerow::engine
