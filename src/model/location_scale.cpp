#include "model/location_scale.hpp"

namespace hedgerow::model {

Checked check_location_scale(const Data& data, const LocationScale& spec) {
  if (spec.z.rows() != data.k() || spec.names.size() != spec.z.cols())
    return make_error(ErrorCode::input, "the design of the scale must have a row for each effect", "scale");
  return {};
}

Expected<Fit> fit_location_scale(const Problem&, const stats::Vector&) {
  return make_error(ErrorCode::not_supported, "location-scale models");
}

}  // namespace hedgerow::model
