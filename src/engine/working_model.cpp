#include "engine/working_model.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/formula.hpp"
#include "model/working_model.hpp"

namespace hedgerow::engine {
namespace {

Error lacks(const WorkingModel& working, const char* column) {
  return make_error(ErrorCode::usage, fmt::format("the working model {} needs a column: {}", working.name, column),
                    "working");
}

Checked check(const Job& job, const WorkingModel& working) {
  if (working.cluster.empty()) return lacks(working, "cluster (study)");
  if (working.name == "CHE" && working.effect.empty()) return lacks(working, "effect (number of each effect)");
  if (working.name == "SCE" && working.subgroup.empty()) return lacks(working, "subgroup");
  if (!job.model.random.empty() || job.effect.covariance || !job.model.weights.empty() || job.model.tau2)
    return make_error(
        ErrorCode::usage,
        fmt::format("the working model {} sets random effects, covariance and weights itself: leave these "
                    "away, or the working model",
                    working.name),
        "working");
  return {};
}

}  // namespace

Expected<Job> with_working_model(const Job& job) {
  if (!job.model.working) return job;
  const std::vector<std::string> known{"CHE", "SCE", "CORR", "HIER"};
  const WorkingModel working = *job.model.working;
  if (std::find(known.begin(), known.end(), working.name) == known.end())
    return make_error(ErrorCode::usage,
                      fmt::format("unknown working model '{}'; known are {}", working.name, join(known, ", ")),
                      "working");
  HR_CHECK(check(job, working));
  Job out = job;
  if (!out.inference.robust) out.inference.robust = RobustRequest{};
  if (out.inference.robust->cluster.empty()) out.inference.robust->cluster = working.cluster;
  if (working.name == "CORR" || working.name == "HIER") return out;
  CovarianceRequest covariance;
  covariance.cluster = working.cluster;
  covariance.rho = {working.rho};
  out.model.working.reset();
  if (working.name == "CHE") {
    covariance.obs = working.effect;
    out.model.random = {fmt::format("~ 1 | {}/{}", working.cluster, working.effect)};
  } else {
    covariance.subgroup = working.subgroup;
    covariance.obs = working.effect.empty() ? "" : working.effect;
    if (covariance.obs.empty()) return lacks(working, "effect (number of each effect)");
    out.model.random = {fmt::format("~ {} | {}", working.subgroup, working.cluster)};
    out.model.structure = {"DIAG"};
  }
  out.effect.covariance = covariance;
  return out;
}

Expected<model::Problem> working_problem(model::Data data, const WorkingModel& working, const data::Table& table,
                                         std::vector<std::string>& warnings) {
  HR_TRY(const auto groups, data::nested_groups({working.cluster}, table));
  const bool correlated = working.name == "CORR";
  HR_TRY(const model::WorkingVariances found, correlated ? model::correlated_effects(data, groups.front(), working.rho)
                                                         : model::hierarchical_effects(data, groups.front()));
  model::Univariate spec;
  spec.method = model::Tau2Method::dl;
  spec.tau2 = found.tau2 + found.omega2;
  for (std::size_t i = 0; i < data.k(); ++i) data.vi[i] = found.values[i] - *spec.tau2;
  warnings.push_back(fmt::format(
      "working model {}: tau2 {}{} by moments; vi, QE and I2 of the fit are those of the working variances",
      working.name, format_significant(found.tau2, 6),
      correlated ? fmt::format(" (rho {})", working.rho) : ", omega2 " + format_significant(found.omega2, 6)));
  return model::Problem::create(std::move(data), std::move(spec));
}

}  // namespace hedgerow::engine
