// Likelihood-ratio test of nested fits.
//
//   LRT = 2 (l_full - l_reduced) ~ chi2(difference in parameters)
//   REML likelihoods are comparable only with the same design (the fixed effects are integrated out of them).
//
// Source: self1987 for why p is conservative when a variance is 0 under the reduced model; raudenbush2009 for R2.
#include <algorithm>
#include <cmath>
#include <limits>

#include "infer/inference.hpp"
#include "model/location_scale.hpp"
#include "model/parameters.hpp"
#include "stats/distributions.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// True if every column of b is a linear combination of the columns of a.
bool spans(const stats::Matrix& a, const stats::Matrix& b) {
  stats::Matrix both(a.rows(), a.cols() + b.cols());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    std::copy_n(a.row(i).begin(), a.cols(), both.row(i).begin());
    std::copy_n(b.row(i).begin(), b.cols(), both.row(i).begin() + static_cast<std::ptrdiff_t>(a.cols()));
  }
  return stats::orthonormalise(both).rank == a.cols();
}

/// Designs of the scale: nested, as those of the location are; a two-level model has the constant alone.
Checked check_scales(const model::Fit& full, const model::Fit& reduced) {
  const auto* f = std::get_if<model::LocationScale>(&full.problem.spec());
  const auto* r = std::get_if<model::LocationScale>(&reduced.problem.spec());
  if (f == nullptr && r == nullptr) return {};
  const bool same_link = f == nullptr || r == nullptr || f->link == r->link || f->z.cols() == 1 || r->z.cols() == 1;
  const stats::Matrix constant(full.k(), 1, 1.0);
  if (f != nullptr && same_link && spans(f->z, r != nullptr ? r->z : constant)) return {};
  return make_error(ErrorCode::usage,
                    "the models are not nested: the scale of the full model does not contain that of the other, or has "
                    "another link",
                    "compare");
}

Checked check_comparable(const model::Fit& full, const model::Fit& reduced) {
  const model::Data& f = full.problem.data();
  const model::Data& r = reduced.problem.data();
  if (f.yi != r.yi || f.vi != r.vi)
    return make_error(ErrorCode::usage, "the two models were fitted to different effects", "compare");
  if ((full.method == "REML") != (reduced.method == "REML"))
    return make_error(
        ErrorCode::usage,
        "one model was fitted by REML and the other by " + (full.method == "REML" ? reduced.method : full.method),
        "compare");
  if (!spans(f.x, r.x))
    return make_error(ErrorCode::usage,
                      "the models are not nested: the full model does not contain all moderators of the other",
                      "compare");
  if (full.method == "REML" && !spans(r.x, f.x))
    return make_error(ErrorCode::usage,
                      "REML likelihoods of models with different moderators can't be compared; fit both by ML",
                      "compare");
  HR_CHECK(check_scales(full, reduced));
  if (parameter_count(full) <= parameter_count(reduced))
    return make_error(ErrorCode::usage, "the full model must have more parameters than the reduced one", "compare");
  return {};
}

}  // namespace

int parameter_count(const model::Fit& fit) {
  const int p = static_cast<int>(fit.p());
  if (const auto* spec = std::get_if<model::Univariate>(&fit.problem.spec()))
    return p + (spec->method == model::Tau2Method::ee || spec->tau2 ? 0 : 1);
  if (const auto* scale = std::get_if<model::LocationScale>(&fit.problem.spec()))
    return p + static_cast<int>(model::free_alpha(*scale));
  const std::vector<model::Parameter> all = model::parameters(fit.problem);
  return p + static_cast<int>(std::count_if(all.begin(), all.end(), [](const auto& a) { return !a.fixed; }));
}

Expected<Comparison> compare(const model::Fit& full, const model::Fit& reduced) {
  HR_CHECK(check_comparable(full, reduced));
  const bool reml = full.method == "REML";
  Comparison out;
  out.full = reml ? full.reml : full.ml;
  out.reduced = reml ? reduced.reml : reduced.ml;
  out.df_full = parameter_count(full);
  out.df_reduced = parameter_count(reduced);
  out.lrt = 2 * (out.full.loglik - out.reduced.loglik);
  out.pval = stats::chi2_upper(std::max(0.0, out.lrt), out.df_full - out.df_reduced);
  out.r2 = missing;
  if (full.is_two_level() && reduced.is_two_level() && full.method != "EE" && reduced.method != "EE")
    out.r2 = reduced.tau2 > 0 ? std::max(0.0, 100 * (reduced.tau2 - full.tau2) / reduced.tau2) : 0;
  return out;
}

double i2_from_q(double q, int df) { return df > 0 && q > df ? 100 * (q - df) / q : (std::isnan(q) ? missing : 0); }

}  // namespace hedgerow::infer
