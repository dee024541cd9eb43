#include "translate_summary.hpp"

#include <fmt/core.h>

#include "r_value.hpp"

namespace hedgerow::check {
namespace {

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

Expected<double> number(const Call& call, const std::string& argument) {
  HR_TRY(const auto expression, call.expression(argument));
  HR_TRY(const RValue found, evaluate_r(*expression));
  if (found.numbers.size() != 1) return unsupported(call, argument);
  return found.numbers[0];
}

}  // namespace

Expected<engine::Job> translate_summary(const Call& call, engine::Job job) {
  job.effect.intervals.emplace();
  for (const auto& [argument, expression] : call.arguments) {
    if (argument == "object" || argument == "append" || argument == "replace" || argument == "digits") continue;
    if (argument == "level") {
      HR_TRY(const double level, number(call, argument));
      job.effect.intervals->level = level > 1 ? level / 100 : level;
    } else if (argument == "H0") {
      HR_TRY(job.effect.intervals->h0, number(call, argument));
    } else if (argument == "transf" && call.word(argument)) {
      job.effect.intervals->transf = *call.word(argument);
    } else {
      return unsupported(call, argument);
    }
  }
  return job;
}

Json summary_fields(const Json& effects) {
  const Json& intervals = effects.at("intervals");
  Json out{{"yi", intervals.at("estimate")}, {"vi", effects.at("vi")}, {"zi", intervals.value("zval", Json())}};
  for (const char* name : {"sei", "pval", "ci_lb", "ci_ub"}) out[name] = intervals.value(name, Json());
  return out;
}

}  // namespace hedgerow::check
