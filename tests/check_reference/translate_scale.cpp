#include "translate_scale.hpp"

#include <fmt/core.h>

#include <cmath>

#include "r_value.hpp"

namespace hedgerow::check {
namespace {

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

Expected<RValue> value(const Call& call, const std::string& argument) {
  HR_TRY(const auto expression, call.expression(argument));
  return evaluate_r(*expression);
}

Expected<std::vector<std::size_t>> columns(const Call& call, const std::string& argument) {
  HR_TRY(const RValue given, value(call, argument));
  std::vector<std::size_t> out;
  for (const double x : given.numbers) out.push_back(static_cast<std::size_t>(x));
  return out;
}

engine::ScaleRequest& scale_of(engine::Job& job) {
  if (!job.model.scale) job.model.scale.emplace();
  return *job.model.scale;
}

}  // namespace

Checked translate_scale(const Call& call, const std::string& argument, engine::Job& job) {
  if (argument == "scale") {
    HR_TRY(const auto expression, call.expression(argument));
    if (!expression->is_call("~")) return unsupported(call, argument);
    scale_of(job).formula = *call.source(argument);
    return {};
  }
  // Without moderators of the scale metafor leaves these arguments unused.
  if (!call.find("scale")) return {};
  if (argument == "link") {
    const auto link = call.word(argument);
    if (!link) return unsupported(call, argument);
    scale_of(job).link = *link;
    return {};
  }
  if (argument == "alpha") {
    HR_TRY(const RValue given, value(call, argument));
    for (const double x : given.numbers)
      scale_of(job).alpha.push_back(std::isnan(x) ? std::nullopt : std::optional<double>(x));
    return {};
  }
  if (argument != "att") return unsupported(call, argument);
  HR_TRY(job.inference.att, columns(call, argument));
  return {};
}

Expected<stats::Matrix> translate_newscale(const Call& call) {
  HR_TRY(const RValue given, value(call, "newscale"));
  return as_rows(given);
}

Expected<engine::Ask> translate_scale_test(const Call& call) {
  if (!call.find("Z")) {
    engine::AskBlock ask;
    ask.scale = true;
    HR_TRY(ask.btt, columns(call, "att"));
    return engine::Ask(ask);
  }
  engine::AskContrasts ask;
  ask.scale = true;
  HR_TRY(const RValue z, value(call, "Z"));
  ask.l = as_rows(z);
  if (call.find("rhs")) {
    HR_TRY(const RValue rhs, value(call, "rhs"));
    ask.rhs = rhs.numbers;
  }
  if (call.find("adjust")) {
    const auto adjust = call.word("adjust");
    if (!adjust) return unsupported(call, "adjust");
    ask.adjust = *adjust;
  }
  return engine::Ask(ask);
}

}  // namespace hedgerow::check
