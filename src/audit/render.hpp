// A report of the audit as bytes: for people, for programs, for code-scanning viewers, for continuous integration.
#pragma once

#include <string>

#include "audit/audit.hpp"

namespace hedgerow::audit {

/// How a compiler would say it: severity[id], place, the row with a caret, the arithmetic, causes, repair, effect; the
/// counts of checks at the end. `excerpt` gives the row and caret of "file:line:column", or nothing. `colour`: ANSI.
std::string to_text(const Report& report, std::string (*excerpt)(const std::string& where), bool colour);
/// Schema hedgerow.audit/1.
std::string to_json(const Report& report);
/// SARIF 2.1.0 (OASIS 2020).
std::string to_sarif(const Report& report);
/// One test case per check: failed with findings of at least `fail_on`, skipped where it had nothing to look at.
std::string to_junit(const Report& report, Severity fail_on);
/// All that is known of a check, for `hedgerow explain`.
std::string explain(const Check& check);

/// "effects.csv:17:sd1i".
std::string where(const Place& place);

}  // namespace hedgerow::audit
