// Maximum of the likelihood of the general model: starts, climbs, choice, certificate.
#pragma once

#include "base/expected.hpp"
#include "model/detail/mixed_coordinates.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

struct MixedOptimum {
  stats::Vector parameters;  ///< in the order of model/parameters.hpp
  stats::Vector se;          ///< from the observed information of those estimated and off their bounds; else NaN
  MixedEvaluation at;
  Certificate certificate;
};

/// `start` (all parameters) replaces the usual starts. Error: no start converged, with what was tried.
Expected<MixedOptimum> maximise_mixed(const MixedLikelihood& likelihood, const Problem& problem,
                                      const HeldParameters& held, const stats::Vector& start);

/// Information about some parameters at a point: expected, and observed = minus the Hessian.
Expected<VarianceInformation> mixed_information(const MixedLikelihood& likelihood, const Problem& problem,
                                                const stats::Vector& parameters, std::vector<std::size_t> which);
/// Parameters that are estimated and off their bounds.
std::vector<std::size_t> interior_parameters(const Problem& problem, const HeldParameters& held,
                                             const stats::Vector& parameters);

}  // namespace hedgerow::model
