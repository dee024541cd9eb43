// Robust counterparts of coefficients() and contrasts(), which call them where Options::robust is set.
#pragma once

#include <span>
#include <vector>

#include "infer/inference.hpp"

namespace hedgerow::infer::detail {

/// Errors: those of robust().
Expected<Coefficients> robust_coefficients(const model::Fit& fit, const Options& options, std::vector<std::size_t> btt);

/// Rows of `l` less `rhs`, with the covariance in `base`.
Contrasts robust_contrasts(const Coefficients& base, const stats::Matrix& l, std::span<const double> rhs, double level);

}  // namespace hedgerow::infer::detail
