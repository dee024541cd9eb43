// Widths by table look-up, line breaking, and boxes of texts.

#include "scene/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "scene/detail/advance_widths.hpp"
#include "scene/detail/utf8.hpp"

namespace hedgerow::scene {
namespace {

constexpr double kOtherWidth = 0.6;

struct Interval {
  std::uint32_t first;
  std::uint32_t last;
};

// Combining marks, joiners and variation selectors take no room of their own.
constexpr Interval kZeroWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1AB0, 0x1AFF}, {0x200B, 0x200F},
                                   {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
// Scripts whose characters fill the em square: Hangul, CJK, full-width forms; emoji are a little wider.
constexpr Interval kOneEm[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                               {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0x20000, 0x3FFFD}};
constexpr Interval kEmoji[] = {{0x1F000, 0x1FAFF}};

template <std::size_t N>
bool in_any(const Interval (&intervals)[N], std::uint32_t code) {
  return std::any_of(std::begin(intervals), std::end(intervals),
                     [code](const Interval& i) { return code >= i.first && code <= i.last; });
}

double width_outside_table(std::uint32_t code) {
  if (in_any(kZeroWidth, code) || code < 0x20) return 0.0;
  if (in_any(kOneEm, code)) return 1.0;
  if (in_any(kEmoji, code)) return 1.3;
  return kOtherWidth;
}

// Advance width in em.
double advance(std::uint32_t code, bool bold) {
  const auto runs = detail::width_runs();
  auto after = std::upper_bound(runs.begin(), runs.end(), code,
                                [](std::uint32_t c, const detail::WidthRun& run) { return c < run.first; });
  if (after == runs.begin()) return width_outside_table(code);
  const detail::WidthRun& run = *std::prev(after);
  if (code >= run.first + run.count) return width_outside_table(code);
  const auto widths = bold ? detail::bold_widths() : detail::regular_widths();
  return widths[run.offset + (code - run.first)] / detail::kUnitsPerEm;
}

// Where a line may end inside `text`: the byte offsets after each piece that may stand at a line's end.
std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inner = i > start && i + 1 < text.size() && text[i + 1] != ' ';
    if (c == ' ' || ((c == '-' || c == '/') && inner)) {
      out.push_back(text.substr(start, i + 1 - start));
      start = i + 1;
    }
  }
  if (start < text.size()) out.push_back(text.substr(start));
  return out;
}

std::string_view without_trailing_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The longest beginning of whole characters, at least one, that is not wider than `max_width`.
std::string_view fitting_prefix(std::string_view text, double max_width, const Font& font) {
  double width = 0.0;
  std::size_t end = 0;
  while (end < text.size()) {
    const detail::Decoded next = detail::decode_utf8(text, end);
    width += advance(next.code, font.bold) * font.size;
    if (width > max_width && end > 0) break;
    end += next.length;
  }
  return text.substr(0, end);
}

void collect(const std::vector<Mark>& marks, std::vector<PlacedText>& out) {
  for (const Mark& mark : marks) {
    if (const auto* text = std::get_if<Text>(&mark.shape)) out.push_back({text->text, text_box(*text)});
    if (const auto* group = std::get_if<Group>(&mark.shape)) collect(group->marks, out);
  }
}

}  // namespace

double text_width(std::string_view utf8, const Font& font) {
  double em = 0.0;
  for (std::size_t at = 0; at < utf8.size();) {
    const detail::Decoded next = detail::decode_utf8(utf8, at);
    em += advance(next.code, font.bold);
    at += next.length;
  }
  return em * font.size;
}

std::string ellipsise(std::string_view utf8, double max_width, const Font& font) {
  if (text_width(utf8, font) <= max_width) return std::string(utf8);
  constexpr std::string_view dots = "…";
  const double room = max_width - text_width(dots, font);
  const std::string_view kept = without_trailing_spaces(fitting_prefix(utf8, std::max(room, 0.0), font));
  return std::string(kept) + std::string(dots);
}

std::vector<std::string> wrap(std::string_view utf8, double max_width, const Font& font, std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string current;
  const auto fits = [&](std::string_view candidate) {
    return text_width(without_trailing_spaces(candidate), font) <= max_width;
  };
  const auto flush = [&] {
    lines.emplace_back(without_trailing_spaces(current));
    current.clear();
  };
  for (std::string_view piece : pieces(utf8)) {
    if (!current.empty() && !fits(current + std::string(piece))) flush();
    while (!piece.empty() && !fits(piece)) {
      const std::string_view part = fitting_prefix(piece, max_width, font);
      lines.emplace_back(part);
      piece.remove_prefix(part.size());
    }
    current += piece;
  }
  if (!current.empty() || lines.empty()) flush();
  if (max_lines == 0 || lines.size() <= max_lines) return lines;
  std::string rest;
  for (std::size_t i = max_lines - 1; i < lines.size(); ++i) rest += (rest.empty() ? "" : " ") + lines[i];
  lines.resize(max_lines);
  lines.back() = ellipsise(rest, max_width, font);
  return lines;
}

double longest_piece(std::string_view utf8, const Font& font) {
  double widest = 0.0;
  for (const std::string_view piece : pieces(utf8))
    widest = std::max(widest, text_width(without_trailing_spaces(piece), font));
  return widest;
}

Rectangle text_box(const Text& text) {
  const double width = text_width(text.text, text.font);
  const double share = text.anchor == Anchor::start ? 0.0 : text.anchor == Anchor::middle ? 0.5 : 1.0;
  const double left = -share * width;
  const double top = -kAscent * text.font.size;
  const double bottom = kDescent * text.font.size;
  const double angle = -text.rotation * std::numbers::pi / 180.0;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  double x_min = HUGE_VAL, x_max = -HUGE_VAL, y_min = HUGE_VAL, y_max = -HUGE_VAL;
  for (double x : {left, left + width}) {
    for (double y : {top, bottom}) {
      x_min = std::min(x_min, x * c - y * s);
      x_max = std::max(x_max, x * c - y * s);
      y_min = std::min(y_min, x * s + y * c);
      y_max = std::max(y_max, x * s + y * c);
    }
  }
  return Rectangle{text.at.x + x_min, text.at.y + y_min, x_max - x_min, y_max - y_min};
}

std::vector<PlacedText> placed_texts(const Scene& scene) {
  std::vector<PlacedText> out;
  collect(scene.marks, out);
  return out;
}

}  // namespace hedgerow::scene
