#include "model/detail/mixed_optimum.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/mixed_starts.hpp"
#include "model/detail/projected_newton.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Above this many rows one start is made (others if it fails).
constexpr std::size_t rows_for_many_starts = 5000;
constexpr double distinct_tops = 1e-6;
/// g'd at which the first part of a climb ends.
constexpr double rough_gain = 0.1;
/// The same where the expected information costs several evaluations of many rows: the average information goes on to
/// here, a hundred-thousandth of a standard error before its last step.
constexpr double costly_gain = 1e-10;
/// g'd that the exact Hessian then accepts; the rounding of such log-likelihoods is not smaller.
constexpr double confirmed_gain = 1e-9;
/// A climb is given up when a top is so near that Newton's model there loses less than this (a tenth of a standard
/// error).
constexpr double same_top = 0.005;
const double missing = std::numeric_limits<double>::quiet_NaN();

Matrix chosen(const Matrix& a, const std::vector<std::size_t>& index) {
  Matrix out(index.size(), index.size());
  for (std::size_t i = 0; i < index.size(); ++i)
    for (std::size_t j = 0; j < index.size(); ++j) out(i, j) = a(index[i], index[j]);
  return out;
}

bool is_singular(const Structured& term, std::span<const double> tau2, std::span<const double> rho);

struct Climb {
  NewtonResult result;
  MixedEvaluation at;
};

class Maximisation {
 public:
  Maximisation(const MixedLikelihood& likelihood, const Problem& problem, const HeldParameters& held)
      : likelihood_(likelihood),
        problem_(problem),
        spec_(std::get<Multilevel>(problem.spec())),
        held_(held),
        coordinates_(problem, held),
        all_(parameters(problem)) {}

  Expected<MixedOptimum> run(const Vector& start) {
    const std::vector<Vector> starts = start.empty() ? usual_starts(problem_, held_) : std::vector<Vector>{start};
    const bool many = problem_.data().k() <= rows_for_many_starts;
    std::vector<Climb> climbs;
    for (const Vector& from : starts) {
      ++starts_;
      auto found = climb(coordinates_.coordinates(from), climbs);
      if (found) climbs.push_back(std::move(*found));
      if (coordinates_.size() == 0 || (climbs.back().result.converged && !many)) break;
    }
    const Climb* best = nullptr;
    for (const Climb& c : climbs)
      if (c.result.converged && (best == nullptr || c.result.curvature.value > best->result.curvature.value + 1e-10))
        best = &c;
    if (best == nullptr) return failure(climbs);
    return certified(*best, climbs);
  }

 private:
  /// Nothing if it runs into a top that is known. The average information leads near the top; where the expected one
  /// is costly and the data are large, to its end, which the exact Hessian then only confirms.
  std::optional<Climb> climb(const Vector& from, const std::vector<Climb>& known) const {
    Climb out;
    Vector start = from;
    const bool costly = likelihood_.information_is_costly() && problem_.data().k() > rows_for_many_starts;
    if (coordinates_.size() > 0) {
      const auto roughly = [&](const Vector& x) { return curvature(x, true, out.at); };
      out.result = maximise_in_box(roughly, start, coordinates_.lower(), coordinates_.upper(),
                                   costly ? costly_gain : rough_gain);
      if (out.result.converged) {
        start = out.result.at;
        for (const Climb& other : known)
          if (is_near(out.result, other.result)) return std::nullopt;
      }
    }
    const int before = out.result.iterations;
    const auto exactly = [&](const Vector& x) { return curvature(x, false, out.at); };
    out.result = maximise_in_box(exactly, start, coordinates_.lower(), coordinates_.upper(),
                                 costly ? confirmed_gain : newton_gain);
    out.result.iterations += before;
    return out;
  }

  /// Whether Newton's model at a top reaches a point at hardly any loss. Cholesky factors are compared with positive
  /// diagonals.
  bool is_near(const NewtonResult& rough, const NewtonResult& top) const {
    const Curvature& c = top.curvature;
    if (!top.converged || std::fabs(c.value - rough.curvature.value) > same_top) return false;
    const Vector here = canonical(rough.at), there = canonical(top.at);
    const std::size_t n = here.size();
    Vector d(n), sign(n);
    for (std::size_t i = 0; i < n; ++i) {
      d[i] = here[i] - there[i];
      sign[i] = (there[i] < 0) == (top.at[i] < 0) ? 1 : -1;
      if (std::fabs(there[i] - sign[i] * top.at[i]) > 1e-6 * (1 + std::fabs(there[i]))) return false;
    }
    double loss = 0;
    for (std::size_t i = 0; i < n; ++i) {
      loss += std::fabs(c.score[i] * d[i]);
      for (std::size_t j = 0; j < n; ++j) loss += 0.5 * d[i] * d[j] * sign[i] * sign[j] * c.expected(i, j);
    }
    return loss < same_top;
  }

  Vector canonical(const Vector& x) const { return coordinates_.coordinates(coordinates_.parameters(x)); }

  Curvature curvature(const Vector& x, bool average, MixedEvaluation& at) const {
    Curvature c;
    const auto point = coordinates_.point(x);
    if (!point) return c;
    MixedEvaluation e = likelihood_.evaluate_at(*point, true);
    if (!e.finite) return c;
    Matrix expected = e.average_information;
    if (!average && !x.empty()) {
      auto exact = likelihood_.expected_information_at(*point);
      if (!exact.ok()) return c;
      expected = exact.take();
    }
    c.finite = true;
    c.value = e.loglik(spec_.likelihood);
    const Matrix bend = coordinates_.bend(x, e.g_score);
    const std::size_t n = x.size();
    c.expected = c.observed = Matrix(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t a = coordinates_.direction(i);
      c.score.push_back(e.score[a]);
      for (std::size_t j = 0; j < n; ++j) {
        const std::size_t b = coordinates_.direction(j);
        c.expected(i, j) = expected(a, b);
        c.observed(i, j) = 2 * e.average_information(a, b) - expected(a, b) - bend(i, j);
      }
    }
    at = std::move(e);
    return c;
  }

  Error failure(const std::vector<Climb>& climbs) const {
    std::string tried;
    for (const Climb& c : climbs)
      tried += fmt::format(
          "; to {:.6g} in {} iterations{}", fmt::join(coordinates_.parameters(c.result.at), ", "), c.result.iterations,
          c.result.curvature.finite ? fmt::format(" (log-likelihood {:.10g})", c.result.curvature.value)
                                    : std::string(" (no finite log-likelihood)"));
    return make_error(ErrorCode::not_converged,
                      "the variance parameters did not converge" + tried +
                          ". Look for sampling variances of 0, a sampling covariance that is not positive definite, or "
                          "effects of very different size");
  }

  MixedOptimum certified(const Climb& best, const std::vector<Climb>& climbs) {
    MixedOptimum out;
    out.parameters = coordinates_.parameters(best.result.at);
    out.at = best.at;
    Certificate& c = out.certificate;
    c.algorithm = std::string("projected Newton on the ") +
                  (spec_.likelihood == Likelihood::reml ? "restricted likelihood" : "likelihood");
    c.converged = true;
    c.iterations = best.result.iterations;
    c.starts = starts_;
    c.identified = held_.identified;
    c.warnings = held_.warnings;
    // By the coordinates, in which every boundary of the parameters is a face or a smooth point.
    for (std::size_t i = 0; i < coordinates_.size(); ++i)
      if (best.result.at[i] > coordinates_.lower()[i] && best.result.at[i] < coordinates_.upper()[i])
        c.gradient_norm = std::max(c.gradient_norm, std::fabs(best.result.curvature.score[i]));
    set_bounds(best, out);
    report_singular(out);
    set_errors(out);
    report_ranges(best, out);
    report_other_tops(best, climbs, c);
    return out;
  }

  /// Parameters at a bound: exactly there, or a correlation so near to +-1 that rounding makes the difference.
  void set_bounds(const Climb& best, MixedOptimum& out) {
    out.certificate.at_boundary.assign(all_.size(), false);
    Vector snapped = out.parameters;
    bool changed = false;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (held_.value[i]) continue;
      const Parameter& p = all_[i];
      double& value = snapped[i];
      if (p.kind == Parameter::Kind::rho && std::isfinite(p.upper)) {
        const double from_lower = value - p.lower, from_upper = p.upper - value;
        if (from_lower < 1e-7 && from_lower != 0) value = p.lower, changed = true;
        if (from_upper < 1e-7 && from_upper != 0) value = p.upper, changed = true;
      }
      out.certificate.at_boundary[i] = value <= p.lower || value >= p.upper;
    }
    if (!changed) return;
    MixedEvaluation there = likelihood_.evaluate(snapped, true);
    if (!there.finite || there.loglik(spec_.likelihood) < best.result.curvature.value - 1e-10) return;
    out.parameters = std::move(snapped);
    out.at = std::move(there);
  }

  void set_errors(MixedOptimum& out) {
    out.se.assign(all_.size(), missing);
    const std::vector<std::size_t> interior = interior_parameters(problem_, held_, out.parameters);
    if (interior.empty()) return;
    const MixedEvaluation there = likelihood_.evaluate(out.parameters, true);
    if (!there.finite) return;
    const auto information = mixed_information(likelihood_, problem_, out.parameters, interior);
    if (!information.ok()) return;
    const auto factor = stats::Cholesky::create(information->observed);
    out.certificate.hessian_negative_definite = factor.has_value();
    // An expected information by differences is not exact enough to be seen as singular; the average one is.
    report_flat(
        likelihood_.information_is_costly() ? chosen(there.average_information, interior) : information->expected,
        interior, out.certificate);
    if (!factor) {
      out.certificate.warnings.push_back(
          "the log-likelihood is flat at the estimates of the variance parameters (its Hessian is not negative "
          "definite): they are not well determined by these data");
      return;
    }
    const Matrix covariance = factor->inverse();
    for (std::size_t i = 0; i < interior.size(); ++i) out.se[interior[i]] = std::sqrt(covariance(i, i));
  }

  void report_flat(const Matrix& expected, const std::vector<std::size_t>& interior, Certificate& c) const {
    const std::size_t n = interior.size();
    Matrix scaled(n, n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        const double size = std::sqrt(expected(i, i) * expected(j, j));
        scaled(i, j) = size > 0 ? expected(i, j) / size : 0.0;
      }
    const stats::SymmetricEigen eigen = stats::symmetric_eigen(scaled);
    if (eigen.values.front() > 1e-10) return;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < n; ++i) {
      if (std::fabs(eigen.vectors(i, 0)) < 0.1) continue;
      c.identified[interior[i]] = false;
      names.push_back(all_[interior[i]].name);
    }
    c.warnings.push_back(fmt::format("the likelihood is flat in {}: these data do not determine {}",
                                     fmt::join(names, " and "), names.size() > 1 ? "them separately" : "it"));
  }

  /// An unstructured G that is singular without any single correlation at its bound.
  void report_singular(MixedOptimum& out) {
    std::size_t first = spec_.groups.size();
    for (const Structured& term : spec_.structured) {
      const std::size_t variances = term.tau2_count(), correlations = term.rho_count();
      const std::span<const double> values(out.parameters);
      if (correlations > 1 &&
          is_singular(term, values.subspan(first, variances), values.subspan(first + variances, correlations))) {
        for (std::size_t n = first + variances; n < first + variances + correlations; ++n)
          if (!held_.value[n]) out.certificate.at_boundary[n] = true;
        out.certificate.warnings.push_back(fmt::format(
            "the covariance of {} is singular at the estimates: some combination of its effects does not vary, and its "
            "correlations have no standard errors",
            term.label()));
      }
      first += variances + correlations;
    }
  }

  /// Whether the likelihood at an infinite range is as high as the highest found.
  bool is_endless(const Climb& best, std::size_t t) const {
    const TermCoordinates& term = coordinates_.terms()[t];
    const std::size_t first = coordinates_.first(t);
    Vector x = best.result.at;
    const Vector far = term.at_infinite_range(std::span<const double>(x).subspan(first, term.size()));
    std::copy(far.begin(), far.end(), x.begin() + static_cast<std::ptrdiff_t>(first));
    const auto point = coordinates_.point(x);
    if (!point) return false;
    const MixedEvaluation there = likelihood_.evaluate_at(*point, false);
    return there.finite && there.loglik(spec_.likelihood) > best.result.curvature.value - 1e-5;
  }

  /// A range at the end of its box: the likelihood has no maximum at a finite range.
  void report_ranges(const Climb& best, MixedOptimum& out) {
    std::size_t parameter = spec_.groups.size();
    for (std::size_t t = 0; t < spec_.structured.size(); ++t) {
      const TermCoordinates& term = coordinates_.terms()[t];
      const std::size_t rho = parameter + term.structure().tau2_count();
      parameter = rho + term.structure().rho_count();
      const auto range = term.range_coordinate();
      if (!range) continue;
      const std::size_t at = coordinates_.first(t) + *range;
      const bool far = is_endless(best, t);
      const bool near = best.result.at[at] <= term.lower()[*range];
      if (!far && !near) continue;
      out.certificate.identified[rho] = false;
      if (far && !held_.value[rho - 1]) out.certificate.identified[rho - 1] = false;
      out.certificate.at_boundary[rho] = true;
      out.certificate.converged = false;
      out.certificate.warnings.push_back(
          far ? fmt::format(
                    "the likelihood has no maximum in {0} of {1}: it rises without end, towards a limit, as the "
                    "range grows{2}; only the limit of the log-likelihood is an estimate",
                    all_[rho].name, spec_.structured[t].label(),
                    held_.value[rho - 1] ? "" : " together with the variance")
              : fmt::format(
                    "{} of {} is shorter than every distance: the effects of different places are uncorrelated, "
                    "and the range is not identified",
                    all_[rho].name, spec_.structured[t].label()));
    }
  }

  void report_other_tops(const Climb& best, const std::vector<Climb>& climbs, Certificate& c) const {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Climb& other : climbs)
      if (other.result.converged && other.result.curvature.value < best.result.curvature.value - distinct_tops)
        nearest = std::min(nearest, best.result.curvature.value - other.result.curvature.value);
    if (std::isfinite(nearest))
      c.warnings.push_back(fmt::format(
          "the likelihood has more than one maximum: another is lower by {:.4g}; look at the profile likelihood",
          nearest));
  }

  const MixedLikelihood& likelihood_;
  const Problem& problem_;
  const Multilevel& spec_;
  const HeldParameters& held_;
  MixedCoordinates coordinates_;
  std::vector<Parameter> all_;
  int starts_ = 0;
};

/// Whether the likelihood does not depend on a correlation because variances are 0.
bool is_arbitrary(const Structured& term, std::span<const double> tau2, std::size_t index) {
  if (tau2.size() == 1) return tau2[0] == 0;
  if (term.rho_count() == 1) return std::count_if(tau2.begin(), tau2.end(), [](double t) { return t > 0; }) < 2;
  const StructureCovariance form(term);
  for (std::size_t a = 0; a < tau2.size(); ++a)
    for (std::size_t b = a + 1; b < tau2.size(); ++b)
      if (form.pair(a, b) == index) return tau2[a] == 0 || tau2[b] == 0;
  return false;
}

/// Whether the correlations of the levels with a variance are singular (more than two levels of UN, GEN).
bool is_singular(const Structured& term, std::span<const double> tau2, std::span<const double> rho) {
  if (rho.size() < 2) return false;
  const Matrix r = StructureCovariance(term).correlation(rho);
  std::vector<std::size_t> with_variance;
  for (std::size_t a = 0; a < tau2.size(); ++a)
    if (tau2[a] > 0) with_variance.push_back(a);
  return with_variance.size() > 1 && stats::symmetric_eigen(chosen(r, with_variance)).values.front() < 1e-9;
}

/// sum_ab S_ab d2G_ab by the parameters themselves, by central differences of dG.
Matrix parameter_bend(const Problem& problem, const Vector& parameters, const std::vector<std::size_t>& which,
                      const std::vector<Matrix>& g_score) {
  const std::size_t n = which.size();
  Matrix out(n, n);
  const std::vector<Parameter> all = model::parameters(problem);
  const std::size_t components = std::get<Multilevel>(problem.spec()).groups.size();
  const auto contracted = [&](const Vector& at) {
    const MixedPoint point = mixed_point(problem, at);
    Vector sums(components, 0.0);
    for (std::size_t t = 0; t < point.terms.size(); ++t)
      for (const Matrix& dg : point.terms[t].dg)
        sums.push_back(stats::dot({dg.data(), dg.rows() * dg.cols()}, {g_score[t].data(), dg.rows() * dg.cols()}));
    return sums;
  };
  for (std::size_t i = 0; i < n; ++i) {
    if (which[i] < components) continue;
    const double value = parameters[which[i]];
    const bool bounded = all[which[i]].kind == Parameter::Kind::rho && std::isfinite(all[which[i]].upper);
    const double h = 1e-5 * (bounded ? std::max(std::fabs(value), 0.1) : std::fabs(value));
    Vector low(parameters), high(parameters);
    low[which[i]] -= h;
    high[which[i]] += h;
    const Vector below = contracted(low), above = contracted(high);
    for (std::size_t j = 0; j < n; ++j) {
      const double slope = (above[which[j]] - below[which[j]]) / (high[which[i]] - low[which[i]]);
      out(i, j) += 0.5 * slope;
      out(j, i) += 0.5 * slope;
    }
  }
  return out;
}

}  // namespace

std::vector<std::size_t> interior_parameters(const Problem& problem, const HeldParameters& held,
                                             const Vector& parameters) {
  const std::vector<Parameter> all = model::parameters(problem);
  const auto& spec = std::get<Multilevel>(problem.spec());
  std::vector<std::size_t> first{spec.groups.size()};
  for (const Structured& term : spec.structured) first.push_back(first.back() + term.tau2_count() + term.rho_count());
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (held.value[i] || parameters[i] <= all[i].lower || parameters[i] >= all[i].upper) continue;
    if (all[i].kind == Parameter::Kind::rho) {
      const Structured& term = spec.structured[all[i].term];
      const std::span<const double> values(parameters);
      const auto tau2 = values.subspan(first[all[i].term], term.tau2_count());
      const auto rho = values.subspan(first[all[i].term] + tau2.size(), term.rho_count());
      if (is_arbitrary(term, tau2, all[i].index) || is_singular(term, tau2, rho)) continue;
    }
    out.push_back(i);
  }
  return out;
}

Expected<VarianceInformation> mixed_information(const MixedLikelihood& likelihood, const Problem& problem,
                                                const Vector& parameters, std::vector<std::size_t> which) {
  VarianceInformation out;
  const MixedPoint point = mixed_point(problem, parameters);
  const MixedEvaluation e = likelihood.evaluate_at(point, true);
  if (!e.finite)
    return make_error(ErrorCode::not_defined, "the marginal covariance is not positive definite at the estimates");
  HR_TRY(const Matrix expected, likelihood.expected_information_at(point));
  out.expected = chosen(expected, which);
  out.observed = chosen(e.average_information, which);
  const Matrix bend = parameter_bend(problem, parameters, which, e.g_score);
  for (std::size_t i = 0; i < which.size(); ++i)
    for (std::size_t j = 0; j < which.size(); ++j)
      out.observed(i, j) = 2 * out.observed(i, j) - out.expected(i, j) - bend(i, j);
  out.parameters = std::move(which);
  return out;
}

Expected<MixedOptimum> maximise_mixed(const MixedLikelihood& likelihood, const Problem& problem,
                                      const HeldParameters& held, const Vector& start) {
  return Maximisation(likelihood, problem, held).run(start);
}

}  // namespace hedgerow::model
