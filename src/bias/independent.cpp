#include "bias/independent.hpp"

#include <fmt/core.h>

namespace hedgerow::bias {

Checked check_independent(const model::Fit& fit, const std::string& method) {
  if (fit.is_multilevel())
    return make_error(
        ErrorCode::not_defined,
        fmt::format("{} takes each effect as one independent study, but this model has dependent effects; "
                    "use the regression test with model multilevel",
                    method));
  if (fit.is_counts())
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} needs an effect and a sampling variance of each study, and a model of counts has "
                                  "none; ask it of the two-level model of the effects",
                                  method));
  if (fit.is_location_scale())
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} assumes one between-study variance, and here it depends on moderators; use the "
                                  "regression test, which keeps the model",
                                  method));
  const model::Data& data = fit.problem.data();
  for (std::size_t i = 0; i < data.k(); ++i)
    if (!(data.vi[i] > 0))
      return make_error(
          ErrorCode::not_defined,
          fmt::format("{} divides by the sampling variance, and that of effect {} is 0", method, fit.problem.label(i)),
          "vi");
  return {};
}

Checked check_no_moderators(const model::Fit& fit, const std::string& method) {
  const model::Data& data = fit.problem.data();
  bool constant = data.p() == 1;
  for (std::size_t i = 0; constant && i < data.k(); ++i) constant = data.x(i, 0) == 1;
  if (constant) return {};
  return make_error(
      ErrorCode::not_defined,
      fmt::format("{} is about one mean, and this model has moderators; ask it of the model without them, "
                  "or use the regression test, which keeps them",
                  method));
}

}  // namespace hedgerow::bias
