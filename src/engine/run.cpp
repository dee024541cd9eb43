#include "engine/run.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "engine/ask.hpp"
#include "engine/assemble.hpp"
#include "engine/count_request.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/display.hpp"
#include "engine/detail/fit_fields.hpp"
#include "engine/detail/missing_reasons.hpp"
#include "engine/working_model.hpp"

namespace hedgerow::engine {
namespace {

std::vector<std::uint32_t> whole_rows(const EffectRows& rows, const std::vector<std::uint32_t>& used) {
  std::vector<std::uint32_t> out;
  out.reserve(used.size());
  for (std::uint32_t i : used) out.push_back(rows.row[i]);
  return out;
}

Answer answer_question(const Context& context, const Shown& shown, const Question& question) {
  Answer out{question.name.empty() ? ask_name(question.ask) : question.name, ask_name(question.ask), {}, {}};
  auto block = std::visit([&](const auto& ask) { return answer(context, ask); }, question.ask);
  if (!block) {
    out.error = block.error();
    return out;
  }
  out.block = block.take();
  add_answer_display(shown, question.ask, out.block);
  return out;
}

Checked fit_and_answer(const Job& job, Result& result) {
  HR_TRY(Assembled assembled, assemble(result.effects, job.model));
  HR_TRY(const infer::Options inference, inference_options(job.inference, *result.effects.table));
  HR_TRY(const model::Fit fit, model::fit(assembled.problem));
  HR_TRY(const infer::Coefficients coefficients, infer::coefficients(fit, inference));
  result.used = assembled.used;
  result.dropped = assembled.dropped;
  result.warnings.insert(result.warnings.end(), assembled.warnings.begin(), assembled.warnings.end());
  const auto& certificate = fit.certificate.warnings;
  result.warnings.insert(result.warnings.end(), certificate.begin(), certificate.end());
  result.warnings.insert(result.warnings.end(), coefficients.warnings.begin(), coefficients.warnings.end());
  // Questions that make the effects again start from the prepared table.
  Job prepared = job;
  if (!result.effects.prepared.empty()) prepared.data = {job.data.file, job.data.subset, result.effects.table};
  const Context context{prepared, result.effects, assembled,
                        fit,      inference,      row_ranges(whole_rows(result.effects, result.used))};
  HR_CHECK(check_scale(context));
  HR_TRY(const Shown shown, shown_scale(context));
  result.warnings.insert(result.warnings.end(), shown.warnings.begin(), shown.warnings.end());
  result.fit = fit_block(context, coefficients);
  add_fit_display(shown, *result.fit);
  if (fit.is_counts() || fit.is_location_scale())
    for (std::string& reason : missing_reasons(*result.fit, job.model.counts ? job.model.counts->model : ""))
      result.warnings.push_back(std::move(reason));
  for (const Question& question : job.questions) result.answers.push_back(answer_question(context, shown, question));
  return {};
}

}  // namespace

Expected<Result> run(const Job& asked) {
  HR_TRY(const Job counted, with_count_model(asked));
  HR_TRY(const Job job, with_working_model(counted));
  Result result;
  result.job = job;
  HR_TRY(result.effects, load_effects(job.data, job.effect));
  result.warnings = result.effects.effects.warnings;
  if (!job.effects_only) HR_CHECK(fit_and_answer(job, result));
  return result;
}

std::vector<std::string> measure_names() {
  std::vector<std::string> out = effect::measures();
  const std::vector<std::string> forms = effect::forms();
  out.insert(out.end(), forms.begin(), forms.end());
  return out;
}

std::vector<std::string> argument_names() { return effect::argument_names(); }

}  // namespace hedgerow::engine
