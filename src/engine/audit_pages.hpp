// The audit as parts of a report: its findings beside what they concern, and all of them with the checks in one place.
#pragma once

#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "report/document.hpp"

namespace hedgerow::engine {

/// The section "Audit": counts, every finding with its arithmetic, checks that could not look, what was allowed.
report::Section audit_section(const audit::Report& report);

/// A box with the errors and warnings of some groups ("AR", "DA"), each linked to the audit; with a subject only those
/// whose subject holds it. Empty if there are none.
std::vector<report::Block> audit_callout(const audit::Report& report, const std::vector<std::string>& groups,
                                         const std::string& subject = "");

/// "2 errors, 3 warnings, 1 note".
std::string audit_counts(const audit::Report& report);

/// The section as a document of its own.
report::Document audit_document(const audit::Report& report, const std::string& what);

}  // namespace hedgerow::engine
