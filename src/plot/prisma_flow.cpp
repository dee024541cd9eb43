// Columns stand side by side: section bars, previous version, main road, what leaves it, and the same of other methods.
// Rows are as high as their highest box; arrows join the middles.
#include "plot/prisma_flow.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "plot/detail/prisma_boxes.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using detail::BoxText;
using scene::Mark;
using scene::Point;
using scene::Rectangle;

constexpr double kMargin = 6.0, kBar = 15.0, kGap = 14.0, kRowGap = 13.0, kPadding = 4.5, kIndent = 6.0;
constexpr double kMostColumn = 190.0;  // a wider box reads worse
constexpr scene::Color kSection{158, 196, 232}, kNewTitle{250, 205, 92}, kOldTitle{214, 214, 214};

class FlowDrawing {
 public:
  FlowDrawing(const review::Prisma& prisma, const PrismaFlowOptions& options)
      : form_(options.form.value_or(review::template_of(prisma))),
        flow_(detail::flow_text(prisma, form_)),
        font_{.size = options.font_size},
        title_font_{.size = options.font_size, .bold = true},
        line_(1.28 * options.font_size),
        width_(options.width) {}

  scene::Scene draw() {
    columns();
    titles();
    identification();
    screening();
    included();
    sections();
    notes();
    out_.title = "PRISMA 2020 flow diagram";
    out_.description = describe();
    return std::move(out_);
  }

 private:
  using Lines = std::vector<std::pair<std::string, double>>;  ///< text and indent

  void columns() {
    const int count = 2 + (form_.updated ? 1 : 0) + (form_.other_methods ? 2 : 0);
    column_ = std::min(kMostColumn, (width_ - 2 * kMargin - kBar - kGap * count) / count);
    double x = kMargin + kBar + kGap;
    const auto next = [&] {
      const double at = x;
      x += column_ + kGap;
      return at;
    };
    if (form_.updated) previous_x_ = next();
    main_x_ = next();
    side_x_ = next();
    if (form_.other_methods) {
      other_x_ = next();
      other_side_x_ = next();
    }
    out_.width = x - kGap + kMargin;
  }

  Lines lines_of(const BoxText& box) const {
    Lines lines;
    for (const detail::BoxLine& line : box.lines) {
      const double indent = kIndent * line.indent;
      for (const std::string& part : scene::wrap(line.text, column_ - 2 * kPadding - indent, font_))
        lines.emplace_back(part, indent);
    }
    return lines;
  }
  double height_of(const BoxText& box) const {
    return box.empty() ? 0 : line_ * static_cast<double>(lines_of(box).size()) + 2 * kPadding;
  }

  /// Draws a box in the middle of a row and gives its place.
  Rectangle place(const BoxText& box, double x, double row_top, double row_height) {
    const double height = height_of(box);
    const Rectangle frame{x, row_top + 0.5 * (row_height - height), column_, height};
    scene::Group group;
    Mark border{frame};
    border.paint.fill = palette::white;
    border.paint.stroke = palette::ink;
    group.marks.push_back(std::move(border));
    double y = frame.y + kPadding + scene::kAscent * font_.size;
    for (const auto& [text, indent] : lines_of(box)) {
      group.marks.push_back(scene::text({x + kPadding + indent, y}, text, font_));
      y += line_;
    }
    Mark mark{std::move(group)};
    mark.id = box.id;
    mark.css_class = "prisma-box";
    out_.marks.push_back(std::move(mark));
    return frame;
  }

  void title(const std::string& text, double x, double width, scene::Color color, double height) {
    out_.marks.push_back(scene::filled(Rectangle{x, y_, width, height}, color));
    const auto lines = scene::wrap(text, width - 2 * kPadding, title_font_);
    double y = y_ + 0.5 * (height - line_ * static_cast<double>(lines.size())) + scene::kAscent * font_.size;
    for (const std::string& part : lines) {
      out_.marks.push_back(scene::text({x + 0.5 * width, y}, part, title_font_, scene::Anchor::middle));
      y += line_;
    }
  }

  void titles() {
    y_ = kMargin;
    const double both = 2 * column_ + kGap;
    struct Heading {
      std::string text;
      double x, width;
      scene::Color color;
    };
    std::vector<Heading> headings;
    if (form_.updated) headings.push_back({"Previous studies", previous_x_, column_, kOldTitle});
    headings.push_back({flow_.databases.title, main_x_, both, kNewTitle});
    if (form_.other_methods) headings.push_back({flow_.other.title, other_x_, both, kOldTitle});
    double height = 0;
    for (const Heading& heading : headings) {
      const auto lines = scene::wrap(heading.text, heading.width - 2 * kPadding, title_font_);
      height = std::max(height, line_ * static_cast<double>(lines.size()) + 2 * kPadding);
    }
    for (const Heading& heading : headings) title(heading.text, heading.x, heading.width, heading.color, height);
    y_ += height + kRowGap;
  }

  void arrow(Point from, Point to) {
    out_.marks.push_back(scene::line(from, to, palette::ink));
    head(from, to);
  }
  void head(Point from, Point to) {
    const double s = 2.6, l = 4.6;
    const bool down = from.x == to.x;
    const double direction = down ? (to.y > from.y ? 1 : -1) : (to.x > from.x ? 1 : -1);
    scene::Polygon tip{{to, down ? Point{to.x - s, to.y - direction * l} : Point{to.x - direction * l, to.y - s},
                        down ? Point{to.x + s, to.y - direction * l} : Point{to.x - direction * l, to.y + s}}};
    out_.marks.push_back(scene::filled(std::move(tip), palette::ink));
  }
  static Point top(const Rectangle& box) { return {box.x + 0.5 * box.width, box.y}; }
  static Point bottom(const Rectangle& box) { return {box.x + 0.5 * box.width, box.y + box.height}; }
  static Point left(const Rectangle& box) { return {box.x, box.y + 0.5 * box.height}; }
  static Point right(const Rectangle& box) { return {box.x + box.width, box.y + 0.5 * box.height}; }

  double row_height(std::size_t step) const {
    const detail::Step& here = flow_.databases.steps[step];
    double height = std::max(height_of(here.main), height_of(here.side));
    if (form_.other_methods) {
      const detail::Step& there = flow_.other.steps[step];
      height = std::max({height, height_of(there.main), height_of(there.side)});
    }
    return height;
  }

  /// One step of one arm: its boxes, the arrow between them and the one from the box above.
  void draw_step(const detail::Step& step, double x, double side_x, double height, std::optional<Rectangle>& above) {
    if (step.main.empty()) return;
    const Rectangle main = place(step.main, x, y_, height);
    if (!step.side.empty()) {
      const Rectangle side = place(step.side, side_x, y_, height);
      arrow(right(main), {side.x, right(main).y});
    }
    if (above) arrow(bottom(*above), top(main));
    above = main;
  }

  void row(std::size_t step) {
    const double height = row_height(step);
    draw_step(flow_.databases.steps[step], main_x_, side_x_, height, above_);
    if (form_.other_methods) draw_step(flow_.other.steps[step], other_x_, other_side_x_, height, other_above_);
    y_ += height + kRowGap;
  }

  void identification() {
    section_tops_.push_back(y_);
    const double top_of_row = y_;
    row(0);
    if (form_.updated) {
      const double height = height_of(flow_.previous);
      previous_ = place(flow_.previous, previous_x_, top_of_row, height);
      y_ = std::max(y_, top_of_row + height + kRowGap);
    }
  }

  void screening() {
    section_tops_.push_back(y_);
    for (std::size_t step = 1; step < flow_.databases.steps.size(); ++step) row(step);
  }

  void included() {
    section_tops_.push_back(y_);
    const double height = std::max(height_of(flow_.included), height_of(flow_.undecided));
    Rectangle box = place(flow_.included, main_x_, y_, height);
    arrow(bottom(*above_), top(box));
    if (!flow_.undecided.empty()) place(flow_.undecided, side_x_, y_, height);
    if (other_above_) join_other(box);
    y_ += height + kRowGap;
    for (const BoxText* more : {&flow_.total, &flow_.analysed}) {
      if (more->empty()) continue;
      const double next_height = height_of(*more);
      const Rectangle next = place(*more, main_x_, y_, next_height);
      arrow(bottom(box), top(next));
      if (more == &flow_.total && previous_) {
        const Point start = bottom(*previous_), end = left(next);
        out_.marks.push_back(scene::polyline({start, {start.x, end.y}, end}, palette::ink));
        head({start.x, end.y}, end);
      }
      box = next;
      y_ += next_height + kRowGap;
    }
    y_ -= kRowGap;
  }

  /// From the last box of other methods to the studies included; below what stands between them.
  void join_other(const Rectangle& included) {
    const Point start = bottom(*other_above_);
    const double y = flow_.undecided.empty() ? right(included).y : included.y + included.height - 3.0;
    const Point end{included.x + included.width, y};
    out_.marks.push_back(scene::polyline({start, {start.x, y}, end}, palette::ink));
    head({start.x, y}, end);
  }

  void sections() {
    const char* names[] = {"Identification", "Screening", "Included"};
    for (std::size_t i = 0; i < 3; ++i) {
      const double from = section_tops_[i], to = i + 1 < 3 ? section_tops_[i + 1] - kRowGap : y_;
      out_.marks.push_back(scene::filled(Rectangle{kMargin, from, kBar, to - from}, kSection));
      scene::Text text{{kMargin + 0.5 * kBar + 0.5 * scene::kCapHeight * font_.size, 0.5 * (from + to)},
                       scene::ellipsise(names[i], to - from, title_font_),
                       title_font_,
                       scene::Anchor::middle,
                       palette::ink,
                       90.0};
      out_.marks.push_back(Mark{std::move(text)});
    }
  }

  void notes() {
    const scene::Font small{.size = 0.87 * font_.size};
    y_ += 0.8 * line_;
    for (const std::string& note : flow_.notes)
      for (const std::string& part : scene::wrap(note, out_.width - 2 * kMargin, small)) {
        y_ += 1.25 * small.size;
        out_.marks.push_back(scene::text({kMargin, y_}, part, small, scene::Anchor::start, palette::muted));
      }
    out_.height = y_ + kMargin;
  }

  std::string describe() const {
    std::string out = "Flow of records through the review.";
    for (const detail::Step& step : flow_.databases.steps)
      for (const BoxText* box : {&step.main, &step.side})
        for (const detail::BoxLine& line : box->lines) out += " " + line.text + ".";
    for (const detail::BoxLine& line : flow_.included.lines) out += " " + line.text + ".";
    return out;
  }

  review::PrismaTemplate form_;
  detail::FlowText flow_;
  scene::Font font_, title_font_;
  double line_, width_, column_ = 0, y_ = 0;
  double previous_x_ = 0, main_x_ = 0, side_x_ = 0, other_x_ = 0, other_side_x_ = 0;
  std::optional<Rectangle> above_, other_above_, previous_;
  std::vector<double> section_tops_;
  scene::Scene out_;
};

}  // namespace

scene::Scene prisma_flow(const review::Prisma& prisma, const PrismaFlowOptions& options) {
  return FlowDrawing(prisma, options).draw();
}

}  // namespace hedgerow::plot
