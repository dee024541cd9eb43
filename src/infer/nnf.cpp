#include "infer/nnf.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/generalised_q.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

constexpr int kTauSteps = 240;       // nodes of the confidence distribution; dense near 0, for its tail is long
constexpr double kTail = 1e-7;       // its probability beyond the last node
constexpr double kNormalRange = 8;   // Z beyond has probability 1e-15
constexpr double kNormalStep = 0.2;  // the trapezoidal rule's error for a normal density is below rounding

// One value of tau2 with the probability that the confidence distribution gives it.
struct Node {
  double tau = 0, probability = 0, mu = 0, s = 0;
};

Node at(const model::Data& data, double tau, double probability) {
  Node node{tau, probability, 0, 0};
  double w_sum = 0, wy = 0, rss = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double w = 1 / (data.vi[i] + tau * tau);
    w_sum += w;
    wy += w * data.yi[i];
  }
  node.mu = wy / w_sum;
  for (std::size_t i = 0; i < data.k(); ++i)
    rss += (data.yi[i] - node.mu) * (data.yi[i] - node.mu) / (data.vi[i] + tau * tau);
  node.s = std::sqrt(rss / (static_cast<double>(data.k() - 1) * w_sum));
  return node;
}

// The confidence distribution: a mass at 0 and slices between the nodes, each at its middle.
std::vector<Node> nodes(const model::Data& data, const model::GeneralisedQ& q) {
  double last = std::sqrt(*std::max_element(data.vi.begin(), data.vi.end()));
  while (q.cdf_at_observed(last * last) > kTail) last *= 2;
  double below = 1 - q.cdf_at_observed(0);
  std::vector<Node> out{at(data, 0, below)};
  double from = 0;
  for (int i = 1; i <= kTauSteps; ++i) {
    const double to = last * std::pow(static_cast<double>(i) / kTauSteps, 3);
    const double upper = 1 - q.cdf_at_observed(to * to);
    out.push_back(at(data, 0.5 * (from + to), std::max(0.0, upper - below)));
    below = upper;
    from = to;
  }
  return out;
}

// P(mu + tau Z - s t <= x).
double below(const Node& node, double df, double x) {
  if (node.tau == 0) return stats::t_upper((node.mu - x) / node.s, df);
  double sum = 0;
  for (double z = -kNormalRange; z <= kNormalRange; z += kNormalStep)
    sum += stats::normal_density(z) * stats::t_upper((node.mu + node.tau * z - x) / node.s, df);
  return sum * kNormalStep;
}

}  // namespace

Expected<PredictionLimits> nnf_prediction(const model::Fit& fit, double level) {
  const model::Data& data = fit.problem.data();
  if (!fit.is_two_level() || data.p() != 1 || !data.intercept || data.k() < 3 ||
      *std::min_element(data.vi.begin(), data.vi.end()) <= 0)
    return make_error(ErrorCode::not_defined,
                      "this prediction interval is for the two-level model without moderators, three effects or more, "
                      "all sampling variances above 0; use riley");
  stats::Vector weights;
  for (double v : data.vi) weights.push_back(1 / v);
  HR_TRY(const model::GeneralisedQ q, model::GeneralisedQ::create(data.x, data.yi, data.vi, weights));
  const std::vector<Node> distribution = nodes(data, q);
  const double df = static_cast<double>(data.k() - 1);
  const auto cdf = [&](double x) {
    double sum = 0, total = 0;
    for (const Node& node : distribution) {
      if (node.probability > 0) sum += node.probability * below(node, df, x);
      total += node.probability;
    }
    return sum / total;
  };
  const double tail = 0.5 * (1 - level);
  double reach = 4 * (std::sqrt(fit.tau2) + distribution.front().s);
  while (cdf(fit.beta[0] - reach) > tail || cdf(fit.beta[0] + reach) < 1 - tail) reach *= 2;
  const double low = fit.beta[0] - reach, high = fit.beta[0] + reach;
  const auto lower = stats::find_root([&](double x) { return cdf(x) - tail; }, low, high);
  const auto upper = stats::find_root([&](double x) { return cdf(x) - (1 - tail); }, low, high);
  if (!lower || !upper) return make_error(ErrorCode::not_converged, "the prediction limits were not found");
  return PredictionLimits{*lower, *upper};
}

}  // namespace hedgerow::infer
