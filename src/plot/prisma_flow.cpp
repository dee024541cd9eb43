// Columns stand side by side: section bars, previous version, main road, what leaves it, and the same of other methods.
// Rows are as high as their highest box; arrows join the middles. Widths: detail/prisma_columns.hpp.
#include "plot/prisma_flow.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "plot/detail/prisma_boxes.hpp"
#include "plot/detail/prisma_columns.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using detail::BoxText;
using detail::kBoxIndent;
using detail::kBoxPadding;
using scene::Mark;
using scene::Point;
using scene::Rectangle;

constexpr double kMargin = 6.0, kBar = 15.0, kGap = 14.0, kRowGap = 13.0;
constexpr double kBelow = 9.0;  // between what is undecided and the road of other methods below it
constexpr scene::Color kSection{158, 196, 232}, kNewTitle{250, 205, 92}, kOldTitle{214, 214, 214};
constexpr const char* kPreviousTitle = "Previous studies";
constexpr const char* kSections[] = {"Identification", "Screening", "Included"};

class FlowDrawing {
 public:
  FlowDrawing(const review::Prisma& prisma, const PrismaFlowOptions& options)
      : form_(options.form.value_or(review::template_of(prisma))), flow_(detail::flow_text(prisma, form_)) {
    columns(options);
  }

  scene::Scene draw() {
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

  /// A column of boxes: where it begins and how wide it is, in points.
  struct Column {
    double x = 0, width = 0;
  };

  static detail::ColumnTexts main_texts(const detail::Arm& arm) {
    detail::ColumnTexts texts;
    for (const detail::Step& step : arm.steps) texts.boxes.push_back(&step.main);
    return texts;
  }
  static detail::ColumnTexts side_texts(const detail::Arm& arm) {
    detail::ColumnTexts texts;
    for (const detail::Step& step : arm.steps) texts.boxes.push_back(&step.side);
    return texts;
  }

  void columns(const PrismaFlowOptions& options) {
    std::vector<std::pair<Column*, detail::ColumnTexts>> used;
    if (form_.updated) used.push_back({&previous_column_, {{&flow_.previous}, kPreviousTitle}});
    used.emplace_back(&main_, main_texts(flow_.databases));
    for (const BoxText* box : {&flow_.included, &flow_.total, &flow_.analysed}) used.back().second.boxes.push_back(box);
    used.emplace_back(&side_, side_texts(flow_.databases));
    used.back().second.boxes.push_back(&flow_.undecided);
    if (form_.other_methods) {
      used.emplace_back(&other_, main_texts(flow_.other));
      used.emplace_back(&other_side_, side_texts(flow_.other));
    }
    std::vector<detail::ColumnTexts> texts;
    for (const auto& [column, text] : used) texts.push_back(text);
    const double gaps = kGap * static_cast<double>(used.size());
    const auto plan = detail::plan_columns(texts, options.width - 2 * kMargin - kBar - gaps, options.font_size);
    font_ = {.size = plan.font_size};
    title_font_ = {.size = plan.font_size, .bold = true};
    line_ = 1.28 * plan.font_size;
    double x = kMargin + kBar + kGap;
    for (std::size_t i = 0; i < used.size(); ++i) {
      *used[i].first = {x, plan.widths[i]};
      x += plan.widths[i] + kGap;
    }
    out_.width = x - kGap + kMargin;
  }

  Lines lines_of(const BoxText& box, const Column& column) const {
    Lines lines;
    for (const detail::BoxLine& line : box.lines) {
      const double indent = kBoxIndent * line.indent;
      for (const std::string& part : scene::wrap(line.text, column.width - 2 * kBoxPadding - indent, font_))
        lines.emplace_back(part, indent);
    }
    return lines;
  }
  double height_of(const BoxText& box, const Column& column) const {
    return box.empty() ? 0 : line_ * static_cast<double>(lines_of(box, column).size()) + 2 * kBoxPadding;
  }

  /// Draws a box in the middle of a row and gives its place.
  Rectangle place(const BoxText& box, const Column& column, double row_top, double row_height) {
    const double height = height_of(box, column);
    const Rectangle frame{column.x, row_top + 0.5 * (row_height - height), column.width, height};
    scene::Group group;
    Mark border{frame};
    border.paint.fill = palette::white;
    border.paint.stroke = palette::ink;
    group.marks.push_back(std::move(border));
    double y = frame.y + kBoxPadding + scene::kAscent * font_.size;
    for (const auto& [text, indent] : lines_of(box, column)) {
      group.marks.push_back(scene::text({column.x + kBoxPadding + indent, y}, text, font_));
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
    const auto lines = scene::wrap(text, width - 2 * kBoxPadding, title_font_);
    double y = y_ + 0.5 * (height - line_ * static_cast<double>(lines.size())) + scene::kAscent * font_.size;
    for (const std::string& part : lines) {
      out_.marks.push_back(scene::text({x + 0.5 * width, y}, part, title_font_, scene::Anchor::middle));
      y += line_;
    }
  }

  void titles() {
    y_ = kMargin;
    struct Heading {
      std::string text;
      double x, width;
      scene::Color color;
    };
    const auto both = [](const Column& first, const Column& last) { return last.x + last.width - first.x; };
    std::vector<Heading> headings;
    if (form_.updated) headings.push_back({kPreviousTitle, previous_column_.x, previous_column_.width, kOldTitle});
    headings.push_back({flow_.databases.title, main_.x, both(main_, side_), kNewTitle});
    if (form_.other_methods) headings.push_back({flow_.other.title, other_.x, both(other_, other_side_), kOldTitle});
    double height = 0;
    for (const Heading& heading : headings) {
      const auto lines = scene::wrap(heading.text, heading.width - 2 * kBoxPadding, title_font_);
      height = std::max(height, line_ * static_cast<double>(lines.size()) + 2 * kBoxPadding);
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
    double height = std::max(height_of(here.main, main_), height_of(here.side, side_));
    if (form_.other_methods) {
      const detail::Step& there = flow_.other.steps[step];
      height = std::max({height, height_of(there.main, other_), height_of(there.side, other_side_)});
    }
    return step == 0 ? std::max(height, section_length(0)) : height;
  }

  /// One step of one arm: its boxes, the arrow between them and the one from the box above.
  void draw_step(const detail::Step& step, const Column& column, const Column& beside, double height,
                 std::optional<Rectangle>& above) {
    if (step.main.empty()) return;
    const Rectangle main = place(step.main, column, y_, height);
    if (!step.side.empty()) {
      const Rectangle side = place(step.side, beside, y_, height);
      arrow(right(main), {side.x, right(main).y});
    }
    if (above) arrow(bottom(*above), top(main));
    above = main;
  }

  void row(std::size_t step) {
    const double height = row_height(step);
    draw_step(flow_.databases.steps[step], main_, side_, height, above_);
    if (form_.other_methods) draw_step(flow_.other.steps[step], other_, other_side_, height, other_above_);
    y_ += height + kRowGap;
  }

  void identification() {
    section_tops_.push_back(y_);
    const double top_of_row = y_;
    row(0);
    if (form_.updated) {
      const double height = height_of(flow_.previous, previous_column_);
      previous_ = place(flow_.previous, previous_column_, top_of_row, height);
      y_ = std::max(y_, top_of_row + height + kRowGap);
    }
  }

  void screening() {
    section_tops_.push_back(y_);
    for (std::size_t step = 1; step < flow_.databases.steps.size(); ++step) row(step);
  }

  void included() {
    section_tops_.push_back(y_);
    const double own = height_of(flow_.included, main_), undecided = height_of(flow_.undecided, side_);
    const bool passes_below = other_above_ && undecided > 0;
    const double height = std::max({own, undecided + (passes_below ? kBelow : 0), section_length(2)});
    // The road of other methods enters below what is undecided, so the box that it leads to must reach that far down.
    Rectangle box = place(flow_.included, main_, passes_below ? y_ + height - own : y_, passes_below ? own : height);
    arrow(bottom(*above_), top(box));
    if (undecided > 0) place(flow_.undecided, side_, y_, passes_below ? undecided : height);
    if (other_above_) join_other(box);
    y_ += height + kRowGap;
    for (const BoxText* more : {&flow_.total, &flow_.analysed}) {
      if (more->empty()) continue;
      const double next_height = height_of(*more, main_);
      const Rectangle next = place(*more, main_, y_, next_height);
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
    const double y = flow_.undecided.empty() ? right(included).y : included.y + included.height - 0.5 * kBelow;
    const Point end{included.x + included.width, y};
    out_.marks.push_back(scene::polyline({start, {start.x, y}, end}, palette::ink));
    head({start.x, y}, end);
  }

  /// How long a bar must be for the name of its section.
  double section_length(std::size_t section) const { return scene::text_width(kSections[section], title_font_) + 4.0; }

  void sections() {
    for (std::size_t i = 0; i < 3; ++i) {
      const double from = section_tops_[i], to = i + 1 < 3 ? section_tops_[i + 1] - kRowGap : y_;
      out_.marks.push_back(scene::filled(Rectangle{kMargin, from, kBar, to - from}, kSection));
      scene::Text text{{kMargin + 0.5 * kBar + 0.5 * scene::kCapHeight * font_.size, 0.5 * (from + to)},
                       scene::ellipsise(kSections[i], to - from, title_font_),
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
  double line_ = 0, y_ = 0;
  Column previous_column_, main_, side_, other_, other_side_;
  std::optional<Rectangle> above_, other_above_, previous_;
  std::vector<double> section_tops_;
  scene::Scene out_;
};

}  // namespace

scene::Scene prisma_flow(const review::Prisma& prisma, const PrismaFlowOptions& options) {
  return FlowDrawing(prisma, options).draw();
}

}  // namespace hedgerow::plot
