#include "model/detail/scale_optimum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "model/detail/projected_newton.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double infinite = std::numeric_limits<double>::infinity();
/// tau2_i below this part of the largest one is on the bound of the identity link.
constexpr double on_bound = 1e-6;

/// eta = offset + B theta.
struct Coordinates {
  Vector offset;                  ///< k, of the held coefficients
  Matrix b;                       ///< k x free
  std::vector<std::size_t> free;  ///< columns of Z

  Vector eta(const Vector& theta) const {
    Vector out(offset);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += stats::dot(b.row(i), theta);
    return out;
  }
  /// Least squares: B'B = k I.
  Vector nearest(const Vector& eta) const {
    Vector out(b.cols(), 0.0);
    const auto k = static_cast<double>(b.rows());
    for (std::size_t i = 0; i < b.rows(); ++i)
      for (std::size_t j = 0; j < b.cols(); ++j) out[j] += b(i, j) * (eta[i] - offset[i]) / k;
    return out;
  }
};

Coordinates coordinates(const LocationScale& spec) {
  Coordinates out;
  const std::size_t k = spec.z.rows();
  out.offset.assign(k, 0.0);
  for (std::size_t j = 0; j < spec.z.cols(); ++j) {
    const bool held = !spec.alpha.empty() && spec.alpha[j];
    if (!held) out.free.push_back(j);
    for (std::size_t i = 0; held && i < k; ++i) out.offset[i] += *spec.alpha[j] * spec.z(i, j);
  }
  Matrix z(k, out.free.size());
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < out.free.size(); ++j) z(i, j) = spec.z(i, out.free[j]);
  const stats::Orthonormal basis = stats::orthonormalise(z);
  out.b = Matrix(k, basis.rank);
  for (std::size_t j = 0; j < basis.rank; ++j)
    for (std::size_t i = 0; i < k; ++i) out.b(i, j) = basis.column(j)[i] * std::sqrt(static_cast<double>(k));
  return out;
}

/// Coefficients whose linear predictor is eta, held ones as they are.
Vector alpha_of(const LocationScale& spec, const Coordinates& at, const Vector& eta) {
  Matrix z(eta.size(), at.free.size());
  Vector rest(eta);
  for (std::size_t i = 0; i < eta.size(); ++i) {
    rest[i] -= at.offset[i];
    for (std::size_t j = 0; j < at.free.size(); ++j) z(i, j) = spec.z(i, at.free[j]);
  }
  Vector out(spec.z.cols(), 0.0);
  for (std::size_t j = 0; j < out.size(); ++j)
    if (!spec.alpha.empty() && spec.alpha[j]) out[j] = *spec.alpha[j];
  if (at.free.empty()) return out;
  const auto solution = stats::weighted_least_squares(z, rest, Vector(eta.size(), 1.0));
  HR_ASSERT(solution.has_value());
  for (std::size_t j = 0; j < at.free.size(); ++j) out[at.free[j]] = solution->beta[j];
  return out;
}

/// Squared residuals of ordinary least squares and the variances that they leave beside the sampling errors.
struct Crude {
  Vector excess;  ///< max(e^2 - vi, vi / 10)
  double mean;    ///< of e^2 - vi, at least a tenth of the mean vi
};

Crude crude(const Data& data) {
  Vector e(data.yi);
  if (const auto solution = stats::weighted_least_squares(data.x, data.yi, Vector(data.k(), 1.0)))
    for (std::size_t i = 0; i < data.k(); ++i) e[i] -= stats::dot(data.x.row(i), solution->beta);
  Crude out;
  double total = 0, sampling = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    out.excess.push_back(std::max(e[i] * e[i] - data.vi[i], 0.1 * data.vi[i]));
    total += e[i] * e[i] - data.vi[i];
    sampling += data.vi[i];
  }
  out.mean = std::max(total, 0.1 * sampling) / static_cast<double>(data.k());
  return out;
}

class Climber {
 public:
  Climber(const Problem& problem, ScaleLikelihood& likelihood)
      : data_(problem.data()),
        spec_(std::get<LocationScale>(problem.spec())),
        likelihood_(likelihood),
        at_(coordinates(spec_)),
        log_link_(spec_.link == LocationScale::Link::log) {}

  Expected<ScaleOptimum> run(const Vector& start) {
    const std::vector<Vector> starts = start.empty() ? several() : std::vector<Vector>{at_.nearest(eta_of(start))};
    for (const Vector& from : starts) log_link_ ? climb(from) : climb_inside(from);
    if (!best_) return failure();
    ScaleOptimum out;
    const Vector eta = at_.eta(best_->at);
    out.alpha = alpha_of(spec_, at_, eta);
    out.certificate = certificate(eta, starts.size());
    return out;
  }

 private:
  Vector eta_of(const Vector& alpha) const { return stats::multiply(spec_.z, alpha); }

  std::vector<Vector> several() const {
    const Crude from = crude(data_);
    std::vector<Vector> out;
    Vector varying(from.excess);
    if (log_link_)
      for (double& x : varying) x = std::log(x);
    for (const double factor : {1.0, 0.1, 10.0}) {
      const double size = factor * from.mean;
      out.push_back(at_.nearest(Vector(data_.k(), log_link_ ? std::log(size) : size)));
    }
    out.push_back(at_.nearest(varying));
    const Vector middle = out.front();
    for (std::size_t j = 0; log_link_ && j < middle.size() && j < 6; ++j) {
      for (const double step : {-2.0, 2.0}) {
        out.push_back(middle);
        out.back()[j] += step;
      }
    }
    return out;
  }

  void keep(NewtonResult&& result, std::vector<bool> bound) {
    if (!result.curvature.finite) return;
    // A start that ends a rounding error higher does not replace one that has converged.
    const bool higher = !best_ || result.curvature.value > best_->curvature.value + (best_->converged ? 1e-10 : 0);
    if (!higher && !(result.converged && !best_->converged && result.curvature.value > best_->curvature.value - 1e-8))
      return;
    best_ = std::move(result);
    bound_ = std::move(bound);
  }

  void climb(const Vector& from) {
    const auto f = [&](const Vector& theta) { return likelihood_.at(at_.eta(theta), at_.b); };
    const Vector low(from.size(), -infinite), high(from.size(), infinite);
    keep(maximise_in_box(f, from, low, high), {});
  }

  /// The likelihood with the barrier of the rows whose variance the coordinates can change.
  Curvature with_barrier(const Vector& theta, double barrier) {
    const Vector eta = at_.eta(theta);
    Curvature out = likelihood_.at(eta, at_.b);
    for (std::size_t i = 0; out.finite && i < eta.size(); ++i) {
      const auto row = at_.b.row(i);
      if (!movable(i)) continue;
      if (!(eta[i] > 0)) return {};
      out.value += barrier * std::log(eta[i]);
      for (std::size_t a = 0; a < row.size(); ++a) {
        out.score[a] += barrier / eta[i] * row[a];
        for (std::size_t b = 0; b < row.size(); ++b)
          out.observed(a, b) += barrier / (eta[i] * eta[i]) * row[a] * row[b];
      }
    }
    return out;
  }

  bool movable(std::size_t i) const {
    const auto row = at_.b.row(i);
    return std::any_of(row.begin(), row.end(), [](double x) { return std::fabs(x) > 1e-12; });
  }

  /// A point with every tau2_i positive, by steps across the constraint that is violated most (Agmon and Motzkin).
  std::optional<Vector> inside(Vector theta) const {
    const double margin = 0.01 * crude(data_).mean;
    for (int step = 0; step < 20000; ++step) {
      const Vector eta = at_.eta(theta);
      std::optional<std::size_t> worst;
      for (std::size_t i = 0; i < eta.size(); ++i) {
        if (!movable(i) && eta[i] < 0) return {};
        if (movable(i) && eta[i] < margin && (!worst || eta[i] < eta[*worst])) worst = i;
      }
      if (!worst) return theta;
      const auto row = at_.b.row(*worst);
      const double length = stats::dot(row, row);
      for (std::size_t j = 0; j < theta.size(); ++j) theta[j] += 1.5 * (margin - eta[*worst]) / length * row[j];
    }
    const Vector eta = at_.eta(theta);
    for (std::size_t i = 0; i < eta.size(); ++i)
      if (movable(i) && !(eta[i] > 0)) return {};
    return theta;
  }

  void climb_inside(const Vector& from) {
    const auto start = inside(from);
    if (!start) return;
    const Vector low(from.size(), -infinite), high(from.size(), infinite);
    NewtonResult result;
    result.at = *start;
    int iterations = 0;
    for (double barrier = 1; barrier > 1e-11; barrier *= 0.1) {
      const auto f = [&](const Vector& theta) { return with_barrier(theta, barrier); };
      result = maximise_in_box(f, result.at, low, high);
      iterations += result.iterations;
      if (!result.curvature.finite) return;
    }
    result.iterations = iterations;
    result.curvature = likelihood_.at(at_.eta(result.at), at_.b);
    NewtonResult face = on_face(result.at);
    if (face.curvature.finite && face.curvature.value >= result.curvature.value) {
      face.iterations += iterations;
      result = std::move(face);
    }
    keep(std::move(result), rows_at_zero(at_.eta(result.at)));
  }

  std::vector<bool> rows_at_zero(const Vector& eta) const {
    const double largest = *std::max_element(eta.begin(), eta.end());
    std::vector<bool> out(eta.size());
    for (std::size_t i = 0; i < eta.size(); ++i) out[i] = movable(i) && eta[i] <= on_bound * largest;
    return out;
  }

  /// The maximum with the rows that are at zero held there, without the barrier.
  NewtonResult on_face(const Vector& from) {
    const std::vector<bool> zero = rows_at_zero(at_.eta(from));
    const std::size_t q = from.size();
    Matrix across(q, q);
    for (std::size_t i = 0; i < zero.size(); ++i)
      for (std::size_t a = 0; zero[i] && a < q; ++a)
        for (std::size_t b = 0; b < q; ++b) across(a, b) += at_.b(i, a) * at_.b(i, b);
    const stats::SymmetricEigen eigen = stats::symmetric_eigen(across);
    std::size_t along = 0;
    while (along < q && eigen.values[along] < 1e-9 * std::max(1.0, eigen.values.back())) ++along;
    const bool any = std::find(zero.begin(), zero.end(), true) != zero.end();
    Matrix n(q, any ? along : q);
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t j = 0; j < n.cols(); ++j) n(a, j) = any ? eigen.vectors(a, j) : (a == j ? 1.0 : 0.0);
    const Matrix b = stats::multiply(at_.b, n);
    // Coordinates across the face are set to where its rows are at 0; with held coefficients that is no subspace.
    Vector base(q, 0.0);
    if (any) base = across_zero(zero, eigen, along);
    const auto theta_of = [&](const Vector& x) {
      Vector theta(base);
      for (std::size_t a = 0; a < q; ++a) theta[a] += stats::dot(n.row(a), x);
      return theta;
    };
    const auto f = [&](const Vector& x) {
      Vector eta = at_.eta(theta_of(x));
      for (std::size_t i = 0; i < eta.size(); ++i)
        if (zero[i]) eta[i] = 0;
      return likelihood_.at(eta, b);
    };
    Vector start(n.cols(), 0.0);
    for (std::size_t j = 0; j < n.cols(); ++j)
      for (std::size_t a = 0; a < q; ++a) start[j] += n(a, j) * (from[a] - base[a]);
    NewtonResult out = maximise_in_box(f, start, Vector(start.size(), -infinite), Vector(start.size(), infinite));
    out.at = theta_of(out.at);
    return out;
  }

  /// The shortest theta with offset_i + b_i'theta = 0 in the rows at zero, by their normal equations.
  Vector across_zero(const std::vector<bool>& zero, const stats::SymmetricEigen& eigen, std::size_t first) const {
    const std::size_t q = at_.b.cols();
    Vector right(q, 0.0), out(q, 0.0);
    for (std::size_t i = 0; i < zero.size(); ++i)
      for (std::size_t a = 0; zero[i] && a < q; ++a) right[a] -= at_.b(i, a) * at_.offset[i];
    for (std::size_t v = first; v < q; ++v) {
      double along = 0;
      for (std::size_t a = 0; a < q; ++a) along += eigen.vectors(a, v) * right[a];
      for (std::size_t a = 0; a < q; ++a) out[a] += along / eigen.values[v] * eigen.vectors(a, v);
    }
    return out;
  }

  Error failure() const {
    if (log_link_)
      return make_error(ErrorCode::not_defined, "the likelihood of the location-scale model has no value at any start",
                        "scale");
    return make_error(ErrorCode::not_defined,
                      "under the identity link no free coefficient of the scale makes every tau2 positive; use the log "
                      "link or another design of the scale",
                      "scale");
  }

  Certificate certificate(const Vector& eta, std::size_t starts) {
    Certificate out;
    const bool reml = spec_.likelihood == Likelihood::reml;
    out.algorithm = fmt::format("Newton on the {} score of the scale{}", reml ? "REML" : "ML",
                                log_link_ ? "" : ", with a barrier at tau2 = 0");
    out.converged = best_->converged;
    out.iterations = best_->iterations;
    out.starts = static_cast<int>(starts);
    const std::size_t zeros = static_cast<std::size_t>(std::count(bound_.begin(), bound_.end(), true));
    for (const double g : best_->curvature.score) out.gradient_norm = std::max(out.gradient_norm, std::fabs(g));
    out.at_boundary.assign(spec_.z.cols(), zeros > 0);
    out.identified.assign(spec_.z.cols(), true);
    if (!best_->at.empty() && zeros == 0) {
      const Curvature here = likelihood_.at(eta, at_.b);
      out.hessian_negative_definite = stats::symmetric_eigen(here.observed).values.front() > 0;
    }
    std::size_t vanishing = 0;
    for (std::size_t i = 0; log_link_ && i < eta.size(); ++i) vanishing += std::exp(eta[i]) < 1e-7 * data_.vi[i];
    if (vanishing > 0)
      out.warnings.push_back(fmt::format(
          "The likelihood rises as tau2 of {} of {} rows falls to 0: coefficients of the scale that make it "
          "fall have no finite estimate, and their standard errors say nothing.",
          vanishing, eta.size()));
    if (zeros > 0)
      out.warnings.push_back(
          fmt::format("tau2 is 0 in {} of {} rows, at the bound of the identity link: standard errors and tests of the "
                      "scale do not hold there.",
                      zeros, eta.size()));
    return out;
  }

  const Data& data_;
  const LocationScale& spec_;
  ScaleLikelihood& likelihood_;
  Coordinates at_;
  bool log_link_;
  std::optional<NewtonResult> best_;
  std::vector<bool> bound_;
};

}  // namespace

Expected<ScaleOptimum> maximise_scale(const Problem& problem, ScaleLikelihood& likelihood, const Vector& start) {
  return Climber(problem, likelihood).run(start);
}

}  // namespace hedgerow::model
