// Influence plot of a Result.
#include <fmt/core.h>

#include "engine/figures.hpp"
#include "plot/influence.hpp"

namespace hedgerow::engine {
namespace {

struct Measure {
  const char* field;
  const char* title;
  const char* limit;  ///< field of `limits`, or none
};

constexpr Measure measures[] = {{"rstudent", "Studentised residual", ""},
                                {"X2_del", "X² of the studentised residuals", ""},
                                {"dffits", "DFFITS", "dffits"},
                                {"cook_d", "Cook's distance", "cook_d"},
                                {"cov_r", "Covariance ratio", ""},
                                {"QE_del", "Q without the unit", ""},
                                {"hat", "Hat value", "hat"},
                                {"weight", "Weight (%)", ""}};

void add_panel(plot::InfluenceData& data, const Block& block, const Measure& measure) {
  stats::Vector values = block.vector(measure.field);
  if (values.size() != data.labels.size()) return;
  plot::InfluencePanel panel{measure.title, std::move(values)};
  const Block* limits = block.child("limits");
  if (limits && *measure.limit) panel.limits.push_back(limits->number(measure.limit));
  if (panel.limits.size() == 1 && panel.title == "DFFITS") panel.limits.push_back(-panel.limits.front());
  data.panels.push_back(std::move(panel));
}

/// tau2, sigma2.1, rho, ... without each unit, and as dashed line in the whole fit where the answer has it.
void add_parameters(plot::InfluenceData& data, const Block& block) {
  for (const Field& field : block.fields) {
    const bool parameter = field.first.ends_with("_del") && field.first != "QE_del" && field.first != "X2_del";
    if (parameter && block.vector(field.first).size() == data.labels.size())
      data.panels.push_back(
          {field.first.substr(0, field.first.size() - 4) + " without the unit", block.vector(field.first)});
  }
}

void add_dfbetas(plot::InfluenceData& data, const Block& block) {
  const auto* dfbs = block.find("dfbs");
  const auto* matrix = dfbs ? std::get_if<stats::Matrix>(dfbs) : nullptr;
  if (!matrix) return;
  const std::vector<std::string> names = block.texts("coef_names");
  for (std::size_t c = 0; c < matrix->cols(); ++c) {
    plot::InfluencePanel panel{"DFBETAS of " + names[c], {}, {-1, 1}};
    for (std::size_t j = 0; j < matrix->rows(); ++j) panel.values.push_back((*matrix)(j, c));
    data.panels.push_back(std::move(panel));
  }
}

}  // namespace

Expected<scene::Scene> influence_figure(const Result& result, const std::string& name, const std::string& title) {
  const Answer* answer = result.answer(name);
  if (!answer) return make_error(ErrorCode::usage, fmt::format("the result has no answer '{}'", name));
  if (answer->error) return *answer->error;
  plot::InfluenceData data;
  data.title = title;
  data.labels = answer->block.texts("label");
  const Value* flagged = answer->block.find("is_infl");
  if (const auto* flags = flagged ? std::get_if<std::vector<bool>>(flagged) : nullptr) data.flagged = *flags;
  for (const Measure& measure : measures) add_panel(data, answer->block, measure);
  add_parameters(data, answer->block);
  add_dfbetas(data, answer->block);
  return plot::influence(data);
}

}  // namespace hedgerow::engine
