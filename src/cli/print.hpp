// Results as text for a terminal.
#pragma once

#include <string>
#include <vector>

#include "engine/result.hpp"

namespace hedgerow::cli {

/// Columns of texts, aligned: the first one left, the others right.
std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// "0.4747 [0.3365, 0.6697]": four digits, or four significant ones where that would leave too few.
std::string interval_text(double estimate, double lower, double upper);
/// "[0.3365, 0.6697]"
std::string range_text(double lower, double upper);

/// The fit as metafor prints it, then heterogeneity by level and the certificate.
std::string print_fit(const engine::Result& result);
/// Every answer, one after the other.
std::string print_answers(const engine::Result& result);
/// Why two programs differ; which conventions give printed numbers.
std::string differences_text(const engine::Block& block, bool markdown);
std::string published_text(const engine::Block& block, bool markdown);
/// The answers of those two kinds alone, as Markdown.
std::string print_explanations(const engine::Result& result);
/// Effects of all rows.
std::string print_effects(const engine::Result& result);
/// Warnings and rows that were dropped; empty if there are none.
std::string print_notes(const engine::Result& result);

}  // namespace hedgerow::cli
