// PDF and PNG writers, through cairo and pango.
//
// The fonts are embedded in the PDF. The same scene gives the same bytes: the creation date is fixed. A machine without
// Liberation Sans draws with what fontconfig finds, or draws no glyphs at all; it is not an error.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "scene/scene.hpp"

namespace hedgerow::scene {

/// The bytes of a one-page PDF, in the size of the scene.
Expected<std::string> pdf(const Scene& scene);

inline constexpr double kDefaultDpi = 200.0;

/// The bytes of a PNG on white, with its resolution in the pHYs chunk. `dpi` in [36, 1200]; the picture may have at
/// most 32,767 pixels a side (a limit of cairo): a higher page lowers the resolution, and the pHYs chunk says so.
Expected<std::string> png(const Scene& scene, double dpi = kDefaultDpi);

/// What the writers of this file would measure: width in points with the font that the machine has, kerning included,
/// and that font's family. metrics_test.cpp compares metrics.hpp with it.
struct DrawnText {
  double width = 0.0;
  std::string family;
};
DrawnText measure_drawn(const std::string& utf8, const Font& font);

}  // namespace hedgerow::scene
