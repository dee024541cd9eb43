// The line grammar of RIS: which line starts a tag.
//
// The rule is "XX  - value": two characters, two blanks, a dash, a blank. Files in use also have one blank or none, and
// names of three or four letters. But "UK - based" and "ER-positive" are text that was wrapped, so a line with another
// spacing is a tag only if the lines TY of the file have that spacing, or if it is an ER without a value.
#pragma once

#include <array>
#include <string_view>

namespace hedgerow::records::detail {

struct RisLine {
  std::string_view name, value;  ///< value trimmed
};

class RisGrammar {
 public:
  /// Looks at all lines TY of the file.
  explicit RisGrammar(std::string_view text);
  /// Whether the line starts a tag, and which.
  bool read(std::string_view line, RisLine& tag) const;

 private:
  std::array<bool, 3> spacing_ = {false, false, true};  ///< by number of blanks before the dash
};

/// Whether RIS, or a tool that writes it, has a tag of that name (of two characters).
bool is_known_ris_tag(std::string_view name);

}  // namespace hedgerow::records::detail
