#include "bias/begg.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

/// Above this the exact distribution (k^3 / 6 additions) costs more than it tells: the normal p, which lacks the half
/// step of a continuity correction, is within 3e-4 of it.
constexpr std::size_t kExactLimit = 500;

/// Sizes of the runs of equal values in a sorted sample, as the sums that Kendall's variance needs.
struct Ties {
  double pairs = 0;    ///< sum t (t - 1) / 2
  double cubic = 0;    ///< sum t (t - 1) (2 t + 5)
  double triples = 0;  ///< sum t (t - 1) (t - 2)

  void add(std::size_t run) {
    const auto t = static_cast<double>(run);
    pairs += t * (t - 1) / 2;
    cubic += t * (t - 1) * (2 * t + 5);
    triples += t * (t - 1) * (t - 2);
  }
};

/// Runs of elements for which `same(previous, next)` holds.
template <class Same>
Ties count_ties(std::size_t n, Same same) {
  Ties ties;
  std::size_t run = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    if (i < n && same(i - 1, i)) {
      ++run;
    } else {
      ties.add(run);
      run = 1;
    }
  }
  return ties;
}

/// Sorts the values and returns how many pairs were out of order (equal values are not).
double sort_and_count(std::span<double> values, std::span<double> scratch) {
  if (values.size() < 2) return 0;
  const std::size_t half = values.size() / 2;
  double count = sort_and_count(values.first(half), scratch.first(half)) +
                 sort_and_count(values.subspan(half), scratch.subspan(half));
  std::size_t left = 0;
  std::size_t right = half;
  for (double& out : scratch.first(values.size())) {
    if (right == values.size() || (left < half && values[left] <= values[right])) {
      out = values[left++];
    } else {
      count += static_cast<double>(half - left);
      out = values[right++];
    }
  }
  std::ranges::copy(scratch.first(values.size()), values.begin());
  return count;
}

double exact_p(std::size_t n, double discordant) {
  const auto size = static_cast<double>(n);
  const double pairs = size * (size - 1) / 2;
  // The distribution is symmetric, so the upper tail is the lower tail at the mirrored count.
  return std::min(1.0, 2 * inversions_cdf(n, std::min(discordant, pairs - discordant)));
}

double variance_of_s(double n, const Ties& x, const Ties& y) {
  double variance = (n * (n - 1) * (2 * n + 5) - x.cubic - y.cubic) / 18 + 2 * x.pairs * y.pairs / (n * (n - 1));
  if (n > 2) variance += x.triples * y.triples / (9 * n * (n - 1) * (n - 2));
  return variance;
}

}  // namespace

double inversions_cdf(std::size_t n, double q) {
  if (q < 0) return 0;
  const std::size_t pairs = n * (n - (n > 0 ? 1 : 0)) / 2;
  const std::size_t last = std::min(pairs, static_cast<std::size_t>(q));
  // Element m lands in one of m places with equal chance and adds 0, ..., m - 1 inversions: a running mean of width m.
  Vector probability(last + 1, 0.0);
  probability[0] = 1;
  Vector next(last + 1);
  for (std::size_t m = 2; m <= n; ++m) {
    double window = 0;
    for (std::size_t s = 0; s <= last; ++s) {
      window += probability[s];
      if (s >= m) window -= probability[s - m];
      next[s] = window / static_cast<double>(m);
    }
    probability.swap(next);
  }
  return std::min(1.0, std::accumulate(probability.begin(), probability.end(), 0.0));
}

Kendall kendall(std::span<const double> x, std::span<const double> y, bool exact) {
  HR_ASSERT(x.size() == y.size());
  const std::size_t n = x.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return x[a] != x[b] ? x[a] < x[b] : y[a] < y[b]; });
  const Ties in_x = count_ties(n, [&](std::size_t i, std::size_t j) { return x[order[i]] == x[order[j]]; });
  const Ties in_both = count_ties(
      n, [&](std::size_t i, std::size_t j) { return x[order[i]] == x[order[j]] && y[order[i]] == y[order[j]]; });
  Vector sorted(n);
  for (std::size_t i = 0; i < n; ++i) sorted[i] = y[order[i]];
  Vector scratch(n);
  const double discordant = sort_and_count(sorted, scratch);
  const Ties in_y = count_ties(n, [&](std::size_t i, std::size_t j) { return sorted[i] == sorted[j]; });

  const auto size = static_cast<double>(n);
  const double pairs = size * (size - 1) / 2;
  const double s = pairs - in_x.pairs - in_y.pairs + in_both.pairs - 2 * discordant;
  Kendall out;
  out.tau = s / (std::sqrt(pairs - in_x.pairs) * std::sqrt(pairs - in_y.pairs));
  out.exact = exact && in_x.pairs == 0 && in_y.pairs == 0 && n <= kExactLimit;
  if (out.exact) {
    out.zval = kMissing;
    out.pval = exact_p(n, discordant);
  } else {
    out.zval = s / std::sqrt(variance_of_s(size, in_x, in_y));
    out.pval = stats::two_sided_p(out.zval, kMissing);
  }
  return out;
}

Expected<RankTest> rank_test(const model::Fit& fit, bool exact) {
  const model::Data& data = fit.problem.data();
  if (fit.is_multilevel())
    return make_error(
        ErrorCode::not_defined,
        "the rank test takes effects as independent, but this model has several effects per study; use the "
        "multilevel regression test (model multilevel)");
  if (data.k() < 2) return make_error(ErrorCode::not_defined, "the rank test needs at least two effects; there is one");
  double weight_sum = 0;
  double weighted = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!(data.vi[i] > 0))
      return make_error(
          ErrorCode::not_defined,
          fmt::format("effect {} has a sampling variance of zero, so its standardised deviate is not defined", i + 1));
    weight_sum += 1 / data.vi[i];
    weighted += data.yi[i] / data.vi[i];
  }
  if (std::ranges::all_of(data.vi, [&](double v) { return v == data.vi[0]; }))
    return make_error(ErrorCode::not_defined, "all sampling variances are equal, so there is nothing to rank them by");
  const double mean = weighted / weight_sum;
  Vector deviates(data.k());
  for (std::size_t i = 0; i < data.k(); ++i) deviates[i] = (data.yi[i] - mean) / std::sqrt(data.vi[i] - 1 / weight_sum);
  if (std::ranges::all_of(deviates, [&](double d) { return d == deviates[0]; }))
    return make_error(ErrorCode::not_defined, "all standardised deviates are equal, so there is nothing to rank");
  const Kendall test = kendall(deviates, data.vi, exact);
  RankTest out{test.tau, test.pval, test.exact, test.zval, data.k(), {}};
  if (exact && !test.exact)
    out.notes.emplace_back(data.k() > kExactLimit
                               ? "Normal approximation, because there are more than 500 effects."
                               : "Normal approximation with tie correction, because there are ties.");
  if (data.p() > 1) out.notes.emplace_back("The moderators of the model are not used: the test assumes a common mean.");
  return out;
}

}  // namespace hedgerow::bias
