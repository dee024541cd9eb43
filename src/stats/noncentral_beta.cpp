#include "stats/noncentral_beta.hpp"

#include <boost/math/distributions/non_central_beta.hpp>

namespace hedgerow::stats {

double noncentral_beta_density(double x, double a, double b, double lambda) {
  using Quiet =
      boost::math::policies::policy<boost::math::policies::underflow_error<boost::math::policies::ignore_error>,
                                    boost::math::policies::promote_double<false>>;
  return pdf(boost::math::non_central_beta_distribution<double, Quiet>(a, b, lambda), x);
}

}  // namespace hedgerow::stats
