// Axes: from values to positions, and ticks at numbers that people would choose.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

/// How values of the analysis scale are shown: a log risk ratio as a risk ratio (exp), Fisher's z as a correlation
/// (tanh), a logit as a proportion (ilogit), ...; the others are named as effect/transform.hpp names them, and ve
/// falls. Positions stay on the analysis scale; only the printed numbers are transformed.
enum class Display { identity, exp, tanh, ilogit, iarcsin, pnorm, isqrt, ztor2, iahw, iabt, ve };

double to_display(double value, Display display);
double from_display(double shown, Display display);

/// `value` with fixed digits and a true minus sign (U+2212). 1e7 and more is written with an exponent; NaN is "".
std::string number_text(double value, int digits);

/// A tick: its value on the analysis scale and its label.
struct Tick {
  double at = 0.0;
  std::string label;
};

/// Numbers of the form {1, 2, 2.5, 5} x 10^n inside [lower, upper], about `wanted` of them; at least one if
/// lower <= upper.
std::vector<double> pretty_numbers(double lower, double upper, int wanted = 5);

/// Ticks of an axis from `lower` to `upper` (analysis scale) in pretty numbers of the display scale.
std::vector<Tick> ticks(double lower, double upper, Display display, int wanted = 6);

struct Limits {
  double lower = 0.0;
  double upper = 1.0;
};

/// Limits that hold the bulk of `values` and all of `always`. Values beyond 2.5 interquartile ranges from the quartiles
/// are left outside, so that one huge interval does not flatten the others. Non-finite values are ignored.
Limits robust_limits(std::span<const double> values, std::span<const double> always);

/// Limits that hold all finite values.
Limits full_limits(std::span<const double> values);

/// The same limits moved outward by `share` of their length; equal limits become a short interval around the value.
Limits padded(Limits limits, double share);

/// A linear map from values to points.
struct Scale {
  double lower = 0.0;
  double upper = 1.0;
  double at_lower = 0.0;  ///< position in points
  double at_upper = 1.0;

  double operator()(double value) const { return at_lower + (value - lower) / (upper - lower) * (at_upper - at_lower); }
  bool contains(double value) const { return value >= lower && value <= upper; }
};

/// The ticks whose labels neither touch each other nor reach more than `overhang` points beyond the scale's ends.
/// `horizontal`: widths count, else heights.
std::vector<Tick> without_collisions(std::vector<Tick> candidates, const Scale& scale, const scene::Font& font,
                                     bool horizontal, double overhang);

}  // namespace hedgerow::plot
