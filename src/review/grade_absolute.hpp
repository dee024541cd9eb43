// Relative effects as absolute ones: how many more or fewer persons in 1000, given their risk without the intervention.
//
//   RR   p RR                       with the intervention
//   OR   OR p / (1 - p + OR p)
//   HR   1 - (1 - p)^HR             (risk of the event by the time at which p holds)
//   RD   p + RD
//   difference per 1000 = 1000 (risk with - p); the interval by the same formula on its limits
//   SMD in units of a scale = SMD x SD of that scale
//
// Source:     Guyatt2013 (binary outcomes), Guyatt2013b (continuous ones).
// Conditions: 0 <= p <= 1. A risk beyond 0 or 1 (a large RR with a large p) is held there, and said.
// Tests:      review/grade_absolute_test.cpp: worked numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

/// A number with its interval.
struct Interval {
  double estimate = 0, lower = 0, upper = 0;
};

/// How a measure turns a risk into another: OR, RR, HR on their ratio scale, RD as a difference of risks.
enum class RiskMeasure { rr, odds_ratio, hr, rd };
/// The measure of effects that a name ("OR", "PETO", "RR", "HR", "RD") stands for; nothing: it is none of risks.
std::optional<RiskMeasure> risk_measure(const std::string& name);

struct AbsoluteEffect {
  double risk = 0;    ///< without the intervention
  Interval with;      ///< risk with the intervention
  Interval per_1000;  ///< difference per 1000; negative is fewer
  bool held = false;  ///< a limit was held at a risk of 0 or 1
};

/// Errors: a risk outside of 0 to 1; a ratio that is not positive.
Expected<AbsoluteEffect> absolute_effect(RiskMeasure measure, const Interval& effect, double risk);

/// Median and range of the risks without the intervention; nothing without studies.
struct ControlRisks {
  double median = 0, lowest = 0, highest = 0;
};
std::optional<ControlRisks> control_risks(const std::vector<double>& events, const std::vector<double>& persons);

/// "45 fewer per 1000 (from 75 fewer to 6 fewer)".
std::string per_1000_text(const AbsoluteEffect& effect);

}  // namespace hedgerow::review
