// Text metrics: the one source of truth for layout.
//
// Widths come from a table of Liberation Sans (= Arial = Helvetica metrics), so that a figure has the same layout on a
// machine without fonts, and so that no drawing library is needed to compute it. Characters outside the table get the
// width that is usual for their script (CJK one em, combining marks none, others 0.6 em). Kerning is left out: it only
// makes text narrower, by less than 2 % in running text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::scene {

inline constexpr double kAscent = 0.905;     ///< of Liberation Sans, em
inline constexpr double kDescent = 0.212;    ///< em, downward
inline constexpr double kCapHeight = 0.716;  ///< em; text is centred on a line by half of it

/// Advance width of UTF-8 text in points. Bytes that are not UTF-8 count as one replacement character each.
double text_width(std::string_view utf8, const Font& font);

/// `utf8` if it is not wider than `max_width`, else its longest beginning that fits with "…" appended.
std::string ellipsise(std::string_view utf8, double max_width, const Font& font);

/// Lines not wider than `max_width`, broken at spaces and after hyphens and slashes; a longer word is broken anywhere.
/// With `max_lines` > 0 the last line is ellipsised when there is more text. At least one line.
std::vector<std::string> wrap(std::string_view utf8, double max_width, const Font& font, std::size_t max_lines = 0);

/// Width of the widest part of a text that `wrap` keeps together: in narrower lines a word is broken.
double longest_piece(std::string_view utf8, const Font& font);

/// The box of a text: from ascent to descent, over its advance width, after rotation.
Rectangle text_box(const Text& text);

/// A text of a scene with its box: what the tests of overlap look at.
struct PlacedText {
  std::string text;
  Rectangle box;
};
std::vector<PlacedText> placed_texts(const Scene& scene);

}  // namespace hedgerow::scene
