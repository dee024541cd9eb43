// Ranges of values: what a rounded number may have been, and what follows from it.
//
// A printed "5.20" is some number of [5.195, 5.205]. Every recomputation carries such ranges through its formula, and a
// finding needs the printed and the recomputed range to be apart: what rounding can explain is never flagged. Each
// operation widens its result by one unit in the last place, so that rounding of the program itself never makes a
// finding either. Formulas that use a number twice give a range that is too wide, never one that is too narrow.
// Source: moore2009 (interval arithmetic).
#pragma once

#include <string>

namespace hedgerow::audit {

/// Closed; lo <= hi. Infinite ends are allowed.
struct Range {
  double lo = 0, hi = 0;

  double middle() const { return 0.5 * (lo + hi); }
  double width() const { return hi - lo; }
  bool contains(double x) const { return lo <= x && x <= hi; }
};

Range exactly(double value);
Range whole_line();

/// Whether the two have a value in common.
bool overlap(const Range& a, const Range& b);
Range hull(const Range& a, const Range& b);
Range widened(const Range& a, double by);

Range operator+(const Range& a, const Range& b);
Range operator-(const Range& a, const Range& b);
Range operator-(const Range& a);
Range operator*(const Range& a, const Range& b);
/// The whole line if `b` contains 0.
Range operator/(const Range& a, const Range& b);
/// Of the part that is not negative; [0, 0] if there is none.
Range sqrt(const Range& a);
Range square(const Range& a);
Range abs(const Range& a);
Range exp(const Range& a);
/// Of the part above 0; minus infinity where it reaches 0.
Range log(const Range& a);
Range max(const Range& a, const Range& b);
Range min(const Range& a, const Range& b);

/// Range of a function that rises (or falls) over `a`.
template <typename Function>
Range monotone(const Range& a, Function&& f) {
  const double left = f(a.lo), right = f(a.hi);
  return left <= right ? Range{left, right} : Range{right, left};
}

/// "0.44 to 0.46" with as many digits as tell the ends apart; one number if they print alike.
std::string text(const Range& a);

}  // namespace hedgerow::audit
