// Phase 1 of a forest plot: the lines of its table.
#include <fmt/core.h>

#include <cmath>
#include <utility>

#include "plot/detail/forest_layout.hpp"

namespace hedgerow::plot::detail {
namespace {

class LineBuilder {
 public:
  LineBuilder(const ForestData& data, const ForestOptions& options) : data_(data), options_(options) {
    indent_ = 0.9 * options.font_size;
  }

  std::vector<TableLine> build() {
    for (const ForestBlock& block : data_.blocks) add_block(block);
    if (!data_.summaries.empty()) {
      if (!lines_.empty()) plain(LineKind::rule, "");
      for (const ForestSummary& s : data_.summaries) add_summary(s, LineKind::overall_summary, 0.0);
    }
    return std::move(lines_);
  }

 private:
  TableLine& plain(LineKind kind, const std::string& label) {
    TableLine line;
    line.kind = kind;
    line.label = label;
    lines_.push_back(std::move(line));
    return lines_.back();
  }

  void add_block(const ForestBlock& block) {
    const bool headed = !block.heading.empty();
    if (headed && !lines_.empty()) plain(LineKind::gap, "");
    if (headed) plain(LineKind::heading, block.heading);
    const double indent = headed ? indent_ : 0.0;
    for (const ForestRow& row : block.rows) add_row(row, indent);
    for (const ForestSummary& s : block.summaries) add_summary(s, LineKind::block_summary, indent);
    for (const std::string& note : block.notes) plain(LineKind::note, note).indent = indent;
  }

  void add_row(const ForestRow& row, double indent) {
    TableLine& line = plain(LineKind::study, row.label);
    line.indent = indent;
    fill(line, row.left, row.right, row.weight);
    set_interval(line, row.yi, row.ci_lb, row.ci_ub);
  }

  void add_summary(const ForestSummary& s, LineKind kind, double indent) {
    TableLine& line = plain(kind, s.label);
    line.indent = indent;
    fill(line, s.left, s.right, s.weight);
    set_interval(line, s.yi, s.ci_lb, s.ci_ub);
    if (!std::isfinite(s.pi_lb) || !std::isfinite(s.pi_ub)) return;
    TableLine& prediction = plain(LineKind::prediction, s.pi_label);
    prediction.indent = indent;
    fill(prediction, {}, {}, kNotGiven);
    prediction.ci_lb = s.pi_lb;
    prediction.ci_ub = s.pi_ub;
    const auto [lower, upper] = shown_bounds(s.pi_lb, s.pi_ub);
    prediction.effect = {"", "[" + lower + ",", upper + "]"};
  }

  void fill(TableLine& line, std::vector<std::string> left, std::vector<std::string> right, double weight) const {
    left.resize(data_.left_columns.size());
    right.resize(data_.right_columns.size());
    line.left = std::move(left);
    line.right = std::move(right);
    line.weight = weight;
    line.weight_text = number_text(weight, options_.weight_digits);
  }

  // An interval needs its three numbers; the ends may be infinite, and are then drawn as arrows.
  void set_interval(TableLine& line, double yi, double ci_lb, double ci_ub) const {
    if (!std::isfinite(yi)) {
      line.effect_instead = "not estimable";
      return;
    }
    line.yi = yi;
    if (std::isnan(ci_lb) || std::isnan(ci_ub)) {
      line.effect = {shown(yi), "", ""};
      return;
    }
    line.ci_lb = ci_lb;
    line.ci_ub = ci_ub;
    const auto [lower, upper] = shown_bounds(ci_lb, ci_ub);
    line.effect = {shown(yi), "[" + lower + ",", upper + "]"};
  }

  // The smaller one first, also where the display falls (vaccine efficacy).
  std::pair<std::string, std::string> shown_bounds(double lower, double upper) const {
    if (to_display(lower, options_.display) > to_display(upper, options_.display)) std::swap(lower, upper);
    return {shown(lower), shown(upper)};
  }

  std::string shown(double value) const { return number_text(to_display(value, options_.display), options_.digits); }

  const ForestData& data_;
  const ForestOptions& options_;
  double indent_ = 0.0;
  std::vector<TableLine> lines_;
};

}  // namespace

std::vector<TableLine> table_lines(const ForestData& data, const ForestOptions& options) {
  return LineBuilder(data, options).build();
}

}  // namespace hedgerow::plot::detail
