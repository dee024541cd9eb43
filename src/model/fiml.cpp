#include "model/fiml.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/missing.hpp"
#include "model/detail/fiml_likelihood.hpp"
#include "model/detail/projected_newton.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double infinite = std::numeric_limits<double>::infinity();
/// Step of the differences of the score; parameters are about 1 in size.
constexpr double difference = 1e-5;

/// Place of one parameter: of beta, of the mean, or of an element (a, b) of Psi.
struct Place {
  enum class Of { beta, mean, between, within } of = Of::beta;
  std::size_t a = 0, b = 0;

  bool is_variance() const { return (of == Of::between || of == Of::within) && a == b; }
  bool is_sigma2() const { return is_variance() && a == 0; }
};

double& element(JointNormal& p, const Place& place) {
  switch (place.of) {
    case Place::Of::beta:
      return p.beta[place.a];
    case Place::Of::mean:
      return p.mean[place.a];
    case Place::Of::between:
      return p.between(place.a, place.b);
    case Place::Of::within:
      break;
  }
  return p.within(place.a, place.b);
}

/// Effects and moderators with mean 0 and variance about 1, so that one step of differences and one size of variances
/// do for all of them.
struct Scaled {
  FimlData data;
  double y_mean = 0, y_sd = 1;
  Vector mean, sd;  ///< q
};

std::pair<double, double> mean_and_sd(const Vector& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return {mean, std::sqrt(sum / n)};
}

Expected<Scaled> scaled(const FimlData& data) {
  Scaled out{data, 0, 1, {}, {}};
  const auto [y_mean, y_sd] = mean_and_sd(data.yi);
  out.y_mean = y_mean;
  if (y_sd > 0) out.y_sd = y_sd;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    out.data.yi[i] = (data.yi[i] - out.y_mean) / out.y_sd;
    out.data.vi[i] = data.vi[i] / (out.y_sd * out.y_sd);
  }
  for (std::size_t c = 0; c < data.x.cols(); ++c) {
    Vector seen;
    for (std::size_t i = 0; i < data.x.rows(); ++i)
      if (!is_missing(data.x(i, c))) seen.push_back(data.x(i, c));
    const auto [mean, sd] = seen.empty() ? std::pair(0.0, 0.0) : mean_and_sd(seen);
    if (!(sd > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("{} has {} observed values and they are all equal; a moderator needs values that "
                                    "differ",
                                    data.names[c], seen.size()),
                        data.names[c]);
    out.mean.push_back(mean);
    out.sd.push_back(sd);
    for (std::size_t i = 0; i < data.x.rows(); ++i) out.data.x(i, c) = (data.x(i, c) - mean) / sd;
  }
  return out;
}

std::vector<bool> varies_within_studies(const FimlData& data) {
  std::vector<bool> out;
  for (std::size_t c = 0; c < data.x.cols(); ++c) {
    Vector first(*std::max_element(data.study.begin(), data.study.end()) + 1, kMissing);
    bool varies = false;
    for (std::size_t i = 0; i < data.study.size(); ++i) {
      double& known = first[data.study[i]];
      if (is_missing(known)) known = data.x(i, c);
      varies = varies || (!is_missing(data.x(i, c)) && data.x(i, c) != known);
    }
    out.push_back(varies);
  }
  return out;
}

/// The model in free parameters.
class FimlModel {
 public:
  FimlModel(const FimlData& data, std::vector<bool> varies)
      : q_(data.x.cols()), varies_(std::move(varies)), likelihood_(data, varies_) {
    for (std::size_t c = 0; c <= q_; ++c) places_.push_back({Place::Of::beta, c, 0});
    for (std::size_t c = 0; c < q_; ++c) places_.push_back({Place::Of::mean, c, 0});
    if (data.study_effect) places_.push_back({Place::Of::between, 0, 0});
    if (data.row_effect) places_.push_back({Place::Of::within, 0, 0});
    for (std::size_t a = 1; a <= q_; ++a)
      for (std::size_t b = 1; b <= a; ++b) {
        places_.push_back({Place::Of::between, a, b});
        if (varies_[a - 1] && varies_[b - 1]) places_.push_back({Place::Of::within, a, b});
      }
  }

  const std::vector<Place>& places() const { return places_; }
  const FimlLikelihood& likelihood() const { return likelihood_; }

  JointNormal natural(const Vector& theta) const {
    JointNormal out{Vector(q_ + 1, 0.0), Vector(q_, 0.0), Matrix(q_ + 1, q_ + 1), Matrix(q_ + 1, q_ + 1)};
    for (std::size_t i = 0; i < theta.size(); ++i) {
      Place place = places_[i];
      element(out, place) = theta[i];
      std::swap(place.a, place.b);
      if (place.of == Place::Of::between || place.of == Place::Of::within) element(out, place) = theta[i];
    }
    return out;
  }

  Vector start() const {
    Vector out;
    for (const Place& place : places_) {
      const bool shared = place.of == Place::Of::between && place.a > 0 && !varies_[place.a - 1];
      out.push_back(place.is_variance() ? (shared ? 1.0 : 0.5) : 0.0);
    }
    return out;
  }

  Vector lower() const {
    Vector out;
    for (const Place& place : places_) out.push_back(place.is_variance() ? 0.0 : -infinite);
    return out;
  }

  Curvature curvature(const Vector& theta) const {
    Curvature out;
    const auto here = score(theta);
    if (!here) return out;
    const std::size_t n = theta.size();
    out.value = here->first;
    out.score = here->second;
    out.observed = Matrix(n, n);
    for (std::size_t j = 0; j < n; ++j) {
      const auto column = derivative(theta, out.score, j);
      if (!column) return out;
      for (std::size_t i = 0; i < n; ++i) out.observed(i, j) = -(*column)[i];
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j)
        out.observed(i, j) = out.observed(j, i) = 0.5 * (out.observed(i, j) + out.observed(j, i));
    out.expected = Matrix(n, n);
    for (std::size_t i = 0; i < n; ++i) out.expected(i, i) = std::fabs(out.observed(i, i));
    out.finite = true;
    return out;
  }

 private:
  std::optional<std::pair<double, Vector>> score(const Vector& theta) const {
    auto joint = likelihood_.at(natural(theta));
    if (!joint) return std::nullopt;
    Vector out;
    for (const Place& place : places_)
      out.push_back(element(joint->score, place) *
                    (place.of != Place::Of::beta && place.of != Place::Of::mean && place.a != place.b ? 2 : 1));
    return std::pair(joint->value, std::move(out));
  }

  /// Derivative of the score by parameter j: central differences, one-sided ones of the same order near a bound.
  std::optional<Vector> derivative(const Vector& theta, const Vector& here, std::size_t j) const {
    const auto moved = [&](double by) {
      Vector there = theta;
      there[j] += by;
      return score(there);
    };
    const bool at_bound = places_[j].is_variance() && theta[j] < 2 * difference;
    const auto up = moved(difference), other = moved(at_bound ? 2 * difference : -difference);
    if (!up || !other) return std::nullopt;
    Vector out(theta.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double change =
          at_bound ? 4 * up->second[i] - 3 * here[i] - other->second[i] : up->second[i] - other->second[i];
      out[i] = change / (2 * difference);
    }
    return out;
  }

  std::size_t q_;
  std::vector<bool> varies_;
  FimlLikelihood likelihood_;
  std::vector<Place> places_;
};

/// Covariance of the parameters from the observed information of those that are not at a bound; else NaN.
Matrix covariance(const NewtonResult& top, const Vector& lower, Certificate& certificate) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < top.at.size(); ++i)
    if (top.at[i] > lower[i]) free.push_back(i);
  Matrix k(free.size(), free.size());
  for (std::size_t a = 0; a < free.size(); ++a) {
    certificate.gradient_norm = std::max(certificate.gradient_norm, std::fabs(top.curvature.score[free[a]]));
    for (std::size_t b = 0; b < free.size(); ++b) k(a, b) = top.curvature.observed(free[a], free[b]);
  }
  Matrix out(top.at.size(), top.at.size(), kMissing);
  const auto factor = stats::Cholesky::create(k);
  certificate.hessian_negative_definite = factor.has_value();
  if (!factor) return out;
  const Matrix inverse = factor->inverse();
  for (std::size_t a = 0; a < free.size(); ++a)
    for (std::size_t b = 0; b < free.size(); ++b) out(free[a], free[b]) = inverse(a, b);
  return out;
}

/// Coefficients in the units of the data: beta = T beta*, and the mean of yi added to the constant.
void add_coefficients(const Scaled& data, const JointNormal& at, const Matrix& vb, FimlFit& out) {
  const std::size_t p = at.beta.size();
  Matrix t(p, p);
  t(0, 0) = data.y_sd;
  for (std::size_t c = 1; c < p; ++c) {
    t(c, c) = data.y_sd / data.sd[c - 1];
    t(0, c) = -t(c, c) * data.mean[c - 1];
  }
  Matrix part(p, p);
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b < p; ++b) part(a, b) = vb(a, b);
  out.beta = stats::multiply(t, at.beta);
  out.beta[0] += data.y_mean;
  out.vb = stats::multiply(stats::multiply(t, part), stats::transpose(t));
  for (std::size_t c = 0; c < p; ++c) out.se.push_back(std::sqrt(out.vb(c, c)));
}

void add_moderators(const Scaled& data, const JointNormal& at, FimlFit& out) {
  const std::size_t q = data.mean.size();
  out.between = Matrix(q, q);
  out.within = Matrix(q, q);
  for (std::size_t a = 0; a < q; ++a) {
    out.mean.push_back(data.mean[a] + data.sd[a] * at.mean[a]);
    for (std::size_t b = 0; b < q; ++b) {
      out.between(a, b) = at.between(a + 1, b + 1) * data.sd[a] * data.sd[b];
      out.within(a, b) = at.within(a + 1, b + 1) * data.sd[a] * data.sd[b];
    }
  }
}

/// Density of the data from that of the scaled data.
double jacobian(const Scaled& data, const FimlData& given, const std::vector<bool>& varies) {
  double out = -static_cast<double>(given.yi.size()) * std::log(data.y_sd);
  for (std::size_t c = 0; c < varies.size(); ++c) {
    std::vector<bool> seen(given.study.size(), false);
    for (std::size_t i = 0; i < given.study.size(); ++i) {
      if (is_missing(given.x(i, c)) || (!varies[c] && seen[given.study[i]])) continue;
      seen[given.study[i]] = true;
      out -= std::log(data.sd[c]);
    }
  }
  return out;
}

Checked check(const FimlData& data) {
  const std::size_t k = data.yi.size();
  HR_ASSERT(data.vi.size() == k && data.x.rows() == k && data.study.size() == k && data.names.size() == data.x.cols());
  if (k == 0) return make_error(ErrorCode::input, "no row has an effect (k = 0)");
  const std::size_t studies = *std::max_element(data.study.begin(), data.study.end()) + 1;
  if (data.study_effect && data.row_effect && studies == k)
    return make_error(ErrorCode::not_defined,
                      "every study has one effect, so that variances within and between studies are one parameter; "
                      "leave one level out");
  return {};
}

FimlFit result_of(const FimlData& given, const Scaled& data, const FimlModel& model, const NewtonResult& top) {
  FimlFit out;
  const JointNormal at = model.natural(top.at);
  out.certificate.algorithm = "Newton on the joint likelihood of effects and moderators";
  out.certificate.converged = top.converged;
  out.certificate.iterations = top.iterations;
  const Matrix cov = covariance(top, model.lower(), out.certificate);
  add_coefficients(data, at, cov, out);
  add_moderators(data, at, out);
  const double unit = data.y_sd * data.y_sd;
  for (std::size_t i = 0; i < top.at.size(); ++i) {
    if (!model.places()[i].is_sigma2()) continue;
    out.sigma2.push_back(top.at[i] * unit);
    out.se_sigma2.push_back(std::sqrt(cov(i, i)) * unit);
    out.certificate.at_boundary.push_back(top.at[i] <= 0);
  }
  if (std::min(stats::symmetric_eigen(at.between).values.front(), stats::symmetric_eigen(at.within).values.front()) <
      -1e-8)
    out.certificate.warnings.emplace_back(
        "the covariance of the moderators between or within studies has a negative eigenvalue: too few studies for "
        "this many moderators");
  out.loglik = top.curvature.value + jacobian(data, given, varies_within_studies(given));
  out.parms = static_cast<int>(top.at.size());
  out.observed = model.likelihood().observed();
  return out;
}

}  // namespace

Expected<FimlFit> fit_fiml(const FimlData& given) {
  HR_CHECK(check(given));
  HR_TRY(const Scaled data, scaled(given));
  const FimlModel model(data.data, varies_within_studies(given));
  const Vector start = model.start(), lower = model.lower();
  const NewtonResult top = maximise_in_box([&](const Vector& theta) { return model.curvature(theta); }, start, lower,
                                           Vector(start.size(), infinite));
  if (!top.converged)
    return make_error(ErrorCode::not_converged,
                      fmt::format("no maximum of the joint likelihood of effects and moderators after {} steps; it has "
                                  "{} parameters: leave moderators out, or impute them",
                                  top.iterations, start.size()));
  FimlFit out = result_of(given, data, model, top);
  if (!out.certificate.hessian_negative_definite)
    return make_error(ErrorCode::not_converged,
                      fmt::format("the joint likelihood of effects and moderators is flat: {} observed values don't "
                                  "determine {} parameters; leave moderators out, or impute them",
                                  out.observed, out.parms));
  return out;
}

}  // namespace hedgerow::model
