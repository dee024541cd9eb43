// Two extractions of the log, compared for the audit.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "audit/log_facts.hpp"
#include "base/expected.hpp"
#include "store/store.hpp"

namespace hedgerow::cli {

/// Nothing unless the folder has a form (extraction.toml) and the log extractions by two people; of more, the first two
/// are compared. Errors: those of the form.
Expected<std::optional<audit::ExtractionFacts>> extraction_facts(const std::string& folder,
                                                                 std::span<const store::Event> standing);

}  // namespace hedgerow::cli
