// Names of the kinds of questions, as the JSON form spells them.
#pragma once

#include <string>
#include <vector>

#include "engine/job.hpp"

namespace hedgerow::engine {

/// All kinds, in the order of the variant Ask.
std::vector<std::string> ask_names();
/// Kind of a question: "predict", "confint", ...
std::string ask_name(const Ask& ask);

}  // namespace hedgerow::engine
