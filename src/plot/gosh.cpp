// A million points are a grid of cells: the shade of a cell grows with the logarithm of its number of subsets, and its
// colour mixes those of its subsets. Source: olkin2012.
#include "plot/gosh.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "plot/detail/frame.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;

constexpr std::size_t kColumns = 80;
constexpr std::size_t kRows = 60;

struct Cell {
  std::size_t all = 0, coloured = 0;
};

class GoshDrawing {
 public:
  GoshDrawing(const GoshData& data, const GoshOptions& options) : data_(data), options_(options) {}

  scene::Scene draw() {
    sheet_ = detail::make_sheet(request());
    sheet_.scene.title = data_.title.empty() ? "GOSH plot" : data_.title;
    count();
    cells();
    whole();
    sheet_.scene.description = describe();
    detail::finish_sheet(sheet_);
    return std::move(sheet_.scene);
  }

 private:
  bool drawn(std::size_t i) const { return std::isfinite(data_.x[i]) && std::isfinite(data_.y[i]); }
  bool coloured(std::size_t i) const { return i < data_.coloured.size() && data_.coloured[i]; }

  detail::SheetRequest request() const {
    std::vector<double> xs{data_.estimate}, ys{data_.level};
    for (std::size_t i = 0; i < data_.x.size(); ++i) {
      if (!drawn(i)) continue;
      xs.push_back(data_.x[i]);
      ys.push_back(data_.y[i]);
    }
    detail::SheetRequest r;
    r.title = data_.title;
    r.width = options_.width;
    r.height = options_.height;
    r.font_size = options_.font_size;
    r.x = padded(full_limits(xs), 0.03);
    r.y = padded(full_limits(ys), 0.04);
    r.x_axis = {ticks(r.x.lower, r.x.upper, options_.display), options_.x_title};
    r.y_axis = {ticks(r.y.lower, r.y.upper, Display::identity), options_.y_title};
    using Kind = detail::LegendEntry::Kind;
    if (!data_.coloured_name.empty())
      r.legend = {{Kind::swatch, palette::vermillion, "Subsets with " + data_.coloured_name},
                  {Kind::swatch, palette::blue, "Subsets without it"}};
    return r;
  }

  void count() {
    const auto index = [](double value, const Scale& scale, std::size_t cells) {
      const double share = (value - scale.lower) / (scale.upper - scale.lower);
      return std::min(cells - 1, static_cast<std::size_t>(std::max(0.0, share * static_cast<double>(cells))));
    };
    grid_.assign(kColumns * kRows, {});
    for (std::size_t i = 0; i < data_.x.size(); ++i) {
      if (!drawn(i)) continue;
      Cell& cell =
          grid_[index(data_.y[i], sheet_.frame.y, kRows) * kColumns + index(data_.x[i], sheet_.frame.x, kColumns)];
      ++cell.all;
      if (coloured(i)) ++cell.coloured;
      largest_ = std::max(largest_, cell.all);
      ++total_;
    }
  }

  static scene::Color mixed(double share) {
    const auto between = [share](std::uint8_t a, std::uint8_t b) {
      return static_cast<std::uint8_t>(std::lround(a + share * (b - a)));
    };
    return {between(palette::blue.red, palette::vermillion.red),
            between(palette::blue.green, palette::vermillion.green),
            between(palette::blue.blue, palette::vermillion.blue)};
  }

  void cells() {
    constexpr double kFaintest = 0.18;
    const scene::Rectangle& panel = sheet_.frame.panel;
    const double width = panel.width / static_cast<double>(kColumns),
                 height = panel.height / static_cast<double>(kRows);
    for (std::size_t r = 0; r < kRows; ++r)
      for (std::size_t c = 0; c < kColumns; ++c) {
        const Cell& cell = grid_[r * kColumns + c];
        if (cell.all == 0) continue;
        const double shade = std::log1p(static_cast<double>(cell.all)) / std::log1p(static_cast<double>(largest_));
        sheet_.scene.marks.push_back(
            scene::filled(scene::Rectangle{panel.x + static_cast<double>(c) * width,
                                           panel.y + panel.height - static_cast<double>(r + 1) * height, width, height},
                          mixed(static_cast<double>(cell.coloured) / static_cast<double>(cell.all)),
                          kFaintest + (1.0 - kFaintest) * shade));
      }
  }

  // The result of all studies.
  void whole() {
    if (!std::isfinite(data_.estimate) || !std::isfinite(data_.level)) return;
    const scene::Rectangle& p = sheet_.frame.panel;
    const double x = sheet_.frame.x(data_.estimate), y = sheet_.frame.y(data_.level);
    detail::add_clipped_line(sheet_, {x, p.y}, {x, p.y + p.height}, palette::ink, 0.6, {2.0, 2.0});
    detail::add_clipped_line(sheet_, {p.x, y}, {p.x + p.width, y}, palette::ink, 0.6, {2.0, 2.0});
  }

  std::string describe() const {
    std::string out =
        fmt::format("GOSH plot of {} subsets: {} against {}.", total_, options_.x_title, options_.y_title);
    if (total_ < data_.x.size()) out += fmt::format(" {} subsets have no fit.", data_.x.size() - total_);
    if (!data_.coloured_name.empty())
      out += fmt::format(" Subsets with {}, the study that moves the median most, have a colour of their own.",
                         data_.coloured_name);
    return out;
  }

  const GoshData& data_;
  const GoshOptions& options_;
  std::vector<Cell> grid_;
  std::size_t largest_ = 0, total_ = 0;
  detail::Sheet sheet_;
};

}  // namespace

scene::Scene gosh(const GoshData& data, const GoshOptions& options) { return GoshDrawing(data, options).draw(); }

}  // namespace hedgerow::plot
