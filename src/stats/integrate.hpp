// Integrals of smooth functions (adaptive Gauss-Kronrod, 31 points). Boost.Math lives behind it.
#pragma once

#include <functional>

namespace hedgerow::stats {

/// Integral of f over [low, high] to about 1e-12 relative; `high` may be infinite.
double integrate(const std::function<double(double)>& f, double low, double high);

}  // namespace hedgerow::stats
