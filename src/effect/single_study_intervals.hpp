// Confidence intervals of the effects of single studies: Wald intervals of any measure, and for measures of counts
// better ones, made from the counts themselves.
//
// Reading order: the intervals of one proportion, rate or table (they take numbers and give an Interval on the natural
// scale: proportions, rates, differences, ratios), then `study_intervals`, which picks one of them for each row of
// computed effects. docs/methods/single-study-intervals.md says which is good for what.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {

struct Interval {
  double lb = 0;
  double ub = 0;
};

// One proportion: x events among n, 0 <= x <= n, n > 0. `level` is the confidence level, as 0.95, in all that follows.

/// p -+ z sqrt(p (1 - p) / n), cut at 0 and 1.
Interval proportion_wald(double x, double n, double level);
/// Score interval (Wilson 1927).
Interval proportion_wilson(double x, double n, double level);
/// Score interval with continuity correction (Newcombe 1998, method 4).
Interval proportion_wilson_cc(double x, double n, double level);
/// Wald interval about the centre of Wilson's (Agresti and Coull 1998), cut at 0 and 1.
Interval proportion_agresti_coull(double x, double n, double level);
/// Equal-tailed interval of the posterior under Jeffreys' prior, 0 or 1 at the ends (Brown, Cai and DasGupta 2001).
Interval proportion_jeffreys(double x, double n, double level);
/// On the scale asin sqrt p with Anscombe's p = (x + 3/8) / (n + 3/4), cut at 0 and 1.
Interval proportion_arcsine(double x, double n, double level);
/// Clopper and Pearson (1934): coverage never below the level.
Interval proportion_exact(double x, double n, double level);
/// As exact, with half the probability of the x that was seen.
Interval proportion_mid_p(double x, double n, double level);

// One rate: x >= 0 events in person-time t > 0.

/// Garwood (1936): coverage never below the level.
Interval rate_exact(double x, double t, double level);
/// Score interval (x + z^2/2 -+ z sqrt(x + z^2/4)) / t.
Interval rate_score(double x, double t, double level);

// Differences and ratios of two proportions: x1 of n1, x2 of n2.

/// Difference from two Wilson intervals (Newcombe 1998, method 10), or those with continuity correction (method 11).
Interval difference_newcombe(double x1, double n1, double x2, double n2, double level, bool continuity = false);
/// Score intervals of Miettinen and Nurminen (1985). A ratio without events in group 2 has the upper limit infinity.
Interval difference_score(double x1, double n1, double x2, double n2, double level);
Interval risk_ratio_score(double x1, double n1, double x2, double n2, double level);
Interval odds_ratio_score(double x1, double n1, double x2, double n2, double level);
/// Odds ratio given the margins of the table (noncentral hypergeometric distribution; Cornfield 1956), exact or mid-p.
Interval odds_ratio_exact(double x1, double n1, double x2, double n2, double level, bool mid_p = false);

// Comparisons of two rates: x1 events in t1, x2 in t2.

/// Difference from two score intervals, put together as Newcombe's.
Interval rate_difference_score(double x1, double t1, double x2, double t2, double level);
/// Ratio given all events (binomial): exact, mid-p or score by the interval of the proportion.
Interval rate_ratio(double x1, double t1, double x2, double t2, double level,
                    Interval (*proportion)(double, double, double));

/// What is asked of `study_intervals`.
struct IntervalRequest {
  std::string method = "wald";  ///< a name from interval_methods(measure)
  double level = 0.95;
  double h0 = 0;  ///< null value of the Wald tests
  /// Applied to estimates and limits: a name (effect/transform.hpp), or "display" for that in which the measure is
  /// shown; empty: the scale of yi.
  std::string transf{};
};

/// One entry per row; NaN where yi or the counts are missing. Limits at the end of a range may be infinite.
struct StudyIntervals {
  std::string method;  ///< in words
  IntervalRequest request;
  stats::Vector estimate;    ///< yi, transformed
  stats::Vector sei;         ///< sqrt(vi)
  stats::Vector zval, pval;  ///< (yi - h0) / sei and its two-sided p; of Wald intervals alone, else empty
  stats::Vector ci_lb, ci_ub;
};

/// Methods that a measure has: "wald" first, which is yi -+ z sei on the scale of yi.
std::vector<std::string> interval_methods(const std::string& measure);

/// The intervals of computed or given effects. The limits of the other methods are made on the natural scale from the
/// counts of each row (before anything is added to them) and carried to the scale of yi, then through `transf`, which
/// turns an interval round if it decreases. Errors: unknown method, or one that the measure does not have (with those
/// that it has), effects without counts, level outside (0, 1), unknown transformation.
Expected<StudyIntervals> study_intervals(const Effects& effects, const IntervalRequest& request);

}  // namespace hedgerow::effect
