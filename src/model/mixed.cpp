#include "model/detail/mixed_likelihood.hpp"

namespace hedgerow::model {

Expected<Fit> fit_mixed(const Problem&, const stats::Vector&) {
  return make_error(ErrorCode::not_supported, "crossed, structured and correlated random effects can't be fitted yet");
}

std::unique_ptr<MixedLikelihood> make_mixed_likelihood(const Problem&) { HR_ASSERT(false); }

}  // namespace hedgerow::model
