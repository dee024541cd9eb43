// Pooled results of the rows of a table: what a row, or its repair, does to the conclusion.
//
// Estimators are those of the analysis (model/, infer/): the audit computes no pooled result of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/subject.hpp"

namespace hedgerow::audit {

/// The analyses that a table of rows offers: one per outcome if it has several, of effects that are given (yi or an
/// estimate with vi, sei or an interval) or computed from summaries (SMD, OR, IRR, ZCOR, or the measure that the table
/// names). `index` is the sheet's place in the subject. Rows without an effect are left out; fewer than two: no
/// analysis.
std::vector<Analysis> analyses_of(const Sheet& sheet, std::size_t index);

/// Effect and sampling variance of a row with some numbers replaced (quantity -> number); nothing if the row gives
/// none. The measure is that of the analysis; effects that were given are taken as they stand unless they are replaced.
std::optional<std::pair<double, double>> effect_with(const Sheet& sheet, const Analysis& analysis, std::size_t row,
                                                     const std::map<std::string, double>& replaced);

/// The analysis pooled by its own method and test. Nothing if there is no estimate.
std::optional<Pooled> pooled(const Analysis& analysis);
/// The same analysis with another effect of entry i, or without it.
Analysis replaced(const Analysis& analysis, std::size_t i, double yi, double vi);
Analysis without(const Analysis& analysis, std::size_t i);

/// "pooled SMD 0.71 [0.40; 1.02] -> 0.44 [0.21; 0.67]"
std::string change(const Analysis& analysis, const Pooled& before, const Pooled& after);
/// Whether the sign of the conclusion at `alpha` differs: significant in one and not in the other, or the other way
/// round.
bool changes_conclusion(const Pooled& before, const Pooled& after, double alpha);

/// Puts the change of the pooled result by `repaired` into a finding; nothing if one of the two has no estimate.
void tell_change(Finding& finding, const Analysis& analysis, const Analysis& repaired, const Options& options);
/// The same for a row of a sheet with some of its numbers replaced, in the first analysis that has the row.
void tell_repair(Finding& finding, const Subject& subject, const Sheet& sheet, std::size_t row,
                 const std::map<std::string, double>& replaced);

}  // namespace hedgerow::audit
