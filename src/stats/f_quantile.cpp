#include "stats/f_quantile.hpp"

#include <boost/math/distributions/fisher_f.hpp>
#include <limits>

namespace hedgerow::stats {

double f_quantile_upper(double p, double df1, double df2) {
  if (!(p > 0 && p <= 1 && df1 > 0 && df2 > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (p == 1) return 0;
  const boost::math::fisher_f_distribution<double> f(df1, df2);
  return boost::math::quantile(boost::math::complement(f, p));
}

}  // namespace hedgerow::stats
