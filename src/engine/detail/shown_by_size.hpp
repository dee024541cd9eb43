// Forest plots of Freeman-Tukey proportions and rates on the scale of the proportion or rate. The back-transformation
// depends on a size, so that no axis has it: studies are shown by their own sizes, means by the harmonic mean of all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/result.hpp"
#include "plot/forest.hpp"

namespace hedgerow::engine {

struct ShownBySize {
  std::string each, mean;  ///< transformations: "ipft" and "ipft.hm"
};
/// Nothing where the measure is another, has no sizes, or another scale is asked for (`asked`: ForestRequest::transf).
std::optional<ShownBySize> shown_by_size(const Result& result, const std::string& asked);

/// One row per row of the model, before it is sorted into blocks.
Checked show_by_size(const Result& result, const ShownBySize& shown, std::vector<plot::ForestRow>& rows);
/// The means of the figure, its header, axis and digits.
Checked show_by_size(const Result& result, const ShownBySize& shown, const std::string& axis_title,
                     plot::ForestData& data, plot::ForestOptions& options);

}  // namespace hedgerow::engine
