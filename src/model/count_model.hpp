// Models of counts: entry points. Which method takes which measure, and the files that hold the methods:
//
//   Mantel-Haenszel   OR RR RD IRR IRD    mantel_haenszel.cpp
//   Peto              OR                  peto.cpp
//   GLMM              OR IRR PLO IRLN     glmm*.cpp
//   beta-binomial     OR PLO              beta_binomial.cpp
//   Firth             OR                  firth.cpp
#pragma once

#include <string>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// "MH", "PETO", "UM.FS", "UM.RS", "CM.EL", "CM.AL", "BB", "FIRTH" <-> CountMethod; "GLMM" of one group is one_group.
Expected<CountMethod> parse_count_method(const std::string& text);
std::string name(CountMethod method);

/// Counts of a kind that the measure takes, and a method that takes the measure.
Checked check_count_model(const Data& data, const CountModel& spec);

/// Fits a Problem whose spec is CountModel.
Expected<Fit> fit_counts(const Problem& problem);

}  // namespace hedgerow::model
