#include "infer/kenward_roger.hpp"

#include <cmath>

#include "infer/small_sample.hpp"

namespace hedgerow::infer {

Expected<KenwardRoger> kenward_roger(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  if (!fit.is_two_level() || fit.method != "REML" || data.p() != 1 || !data.intercept)
    return make_error(
        ErrorCode::not_defined,
        "Kenward-Roger inference is here for the two-level model by REML without moderators; use test knha");
  if (data.k() < 2) return make_error(ErrorCode::not_defined, "Kenward-Roger inference needs two effects or more");
  HR_TRY(const SmallSample general, SmallSample::create(fit, SmallSampleMethod::kenward_roger));
  const double variance = general.vb()(0, 0);
  const double inflation = variance / fit.vb(0, 0);
  const double one = 1;
  return KenwardRoger{std::sqrt(variance), general.df({&one, 1}) / (inflation * inflation)};
}

}  // namespace hedgerow::infer
