// LaTeX in BibTeX values as plain text: accents, letters, dashes, quotes, Greek, braces, commands for type faces.
#pragma once

#include <string>
#include <string_view>

namespace hedgerow::records::detail {

/// Total: what is no known command loses its backslash and braces only if it is a command with an argument; other text
/// stays as it is. "{\"o}" gives an o with two dots, "\textit{Escherichia}" "Escherichia", "$\beta$" a Greek letter.
std::string latex_to_text(std::string_view text);

}  // namespace hedgerow::records::detail
