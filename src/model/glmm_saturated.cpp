// The saturated models of the tests of heterogeneity: every study has an effect of its own.
//
//   fixed levels, conditional models, one group: the studies are apart. Each has its estimate b_j with variance v_j in
//     closed form (the exact conditional model: by the root of its score), so that
//     Q_W = sum w_j (b_j - x_j'b)^2, w_j = 1 / v_j, b by weighted least squares.
//   UM.RS: the levels stay random, so mu and sigma2 tie the studies together: with V the covariance of the b_j,
//     Q_W = b'V^-1 b - b'V^-1 X (X'V^-1 X)^-1 X'V^-1 b. V^-1 is a diagonal less a matrix of rank 2.
//
// A study with an empty cell has its estimate at infinity with weight 0; it adds nothing to Q_W. (A program that stops
// on the way there adds some 1e-8.)
//
// Source: jackson2018; the Wald test of the saturated model.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "model/detail/glmm.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

/// Estimate and weight of a study by itself; weight 0 where the estimate is infinite.
struct OwnEffect {
  double b = 0, w = 0;
};

OwnEffect own_effect(const GlmmModel& model, std::size_t j) {
  OwnEffect out;
  double variance = 0, sign = 1;
  for (const CountCell& cell : model.studies[j].cells) {
    if (!std::isfinite(cell.eta_hat())) return {};
    out.b += sign * cell.eta_hat();
    variance += 1 / cell.cumulants(cell.eta_hat()).k2;
    sign = -sign;
  }
  if (!model.offset.empty()) out.b -= model.offset[j][0];
  out.w = 1 / variance;
  return out;
}

SaturatedGlmm apart(const GlmmModel& model) {
  SaturatedGlmm out;
  stats::Vector b(model.k()), w(model.k());
  for (std::size_t j = 0; j < model.k(); ++j) {
    for (const CountCell& cell : model.studies[j].cells) out.loglik += cell.saturated();
    const OwnEffect own = own_effect(model, j);
    b[j] = own.b;
    w[j] = own.w;
  }
  const auto solution = stats::weighted_least_squares(model.x[0], b, w);
  out.q_wald = solution ? solution->rss : missing;
  return out;
}

GlmmModel with_own_effects(const GlmmProblem& common_effect) {
  GlmmModel out = common_effect.model;
  out.has_local = true;
  out.local = {1, 0};
  out.x = {stats::Matrix(out.k(), 1, 1.0), stats::Matrix(out.k(), 1, 1.0)};
  return out;
}

/// V^-1 a of the study effects: their own information less what the common parameters share.
class EffectInformation {
 public:
  explicit EffectInformation(const GlmmValue& at) : at_(at), common_(stats::Cholesky::create(at.information)) {}

  bool sound() const { return common_.has_value(); }
  stats::Vector multiply(const stats::Vector& a) const {
    stats::Vector shared(at_.information.rows(), 0.0), out(a.size());
    for (std::size_t j = 0; j < a.size(); ++j)
      for (std::size_t i = 0; i < shared.size(); ++i) shared[i] += at_.cross(j, i) * a[j];
    const stats::Vector solved = common_->solve(shared);
    for (std::size_t j = 0; j < a.size(); ++j)
      out[j] = at_.local_information[j] * a[j] - stats::dot(at_.cross.row(j), solved);
    return out;
  }

 private:
  const GlmmValue& at_;
  std::optional<stats::Cholesky> common_;
};

double wald(const GlmmValue& at, const stats::Vector& b, const stats::Matrix& x) {
  const EffectInformation v_inverse(at);
  if (!v_inverse.sound()) return missing;
  stats::Matrix xtwx(x.cols(), x.cols());
  const stats::Vector wb = v_inverse.multiply(b);
  stats::Vector xtwb(x.cols(), 0.0);
  for (std::size_t c = 0; c < x.cols(); ++c) {
    stats::Vector column(x.rows());
    for (std::size_t j = 0; j < x.rows(); ++j) column[j] = x(j, c);
    const stats::Vector wx = v_inverse.multiply(column);
    for (std::size_t j = 0; j < x.rows(); ++j) {
      xtwb[c] += column[j] * wb[j];
      for (std::size_t d = 0; d < x.cols(); ++d) xtwx(d, c) += x(j, d) * wx[j];
    }
  }
  const auto factor = stats::Cholesky::create(xtwx);
  return factor ? stats::dot(b, wb) - stats::dot(xtwb, factor->solve(xtwb)) : missing;
}

SaturatedGlmm random_levels(const GlmmProblem& common_effect) {
  const GlmmModel model = with_own_effects(common_effect);
  GlmmState start = glmm_start(common_effect, 0);
  start.fixed.assign(1, start.fixed[0]);
  start.local.clear();
  for (const StudyCells& study : model.studies) {
    const double treated = std::clamp(study.cells[0].eta_hat(), -12.0, 12.0);
    start.local.push_back(std::clamp(treated - start.fixed[0], -3.0, 3.0));
  }
  const GlmmOptimum optimum = maximise_glmm(model, start);
  if (!optimum.converged) return {missing, missing};
  return {optimum.at.loglik, wald(optimum.at, optimum.state.local, common_effect.x)};
}

}  // namespace

SaturatedGlmm saturated_glmm(const GlmmProblem& common_effect) {
  return common_effect.leading > 0 ? random_levels(common_effect) : apart(common_effect.model);
}

}  // namespace hedgerow::model
