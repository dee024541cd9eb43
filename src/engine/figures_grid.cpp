// Figure of a model over a grid of an assumed correlation.
#include <fmt/core.h>

#include "engine/detail/figure_parts.hpp"
#include "engine/figures.hpp"
#include "plot/sensitivity_grid.hpp"

namespace hedgerow::engine {
namespace {

/// Column j of a field that is a vector (one coefficient) or a matrix (values x coefficients).
stats::Vector column(const Block& block, const char* field, std::size_t j) {
  const Value* value = block.find(field);
  const auto* matrix = value ? std::get_if<stats::Matrix>(value) : nullptr;
  if (!matrix) return j == 0 ? block.vector(field) : stats::Vector();
  stats::Vector out;
  for (std::size_t i = 0; i < matrix->rows(); ++i) out.push_back((*matrix)(i, j));
  return out;
}

std::string parameter_title(const std::string& parameter) {
  if (parameter == "r") return "Assumed pre-post correlation r";
  if (parameter == "phi") return "Assumed autocorrelation phi of sampling errors";
  return fmt::format("Assumed correlation {} of sampling errors", parameter);
}

void add_components(plot::GridData& data, const Block& block) {
  plot::GridPanel variances{"Variance components", {}, false}, correlations{"Correlations of true effects", {}, false};
  const std::vector<std::string> names = block.texts("component_names");
  for (std::size_t c = 0; c < names.size(); ++c) {
    const bool is_correlation = names[c].starts_with("rho") || names[c].starts_with("phi");
    (is_correlation ? correlations : variances).curves.push_back({names[c], column(block, "components", c)});
  }
  for (plot::GridPanel* panel : {&variances, &correlations}) {
    if (panel->curves.empty()) continue;
    if (panel->curves.size() == 1) panel->title = panel->curves.front().name;
    data.panels.push_back(std::move(*panel));
  }
}

}  // namespace

Expected<scene::Scene> covariance_grid_figure(const Result& result, const std::string& name, const std::string& title) {
  const Answer* answer = result.answer(name);
  if (!answer) return make_error(ErrorCode::usage, fmt::format("the result has no answer '{}'", name));
  if (answer->error) return *answer->error;
  const Block& block = answer->block;
  plot::GridData data;
  data.title = title;
  data.x_title = parameter_title(block.text("parameter"));
  data.values = block.vector("value");
  data.used = block.number("used");
  data.failures = block.texts("errors");
  const std::vector<std::string> names = block.texts("coef_names");
  for (std::size_t j = 0; j < names.size(); ++j)
    data.panels.push_back(
        {names.size() == 1 ? measure_title(result, "") : names[j],
         {{names[j], column(block, "estimate", j), column(block, "ci_lb", j), column(block, "ci_ub", j)}},
         true});
  if (result.fit && result.fit->text("estimator") != "EE") add_components(data, block);
  return plot::sensitivity_grid(data);
}

}  // namespace hedgerow::engine
