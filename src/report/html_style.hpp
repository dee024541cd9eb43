// The style sheet of HTML reports.
#pragma once

namespace hedgerow::report {

/// CSS text. Colours are variables with a dark set; print drops the contents list and unfolds details.
extern const char* const kHtmlStyle;

}  // namespace hedgerow::report
