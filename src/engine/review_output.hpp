// The output folder: made beside its place, then swapped in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/review_lock.hpp"
#include "engine/review_pages.hpp"

namespace hedgerow::engine {

/// The lock of an output folder; nothing if the folder does not exist or is empty. Errors: the path is a file, or a
/// folder that was not made by this program (it holds files but no lock).
Expected<std::optional<Lock>> previous_lock(const std::string& out);

/// Writes all files as the new content of `out`. Files in it that an earlier run did not make are kept.
Checked write_output(const std::string& out, const std::vector<OutputFile>& files, const std::optional<Lock>& previous);

}  // namespace hedgerow::engine
