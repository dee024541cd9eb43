#include "infer/wild_bootstrap.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "base/text.hpp"
#include "infer/sandwich.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::array<const char*, 3> kWeights{"rademacher", "mammen", "webb"};

double draw(RandomStream& random, WildWeights weights) {
  if (weights == WildWeights::rademacher) return random.sign();
  if (weights == WildWeights::webb) {
    const double size = std::sqrt(0.5 * static_cast<double>(1 + random.below(3)));
    return random.sign() * size;
  }
  const double root = std::sqrt(5.0);
  return random.uniform() < (root + 1) / (2 * root) ? (1 - root) / 2 : (1 + root) / 2;
}

/// What a replicate needs of each cluster, all in the basis of the sandwich and mapped to the q combinations.
///   delta  = M sum n_j s_j,  s_j = X_j'W_j e0_j            (e0 residuals under the hypothesis)
///   r_j    = n_j h_j - K_j delta,  h_j = L M E_j e0_j,  K_j = L M B_j
///   Q*     = (L delta)' (f sum r_j r_j')^-1 (L delta)
struct Clusters {
  std::size_t count = 0, p = 0, q = 0;
  Matrix ms;  ///< count x p: M s_j
  Matrix h;   ///< count x q
  Vector k;   ///< count x q x p
  Matrix l;   ///< q x p
  double factor = 1;

  /// NaN where the covariance of the combinations is singular.
  double statistic(std::span<const double> n) const {
    Vector delta(p, 0.0);
    for (std::size_t j = 0; j < count; ++j)
      for (std::size_t c = 0; c < p; ++c) delta[c] += n[j] * ms(j, c);
    Matrix v(q, q);
    Vector r(q);
    for (std::size_t j = 0; j < count; ++j) {
      const double* kj = k.data() + j * q * p;
      for (std::size_t s = 0; s < q; ++s) {
        r[s] = n[j] * h(j, s);
        for (std::size_t c = 0; c < p; ++c) r[s] -= kj[s * p + c] * delta[c];
      }
      for (std::size_t s = 0; s < q; ++s)
        for (std::size_t t = 0; t <= s; ++t) v(s, t) += factor * r[s] * r[t];
    }
    for (std::size_t s = 0; s < q; ++s)
      for (std::size_t t = 0; t < s; ++t) v(t, s) = v(s, t);
    const Vector estimate = stats::multiply(l, delta);
    if (q == 1) return estimate[0] * estimate[0] / v(0, 0);
    const auto cholesky = stats::Cholesky::create(v);
    return cholesky ? stats::dot(estimate, cholesky->solve(estimate)) / static_cast<double>(q) : kNoStatistic;
  }

  static constexpr double kNoStatistic = std::numeric_limits<double>::quiet_NaN();
};

/// sum_c a(r, c) v_c for a row-major p x p.
Vector times(std::span<const double> a, std::span<const double> v) {
  Vector out(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) out[i] = stats::dot(a.subspan(i * v.size(), v.size()), v);
  return out;
}

/// b - b0 in the basis: M L'(L M L')^-1 (L b - rhs).
Expected<Vector> shift(const Sandwich& sandwich, const Matrix& l, const Vector& distance) {
  const Matrix ml = stats::multiply(sandwich.bread(), stats::transpose(l));
  const auto inner = stats::Cholesky::create(stats::multiply(l, ml));
  if (!inner)
    return make_error(ErrorCode::usage,
                      "the combinations to be tested are linearly dependent, so they can't be tested");
  return stats::multiply(ml, inner->solve(distance));
}

Clusters prepare(const Sandwich& plain, const Sandwich& adjusted, const Matrix& l, const Vector& moved, double factor) {
  Clusters out;
  out.count = plain.n_clusters();
  out.p = plain.p();
  out.q = l.rows();
  out.l = l;
  out.factor = factor;
  out.ms = Matrix(out.count, out.p);
  out.h = Matrix(out.count, out.q);
  const Matrix lm = stats::multiply(l, plain.bread());
  for (std::size_t j = 0; j < out.count; ++j) {
    // e0 = e + X (b - b0).
    Vector s = times(plain.b(j), moved), a = times(adjusted.b(j), moved);
    for (std::size_t c = 0; c < out.p; ++c) {
      s[c] += plain.score(j)[c];
      a[c] += adjusted.score(j)[c];
    }
    const Vector ms = stats::multiply(plain.bread(), s), h = stats::multiply(lm, a);
    std::copy(ms.begin(), ms.end(), out.ms.row(j).begin());
    std::copy(h.begin(), h.end(), out.h.row(j).begin());
    Matrix b(out.p, out.p);
    std::copy(adjusted.b(j).begin(), adjusted.b(j).end(), b.data());
    const Matrix kj = stats::multiply(lm, b);
    out.k.insert(out.k.end(), kj.data(), kj.data() + out.q * out.p);
  }
  return out;
}

Checked check(const model::Fit& fit, const Matrix& l, std::span<const double> rhs, const WildOptions& wild) {
  if (l.rows() == 0 || l.cols() != fit.p())
    return make_error(ErrorCode::usage, fmt::format("L is {} x {}; it must have a row or more and {} columns", l.rows(),
                                                    l.cols(), fit.p()));
  if (!rhs.empty() && rhs.size() != l.rows())
    return make_error(ErrorCode::usage, fmt::format("rhs has {} values for {} combinations", rhs.size(), l.rows()));
  if (wild.replicates == 0) return make_error(ErrorCode::usage, "a bootstrap needs one replicate or more, found 0");
  return {};
}

}  // namespace

Expected<WildWeights> parse_wild_weights(const std::string& text) {
  for (std::size_t i = 0; i < kWeights.size(); ++i)
    if (to_lower(text) == kWeights[i]) return static_cast<WildWeights>(i);
  return make_error(ErrorCode::usage,
                    fmt::format("'{}' are no weights of the wild bootstrap; known are rademacher, mammen, webb", text));
}
std::string name(WildWeights weights) { return kWeights[static_cast<std::size_t>(weights)]; }

Expected<WildBootstrap> wild_bootstrap(const model::Fit& fit, const RobustOptions& options, const Matrix& l,
                                       std::span<const double> rhs, const WildOptions& wild) {
  HR_CHECK(check(fit, l, rhs, wild));
  RobustOptions plain_options = options;
  plain_options.adjustment = Adjustment::cr0;
  HR_TRY(const Sandwich plain, Sandwich::create(fit, plain_options));
  HR_TRY(const Sandwich adjusted, Sandwich::create(fit, options));
  const Matrix basis_l = stats::multiply(l, plain.basis());
  Vector distance = stats::multiply(l, fit.beta);
  for (std::size_t r = 0; r < rhs.size(); ++r) distance[r] -= rhs[r];
  HR_TRY(const Vector moved, shift(plain, basis_l, distance));
  const Clusters clusters = prepare(plain, adjusted, basis_l, moved, adjusted.scale());
  WildBootstrap out;
  out.n_clusters = clusters.count;
  // With every n_j = 1 the replicate is the data themselves.
  out.statistic = clusters.statistic(Vector(clusters.count, 1.0));
  if (std::isnan(out.statistic))
    return make_error(ErrorCode::not_defined,
                      "the robust covariance of the combinations is singular: fewer clusters carry them than there are "
                      "combinations");
  Vector n(clusters.count);
  for (std::size_t r = 0; r < wild.replicates; ++r) {
    RandomStream random(wild.seed, r);
    for (double& value : n) value = draw(random, wild.weights);
    out.replicates.push_back(clusters.statistic(n));
    // A singular covariance counts against the hypothesis being rejected; ties by rounding count as reached.
    if (!(out.replicates.back() < out.statistic * (1 - 1e-12))) ++out.exceeded;
  }
  out.pval = static_cast<double>(1 + out.exceeded) / static_cast<double>(1 + wild.replicates);
  if (wild.weights == WildWeights::rademacher && clusters.count < 10)
    out.warnings.push_back(fmt::format("{} clusters have only {} different sign vectors; webb weights are finer",
                                       clusters.count, std::size_t{1} << clusters.count));
  return out;
}

}  // namespace hedgerow::infer
