#include "bias/trim_fill.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::bias {
namespace {

using stats::Matrix;
using stats::Vector;

Checked check_model(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  if (fit.is_multilevel())
    return make_error(
        ErrorCode::not_defined,
        "trim and fill takes effects as independent, but this model has several effects per study; use the "
        "multilevel regression test with predictor vi and its limit estimate");
  if (!fit.is_two_level())
    return make_error(ErrorCode::not_defined,
                      "trim and fill fills in effects of one common between-study variance, which this model does not "
                      "have; use it on the two-level model, or the regression test");
  for (std::size_t i = 0; i < data.k(); ++i)
    if (data.p() != 1 || data.x(i, 0) != 1)
      return make_error(ErrorCode::not_defined,
                        "trim and fill needs one common centre, but the model has moderators; use the regression test, "
                        "which keeps them, or fit without them");
  if (data.k() < 2) return make_error(ErrorCode::not_defined, "trim and fill needs at least two effects; there is one");
  return {};
}

Expected<Vector> inverse_variances(const model::Data& data) {
  Vector weights(data.k());
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!(data.vi[i] > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("effect {} has a sampling variance of zero, so the common-effect model gives it an "
                                    "infinite weight; use rule model",
                                    i + 1));
    weights[i] = 1 / data.vi[i];
  }
  return weights;
}

/// Slope of the effects on their standard errors, by the model of the rule.
Expected<double> slope_on_sei(const model::Fit& fit, TrimRule rule) {
  const model::Data& data = fit.problem.data();
  const auto [low, high] = std::ranges::minmax(data.vi);
  if (!(high > low))
    return make_error(ErrorCode::not_defined,
                      "all sampling variances are equal, so the data don't tell on which side effects are missing; "
                      "give the side");
  Matrix x(data.k(), 2, 1.0);
  for (std::size_t i = 0; i < data.k(); ++i) x(i, 1) = std::sqrt(data.vi[i]);
  if (rule == TrimRule::common) {
    HR_TRY(const Vector weights, inverse_variances(data));
    const auto line = stats::weighted_least_squares(x, data.yi, weights);
    if (!line)
      return make_error(
          ErrorCode::not_defined,
          "the sampling variances are too alike to tell on which side effects are missing; give the side");
    return line->beta[1];
  }
  HR_TRY(const model::Problem problem, fit.problem.with_design(std::move(x), {"intrcpt", "sei"}));
  HR_TRY(const model::Fit line, model::fit(problem));
  return line.beta[1];
}

Expected<Side> choose_side(const model::Fit& fit, const TrimFillOptions& options) {
  if (options.side) return *options.side;
  HR_TRY(const double slope, slope_on_sei(fit, options.rule));
  const bool right = options.rule == TrimRule::model ? slope < 0 : slope <= 0;
  return right ? Side::right : Side::left;
}

/// Estimate from some of the effects, by the model of the rule.
Expected<double> centre_of(const model::Fit& fit, std::span<const std::size_t> rows, TrimRule rule) {
  const model::Data& data = fit.problem.data();
  if (rule == TrimRule::model) {
    HR_TRY(const model::Problem problem, fit.problem.subset(rows));
    HR_TRY(const model::Fit trimmed, model::fit(problem));
    return trimmed.beta[0];
  }
  double sum = 0;
  double weighted = 0;
  for (const std::size_t i : rows) {
    sum += 1 / data.vi[i];
    weighted += data.yi[i] / data.vi[i];
  }
  return weighted / sum;
}

/// Ranks of the values from 1; ties in the order of their positions, or sharing their mean rank.
Vector ranks(const Vector& values, bool share_ties) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  Vector out(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (share_ties && last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (std::size_t i = first; i < last; ++i) out[order[i]] = static_cast<double>(first + 1 + last) / 2;
    first = last;
  }
  return out;
}

/// Number of missing effects before rounding, with its standard error.
struct Count {
  double k0 = 0;
  double se = 0;
};

double variance_of_rank_sum(double k, double k0) {
  return (k * (k + 1) * (2 * k + 1) + 10 * k0 * k0 * k0 + 27 * k0 * k0 + 17 * k0 - 18 * k * k0 * k0 - 18 * k * k0 +
          6 * k * k * k0) /
         24;
}

/// Estimates k0 from the centred effects, of which the positive ones are on the side that is too full.
Expected<Count> count_missing(const Vector& centred, MissingEstimator estimator, bool share_ties) {
  Vector distance(centred.size());
  std::ranges::transform(centred, distance.begin(), [](double c) { return std::abs(c); });
  const Vector rank = ranks(distance, share_ties);
  double positive_sum = 0;
  double largest_negative = 0;
  for (std::size_t i = 0; i < centred.size(); ++i) {
    if (centred[i] > 0) positive_sum += rank[i];
    if (centred[i] < 0) largest_negative = std::max(largest_negative, rank[i]);
  }
  const auto k = static_cast<double>(centred.size());
  if (estimator == MissingEstimator::r0) {
    if (largest_negative == 0)
      return make_error(ErrorCode::not_defined, "R0 is not defined: no effect lies on the sparse side; use L0");
    const double k0 = k - largest_negative - 1;
    return Count{k0, std::sqrt(2 * std::max(0.0, k0) + 2)};
  }
  if (estimator == MissingEstimator::l0) {
    const double k0 = (4 * positive_sum - k * (k + 1)) / (2 * k - 1);
    return Count{k0, 4 * std::sqrt(variance_of_rank_sum(k, k0)) / (2 * k - 1)};
  }
  const double discriminant = 2 * k * k - 4 * positive_sum + 0.25;
  if (discriminant < 0)
    return make_error(
        ErrorCode::not_defined,
        fmt::format("Q0 is not defined: its root is of a negative number ({} effects, sum of ranks {} on the "
                    "full side); use L0",
                    centred.size(), positive_sum));
  const double k0 = k - 0.5 - std::sqrt(discriminant);
  return Count{k0,
               2 * std::sqrt(variance_of_rank_sum(k, k0)) / std::sqrt((k - 0.5) * (k - 0.5) - k0 * (2 * k - k0 - 1))};
}

std::size_t round_count(double k0, const TrimFillOptions& options) {
  double rounded = std::nearbyint(k0);
  if (options.rule == TrimRule::common)
    rounded = options.estimator == MissingEstimator::r0 ? std::floor(k0) : std::floor(k0 + 0.5);
  return static_cast<std::size_t>(std::max(0.0, rounded));
}

/// Where the iteration ended.
struct Trimmed {
  std::vector<std::size_t> order;  ///< effects from the sparse to the full side
  std::size_t k0 = 0;
  double se_k0 = 0;
  double centre = 0;
  int iterations = 0;
};

Expected<Trimmed> trim(const model::Fit& fit, Side side, const TrimFillOptions& options) {
  const Vector& yi = fit.problem.data().yi;
  const double sign = side == Side::right ? -1 : 1;
  Trimmed out;
  out.order.resize(yi.size());
  std::iota(out.order.begin(), out.order.end(), 0);
  std::ranges::stable_sort(out.order, {}, [&](std::size_t i) { return sign * yi[i]; });
  for (out.iterations = 1; out.iterations <= options.max_iterations; ++out.iterations) {
    const std::span<const std::size_t> kept = std::span(out.order).first(yi.size() - out.k0);
    HR_TRY(out.centre, centre_of(fit, kept, options.rule));
    Vector centred(yi.size());
    for (std::size_t i = 0; i < yi.size(); ++i) centred[i] = sign * (yi[out.order[i]] - out.centre);
    HR_TRY(const Count count, count_missing(centred, options.estimator, options.rule == TrimRule::common));
    const std::size_t k0 = round_count(count.k0, options);
    out.se_k0 = count.se;
    if (k0 == out.k0) return out;
    if (k0 >= yi.size())
      return make_error(
          ErrorCode::not_defined,
          fmt::format("{} effects seem to be missing beside {}, so none would be left to trim to", k0, yi.size()));
    out.k0 = k0;
  }
  return make_error(
      ErrorCode::not_converged,
      fmt::format("trim and fill did not settle in {} rounds; the last number of missing effects was {}. Try "
                  "another estimator (L0, R0, Q0) or rule (model, common)",
                  options.max_iterations, out.k0));
}

template <class Values>
void append_selected(Values& values, const std::vector<std::size_t>& chosen) {
  if (values.empty()) return;
  for (const std::size_t i : chosen) values.push_back(values[i]);
}

/// The problem with the mirrored effects added.
Expected<model::Problem> filled_problem(const model::Fit& fit, const std::vector<std::size_t>& mirror, double centre) {
  model::Data data = fit.problem.data();
  const std::size_t k = data.k();
  for (const std::size_t i : mirror) data.yi.push_back(2 * centre - data.yi[i]);
  append_selected(data.vi, mirror);
  append_selected(data.row, mirror);
  append_selected(data.ni, mirror);
  append_selected(data.n1i, mirror);
  append_selected(data.n2i, mirror);
  data.x = Matrix(k + mirror.size(), 1, 1.0);
  for (std::size_t i = data.slab.size(); i < k; ++i) data.slab.push_back(fmt::format("{}", i + 1));
  for (std::size_t i = 0; i < mirror.size(); ++i) data.slab.push_back(fmt::format("Filled {}", i + 1));
  data.counts = {};  // mirrored effects have none
  auto spec = std::get<model::Univariate>(fit.problem.spec());
  append_selected(spec.weights, mirror);
  return model::Problem::create(std::move(data), std::move(spec));
}

}  // namespace

Expected<MissingEstimator> parse_missing_estimator(const std::string& text) {
  for (const auto estimator : {MissingEstimator::l0, MissingEstimator::r0, MissingEstimator::q0})
    if (text == name(estimator)) return estimator;
  return make_error(ErrorCode::usage,
                    fmt::format("'{}' is not an estimator of trim and fill; right would be L0, R0 or Q0", text));
}
std::string name(MissingEstimator estimator) {
  if (estimator == MissingEstimator::l0) return "L0";
  return estimator == MissingEstimator::r0 ? "R0" : "Q0";
}

Expected<Side> parse_side(const std::string& text) {
  if (text == "left") return Side::left;
  if (text == "right") return Side::right;
  return make_error(ErrorCode::usage, fmt::format("'{}' is not a side; right would be left or right", text));
}
std::string name(Side side) { return side == Side::left ? "left" : "right"; }

Expected<TrimRule> parse_trim_rule(const std::string& text) {
  if (text == "model") return TrimRule::model;
  if (text == "common") return TrimRule::common;
  return make_error(
      ErrorCode::usage,
      fmt::format("'{}' is not a trimming rule; right would be model (trim with the fit's own model) or common "
                  "(trim with the common-effect model)",
                  text));
}
std::string name(TrimRule rule) { return rule == TrimRule::model ? "model" : "common"; }

Expected<TrimFill> trim_and_fill(const model::Fit& fit, const TrimFillOptions& options) {
  HR_CHECK(check_model(fit));
  if (options.rule == TrimRule::common) HR_CHECK(inverse_variances(fit.problem.data()));
  HR_TRY(const Side side, choose_side(fit, options));
  HR_TRY(const Trimmed trimmed, trim(fit, side, options));
  std::vector<std::size_t> mirror(trimmed.order.end() - static_cast<std::ptrdiff_t>(trimmed.k0), trimmed.order.end());
  model::Fit refit = fit;
  if (trimmed.k0 > 0) {
    HR_TRY(const model::Problem problem, filled_problem(fit, mirror, trimmed.centre));
    HR_TRY(refit, model::fit(problem));
  }
  std::vector<bool> fill(fit.k(), false);
  fill.resize(fit.k() + trimmed.k0, true);
  // Under symmetry the run at the full side's end is geometric: P(R0 >= k0) = 2^-(k0 + 1).
  const bool run = options.estimator == MissingEstimator::r0;
  const double p_k0 = run ? std::exp2(-static_cast<double>(trimmed.k0) - 1) : kMissing;
  return TrimFill{.estimator = name(options.estimator),
                  .rule = name(options.rule),
                  .side = name(side),
                  .side_chosen = !options.side,
                  .k0 = trimmed.k0,
                  .se_k0 = trimmed.se_k0,
                  .p_k0 = p_k0,
                  .iterations = trimmed.iterations,
                  .yi = refit.problem.data().yi,
                  .vi = refit.problem.data().vi,
                  .fill = std::move(fill),
                  .mirror = std::move(mirror),
                  .centre = trimmed.centre,
                  .fit = std::move(refit)};
}

}  // namespace hedgerow::bias
