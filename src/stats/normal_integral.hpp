// Means of functions of a normal variable.
#pragma once

#include <functional>

namespace hedgerow::stats {

/// E[h(X) | lower < X < upper] for X ~ N(mean, variance); bounds may be infinite, variance > 0. The normal density is
/// taken relative to its highest value within the bounds, so that bounds far in the tail keep their digits. h must not
/// grow faster than exp(10 |x - mean| / sd). Relative error about 1e-12 for smooth h. NaN where an argument is missing,
/// the variance is not above 0, or lower is not below upper.
double truncated_normal_mean(const std::function<double(double)>& h, double mean, double variance, double lower,
                             double upper);

}  // namespace hedgerow::stats
