// Maximum likelihood and restricted maximum likelihood estimators of tau2.
//
//   Up to constants, with w_i = 1 / (vi + tau2):
//     ML    l(tau2) = 1/2 sum log w_i - 1/2 y'P y
//     REML  l(tau2) = 1/2 sum log w_i - 1/2 log |X'WX| - 1/2 y'P y
//   score         ML   1/2 (y'PP y - tr W)            REML   1/2 (y'PP y - tr P)
//   information   ML   y'PPP y - 1/2 tr W^2           REML   y'PPP y - 1/2 tr PP    (observed)
//
// The likelihood can have several tops, so the sign of the score is scanned from far below the sampling variances up to
// a bound beyond which it is negative for certain; each change from + to - brackets a top, which Newton's method finds
// to the last bits (bisection where Newton leaves the bracket). Of these and tau2 = 0 the highest wins.
//
// Bound: y'PP y <= RSS / t^2 with RSS of ordinary least squares, and tr P >= (k - p) / (max vi + t); so the score is
// negative for t above [RSS + sqrt(RSS^2 + 4 (k - p) RSS max vi)] / (2 (k - p)). For ML the same holds with tr W.
//
// Source:     viechtbauer2005; harville1977.
// Conditions: k > p. With vi = 0 in some row the likelihood has a spike at tau2 = 0 that says nothing; then the highest
//             interior top is taken, and the certificate says so.
// Fails when: vi = 0 in some row and there is no interior top.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/tau2.hpp"

namespace hedgerow::model {
namespace {

class Profile {
 public:
  Profile(const Tau2Input& in, bool reml) : in_(in), reml_(reml) {}

  /// False if the weights are degenerate.
  bool move_to(double tau2) { return in_.projection.set_tau2(in_.data.vi, tau2); }
  double score() const {
    const Projection& p = in_.projection;
    return 0.5 * (p.y_pp_y() - (reml_ ? p.trace_p() : p.sum_weights()));
  }
  double information() const {
    const Projection& p = in_.projection;
    return p.y_ppp_y() - 0.5 * (reml_ ? p.trace_pp() : p.sum_squared_weights());
  }
  double loglik() const {
    const Projection& p = in_.projection;
    double sum = 0;
    for (const double w : p.weights()) sum += std::log(w);
    return 0.5 * (sum - (reml_ ? p.log_determinant() : 0) - p.y_p_y());
  }

 private:
  const Tau2Input& in_;
  bool reml_;
};

struct Top {
  double tau2 = 0;
  double loglik = -std::numeric_limits<double>::infinity();
  double gradient = 0;
  double information = 0;
  int iterations = 0;
};

/// The top in [low, high]; the score is positive at low and not positive at high.
Top climb(Profile& profile, double low, double high) {
  Top top;
  double tau2 = 0.5 * (low + high);
  for (int step = 1; step <= 200; ++step) {
    profile.move_to(tau2);
    const double score = profile.score();
    const double information = profile.information();
    (score > 0 ? low : high) = tau2;
    top.iterations = step;
    double next = information > 0 ? tau2 + score / information : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double change = std::abs(next - tau2);
    if (score == 0 || high - low <= 4e-16 * high) break;
    tau2 = next;
    // Newton's error after a step is of the order of the square of the step before.
    if (change <= 1e-10 * tau2) break;
  }
  profile.move_to(tau2);
  top.tau2 = tau2;
  top.loglik = profile.loglik();
  top.gradient = std::abs(profile.score());
  top.information = profile.information();
  return top;
}

double upper_bound(const Tau2Input& in) {
  in.projection.set_weights(stats::Vector(in.data.k(), 1.0));
  const double rss = in.projection.y_p_y();
  const double df = static_cast<double>(in.data.k() - in.data.p());
  const double largest = *std::max_element(in.data.vi.begin(), in.data.vi.end());
  return (rss + std::sqrt(rss * rss + 4 * df * rss * largest)) / (2 * df);
}

/// Tops above 0, and how many grid points were looked at.
std::vector<Top> interior_tops(const Tau2Input& in, Profile& profile, int& looked) {
  const double bound = 1.01 * upper_bound(in);
  const double smallest = *std::min_element(in.data.vi.begin(), in.data.vi.end());
  double point = std::max(0.25 * smallest, bound * std::ldexp(1.0, -40));
  std::vector<Top> tops;
  double low = 0;
  bool rising = profile.move_to(0) && profile.score() > 0;
  // At vi = 0 the score at 0 is not defined; the scan starts at its first point.
  if (smallest == 0) rising = profile.move_to(point) && profile.score() > 0;
  for (double high = std::min(point, bound);; high = std::min(2 * high, bound)) {
    ++looked;
    if (!profile.move_to(high)) return tops;
    const bool rising_here = profile.score() > 0;
    if (rising && !rising_here) tops.push_back(climb(profile, low, high));
    rising = rising_here;
    low = high;
    if (!(high < bound)) return tops;
  }
}

}  // namespace

Expected<Tau2Estimate> tau2_likelihood(const Tau2Input& in) {
  const bool reml = in.spec.method == Tau2Method::reml;
  Profile profile(in, reml);
  Tau2Estimate out;
  out.certificate = closed_form(0);
  out.certificate.algorithm = reml ? "Newton on the REML score" : "Newton on the ML score";
  int looked = 0;
  const std::vector<Top> tops = interior_tops(in, profile, looked);
  out.certificate.starts = looked;
  Top best;
  const bool zero = has_zero_variance(in.data);
  if (!zero) {
    if (!profile.move_to(0))
      return make_error(ErrorCode::not_defined, "sampling variances differ so much that X'WX is singular", "vi");
    best.loglik = profile.loglik();
  }
  for (const Top& top : tops)
    if (top.loglik > best.loglik) best = top;
  if (zero && tops.empty()) {
    return make_error(ErrorCode::not_defined,
                      "a sampling variance is 0 and the likelihood has no top above tau2 = 0; use HE or SJ", "vi");
  }
  if (zero)
    out.certificate.warnings.push_back(
        "A sampling variance is 0: the likelihood is singular at tau2 = 0, and the top above 0 was taken.");
  if (tops.size() > 1 || (tops.size() == 1 && best.tau2 == 0))
    out.certificate.warnings.push_back("The likelihood has more than one top in tau2; the highest was taken.");
  out.tau2 = best.tau2;
  out.certificate.at_boundary = {best.tau2 == 0};
  out.certificate.gradient_norm = best.gradient;
  out.certificate.iterations = best.iterations;
  out.certificate.hessian_negative_definite = best.tau2 == 0 || best.information > 0;
  return out;
}

}  // namespace hedgerow::model
