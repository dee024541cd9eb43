// The log of a review as the audit looks at it.
#pragma once

#include "audit/log_facts.hpp"
#include "workflow/plan.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::cli {

/// `place`: how findings name the log.
Expected<audit::LogFacts> log_facts(const workflow::ReviewStore& review, const workflow::Plan& plan,
                                    const std::string& folder, const audit::Place& place);

}  // namespace hedgerow::cli
