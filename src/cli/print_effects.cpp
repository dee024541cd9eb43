// Effects of all rows, with intervals where they were asked for.
#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"
#include "cli/recover.hpp"

namespace hedgerow::cli {
namespace {

std::string cell(double value) {
  if (is_missing(value)) return "NA";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  return format_fixed(value, value == std::round(value) ? 0 : 4);
}

}  // namespace

std::string print_effects(const engine::Result& result) {
  const engine::EffectRows& rows = result.effects;
  const auto& intervals = rows.intervals;
  const bool shown = intervals && !intervals->request.transf.empty();
  std::vector<std::string> header = {"label", "yi", "vi", "sei"};
  if (shown) header.push_back(intervals->request.transf + "(yi)");
  if (intervals) header.insert(header.end(), {"ci_lb", "ci_ub"});
  header.emplace_back("method");
  std::vector<std::vector<std::string>> lines;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const double vi = rows.effects.vi[i];
    lines.push_back({rows.label(i), cell(rows.effects.yi[i]), cell(vi), cell(std::sqrt(vi))});
    if (shown) lines.back().push_back(cell(intervals->estimate[i]));
    if (intervals) lines.back().insert(lines.back().end(), {cell(intervals->ci_lb[i]), cell(intervals->ci_ub[i])});
    lines.back().push_back(rows.effects.records.empty() ? rows.method : rows.effects.records[i].method);
  }
  std::string out = text_table(header, lines);
  if (intervals) out += fmt::format("\n{:g}% intervals: {}\n", 100 * intervals->request.level, intervals->method);
  return out + print_recovered(rows.recovered);
}

}  // namespace hedgerow::cli
