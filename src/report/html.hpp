// HTML writer: one self-contained file that reads well on a screen, in the dark, on paper and through a screen reader.
//
// Constraints: no scripts, no outside resources (a report is mailed and archived); real tables with captions and scoped
// headers; figures are inline SVG with role="img" and an accessible name, each on a light ground because plots are
// drawn for paper; folded details need no script. The same document gives the same bytes.
#pragma once

#include <string>

#include "report/document.hpp"

namespace hedgerow::report {

/// The whole document. A citation whose key has no reference is an invariant broken by the caller.
std::string to_html(const Document& document);

}  // namespace hedgerow::report
