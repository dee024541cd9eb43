// The part of the report that shows ratings by the instruments of the program: figures, tables, agreement.
#pragma once

#include "engine/review_pages.hpp"

namespace hedgerow::engine {

/// For each body of ratings: what was judged, the traffic-light table, the summary, how the raters agree, and the
/// ratings as a table (tables/ratings-<id>.csv, figures/ratings-<id>.*, figures/ratings-<id>-summary.*).
Checked add_ratings(Pages& pages, report::Section& section);

}  // namespace hedgerow::engine
