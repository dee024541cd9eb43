// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace hedgerow {

/// `text` with & < > " ' as entities, fit for element content and for quoted attributes of XML and HTML.
std::string escape_markup(std::string_view text);

}  // namespace hedgerow
