#include "translate_counts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "engine/run.hpp"
#include "r_value.hpp"

namespace hedgerow::check {
namespace {

using engine::CountRequest;
using engine::Job;

RExpr text_expression(const std::string& text) {
  RExpr out;
  out.kind = RExpr::Kind::text;
  out.text = text;
  return out;
}

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

/// One or two numbers of an argument: of the single effects, of the pooled cells. Empty if it is not given.
Expected<stats::Vector> pair(const Call& call, const std::string& argument) {
  if (!call.find(argument)) return stats::Vector();
  HR_TRY(const auto expression, call.expression(argument));
  HR_TRY(const RValue value, evaluate_r(*expression));
  if (value.numbers.empty() || value.numbers.size() > 2) return unsupported(call, argument);
  return value.numbers;
}

Expected<std::vector<std::string>> words(const Call& call, const std::string& argument) {
  std::vector<std::string> out;
  const RExpr* given = call.find(argument);
  if (!given) return out;
  if (!given->is_call("c")) {
    const auto one = call.word(argument);
    if (!one) return unsupported(call, argument);
    out.push_back(*one);
  } else {
    for (const RExpr* element : given->positional()) out.push_back(element->text);
  }
  if (out.empty() || out.size() > 2) return unsupported(call, argument);
  return out;
}

Expected<double> number_or(const Call& call, const std::string& argument, double otherwise) {
  HR_TRY(const stats::Vector given, pair(call, argument));
  return given.empty() ? otherwise : given.front();
}

/// Arguments that rma.mh, rma.peto and rma.glmm have beyond those of rma, or give another meaning.
bool is_own(const std::string& argument) {
  for (const char* own : {"add", "to", "drop00", "correct", "model", "coding", "cor", "nAGQ", "method"})
    if (argument == own) return true;
  return false;
}

/// add, to and drop00: the first of each is that of the single effects, the second that of the pooled cells.
Checked take_zero_cells(const Call& call, bool stratified, Job& job, CountRequest& counts) {
  HR_TRY(const stats::Vector add, pair(call, "add"));
  HR_TRY(const std::vector<std::string> to, words(call, "to"));
  HR_TRY(const stats::Vector drop00, pair(call, "drop00"));
  if (!stratified && (add.size() > 1 || to.size() > 1 || drop00.size() > 1)) return unsupported(call, "add");
  if (!add.empty()) job.effect.options.add = add.front();
  if (!to.empty()) job.effect.options.to = to.front();
  if (add.size() > 1) counts.add = add[1];
  counts.to = to.size() > 1 ? to[1] : "none";
  if (drop00.empty()) return {};
  job.effect.options.drop00 = drop00.front() != 0;
  counts.drop00 = stratified ? drop00.size() > 1 && drop00[1] != 0 : drop00.front() != 0;
  return {};
}

Checked take_mixed_model(const Call& call, Job& job, CountRequest& counts) {
  const auto model = call.word("model");
  counts.model = model ? *model : "UM.FS";
  // With one group there is one model, whatever the argument says.
  if (job.effect.measure == "PLO" || job.effect.measure == "IRLN") counts.model = "GLMM";
  HR_TRY(counts.coding, number_or(call, "coding", 0.5));
  HR_TRY(const double correlated, number_or(call, "cor", 0));
  counts.correlated = correlated != 0;
  HR_TRY(const double nodes, number_or(call, "nAGQ", 7));
  counts.quadrature = static_cast<int>(nodes);
  const auto method = call.word("method");
  job.model.method = method ? *method : "ML";
  // glmer() can't integrate two random effects per study but by Laplace's approximation; metafor says so and takes it.
  if (counts.model == "UM.RS" && job.model.method == "ML") counts.quadrature = 1;
  counts.metafor_loglik = true;
  return {};
}

/// Whether the counts are written out in the call: then there is no data frame behind it, whatever file the case names.
bool holds_its_counts(const Call& effects) {
  const std::vector<std::string> raw = engine::argument_names();
  for (const auto& [argument, expression] : effects.arguments) {
    if (std::find(raw.begin(), raw.end(), argument) == raw.end()) continue;
    const auto given = effects.expression(argument);
    if (!given || !*given || !evaluate_r(**given)) return false;
  }
  return true;
}

}  // namespace

bool is_count_model(const std::string& function) {
  return function == "rma.mh" || function == "rma.peto" || function == "rma.glmm";
}

Expected<Job> translate_counts(const Call& call, const TablePointer& table, const Workspace& workspace) {
  Call effects{"rma", {}};
  if (call.function == "rma.peto") effects.arguments.emplace_back("measure", text_expression("PETO"));
  if (call.function == "rma.mh" && !call.find("measure"))
    effects.arguments.emplace_back("measure", text_expression("OR"));
  for (const auto& [argument, expression] : call.arguments)
    if (!is_own(argument)) effects.arguments.emplace_back(argument, expression);
  // Arguments of rma that these functions lack, or that mean something else in them.
  for (const char* other : {"link", "scale", "alpha", "vtype", "weights", "weighted", "tau2"})
    if (call.find(other)) return unsupported(call, other);
  HR_TRY(Job job, translate_model(effects, holds_its_counts(effects) ? nullptr : table, workspace));
  CountRequest counts;
  const bool stratified = call.function != "rma.glmm";
  HR_CHECK(take_zero_cells(call, stratified, job, counts));
  if (stratified) {
    counts.model = call.function == "rma.mh" ? "MH" : "PETO";
    for (const char* other : {"model", "coding", "cor", "nAGQ", "method", "test", "mods"})
      if (call.find(other)) return unsupported(call, other);
    HR_TRY(const double correct, number_or(call, "correct", 1));
    counts.correct = correct != 0;
  } else {
    if (call.find("correct")) return unsupported(call, "correct");
    HR_CHECK(take_mixed_model(call, job, counts));
  }
  job.model.counts = counts;
  job.model.centre_yi = false;
  return job;
}

}  // namespace hedgerow::check
