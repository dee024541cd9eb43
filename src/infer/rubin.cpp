#include "infer/rubin.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Barnard and Rubin's degrees of freedom; `complete` NaN or infinite for a normal test.
double degrees_of_freedom(double m, double lambda, double complete) {
  const double old = lambda > 0 ? (m - 1) / (lambda * lambda) : infinite;
  if (!std::isfinite(complete)) return old;
  const double observed = (complete + 1) / (complete + 3) * complete * (1 - lambda);
  return 1 / (1 / old + 1 / observed);
}

void add_coefficient(Pooled& out, double m, double complete, double level) {
  const std::size_t c = out.se.size();
  const double w = out.within[c], b = out.between[c], t = out.vb(c, c);
  const double added = (1 + 1 / m) * b;
  const double lambda = added / t, riv = added / w;
  const double df = degrees_of_freedom(m, lambda, complete);
  out.se.push_back(std::sqrt(t));
  out.lambda.push_back(lambda);
  out.riv.push_back(riv);
  out.fmi.push_back((riv + 2 / (df + 3)) / (riv + 1));
  out.ddf.push_back(df);
  out.zval.push_back(out.beta[c] / out.se[c]);
  // NaN stands for the normal distribution.
  const double quantile_df = std::isfinite(df) ? df : std::numeric_limits<double>::quiet_NaN();
  out.pval.push_back(stats::two_sided_p(out.zval[c], quantile_df));
  const double half = stats::interval_quantile(level, quantile_df) * out.se[c];
  out.ci_lb.push_back(out.beta[c] - half);
  out.ci_ub.push_back(out.beta[c] + half);
}

}  // namespace

Expected<Pooled> pool(const std::vector<CompletedFit>& fits, double level) {
  if (fits.size() < 2)
    return make_error(ErrorCode::usage, fmt::format("{} completed data sets; pooling needs two or more", fits.size()),
                      "m");
  const std::size_t p = fits.front().beta.size();
  for (const CompletedFit& fit : fits)
    if (fit.beta.size() != p)
      return make_error(
          ErrorCode::not_defined,
          fmt::format("completed data sets give {} and {} coefficients: a level of a factor is missing in "
                      "some of them",
                      p, fit.beta.size()));
  const auto m = static_cast<double>(fits.size());
  Pooled out;
  out.beta.assign(p, 0.0);
  stats::Matrix within(p, p), between(p, p);
  for (const CompletedFit& fit : fits)
    for (std::size_t a = 0; a < p; ++a) {
      out.beta[a] += fit.beta[a] / m;
      for (std::size_t b = 0; b < p; ++b) within(a, b) += fit.vb(a, b) / m;
    }
  for (const CompletedFit& fit : fits)
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = 0; b < p; ++b)
        between(a, b) += (fit.beta[a] - out.beta[a]) * (fit.beta[b] - out.beta[b]) / (m - 1);
  out.vb = stats::Matrix(p, p);
  for (std::size_t a = 0; a < p; ++a) {
    out.within.push_back(within(a, a));
    out.between.push_back(between(a, a));
    for (std::size_t b = 0; b < p; ++b) out.vb(a, b) = within(a, b) + (1 + 1 / m) * between(a, b);
  }
  for (std::size_t c = 0; c < p; ++c)
    add_coefficient(out, m, fits.front().ddf.empty() ? infinite : fits.front().ddf[c], level);
  return out;
}

}  // namespace hedgerow::infer
