// Scores as probabilities: a logistic curve.
//
//   p(score) = 1 / (1 + exp(-(a + b score))),  a and b by maximum likelihood with the targets (n1 + 1)/(n1 + 2) and
//   1/(n0 + 2) instead of 1 and 0, so that classes which the score separates have a finite curve.
//
// Source: platt1999.
// Tests:  screening/calibrate_test.cpp (gradient zero; a known curve).
#pragma once

#include <cmath>
#include <span>

namespace hedgerow::screening {

struct Logistic {
  double a = 0, b = 0;
  double operator()(double score) const { return 1 / (1 + std::exp(-(a + b * score))); }
};

/// `relevant`: 1 or 0 for each score. Newton's method with halved steps; always ends.
Logistic fit_logistic(std::span<const double> scores, std::span<const int> relevant);

}  // namespace hedgerow::screening
