// What the figures of a Result share.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/result.hpp"
#include "plot/axis.hpp"
#include "plot/forest.hpp"

namespace hedgerow::engine {

std::string sentence_case(std::string text);
/// Proportions and rates may be small: digits after the point that show two of the smallest estimate that is not zero.
int digits_for(const stats::Vector& estimates);

/// Scale on which a transformation shows its numbers. Error: one that no axis has.
Expected<plot::Display> display_of(const std::string& transf);
/// The transformation that figures of a measure show: what was asked for ("" for "none"); where nothing was asked for,
/// that of the measure, or "" if no axis has it. Error: one that no axis has.
Expected<std::string> figure_transform(const std::string& asked, const std::string& measure);
/// Title of the effect axis on the scale of the analysis: what was asked for, else the measure in words.
std::string measure_title(const Result& result, const std::string& asked);
/// The scale of an effect axis, its title, and a short header for a column of effects. `transf`: "" is that of the job
/// or, without one, that of the measure where an axis has it; "none"; or a transformation. `title`: instead of words.
struct AxisScale {
  plot::Display display = plot::Display::identity;
  std::string title, header;
};
Expected<AxisScale> axis_scale(const Result& result, const std::string& transf, const std::string& title);
/// Sets display, axis title, header of the effect column, reference line and digits of a forest plot.
Checked set_scale(const Result& result, const std::string& transf, const std::string& title,
                  plot::ForestOptions& options);

}  // namespace hedgerow::engine
