#include "translate_robust.hpp"

#include <fmt/core.h>

#include "r_value.hpp"

namespace hedgerow::check {
namespace {

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("robust({} = {})", argument, call.source(argument).value_or("")));
}

/// A logical argument; `otherwise` if it is absent.
Expected<bool> flag(const Call& call, const std::string& argument, bool otherwise) {
  if (!call.find(argument)) return otherwise;
  HR_TRY(const auto expression, call.expression(argument));
  const auto given = evaluate_r(*expression);
  if (!given || given->numbers.size() != 1) return unsupported(call, argument);
  return given->numbers[0] != 0;
}

/// metafor's own sandwich: t and F with clusters - coefficients degrees of freedom.
Checked own_tests(const Call& call, engine::RobustRequest& robust) {
  robust.test = "naive-tp";
  robust.wald_test = "Naive-Fp";
  const std::string adjust = call.word("adjust").value_or("TRUE");
  if (adjust == "Stata" || adjust == "Stata1") {
    robust.adjustment = "CR1S";
  } else if (adjust == "Stata2") {
    robust.adjustment = "CR1";
  } else {
    HR_TRY(const bool adjusted, flag(call, "adjust", true));
    robust.adjustment = adjusted ? "CR1p" : "CR0";
  }
  return {};
}

void club_sandwich_tests(const Call& call, engine::RobustRequest& robust) {
  robust.adjustment = call.word("vcov").value_or("CR2");
  robust.test = call.word("coef_test").value_or("Satterthwaite");
  robust.conf_test = call.word("conf_test").value_or("");
  robust.wald_test = call.word("wald_test").value_or("HTZ");
}

}  // namespace

Expected<engine::Job> translate_robust(const Call& call, engine::Job job) {
  for (const auto& [argument, value] : call.arguments) {
    bool known = false;
    for (const char* name :
         {"x", "cluster", "adjust", "clubSandwich", "vcov", "coef_test", "conf_test", "wald_test", "digits", "verbose"})
      known = known || argument == name;
    if (!known) return unsupported(call, argument);
  }
  engine::RobustRequest robust;
  const auto cluster = call.word("cluster");
  if (!cluster) return unsupported(call, "cluster");
  robust.cluster = *cluster;
  HR_TRY(const bool club_sandwich, flag(call, "clubSandwich", false));
  if (club_sandwich)
    club_sandwich_tests(call, robust);
  else
    HR_CHECK(own_tests(call, robust));
  job.inference.test = "z";
  job.inference.dfs = "residual";
  job.inference.robust = robust;
  return job;
}

}  // namespace hedgerow::check
