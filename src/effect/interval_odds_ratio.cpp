// Interval of an odds ratio given the margins of the table.
//
//   x1 of n1, x2 of n2, m = x1 + x2; given m the count X of group 1 has P(X = k) proportional to
//   C(n1, k) C(n2, m - k) o^k on max(0, m - n2) <= k <= min(n1, m)  (noncentral hypergeometric distribution)
//   exact  P(X >= x1; lower) = alpha/2,  P(X <= x1; upper) = alpha/2                              [cornfield1956]
//   mid-p  half of P(X = x1) is taken off both tails
//
// Sums are made on the log scale, so that ln o may be far from 0. The counts must be whole numbers.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/missing.hpp"
#include "effect/single_study_intervals.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::effect {
namespace {

double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

struct Conditional {
  double first = 0;                 // least k
  std::size_t seen = 0;             // position of x1
  std::vector<double> log_weights;  // of the k from `first` on

  /// P(X >= x1), or P(X <= x1), without `less` of P(X = x1), at log odds ratio t.
  double tail(double t, bool upper, double less) const {
    double top = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < log_weights.size(); ++i) top = std::max(top, term(i, t));
    double all = 0;
    double inside = 0;
    for (std::size_t i = 0; i < log_weights.size(); ++i) {
      const double p = std::exp(term(i, t) - top);
      all += p;
      if (i == seen)
        inside += (1 - less) * p;
      else if (upper == (i > seen))
        inside += p;
    }
    return inside / all;
  }

 private:
  double term(std::size_t i, double t) const { return log_weights[i] + t * static_cast<double>(i); }
};

bool whole(double x) { return x == std::floor(x); }

}  // namespace

Interval odds_ratio_exact(double x1, double n1, double x2, double n2, double level, bool mid_p) {
  if (!(whole(x1) && whole(n1) && whole(x2) && whole(n2))) return {kMissing, kMissing};
  const double m = x1 + x2;
  Conditional law;
  law.first = std::max(0.0, m - n2);
  const double last = std::min(n1, m);
  law.seen = static_cast<std::size_t>(x1 - law.first);
  for (double k = law.first; k <= last; ++k) law.log_weights.push_back(log_choose(n1, k) + log_choose(n2, m - k));
  const double alpha = stats::normal_upper(stats::interval_quantile(level, kMissing));
  const double less = mid_p ? 0.5 : 0;
  const auto limit = [&](bool upper) {
    const auto root = stats::find_root([&](double t) { return law.tail(t, upper, less) - alpha; }, -700, 700);
    return root ? std::exp(*root) : kMissing;
  };
  return {x1 == law.first ? 0 : limit(true), x1 == last ? std::numeric_limits<double>::infinity() : limit(false)};
}

}  // namespace hedgerow::effect
