#include "review/grade_suggest.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::review {
namespace {

std::string number(double value) { return format_significant(value, 3); }

std::string range(double lower, double upper) { return fmt::format("{} to {}", number(lower), number(upper)); }

/// No effect, and the smallest effect that matters, to either side.
std::vector<double> thresholds(const GradeOutcome& outcome, const Evidence& evidence) {
  std::vector<double> out{evidence.ratio ? 1.0 : 0.0};
  if (!outcome.threshold) return out;
  out.push_back(*outcome.threshold);
  out.push_back(evidence.ratio ? 1 / *outcome.threshold : -*outcome.threshold);
  return out;
}

std::vector<double> crossed(const std::vector<double>& lines, double lower, double upper) {
  std::vector<double> out;
  for (double line : lines)
    if (lower < line && line < upper) out.push_back(line);
  return out;
}

GradeSuggestion bias(const Evidence& evidence) {
  GradeSuggestion out{GradeDomain::risk_of_bias, 0, "more than half of the weight from studies at high risk of bias",
                      "the share of the weight at high risk is not known", "Guyatt2011Bias"};
  if (is_missing(evidence.high_risk_weight)) return out;
  out.step = evidence.high_risk_weight > 50 ? -1 : 0;
  out.finding = fmt::format("{}% of the weight is at high risk", format_fixed(evidence.high_risk_weight, 1));
  if (evidence.unrated_weight > 0)
    out.finding +=
        fmt::format("; {}% comes from studies that were not rated", format_fixed(evidence.unrated_weight, 1));
  return out;
}

GradeSuggestion inconsistency(const GradeOutcome& outcome, const Evidence& evidence) {
  GradeSuggestion out{GradeDomain::inconsistency, 0, "", "", "Guyatt2011Inconsistency"};
  const std::string i2 = is_missing(evidence.i2) ? "" : fmt::format("I² {}%", format_fixed(evidence.i2, 1));
  if (evidence.k < 2) {
    out.rule = "studies that differ";
    out.finding = "a single effect can't be inconsistent";
  } else if (!is_missing(evidence.pi_lower)) {
    const std::vector<double> lines = thresholds(outcome, evidence);
    const std::size_t mean = crossed(lines, evidence.effect.lower, evidence.effect.upper).size();
    const std::size_t predicted = crossed(lines, evidence.pi_lower, evidence.pi_upper).size();
    out.rule = "a prediction interval that reaches beyond a threshold which the interval of the mean keeps";
    out.step = predicted > mean ? -1 : 0;
    out.finding =
        fmt::format("prediction interval {}, interval of the mean {}{}", range(evidence.pi_lower, evidence.pi_upper),
                    range(evidence.effect.lower, evidence.effect.upper), i2.empty() ? "" : "; " + i2);
  } else {
    out.rule = "I² of 50% or more (no prediction interval was asked for)";
    out.step = evidence.i2 >= 50 ? -1 : 0;
    out.finding = i2.empty() ? "neither a prediction interval nor I² is known" : i2;
  }
  return out;
}

/// What the information size is computed for: what the outcome says, else a quarter of the risk, else an SMD of 0.2.
double relevant_effect(const GradeOutcome& outcome, const Evidence& evidence) {
  if (outcome.relevant_effect) return *outcome.relevant_effect;
  const auto measure = risk_measure(evidence.measure);
  if (!measure) return 0.2;
  return *measure == RiskMeasure::rd ? -0.25 * evidence.control_risk : 0.75;
}

GradeSuggestion imprecision(const GradeOutcome& outcome, const Evidence& evidence) {
  GradeSuggestion out{GradeDomain::imprecision, 0, "", "", "Zeng2022"};
  if (is_missing(evidence.effect.lower)) {
    out.rule = "an interval that crosses a threshold";
    out.finding = "no interval";
    return out;
  }
  const std::vector<double> lines =
      crossed(thresholds(outcome, evidence), evidence.effect.lower, evidence.effect.upper);
  const std::string interval = "interval " + range(evidence.effect.lower, evidence.effect.upper);
  if (!lines.empty()) {
    std::vector<std::string> words;
    for (double line : lines) words.push_back(number(line));
    out.rule = "an interval that crosses a threshold (two levels for two thresholds)";
    out.step = lines.size() > 1 ? -2 : -1;
    out.finding = fmt::format("{} crosses {}", interval, join(words, " and "));
    return out;
  }
  const double effect = relevant_effect(outcome, evidence);
  const double needed = information_size(evidence.measure, effect, evidence.control_risk);
  out.rule = "fewer participants than the optimal information size (power 80%, two-sided 5%)";
  out.source = "Guyatt2011Imprecision";
  out.finding = interval + " crosses no threshold";
  if (is_missing(needed) || is_missing(evidence.participants)) {
    out.finding += is_missing(needed) ? "; no information size for this measure without an assumed risk"
                                      : "; the number of participants is not known";
    return out;
  }
  out.step = evidence.participants < needed ? -1 : 0;
  out.finding += fmt::format("; {} participants, {} needed to find {} {}", format_fixed(evidence.participants, 0),
                             format_fixed(std::ceil(needed), 0), evidence.measure, number(effect));
  return out;
}

GradeSuggestion publication(const Evidence& evidence) {
  GradeSuggestion out{GradeDomain::publication_bias, 0,
                      "a test of small-study effects with p < 0.10, 10 studies or more", "", "Guyatt2011Publication"};
  const double studies = is_missing(evidence.studies) ? evidence.k : evidence.studies;
  if (!(studies >= 10)) {
    out.finding = fmt::format("{} studies are too few for a test", format_fixed(studies, 0));
    out.source = "sterne2011";
  } else if (is_missing(evidence.small_study_p)) {
    out.finding = "the analysis asks for no such test ([[analysis.bias]])";
  } else {
    out.step = evidence.small_study_p < 0.10 ? -1 : 0;
    out.finding = fmt::format("{}: p = {}", evidence.small_study_test, format_p(evidence.small_study_p));
  }
  return out;
}

/// The effect as a risk ratio; NaN if it is none and can't be made one.
double as_risk_ratio(const Evidence& evidence, double effect) {
  const auto measure = risk_measure(evidence.measure);
  if (measure == RiskMeasure::rr) return effect;
  if (measure != RiskMeasure::odds_ratio || is_missing(evidence.control_risk)) return kMissing;
  return effect / (1 - evidence.control_risk + effect * evidence.control_risk);
}

GradeSuggestion large(const Evidence& evidence) {
  GradeSuggestion out{GradeDomain::large_effect, 0, "RR beyond 2 or 0.5, very large beyond 5 or 0.2", "",
                      "Guyatt2011Up"};
  const double rr = as_risk_ratio(evidence, evidence.effect.estimate);
  const double lower = as_risk_ratio(evidence, evidence.effect.lower);
  const double upper = as_risk_ratio(evidence, evidence.effect.upper);
  if (is_missing(rr) || is_missing(lower)) {
    out.finding = "the effect is no risk ratio and can't be turned into one";
    return out;
  }
  if (rr > 2 || rr < 0.5) out.step = (rr > 5 && lower > 2) || (rr < 0.2 && upper < 0.5) ? 2 : 1;
  out.finding = fmt::format("RR {} ({})", number(rr), range(lower, upper));
  return out;
}

}  // namespace

double information_size(const std::string& measure, double effect, double control_risk) {
  const double z = stats::normal_quantile(0.975) + stats::normal_quantile(0.8);
  if (measure == "SMD") return effect == 0 ? kMissing : 4 * z * z / (effect * effect);
  const auto kind = risk_measure(measure);
  if (!kind || is_missing(control_risk)) return kMissing;
  const auto other = absolute_effect(*kind, {effect, effect, effect}, control_risk);
  if (!other || other->with.estimate == control_risk) return kMissing;
  const double p1 = control_risk, p2 = other->with.estimate;
  return 2 * z * z * (p1 * (1 - p1) + p2 * (1 - p2)) / ((p1 - p2) * (p1 - p2));
}

std::vector<GradeSuggestion> grade_suggestions(const GradeOutcome& outcome, const Evidence& evidence) {
  std::vector<GradeSuggestion> out{bias(evidence), inconsistency(outcome, evidence), imprecision(outcome, evidence),
                                   publication(evidence)};
  if (!outcome.judgement.randomised) out.push_back(large(evidence));
  return out;
}

}  // namespace hedgerow::review
