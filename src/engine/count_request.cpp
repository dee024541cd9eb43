#include "engine/count_request.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "model/count_model.hpp"

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;
using model::CountMethod;

bool is_stratified(CountMethod method) { return method == CountMethod::mantel_haenszel || method == CountMethod::peto; }

Checked check_alone(const Job& job) {
  const ModelRequest& model = job.model;
  const std::string& name = model.counts->model;
  if (!job.effect.yi.empty() || !job.effect.rules.empty())
    return make_error(ErrorCode::usage,
                      fmt::format("{} is fitted to counts; give a measure and its columns (ai, n1i, ...) instead of "
                                  "effects",
                                  name),
                      "model.counts");
  if (!model.random.empty() || job.effect.covariance || model.working || model.scale)
    return make_error(ErrorCode::not_supported,
                      fmt::format("{} takes independent studies; random effects beyond one per study, sampling "
                                  "covariances and working models go with effects (yi, vi) of the same measure",
                                  name),
                      "model.counts");
  if (!model.weights.empty() || !model.weighted)
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} weights studies by their counts; user weights go with effects (yi, vi)", name),
                      "model.weights");
  return {};
}

double count_or_missing(const stats::Vector& values, std::size_t i) { return i < values.size() ? values[i] : kMissing; }

}  // namespace

Expected<Job> with_count_model(const Job& asked) {
  if (!asked.model.counts) return asked;
  HR_CHECK(check_alone(asked));
  HR_TRY(const CountMethod method, model::parse_count_method(asked.model.counts->model));
  Job job = asked;
  std::string& measure = job.effect.measure;
  if (measure.empty()) measure = "OR";
  if (method == CountMethod::peto && measure == "OR") measure = "PETO";
  if (method != CountMethod::peto && measure == "PETO") measure = "OR";
  CountRequest& request = *job.model.counts;
  if (!request.drop00) {
    request.drop00 = !is_stratified(method) && method != CountMethod::beta_binomial;
    job.effect.options.drop00 = true;
  }
  if (is_stratified(method) || method == CountMethod::firth)
    job.model.method = "EE";
  else if (job.model.method == "REML")
    job.model.method = "ML";
  return job;
}

Expected<model::CountModel> count_spec(const ModelRequest& request, const std::string& measure) {
  const CountRequest& counts = *request.counts;
  model::CountModel spec;
  HR_TRY(spec.method, model::parse_count_method(counts.model));
  HR_TRY(const model::Tau2Method method, model::parse_tau2_method(request.method));
  if (method != model::Tau2Method::ml && method != model::Tau2Method::ee)
    return make_error(ErrorCode::usage,
                      fmt::format("models of counts are fitted by maximum likelihood (ML), or as common-effect models "
                                  "(EE); found '{}'",
                                  request.method),
                      "model.method");
  spec.random = method == model::Tau2Method::ml && !is_stratified(spec.method) && spec.method != CountMethod::firth;
  spec.tau2 = request.tau2;
  spec.measure = measure == "PETO" ? "OR" : measure;
  spec.correct = counts.correct;
  spec.add = counts.add.value_or(0);
  spec.to = counts.to.empty() ? (spec.add > 0 ? "only0" : "none") : counts.to;
  const std::vector<std::string> places{"only0", "all", "if0all", "none"};
  if (std::find(places.begin(), places.end(), spec.to) == places.end())
    return make_error(ErrorCode::usage, fmt::format("to = '{}'{}; known are {}", spec.to, did_you_mean(spec.to, places),
                                                    join(places, ", ")));
  if (!(spec.add >= 0)) return make_error(ErrorCode::usage, fmt::format("add is {}; it is 0 or more", spec.add), "add");
  spec.drop00 = counts.drop00.value_or(false);
  if (counts.rd_variance != "sato" && counts.rd_variance != "greenland-robins")
    return make_error(ErrorCode::usage,
                      fmt::format("rd_variance is sato or greenland-robins, found '{}'", counts.rd_variance));
  spec.sato = counts.rd_variance == "sato";
  spec.add_to_difference = counts.add_to_difference;
  spec.coding = counts.coding;
  spec.correlated = counts.correlated;
  spec.quadrature = counts.quadrature;
  spec.metafor_loglik = counts.metafor_loglik;
  return spec;
}

Checked check_has_counts(const EffectRows& rows, const CountRequest& request) {
  if (rows.counts.kind != effect::RawCounts::Kind::none) return {};
  return make_error(
      ErrorCode::usage,
      fmt::format("{} is fitted to counts of independent groups, and {} has none; it goes with OR, RR, RD, "
                  "IRR, IRD, PLO or IRLN",
                  request.model, rows.effects.measure),
      "model.counts");
}

std::string no_counts_reason(const EffectRows& rows, std::size_t i, bool drop00) {
  const effect::RawCounts& c = rows.counts;
  const bool two = !c.x2.empty();
  bool complete = std::isfinite(count_or_missing(c.x1, i)) && std::isfinite(count_or_missing(c.n1, i));
  if (two) complete = complete && std::isfinite(c.x2[i]) && std::isfinite(c.n2[i]);
  if (!complete) return "a count is missing";
  if (c.n1[i] == 0 || (two && c.n2[i] == 0)) return "a group is empty (0 persons)";
  if (!two || !drop00) return "";
  const bool persons = c.kind == effect::RawCounts::Kind::tables;
  if (c.x1[i] == 0 && c.x2[i] == 0) return "no events in both groups (drop00)";
  if (persons && c.x1[i] == c.n1[i] && c.x2[i] == c.n2[i]) return "events only in both groups (drop00)";
  return "";
}

bool drops_rows(const CountRequest& request) {
  return request.drop00.value_or(false) && request.model != "MH" && request.model != "PETO";
}

model::Counts counts_of(const effect::RawCounts& counts, const std::vector<std::uint32_t>& rows) {
  const std::vector<std::size_t> chosen(rows.begin(), rows.end());
  const model::Counts all{static_cast<model::CountKind>(counts.kind), counts.x1, counts.n1, counts.x2, counts.n2};
  return all.subset(chosen);
}

Json counts_json(const CountRequest& request) {
  Json out{{"model", request.model},   {"correct", request.correct},       {"rd_variance", request.rd_variance},
           {"coding", request.coding}, {"correlated", request.correlated}, {"quadrature", request.quadrature}};
  if (request.metafor_loglik) out["metafor_loglik"] = true;
  if (!request.add_to_difference) out["add_to_difference"] = false;
  if (request.add) out["add"] = *request.add;
  if (!request.to.empty()) out["to"] = request.to;
  if (request.drop00) out["drop00"] = *request.drop00;
  return out;
}

Expected<CountRequest> parse_counts(const Json& json, const std::string& path) {
  CountRequest request;
  JsonReader reader(json, path);
  reader.read("model", request.model);
  reader.read("correct", request.correct);
  reader.read("add", request.add);
  reader.read("to", request.to);
  if (reader.child("drop00")) {
    bool drop00 = true;
    reader.read("drop00", drop00);
    request.drop00 = drop00;
  }
  reader.read("rd_variance", request.rd_variance);
  reader.read("add_to_difference", request.add_to_difference);
  reader.read("coding", request.coding);
  reader.read("correlated", request.correlated);
  auto nodes = static_cast<std::size_t>(request.quadrature);
  reader.read("quadrature", nodes);
  request.quadrature = static_cast<int>(nodes);
  reader.read("metafor_loglik", request.metafor_loglik);
  HR_CHECK(reader.finish());
  return request;
}

}  // namespace hedgerow::engine
