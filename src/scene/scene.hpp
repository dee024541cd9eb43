// A scene: positioned marks on a page, in points (1/72 inch), y downward from the upper left corner.
//
// A figure is a pure function from plain values to a Scene; the writers (svg.hpp, cairo_writer.hpp) turn the same Scene
// into SVG, PDF and PNG, so that the three can't differ in content. Text is measured by metrics.hpp alone, never by the
// writer, so that the layout needs no font on the machine. A Scene knows no statistics.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scene/color.hpp"

namespace hedgerow::scene {

struct Point {
  double x = 0.0;
  double y = 0.0;
};

struct Line {
  Point from;
  Point to;
};
struct Polyline {
  std::vector<Point> points;
};
struct Polygon {
  std::vector<Point> points;
};
struct Rectangle {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};
struct Circle {
  Point center;
  double radius = 0.0;
};

struct Font {
  double size = 9.0;  ///< points
  bool bold = false;
  bool italic = false;
};

enum class Anchor { start, middle, end };

/// One line of text. `at` is on the baseline, at the start, middle or end of the text as `anchor` says.
struct Text {
  Point at;
  std::string text;
  Font font;
  Anchor anchor = Anchor::start;
  Color color = palette::ink;
  double rotation = 0.0;  ///< degrees counter-clockwise around `at`; layout uses 0 and 90
};

/// How a shape is painted. No fill and no stroke: nothing is seen. Text uses its own colour.
struct Paint {
  std::optional<Color> fill;
  std::optional<Color> stroke;
  double stroke_width = 0.75;  ///< points
  std::vector<double> dash;    ///< lengths of dashes and gaps in points; empty for a solid line
  double opacity = 1.0;        ///< of the whole mark
};

struct Mark;

/// Marks that belong together, as one row of a figure.
struct Group {
  std::vector<Mark> marks;
};

using Shape = std::variant<Line, Polyline, Polygon, Rectangle, Circle, Text, Group>;

/// A shape with its paint. `id` and `css_class` are for style sheets and scripts, `tooltip` for readers; all may be
/// empty.
struct Mark {
  Shape shape;
  Paint paint = {};
  std::string id = {};
  std::string css_class = {};
  std::string tooltip = {};
};

/// A page. `description` is a sentence or two that says what the figure shows, for readers who can't see it.
struct Scene {
  double width = 0.0;   ///< points
  double height = 0.0;  ///< points
  std::string title;
  std::string description;
  std::vector<Mark> marks;
};

// Short ways to common marks.
Mark line(Point from, Point to, Color color, double width = 0.75, std::vector<double> dash = {});
Mark polyline(std::vector<Point> points, Color color, double width = 0.75, std::vector<double> dash = {});
Mark filled(Shape shape, Color color, double opacity = 1.0);
Mark text(Point at, std::string content, const Font& font, Anchor anchor = Anchor::start, Color color = palette::ink);

/// A text rendering of the whole scene, one mark a line, numbers rounded to 0.01 pt: what golden tests compare.
std::string dump(const Scene& scene);

/// "12.5", "-3", "0": rounded to 0.01, without trailing zeros and without negative zero.
std::string coordinate(double value);

}  // namespace hedgerow::scene
