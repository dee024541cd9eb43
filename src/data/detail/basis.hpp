// Bases of smooth curves in one moderator: polynomials and natural cubic splines, in the columns that R uses.
//
// Missing values give rows of NaN; they take no part in centring, scaling or the choice of knots.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/matrix.hpp"

namespace hedgerow::data {

/// x, x^2, ..., x^degree; k x degree.
stats::Matrix raw_polynomials(std::span<const double> x, std::size_t degree);

/// Polynomials of degree 1..degree, orthonormal over the observed x, with positive leading coefficient (R's poly);
/// k x degree. Nothing if there are not more than `degree` different values.
std::optional<stats::Matrix> orthogonal_polynomials(std::span<const double> x, std::size_t degree);

/// Knots of a natural cubic spline.
struct SplineKnots {
  stats::Vector interior;
  double low = 0;  ///< boundary knots; linear beyond them
  double high = 0;
};

/// R's choice: interior knots at equally spaced quantiles (type 7) of the x inside the boundary.
SplineKnots quantile_knots(std::span<const double> x, std::size_t interior, double low, double high);

/// Natural cubic splines as R's splines::ns: B-splines, projected on the null space of "second derivative zero at both
/// boundary knots" by Householder reflections. k x (interior + 1 + intercept).
stats::Matrix natural_spline(std::span<const double> x, const SplineKnots& knots, bool intercept);

}  // namespace hedgerow::data
