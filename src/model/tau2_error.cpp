// Standard errors of tau2 estimates, and small things that the estimators share.
//
//   a with P from fixed weights a (HE, CO, DL, GENQ, GENQM):
//     Var = [2 tr(PVPV) + 4 tau2 tr(PVP) + 2 tau2^2 tr(PP)] / tr(P)^2
//   HS, HSk: Var = c^2 [2 (k - p) + 4 tau2 tr(P) + 2 tau2^2 tr(PP)] / (sum 1/vi)^2, c = 1 or k / (k - p), P from 1/vi
//   SJ:      Var = t0^2 / (k - p)^2 [2 tr(PVPV) + 4 tau2 tr(PVP) + 2 tau2^2 tr(PP)], P from 1 / (vi + t0)
//   ML:      Var = 2 / sum w_i^2;  REML: Var = 2 / tr(PP) (inverse expected information)
//   EB, PM, PMM, DLIT, SJIT: Var = 2 k^2 / ((k - p) (sum w_i)^2)
//   with w_i = 1 / (vi + tau2) in the last three lines. Values at tau2 = 0 are those of the formula there.
//
// Source: viechtbauer2005; dersimonian2007; berkey1995 for EB.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/tau2.hpp"

namespace hedgerow::model {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// 2 tr(PVPV) + 4 tau2 tr(PVP) + 2 tau2^2 tr(PP): the variance of y'Py when Var(y) = V + tau2 I.
double variance_of_q(const Tau2Input& in, double tau2) {
  const Projection& p = in.projection;
  return 2 * p.trace_pvpv(in.data.vi) + 4 * tau2 * p.trace_pvp(in.data.vi) + 2 * tau2 * tau2 * p.trace_pp();
}

double fixed_weights_error(const Tau2Input& in, std::span<const double> a, double tau2) {
  if (!in.projection.set_weights(a)) return missing;
  return std::sqrt(variance_of_q(in, tau2)) / in.projection.trace_p();
}

double hunter_schmidt_error(const Tau2Input& in, double tau2) {
  if (!in.projection.set_tau2(in.data.vi, 0)) return missing;
  const Projection& p = in.projection;
  const double k = static_cast<double>(in.data.k());
  const double df = k - static_cast<double>(in.data.p());
  const double factor = in.spec.method == Tau2Method::hsk ? k / df : 1;
  return factor * std::sqrt(2 * df + 4 * tau2 * p.trace_p() + 2 * tau2 * tau2 * p.trace_pp()) / p.sum_weights();
}

double sidik_jonkman_error(const Tau2Input& in, double tau2) {
  const double start = crude_variance(in.data);
  if (!in.projection.set_tau2(in.data.vi, start)) return missing;
  return start / static_cast<double>(in.data.k() - in.data.p()) * std::sqrt(variance_of_q(in, tau2));
}

double iterative_error(const Tau2Input& in, double tau2) {
  if (!in.projection.set_tau2(in.data.vi, tau2)) return missing;
  const Projection& p = in.projection;
  if (in.spec.method == Tau2Method::ml) return std::sqrt(2 / p.sum_squared_weights());
  if (in.spec.method == Tau2Method::reml) return std::sqrt(2 / p.trace_pp());
  const double k = static_cast<double>(in.data.k());
  const double df = k - static_cast<double>(in.data.p());
  return std::sqrt(2 * k * k / df) / p.sum_weights();
}

}  // namespace

double tau2_standard_error(const Tau2Input& in, double tau2) {
  switch (in.spec.method) {
    case Tau2Method::ee:
      return missing;
    case Tau2Method::he:
    case Tau2Method::co:
      return fixed_weights_error(in, stats::Vector(in.data.k(), 1.0), tau2);
    case Tau2Method::dl: {
      if (has_zero_variance(in.data)) return missing;
      stats::Vector a(in.data.k());
      std::transform(in.data.vi.begin(), in.data.vi.end(), a.begin(), [](double v) { return 1 / v; });
      return fixed_weights_error(in, a, tau2);
    }
    case Tau2Method::genq:
    case Tau2Method::genqm:
      return in.spec.weights.empty() ? missing : fixed_weights_error(in, in.spec.weights, tau2);
    case Tau2Method::hs:
    case Tau2Method::hsk:
      return hunter_schmidt_error(in, tau2);
    case Tau2Method::sj:
      return sidik_jonkman_error(in, tau2);
    default:
      return iterative_error(in, tau2);
  }
}

Checked require_positive_variances(const Data& data, Tau2Method method) {
  const bool divides = method == Tau2Method::dl || method == Tau2Method::hs || method == Tau2Method::hsk ||
                       method == Tau2Method::pm || method == Tau2Method::pmm || method == Tau2Method::dlit;
  if (!divides || !has_zero_variance(data)) return {};
  const auto at = std::find(data.vi.begin(), data.vi.end(), 0.0) - data.vi.begin();
  return make_error(ErrorCode::not_defined,
                    fmt::format("{} needs sampling variances above 0, but vi of effect {} is 0; use HE, SJ, EB or REML",
                                name(method), at + 1),
                    "vi");
}

Checked require_weights(const Univariate& spec) {
  if (!spec.weights.empty()) return {};
  return make_error(ErrorCode::usage, name(spec.method) + " needs weights, one for each effect", "weights");
}

double crude_variance(const Data& data) {
  const double k = static_cast<double>(data.k());
  double mean = 0;
  for (const double y : data.yi) mean += y / k;
  double sum = 0;
  for (const double y : data.yi) sum += (y - mean) * (y - mean) / k;
  return sum;
}

bool has_zero_variance(const Data& data) {
  return std::any_of(data.vi.begin(), data.vi.end(), [](double v) { return v == 0; });
}

Certificate closed_form(double tau2) {
  Certificate out;
  out.algorithm = "closed form";
  out.converged = true;
  out.at_boundary = {tau2 == 0};
  out.identified = {true};
  return out;
}

}  // namespace hedgerow::model
