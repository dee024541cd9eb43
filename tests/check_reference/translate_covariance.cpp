// vcalc and rcalc -> Job.
#include "translate_covariance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "r_value.hpp"

namespace hedgerow::check {
namespace {

using engine::CovarianceRequest;
using engine::Job;
using Json = nlohmann::json;

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

Expected<std::vector<double>> numbers(const Call& call, const std::string& argument) {
  HR_TRY(const auto expression, call.expression(argument));
  const auto value = evaluate_r(*expression);
  if (!value || value->is_matrix()) return unsupported(call, argument);
  return std::vector<double>(value->numbers.begin(), value->numbers.end());
}

Expected<double> number(const Call& call, const std::string& argument) {
  HR_TRY(const std::vector<double> values, numbers(call, argument));
  if (values.size() != 1) return unsupported(call, argument);
  return values[0];
}

/// Arguments of vcalc that are columns.
std::string* column_of(CovarianceRequest& request, const std::string& argument) {
  const std::map<std::string, std::string*> columns{{"cluster", &request.cluster}, {"subgroup", &request.subgroup},
                                                    {"type", &request.type},       {"obs", &request.obs},
                                                    {"time1", &request.time1},     {"time2", &request.time2},
                                                    {"grp1", &request.grp1},       {"grp2", &request.grp2},
                                                    {"w1", &request.w1},           {"w2", &request.w2}};
  const auto found = columns.find(argument);
  return found == columns.end() ? nullptr : found->second;
}

Expected<std::vector<std::string>> names(const Call& call, const std::string& argument) {
  HR_TRY(const auto expression, call.expression(argument));
  if (!expression->is_call("c")) return std::vector<std::string>{to_text(*expression)};
  std::vector<std::string> out;
  for (const RExpr* name : expression->positional()) out.push_back(to_text(*name));
  return out;
}

Checked vcalc_argument(const Call& call, const std::string& argument, Job& job) {
  CovarianceRequest& request = *job.effect.covariance;
  if (std::string* column = column_of(request, argument)) {
    *column = *call.source(argument);
  } else if (argument == "vi") {
    job.effect.vi = *call.source(argument);
  } else if (argument == "rho") {
    HR_TRY(request.rho, numbers(call, argument));
  } else if (argument == "phi") {
    HR_TRY(request.phi, number(call, argument));
  } else if (argument == "rvars") {
    HR_TRY(request.rvars, names(call, argument));
  } else if (argument == "nearpd") {
    HR_TRY(const double nearest, number(call, argument));
    if (nearest != 0) request.not_definite = "nearest";
  } else if (argument != "data" && argument != "checkpd" && argument != "sparse") {
    return unsupported(call, argument);
  }
  return {};
}

Expected<Job> translate_vcalc(const Call& call) {
  Job job;
  job.effect.covariance = CovarianceRequest();
  // vcalc goes on with a matrix that is not positive definite, after a warning; it takes shares from w1 and w2 alone.
  job.effect.covariance->not_definite = "keep";
  job.effect.covariance->shared = "weights";
  for (const auto& [argument, expression] : call.arguments) HR_CHECK(vcalc_argument(call, argument, job));
  // vcalc has no effects; its variances stand for them.
  job.effect.yi = job.effect.vi;
  return job;
}

/// ri ~ var1 + var2 | study, or without | study.
Checked rcalc_formula(const Call& call, const std::string& argument, Job& job) {
  HR_TRY(const auto parsed, call.expression(argument));
  const RExpr& formula = *parsed;
  if (!formula.is_call("~") || formula.args.size() != 2) return unsupported(call, argument);
  job.effect.arguments["ri"] = to_text(formula.args[0]);
  const RExpr* pair = &formula.args[1];
  if (pair->is_call("|")) {
    job.effect.covariance->cluster = to_text(pair->args[1]);
    pair = &pair->args[0];
  }
  if (!pair->is_call("+") || pair->args.size() != 2) return unsupported(call, argument);
  job.effect.covariance->var1 = to_text(pair->args[0]);
  job.effect.covariance->var2 = to_text(pair->args[1]);
  return {};
}

Checked rcalc_argument(const Call& call, const std::string& argument, Job& job) {
  if (argument == "x") return rcalc_formula(call, argument, job);
  if (argument == "ni") {
    job.effect.arguments["ni"] = *call.source(argument);
  } else if (argument == "rtoz") {
    HR_TRY(const double z, number(call, argument));
    if (z != 0) job.effect.measure = "ZCOR";
  } else if (argument == "nfun") {
    job.effect.covariance->nfun = call.word(argument).value_or("min");
  } else if (argument != "data" && argument != "sparse") {
    return unsupported(call, argument);
  }
  return {};
}

Expected<Job> translate_rcalc(const Call& call) {
  Job job;
  job.effect.measure = "COR";
  job.effect.covariance = CovarianceRequest();
  job.effect.covariance->not_definite = "keep";
  for (const auto& [argument, expression] : call.arguments) HR_CHECK(rcalc_argument(call, argument, job));
  return job;
}

/// The blocks of a covariance as one matrix.
Json dense(const Json& effects) {
  const std::size_t k = effects.at("yi").size();
  Json out = Json::array();
  for (std::size_t i = 0; i < k; ++i) out.push_back(std::vector<double>(k, 0.0));
  for (const Json& block : effects.at("covariance").at("blocks")) {
    const auto rows = block.at("rows").get<std::vector<std::size_t>>();
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < rows.size(); ++j) out[rows[i] - 1][rows[j] - 1] = block.at("matrix")[i][j];
  }
  return out;
}

}  // namespace

Expected<Job> translate_covariance(const Call& call, const TablePointer& table) {
  if (call.function != "vcalc" && call.function != "rcalc") return make_error(ErrorCode::not_supported, call.function);
  HR_TRY(Job job, call.function == "vcalc" ? translate_vcalc(call) : translate_rcalc(call));
  job.effects_only = true;
  job.data.table = table;
  return job;
}

Json covariance_fields(const Call& call, const Job& job, const Json& result) {
  const Json& effects = result.at("effects");
  Json matrix{{"matrix", dense(effects)}, {"rownames", nullptr}, {"colnames", nullptr}};
  if (call.function == "vcalc") return matrix;
  const data::Table& table = *job.data.table;
  const CovarianceRequest& request = *job.effect.covariance;
  Json data{{"yi", effects.at("yi")}, {"ni", effects.at("ni")}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto cell = [&](const std::string& column) { return std::string(table.cell(i, *table.column(column))); };
    // rcalc names the variables of a pair in alphabetical order.
    const auto [first, second] = std::minmax({cell(request.var1), cell(request.var2)});
    data["var1"].push_back(first);
    data["var2"].push_back(second);
    data["var1_var2"].push_back(first + "." + second);
    if (!request.cluster.empty()) data[request.cluster].push_back(cell(request.cluster));
  }
  matrix["rownames"] = matrix["colnames"] = data["var1_var2"];
  return Json{{"dat", data}, {"V", matrix}};
}

}  // namespace hedgerow::check
