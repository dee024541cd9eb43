// What the log says of work done twice, for the audit: two extractions compared, and judgements of risk of bias other
// than the answers lead to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/screening_facts.hpp"
#include "base/expected.hpp"
#include "store/store.hpp"

namespace hedgerow::cli {

/// Nothing unless the folder has a form (extraction.toml) and the log extractions by two people; of more, the first two
/// are compared. Errors: those of the form.
Expected<std::optional<audit::ExtractionFacts>> extraction_facts(const std::string& folder,
                                                                 std::span<const store::Event> standing);

/// Of all instruments of the program that the log has ratings for. Errors: a rating that its instrument does not have.
Expected<std::vector<audit::Override>> override_facts(std::span<const store::Event> standing);

}  // namespace hedgerow::cli
