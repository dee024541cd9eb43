#include "infer/kenward_roger.hpp"

#include <cmath>

namespace hedgerow::infer {

Expected<KenwardRoger> kenward_roger(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  if (fit.is_multilevel() || fit.method != "REML" || data.p() != 1 || !data.intercept)
    return make_error(
        ErrorCode::not_defined,
        "Kenward-Roger inference is here for the two-level model by REML without moderators; use test knha");
  if (data.k() < 2) return make_error(ErrorCode::not_defined, "Kenward-Roger inference needs two effects or more");
  double a = 0, b = 0, c = 0;
  for (double v : model::marginal_variances(fit)) {
    const double w = 1 / v;
    a += w;
    b += w * w;
    c += w * w * w;
  }
  const double information = 0.5 * b - c / a + 0.5 * (b / a) * (b / a);
  const double variance = (1 + 2 * (c / a - (b / a) * (b / a)) / information) / a;
  return KenwardRoger{std::sqrt(variance), 2 * information / (variance * b * variance * b)};
}

}  // namespace hedgerow::infer
