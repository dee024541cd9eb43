#include "audit/range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The ends moved outwards by one unit in the last place; 0 * infinity counts as 0.
Range outward(double lo, double hi) {
  lo = std::isnan(lo) ? -kInfinity : std::nextafter(lo, -kInfinity);
  hi = std::isnan(hi) ? kInfinity : std::nextafter(hi, kInfinity);
  return {lo, hi};
}

double product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

}  // namespace

Range exactly(double value) { return {value, value}; }

Range whole_line() { return {-kInfinity, kInfinity}; }

bool overlap(const Range& a, const Range& b) { return a.lo <= b.hi && b.lo <= a.hi; }

Range hull(const Range& a, const Range& b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }

Range widened(const Range& a, double by) { return {a.lo - by, a.hi + by}; }

Range operator+(const Range& a, const Range& b) { return outward(a.lo + b.lo, a.hi + b.hi); }

Range operator-(const Range& a, const Range& b) { return outward(a.lo - b.hi, a.hi - b.lo); }

Range operator-(const Range& a) { return {-a.hi, -a.lo}; }

Range operator*(const Range& a, const Range& b) {
  const auto [lo, hi] =
      std::minmax({product(a.lo, b.lo), product(a.lo, b.hi), product(a.hi, b.lo), product(a.hi, b.hi)});
  return outward(lo, hi);
}

Range operator/(const Range& a, const Range& b) {
  if (b.contains(0)) return whole_line();
  return a * outward(1 / b.hi, 1 / b.lo);
}

Range sqrt(const Range& a) {
  if (a.hi <= 0) return exactly(0);
  const Range out = outward(std::sqrt(std::max(a.lo, 0.0)), std::sqrt(a.hi));
  return {std::max(out.lo, 0.0), out.hi};
}

Range square(const Range& a) {
  const Range size = abs(a);
  const Range out = outward(size.lo * size.lo, size.hi * size.hi);
  return {std::max(out.lo, 0.0), out.hi};
}

Range abs(const Range& a) {
  const double far = std::max(std::abs(a.lo), std::abs(a.hi));
  return {a.contains(0) ? 0 : std::min(std::abs(a.lo), std::abs(a.hi)), far};
}

Range exp(const Range& a) {
  const Range out = outward(std::exp(a.lo), std::exp(a.hi));
  return {std::max(out.lo, 0.0), out.hi};
}

Range log(const Range& a) { return outward(std::log(std::max(a.lo, 0.0)), std::log(std::max(a.hi, 0.0))); }

Range max(const Range& a, const Range& b) { return {std::max(a.lo, b.lo), std::max(a.hi, b.hi)}; }

Range min(const Range& a, const Range& b) { return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)}; }

std::string text(const Range& a) {
  if (a.lo == a.hi) return format_significant(a.lo, 4);
  for (int digits = 3; digits < 8; ++digits) {
    const std::string lo = format_significant(a.lo, digits), hi = format_significant(a.hi, digits);
    if (lo != hi) return lo + " to " + hi;
  }
  return format_significant(a.middle(), 4);
}

}  // namespace hedgerow::audit
