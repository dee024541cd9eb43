// A simulation as CSV, JSON and figure.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "engine/simulate.hpp"
#include "plot/coverage.hpp"
#include "report/csv.hpp"

namespace hedgerow::engine {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  return value;
}

Json spec_json(const SimulationSpec& spec) {
  Json out{{"title", spec.title}, {"seed", spec.seed}, {"replicates", spec.replicates}, {"level", spec.level}};
  out["studies"] = spec.studies;
  out["effects"] = spec.effects;
  out["vi"] = {spec.vi_from, spec.vi_to};
  out["intercept"] = spec.beta0;
  out["slope"] = spec.beta1;
  out["methods"] = spec.methods;
  out["settings"] = Json::array();
  for (const SimulationSetting& setting : spec.settings)
    out["settings"].push_back(
        {{"name", setting.name}, {"sigma2_study", setting.sigma2_study}, {"sigma2_effect", setting.sigma2_effect}});
  return out;
}

plot::CoveragePanel panel_of(const Simulation& simulation, const std::string& setting, const std::string& target) {
  plot::CoveragePanel panel;
  for (const std::string& method : simulation.spec.methods) {
    plot::CoverageSeries series;
    for (const SimulationRow& row : simulation.rows) {
      if (row.setting != setting || row.target != target || row.method != method) continue;
      series.coverage.push_back(row.coverage);
      series.margin.push_back(1.96 * row.mc_se);
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

std::string method_label(const std::string& method) {
  if (method == "t") return "t (k − p)";
  if (method == "contain") return "containment";
  if (method == "satterthwaite") return "Satterthwaite";
  if (method == "kenward-roger") return "Kenward-Roger";
  return method == "z" ? method : method + " + Satterthwaite";
}

}  // namespace

std::string to_csv(const Simulation& simulation) {
  std::string out = "setting,studies,target,method,intervals,failures,coverage,mc_se,width,df\n";
  for (const SimulationRow& row : simulation.rows) {
    out += report::csv_field(row.setting) + "," + std::to_string(row.studies) + "," + row.target + "," + row.method;
    out += "," + std::to_string(row.intervals) + "," + std::to_string(row.failures);
    for (const double value : {row.coverage, row.mc_se, row.width, row.df})
      out += "," + (std::isnan(value) ? "NA" : std::isinf(value) ? "Inf" : format_significant(value, 6));
    out += "\n";
  }
  return out;
}

std::string to_json(const Simulation& simulation) {
  Json out{{"schema", "hedgerow.simulation/1"}, {"spec", spec_json(simulation.spec)}};
  out["rows"] = Json::array();
  for (const SimulationRow& row : simulation.rows)
    out["rows"].push_back({{"setting", row.setting},
                           {"studies", row.studies},
                           {"target", row.target},
                           {"method", row.method},
                           {"intervals", row.intervals},
                           {"failures", row.failures},
                           {"coverage", number(row.coverage)},
                           {"mc_se", number(row.mc_se)},
                           {"width", number(row.width)},
                           {"df", number(row.df)}});
  return out.dump(1) + "\n";
}

scene::Scene coverage_figure(const Simulation& simulation) {
  plot::CoverageData data;
  data.title = simulation.spec.title;
  data.level = simulation.spec.level;
  for (const std::size_t studies : simulation.spec.studies) data.sizes.push_back(std::to_string(studies));
  for (const std::string& method : simulation.spec.methods) data.series.push_back(method_label(method));
  for (const SimulationSetting& setting : simulation.spec.settings) data.columns.push_back(setting.name);
  data.rows = {"Mean", "Study-level moderator"};
  for (const char* target : {"intercept", "moderator"})
    for (const SimulationSetting& setting : simulation.spec.settings)
      data.panels.push_back(panel_of(simulation, setting.name, target));
  return plot::coverage(data);
}

}  // namespace hedgerow::engine
