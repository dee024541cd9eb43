// Tolerance classes of a reference corpus (tests/reference/README.md, section "Tolerance classes").
#pragma once

#include <string>

#include "corpus.hpp"

namespace hedgerow::check {

/// |got - expected| <= max(absolute, relative |expected|).
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

/// How exactly the numbers of one case, or of one of its steps, are known.
struct Yardstick {
  std::string type;          ///< closed, iter, default_stop, root, optim, sel, glmm, cond
  double flat_relative = 0;  ///< check.max_rel_diff_varcomp: the likelihood is flat to this degree
  double flat_beta = 0;      ///< check.max_abs_diff_beta

  bool optimised() const { return type == "optim" || type == "sel"; }
};

Yardstick yardstick_of(const Json& test_case);

/// Tolerance of a field ("beta", "sigma2", "fit_stats.ML.loglik").
Tolerance tolerance_of(const Yardstick& yardstick, const std::string& field);

/// Whether a field is a p-value: below 1e-8 these are compared by their logarithms, relative 1e-4.
bool is_p_value(const std::string& field);

/// R's uniroot() stops at .Machine$double.eps^0.25 unless told otherwise; the bounds of `confint` are that exact.
inline constexpr double kDefaultRootTolerance = 1.220703125e-4;

}  // namespace hedgerow::check
