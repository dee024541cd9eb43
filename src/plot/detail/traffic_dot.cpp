#include "plot/detail/traffic_dot.hpp"

#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {

namespace palette = scene::palette;

void add_symbol(scene::Point c, char symbol, double font_size, std::vector<scene::Mark>& marks) {
  const double arm = 0.55 * kDotRadius * font_size;
  const auto stroke = [&](double x1, double y1, double x2, double y2) {
    marks.push_back(scene::line({c.x + x1 * arm, c.y + y1 * arm}, {c.x + x2 * arm, c.y + y2 * arm}, palette::black,
                                0.155 * font_size));
  };
  if (symbol == '+' || symbol == '-') stroke(-1, 0, 1, 0);
  if (symbol == '+') stroke(0, -1, 0, 1);
  if (symbol == 'x') {
    stroke(-0.8, -0.8, 0.8, 0.8);
    stroke(-0.8, 0.8, 0.8, -0.8);
  }
  if (symbol == '?' || symbol == '!') {
    const scene::Font font{.size = 0.95 * font_size, .bold = true};
    marks.push_back(scene::text({c.x, c.y + 0.5 * scene::kCapHeight * font.size}, std::string(1, symbol), font,
                                scene::Anchor::middle, palette::black));
  }
}

void add_dot(scene::Point center, const TrafficLevel* level, TrafficPalette colors, double font_size,
             const std::string& tooltip, std::vector<scene::Mark>& marks) {
  scene::Mark circle{scene::Circle{center, kDotRadius * font_size}};
  circle.tooltip = tooltip;
  circle.paint.stroke = palette::axis;
  circle.paint.stroke_width = 0.4;
  if (level) circle.paint.fill = level->color(colors);
  marks.push_back(std::move(circle));
  if (level) add_symbol(center, level->symbol, font_size, marks);
}

double add_legend(const std::vector<DotEntry>& entries, double left, double top, double width, double font_size,
                  TrafficPalette colors, std::vector<scene::Mark>& marks) {
  const scene::Font font{.size = font_size};
  const double pitch = 2.0 * font_size, row = 1.75 * font_size;
  double x = left, y = top + 0.5 * row;
  for (const DotEntry& entry : entries) {
    const double needed = pitch + scene::text_width(entry.text, font) + 1.5 * font_size;
    if (x > left && x + needed > left + width) {
      x = left;
      y += row;
    }
    add_dot({x + 0.7 * font_size, y}, entry.level, colors, font_size, "", marks);
    marks.push_back(scene::text({x + pitch, y + 0.5 * scene::kCapHeight * font_size}, entry.text, font));
    x += needed;
  }
  return entries.empty() ? 0.0 : y + 0.5 * row - top;
}

}  // namespace hedgerow::plot::detail
