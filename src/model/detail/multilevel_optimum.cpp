#include "model/detail/multilevel_optimum.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/bounded_newton.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Up to this many rows the likelihood can have more than one top, and more starts cost next to nothing.
constexpr std::size_t rows_for_many_starts = 5000;
/// An eigenvalue of the Fisher information, relative to its diagonal, below which a direction counts as flat.
constexpr double flat = 1e-10;
/// Difference of log-likelihood above which two maxima are different ones.
constexpr double distinct_tops = 1e-6;

const double missing = std::numeric_limits<double>::quiet_NaN();

/// What is estimated, in distinct components and units of the likelihood.
struct Bounds {
  Vector lower;  ///< sum of the fixed parts
  std::vector<bool> free;
};

/// A climb, with everything known where it ended.
struct Climb {
  NewtonResult result;
  NestedEvaluation at;
};

class Maximisation {
 public:
  Maximisation(const NestedLikelihood& likelihood, const Multilevel& spec,
               const std::vector<std::optional<double>>& fixed)
      : likelihood_(likelihood), spec_(spec), fixed_(fixed) {
    fixed_.resize(spec.groups.size());
    out_.certificate.identified.assign(spec.groups.size(), true);
    set_bounds();
  }

  Expected<MultilevelOptimum> run(const Vector& start) {
    const bool many = likelihood_.tree().rows <= rows_for_many_starts;
    const std::vector<Vector> starts = start.empty() ? usual_starts() : std::vector<Vector>{scaled(start)};
    std::vector<Climb> results;
    for (const Vector& from : starts) {
      results.push_back(climb(from));
      if (results.back().result.converged && !many) break;
    }
    Climb* best = nullptr;
    for (Climb& c : results)
      if (c.result.converged && (best == nullptr || c.result.curvature.value > best->result.curvature.value + 1e-9))
        best = &c;
    if (best == nullptr) return failure(starts, results);
    out_.at = std::move(best->at);
    certify(best->result, results);
    return std::move(out_);
  }

 private:
  const NestedTree& tree() const { return likelihood_.tree(); }

  void set_bounds() {
    for (std::size_t d = 0; d < tree().distinct(); ++d) {
      double lower = 0;
      bool free = false;
      for (const std::size_t l : tree().components[d]) {
        if (fixed_[l]) lower += *fixed_[l] / likelihood_.unit();
        free = free || !fixed_[l];
      }
      if (free && likelihood_.absorbed_by_design(d)) {
        free = false;
        warn_absorbed(d);
      }
      bounds_.lower.push_back(lower);
      bounds_.free.push_back(free);
      warn_confounded(d);
    }
  }

  void warn_absorbed(std::size_t d) {
    const std::size_t level = tree().components[d].front();
    out_.certificate.identified[level] = false;
    out_.certificate.warnings.push_back(fmt::format(
        "sigma2 of {} is not identified: its {} group(s) are combinations of the fixed effects, so the restricted "
        "likelihood does not depend on it; it was set to 0",
        component_name(spec_, level), tree().group_count[level]));
  }

  void warn_confounded(std::size_t d) {
    std::vector<std::string> names;
    std::vector<std::size_t> open;
    for (const std::size_t l : tree().components[d]) {
      if (!fixed_[l]) {
        open.push_back(l);
        names.push_back(component_name(spec_, l));
      }
    }
    if (open.size() < 2) return;
    for (const std::size_t l : open) out_.certificate.identified[l] = false;
    out_.certificate.warnings.push_back(fmt::format(
        "sigma2 of {} are not identified separately: each group of the one is one group of the other ({} groups), so "
        "only their sum has an estimate; the sum was given to {}. Drop a level",
        fmt::join(names, " and "), tree().group_count[open.front()], names.front()));
  }

  Vector scaled(const Vector& sigma2) const {
    Vector s = tree().distinct_variances(sigma2);
    for (std::size_t d = 0; d < s.size(); ++d)
      s[d] = bounds_.free[d] ? std::max(bounds_.lower[d], s[d] / likelihood_.unit()) : bounds_.lower[d];
    return s;
  }

  /// The moment estimate shared out equally; all of it in one component, the others at their bound; ten times as much.
  std::vector<Vector> usual_starts() const {
    const std::size_t open = static_cast<std::size_t>(std::count(bounds_.free.begin(), bounds_.free.end(), true));
    if (open == 0) return {bounds_.lower};
    const double total = std::max(likelihood_.total_heterogeneity(), 0.1);
    const auto share = [&](double each) {
      Vector s(bounds_.lower);
      for (std::size_t d = 0; d < s.size(); ++d)
        if (bounds_.free[d]) s[d] = std::max(s[d], each);
      return s;
    };
    std::vector<Vector> starts{share(total / static_cast<double>(open))};
    for (std::size_t d = 0; d < bounds_.free.size() && open > 1; ++d) {
      if (!bounds_.free[d]) continue;
      starts.push_back(bounds_.lower);
      starts.back()[d] = std::max(bounds_.lower[d], total);
    }
    starts.push_back(share(10 * total));
    return starts;
  }

  Climb climb(const Vector& from) const {
    Climb out;
    const auto f = [&](const Vector& s) {
      out.at = likelihood_.evaluate(s);
      return Curvature{out.at.finite, out.at.loglik(spec_.likelihood), out.at.score, out.at.observed, out.at.expected};
    };
    if (std::find(bounds_.free.begin(), bounds_.free.end(), true) != bounds_.free.end()) {
      out.result = maximise_bounded(f, from, bounds_.lower, bounds_.free);  // ends with the point evaluated last
    } else {
      out.result.at = from;
      out.result.curvature = f(from);
      out.result.converged = out.result.curvature.finite;
    }
    return out;
  }

  Error failure(const std::vector<Vector>& starts, const std::vector<Climb>& results) const {
    std::string tried;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const NewtonResult& r = results[i].result;
      Vector from(starts[i]), to(r.at);
      for (std::size_t d = 0; d < from.size(); ++d) {
        from[d] *= likelihood_.unit();
        to[d] *= likelihood_.unit();
      }
      tried += fmt::format("; from sigma2 = {:.6g} to {:.6g} in {} iterations{}", fmt::join(from, ", "),
                           fmt::join(to, ", "), r.iterations,
                           r.curvature.finite ? fmt::format(" (log-likelihood {:.10g})", r.curvature.value)
                                              : std::string(" (no finite log-likelihood)"));
    }
    return make_error(ErrorCode::not_converged, "the variance components of the multilevel model did not converge" +
                                                    tried +
                                                    ". Look for sampling variances of 0 or of very different size");
  }

  bool at_lower(const Vector& s, std::size_t d) const { return s[d] <= bounds_.lower[d]; }

  void certify(const NewtonResult& best, const std::vector<Climb>& results) {
    Certificate& c = out_.certificate;
    c.algorithm = std::string("bounded Newton on the ") +
                  (spec_.likelihood == Likelihood::reml ? "restricted likelihood" : "likelihood");
    c.converged = true;
    c.iterations = best.iterations;
    c.starts = static_cast<int>(results.size());
    std::vector<std::size_t> interior;
    for (std::size_t d = 0; d < bounds_.free.size(); ++d)
      if (bounds_.free[d] && !at_lower(best.at, d)) interior.push_back(d);
    for (const std::size_t d : interior)
      c.gradient_norm = std::max(c.gradient_norm, std::fabs(out_.at.score[d]) / likelihood_.unit());
    const Vector se = interior_se(interior);
    spread(best.at, se);
    report_flat_directions();
    report_other_tops(best, results);
  }

  /// Standard errors from the observed information of the interior components (units of the likelihood).
  Vector interior_se(const std::vector<std::size_t>& interior) {
    Vector se(bounds_.free.size(), missing);
    if (interior.empty()) return se;
    Matrix information(interior.size(), interior.size());
    for (std::size_t i = 0; i < interior.size(); ++i)
      for (std::size_t j = 0; j < interior.size(); ++j) information(i, j) = out_.at.observed(interior[i], interior[j]);
    const auto factor = stats::Cholesky::create(information);
    out_.certificate.hessian_negative_definite = factor.has_value();
    if (!factor) {
      out_.certificate.warnings.push_back(
          "the log-likelihood is flat at the estimates of sigma2 (its Hessian is not "
          "negative definite): they are not well determined by these data");
      return se;
    }
    const Matrix covariance = factor->inverse();
    for (std::size_t i = 0; i < interior.size(); ++i) se[interior[i]] = std::sqrt(covariance(i, i));
    return se;
  }

  /// Distinct components back to those of the specification: the first free one gets what is not fixed.
  void spread(const Vector& s, const Vector& se) {
    const std::size_t levels = spec_.groups.size();
    out_.sigma2.assign(levels, 0.0);
    out_.se_sigma2.assign(levels, missing);
    out_.certificate.at_boundary.assign(levels, false);
    for (std::size_t d = 0; d < s.size(); ++d) {
      double rest = at_lower(s, d) ? 0 : (s[d] - bounds_.lower[d]) * likelihood_.unit();
      bool first = true;
      for (const std::size_t l : tree().components[d]) {
        if (fixed_[l]) {
          out_.sigma2[l] = *fixed_[l];
          continue;
        }
        out_.sigma2[l] = rest;
        if (first) out_.se_sigma2[l] = se[d] * likelihood_.unit();
        out_.certificate.at_boundary[l] = bounds_.free[d] && rest == 0 && (first || at_lower(s, d));
        first = false;
        rest = 0;
      }
    }
  }

  void report_flat_directions() {
    std::vector<std::size_t> open;
    for (std::size_t d = 0; d < bounds_.free.size(); ++d)
      if (bounds_.free[d]) open.push_back(d);
    if (open.empty()) return;
    Matrix scaled(open.size(), open.size());
    for (std::size_t i = 0; i < open.size(); ++i)
      for (std::size_t j = 0; j < open.size(); ++j)
        scaled(i, j) = out_.at.expected(open[i], open[j]) /
                       std::sqrt(out_.at.expected(open[i], open[i]) * out_.at.expected(open[j], open[j]));
    const stats::SymmetricEigen eigen = stats::symmetric_eigen(scaled);
    if (eigen.values.front() > flat) return;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (std::fabs(eigen.vectors(i, 0)) < 0.1) continue;
      const std::size_t level = tree().components[open[i]].front();
      out_.certificate.identified[level] = false;
      names.push_back(component_name(spec_, level));
    }
    out_.certificate.warnings.push_back(fmt::format(
        "the likelihood is flat in a combination of sigma2 of {}: these data do not determine them separately",
        fmt::join(names, " and ")));
  }

  void report_other_tops(const NewtonResult& best, const std::vector<Climb>& results) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Climb& c : results)
      if (c.result.converged && c.result.curvature.value < best.curvature.value - distinct_tops)
        nearest = std::min(nearest, best.curvature.value - c.result.curvature.value);
    if (std::isfinite(nearest))
      out_.certificate.warnings.push_back(fmt::format(
          "the likelihood has more than one maximum: another is lower by {:.4g}; look at the profile likelihood",
          nearest));
  }

  const NestedLikelihood& likelihood_;
  const Multilevel& spec_;
  std::vector<std::optional<double>> fixed_;
  Bounds bounds_;
  MultilevelOptimum out_;
};

}  // namespace

std::string component_name(const Multilevel& spec, std::size_t component) {
  return component < spec.s_names.size() ? spec.s_names[component] : fmt::format("level {}", component + 1);
}

Expected<MultilevelOptimum> maximise_multilevel(const NestedLikelihood& likelihood, const Multilevel& spec,
                                                const std::vector<std::optional<double>>& fixed, const Vector& start) {
  return Maximisation(likelihood, spec, fixed).run(start);
}

}  // namespace hedgerow::model
