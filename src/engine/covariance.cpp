// Sampling covariance of a Job.
#include "engine/detail/covariance.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/correlation_covariance.hpp"
#include "effect/sampling_covariance.hpp"

namespace hedgerow::engine {
namespace {

Expected<effect::NotDefinite> parse_not_definite(const std::string& text) {
  if (text == "refuse") return effect::NotDefinite::refuse;
  if (text == "nearest") return effect::NotDefinite::nearest;
  if (text == "keep") return effect::NotDefinite::keep;
  return make_error(ErrorCode::usage, fmt::format("expected refuse, nearest or keep, found '{}'", text),
                    "covariance.not_definite");
}

Expected<effect::SharedGroups> parse_shared(const std::string& text) {
  if (text == "automatic") return effect::SharedGroups::automatic;
  if (text == "exact") return effect::SharedGroups::exact;
  if (text == "pairwise") return effect::SharedGroups::pairwise;
  if (text == "weights") return effect::SharedGroups::weights;
  return make_error(ErrorCode::usage, fmt::format("expected automatic, exact, pairwise or weights, found '{}'", text),
                    "covariance.shared");
}

Expected<std::optional<effect::Correlation>> from_file(const std::string& file,
                                                       const std::shared_ptr<const data::NamedMatrix>& in_memory) {
  if (file.empty()) return std::optional<effect::Correlation>();
  data::NamedMatrix matrix;
  if (in_memory) {
    matrix = *in_memory;
  } else {
    HR_TRY(matrix, data::read_named_matrix(file));
  }
  HR_TRY(matrix, data::to_correlations(std::move(matrix)));
  return std::optional(effect::Correlation{0, std::make_shared<const data::NamedMatrix>(std::move(matrix))});
}

// The numbers of rho go to what has no file, obs first.
Checked set_correlations(const CovarianceRequest& request, effect::CovarianceRules& rules) {
  HR_TRY(rules.rho_obs, from_file(request.rho_obs, request.rho_obs_matrix));
  HR_TRY(rules.rho_type, from_file(request.rho_type, request.rho_type_matrix));
  std::vector<std::optional<effect::Correlation>*> open;
  if (!request.obs.empty() && !rules.rho_obs) open.push_back(&rules.rho_obs);
  if (!request.type.empty() && !rules.rho_type) open.push_back(&rules.rho_type);
  if (request.rho.size() != open.size() && !(request.rho.empty() && open.size() == 1))
    return make_error(
        ErrorCode::usage,
        fmt::format("rho has {} {}; it needs {}", request.rho.size(), request.rho.size() == 1 ? "value" : "values",
                    open.empty()       ? "obs or type, whose levels are correlated"
                    : open.size() == 1 ? "one, for different obs or types"
                                       : "two with obs and type: within a type, between types"),
        "rho");
  for (std::size_t i = 0; i < request.rho.size(); ++i) *open[i] = effect::Correlation{request.rho[i], nullptr};
  return {};
}

Expected<effect::CovarianceRules> make_rules(const CovarianceRequest& request, bool has_vi) {
  effect::CovarianceRules rules;
  rules.cluster = request.cluster;
  rules.subgroup = request.subgroup;
  rules.obs = request.obs;
  rules.type = request.type;
  rules.time1 = request.time1;
  rules.time2 = request.time2;
  rules.grp1 = request.grp1;
  rules.grp2 = request.grp2;
  rules.w1 = request.w1;
  rules.w2 = request.w2;
  rules.phi = request.phi;
  rules.rvars = request.rvars;
  rules.covariances = !has_vi;
  HR_TRY(rules.not_definite, parse_not_definite(request.not_definite));
  HR_TRY(rules.shared, parse_shared(request.shared));
  HR_CHECK(set_correlations(request, rules));
  return rules;
}

// The rows of a matrix that was made for the whole table, when only some of them are used.
data::NamedMatrix rows_used(data::NamedMatrix matrix, const EffectRows& rows) {
  if (matrix.size() != rows.table->rows() || rows.row.size() == matrix.size()) return matrix;
  data::NamedMatrix out{matrix.source, {}, stats::Matrix(rows.row.size(), rows.row.size())};
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    if (!matrix.names.empty()) out.names.push_back(matrix.names[rows.row[i]]);
    for (std::size_t j = 0; j < rows.row.size(); ++j) out.values(i, j) = matrix.values(rows.row[i], rows.row[j]);
  }
  return out;
}

Expected<effect::SamplingCovariance> make_covariance(const CovarianceRequest& request, const data::Table& table,
                                                     bool has_vi, const EffectRows& rows) {
  if (request.matrix || !request.file.empty()) {
    HR_TRY(const effect::NotDefinite not_definite, parse_not_definite(request.not_definite));
    data::NamedMatrix matrix;
    if (request.matrix) {
      matrix = *request.matrix;
    } else {
      HR_TRY(matrix, data::read_named_matrix(request.file));
    }
    return effect::sampling_covariance(table, rows.effects, rows.slab, rows_used(std::move(matrix), rows),
                                       not_definite);
  }
  if (!request.var1.empty() || !request.var2.empty()) {
    HR_TRY(const effect::NotDefinite not_definite, parse_not_definite(request.not_definite));
    return effect::correlation_covariance(table, rows.effects, rows.slab,
                                          {request.cluster, request.var1, request.var2, request.nfun, not_definite});
  }
  HR_TRY(const effect::CovarianceRules rules, make_rules(request, has_vi));
  if (!has_vi && rules.rvars.empty())
    return make_error(ErrorCode::usage, "the effects need variances (vi or sei), or V must give them (rvars, a file)",
                      "vi");
  return effect::sampling_covariance(table, rows.effects, rows.slab, rules);
}

}  // namespace

Checked add_covariance(const CovarianceRequest& request, const data::Table& table, bool has_vi, EffectRows& rows) {
  HR_TRY(effect::SamplingCovariance made, make_covariance(request, table, has_vi, rows));
  const stats::Vector diagonal = made.v->diagonal();
  std::size_t changed = 0;
  for (std::size_t i = 0; i < diagonal.size(); ++i) {
    double& vi = rows.effects.vi[i];
    if (std::isfinite(vi) && std::fabs(diagonal[i] - vi) > 1e-6 * vi && request.rvars.empty()) ++changed;
    vi = diagonal[i];
  }
  if (changed > 0 && has_vi)
    rows.effects.warnings.push_back(
        fmt::format("{} variances differ from the diagonal of V; those of V are used", changed));
  if (!made.ni.empty()) rows.effects.ni = std::move(made.ni);
  rows.v = std::move(made.v);
  rows.v_assumed = std::move(made.assumed);
  rows.effects.warnings.insert(rows.effects.warnings.end(), made.warnings.begin(), made.warnings.end());
  return {};
}

JsonReader::Json covariance_json(const CovarianceRequest& request) {
  JsonReader::Json out = JsonReader::Json::object();
  const auto put = [&](const char* name, const std::string& text, const std::string& usual) {
    if (text != usual) out[name] = text;
  };
  put("cluster", request.cluster, "");
  put("subgroup", request.subgroup, "");
  put("obs", request.obs, "");
  put("type", request.type, "");
  put("time1", request.time1, "");
  put("time2", request.time2, "");
  put("grp1", request.grp1, "");
  put("grp2", request.grp2, "");
  put("w1", request.w1, "");
  put("w2", request.w2, "");
  if (!request.rho.empty()) out["rho"] = request.rho;
  put("rho_obs", request.rho_obs, "");
  put("rho_type", request.rho_type, "");
  if (request.phi) out["phi"] = *request.phi;
  if (!request.rvars.empty()) out["rvars"] = request.rvars;
  put("file", request.file, "");
  put("var1", request.var1, "");
  put("var2", request.var2, "");
  put("nfun", request.nfun, "min");
  put("shared", request.shared, "automatic");
  put("not_definite", request.not_definite, "refuse");
  return out;
}

Expected<CovarianceRequest> parse_covariance(const JsonReader::Json& json, const std::string& path) {
  CovarianceRequest request;
  JsonReader reader(json, path);
  reader.read("cluster", request.cluster);
  reader.read("subgroup", request.subgroup);
  reader.read("obs", request.obs);
  reader.read("type", request.type);
  reader.read("time1", request.time1);
  reader.read("time2", request.time2);
  reader.read("grp1", request.grp1);
  reader.read("grp2", request.grp2);
  reader.read("w1", request.w1);
  reader.read("w2", request.w2);
  if (const auto* rho = reader.child("rho"); rho && rho->is_number())
    request.rho = {rho->get<double>()};
  else
    reader.read("rho", request.rho);
  reader.read("rho_obs", request.rho_obs);
  reader.read("rho_type", request.rho_type);
  reader.read("phi", request.phi);
  reader.read("rvars", request.rvars);
  reader.read("file", request.file);
  reader.read("var1", request.var1);
  reader.read("var2", request.var2);
  reader.read("nfun", request.nfun);
  reader.read("shared", request.shared);
  reader.read("not_definite", request.not_definite);
  HR_CHECK(reader.finish());
  return request;
}

}  // namespace hedgerow::engine
