// Maximum of the nested likelihood over its variance components: bounds, starts, choice, certificate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/detail/nested_likelihood.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

struct MultilevelOptimum {
  stats::Vector sigma2;     ///< per component of the specification, in the units of the data
  stats::Vector se_sigma2;  ///< from the observed information of the interior components; NaN for the others
  NestedEvaluation at;
  Certificate certificate;
};

/// `fixed` per component (may be empty: all free). Error: no start converged, with what was tried.
/// `start`, in the units of the data, replaces the usual starts (warm start of a profile).
Expected<MultilevelOptimum> maximise_multilevel(const NestedLikelihood& likelihood, const Multilevel& spec,
                                                const std::vector<std::optional<double>>& fixed,
                                                const stats::Vector& start = {});

/// Name of a component for messages.
std::string component_name(const Multilevel& spec, std::size_t component);

}  // namespace hedgerow::model
