// Back-transformations from the analysis scale to the display scale.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::effect {

/// Names that `transform` knows, without the prefix "transf.": exp, ilogit, iarcsin, ...
std::vector<std::string> transforms();

/// One value through a transformation named as in metafor ("exp", "transf.ilogit" or "ilogit"); missing stays missing.
/// `ni` are the sample sizes, which only ipft.hm needs (it takes their harmonic mean). Errors: unknown name (with the
/// nearest), ipft.hm without sizes.
Expected<double> transform(const std::string& name, double value, std::span<const double> ni = {});

}  // namespace hedgerow::effect
