// One transformation: its formula, what it needs, and the range of values that it makes sense of.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "base/missing.hpp"

namespace hedgerow::effect::detail {

/// Arguments of one value; missing where not given.
struct One {
  double ni = kMissing, n1i = kMissing, n2i = kMissing, ti = kMissing, pc = kMissing, pi = kMissing, sd = kMissing;
};

struct Transformation {
  std::string_view name;
  double (*function)(double x, const One& with);
  std::string_view needs = "";  ///< arguments that must be given, separated by blanks
  /// Values whose back-transforms are possible ones: .int takes the normal distribution within them.
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

std::span<const Transformation> transformations();
/// Null if there is none of this name.
const Transformation* find_transformation(std::string_view name);

/// E[h(X)] for X ~ N(x, tau2) within lower and upper; h(x) where tau2 is 0.
double integrated(const Transformation& h, double x, double tau2, const One& with, double lower, double upper);
/// The value at which the back-transformed X ~ N(x, tau2) has its highest density; exp, ilogit and ztor alone (NaN).
double mode(const Transformation& h, double x, double tau2);

}  // namespace hedgerow::effect::detail
