#include "review/grade_absolute.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

double risk_with(RiskMeasure measure, double effect, double p) {
  switch (measure) {
    case RiskMeasure::rr:
      return p * effect;
    case RiskMeasure::odds_ratio:
      return effect * p / (1 - p + effect * p);
    case RiskMeasure::hr:
      return 1 - std::pow(1 - p, effect);
    case RiskMeasure::rd:
      return p + effect;
  }
  return p;
}

std::string count_text(double per_1000) {
  const double rounded = std::round(per_1000);
  if (rounded == 0) return "0 fewer";
  return fmt::format("{} {}", format_fixed(std::abs(rounded), 0), rounded < 0 ? "fewer" : "more");
}

}  // namespace

std::optional<RiskMeasure> risk_measure(const std::string& name) {
  if (name == "RR") return RiskMeasure::rr;
  if (name == "OR" || name == "PETO") return RiskMeasure::odds_ratio;
  if (name == "HR") return RiskMeasure::hr;
  if (name == "RD") return RiskMeasure::rd;
  return std::nullopt;
}

Expected<AbsoluteEffect> absolute_effect(RiskMeasure measure, const Interval& effect, double risk) {
  if (!(risk >= 0 && risk <= 1))
    return make_error(ErrorCode::input, fmt::format("a risk lies between 0 and 1; found {}", format_shortest(risk)));
  AbsoluteEffect out{risk, {}, {}, false};
  for (double Interval::*part : {&Interval::estimate, &Interval::lower, &Interval::upper}) {
    const double value = effect.*part;
    if (measure != RiskMeasure::rd && !(value >= 0))
      return make_error(ErrorCode::input, fmt::format("a ratio is 0 or more; found {}", format_shortest(value)));
    const double with = risk_with(measure, value, risk);
    out.with.*part = std::clamp(with, 0.0, 1.0);
    out.held = out.held || with < 0 || with > 1;
    out.per_1000.*part = 1000 * (out.with.*part - risk);
  }
  return out;
}

std::optional<ControlRisks> control_risks(const std::vector<double>& events, const std::vector<double>& persons) {
  std::vector<double> risks;
  for (std::size_t i = 0; i < std::min(events.size(), persons.size()); ++i)
    if (persons[i] > 0 && events[i] >= 0) risks.push_back(events[i] / persons[i]);
  if (risks.empty()) return std::nullopt;
  std::sort(risks.begin(), risks.end());
  const std::size_t half = risks.size() / 2;
  const double median = risks.size() % 2 ? risks[half] : (risks[half - 1] + risks[half]) / 2;
  return ControlRisks{median, risks.front(), risks.back()};
}

std::string per_1000_text(const AbsoluteEffect& effect) {
  return fmt::format("{} per 1000 (from {} to {})", count_text(effect.per_1000.estimate),
                     count_text(effect.per_1000.lower), count_text(effect.per_1000.upper));
}

}  // namespace hedgerow::review
