// The variance parameters of a multilevel fit as one list: sigma2 of each component, then per structured term its tau2
// and its rho. Everything that walks over parameters (profiles, intervals, information, bootstraps) uses this order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/fit.hpp"

namespace hedgerow::model {

struct Parameter {
  enum class Kind { sigma2, tau2, rho } kind = Kind::sigma2;
  std::size_t term = 0;   ///< sigma2: component; else index into Multilevel::structured
  std::size_t index = 0;  ///< within the term's tau2 or rho
  /// "sigma2.1", "tau2", "tau2.2", "rho"; the second structured term says gamma2 and phi, as metafor does, later ones
  /// tau2[3].1. A number is left out where there is only one.
  std::string name;
  std::optional<double> fixed;
  double lower = 0, upper = 0;  ///< bounds; upper is infinite for variances and ranges
};

/// Of a Multilevel problem; empty for two-level ones.
std::vector<Parameter> parameters(const Problem& problem);
/// Estimates in this order.
stats::Vector parameter_values(const Fit& fit);
/// The problem with one more parameter held at a value. Errors: no such parameter, value outside its bounds.
Expected<Problem> with_fixed(const Problem& problem, std::size_t parameter, double value);

}  // namespace hedgerow::model
