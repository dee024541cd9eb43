// Minimum of a smooth function of a few variables by the simplex method of Nelder and Mead (1965), for fits of two or
// three parameters whose derivatives are not worth writing. Restarted from its answer until that no longer improves.
#pragma once

#include <functional>
#include <span>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

struct SimplexMinimum {
  Vector x;
  double value = 0;
};

/// Starts at `start` with steps `step`; a value that is not finite counts as infinitely bad. The tolerance is relative
/// in the value and in x.
SimplexMinimum minimise_simplex(const std::function<double(std::span<const double>)>& f, Vector start, double step,
                                double tolerance = 1e-13);

}  // namespace hedgerow::stats
