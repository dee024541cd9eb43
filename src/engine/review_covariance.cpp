// Dependent sampling errors of an [[analysis]] of review.toml, and the grids over what they assume.
#include <fmt/core.h>

#include <cmath>

#include "engine/review_parts.hpp"

namespace hedgerow::engine {

void read_covariance(data::TomlReader& table, ModelChoice& choice) {
  auto inner = table.table("covariance");
  if (!inner) return;
  CovarianceRequest v = choice.covariance.value_or(CovarianceRequest{});
  for (const auto& [key, target] :
       {std::pair{"cluster", &v.cluster}, std::pair{"subgroup", &v.subgroup}, std::pair{"obs", &v.obs},
        std::pair{"type", &v.type}, std::pair{"time1", &v.time1}, std::pair{"time2", &v.time2},
        std::pair{"grp1", &v.grp1}, std::pair{"grp2", &v.grp2}, std::pair{"w1", &v.w1}, std::pair{"w2", &v.w2},
        std::pair{"rho_obs", &v.rho_obs}, std::pair{"rho_type", &v.rho_type}, std::pair{"file", &v.file},
        std::pair{"var1", &v.var1}, std::pair{"var2", &v.var2}, std::pair{"nfun", &v.nfun},
        std::pair{"shared", &v.shared}, std::pair{"not_definite", &v.not_definite}})
    *target = inner->text(key, *target);
  if (const std::vector<double> rho = inner->numbers("rho"); !rho.empty()) v.rho = rho;
  if (const std::optional<double> phi = inner->optional_number("phi")) v.phi = phi;
  if (std::vector<std::string> rvars = inner->texts("rvars"); !rvars.empty()) v.rvars = std::move(rvars);
  if (v.cluster.empty() && v.file.empty())
    inner->fail("", "needs cluster, the column of the studies, or a file with the whole matrix");
  inner->finish();
  if (v.cluster == "none")
    choice.covariance.reset();
  else
    choice.covariance = std::move(v);
}

std::vector<AskCovarianceGrid> read_grids(data::TomlReader& table) {
  std::vector<AskCovarianceGrid> out;
  for (const char* parameter : {"rho", "rho_obs", "rho_type", "phi", "r"}) {
    const std::string key = std::string(parameter) + "_grid";
    std::vector<double> values = table.numbers(key);
    for (const double value : values)
      if (!(std::fabs(value) <= 1)) table.fail(key, fmt::format("holds {}; correlations lie between -1 and 1", value));
    if (!values.empty()) out.push_back({parameter, std::move(values)});
  }
  return out;
}

}  // namespace hedgerow::engine
