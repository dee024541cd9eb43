// Logistic regression of 2x2 tables with a fixed level for each study and Firth's penalty, for rare events.
//
//   logit p_j1 = l_j + x_j'b,  logit p_j2 = l_j
//   l*   = sum log Bin(x_ja; n_ja, p_ja) + 1/2 log |I|,   I the Fisher information of all l_j and b
//   U*_r = sum_ja (x_ja - n_ja p_ja + h_ja (1/2 - p_ja)) d_jar,   h_ja = w_ja d_ja' I^-1 d_ja,  w = n p (1 - p)
//
// The penalty (Jeffreys' prior) removes the bias of order 1/n and keeps every estimate finite, also where a group has
// no event in any study. I is block-arrow in the l_j: with D_j = w_j1 + w_j2,
//   |I| = prod D_j |S|,   S = sum w_j1 w_j2 / D_j x_j x_j',   d'I^-1 d = 1 / D_j + (w_other / D_j)^2 x_j'S^-1 x_j,
// so a scoring step costs O(k). Var(b) = S^-1. Intervals by the profile of l* (the penalty stays that of the full
// model) are better than Wald's where events are few: profile_firth.
//
// Source:     firth1993; heinze2002 for separation and profile intervals.
// Conditions: persons in both groups. One table: the penalty adds 1/2 to each cell.
#include "model/firth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/count_model.hpp"
#include "model/detail/count_cell.hpp"
#include "model/detail/fit_summary.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

struct Table {
  CountCell first, second;
  double n1 = 0, n2 = 0;
};

struct FirthState {
  stats::Vector level, beta;
};

/// Everything at one point. `step` is the scoring step; coefficients that are held do not move.
struct FirthValue {
  double penalised = -std::numeric_limits<double>::infinity();
  double loglik = 0;
  double largest_score = 0;
  stats::Vector level_step, beta_step;
  stats::Matrix s_inverse;
};

std::vector<Table> tables_of(const Counts& c) {
  std::vector<Table> out;
  for (std::size_t i = 0; i < c.x1.size(); ++i)
    out.push_back({CountCell::binomial(c.x1[i], c.n1[i]), CountCell::binomial(c.x2[i], c.n2[i]), c.n1[i], c.n2[i]});
  return out;
}

/// Likelihood, weights and determinants; then the scores adjusted by the hat values.
class Firth {
 public:
  Firth(const Data& data, std::vector<bool> held)
      : tables_(tables_of(data.counts)), x_(data.x), held_(std::move(held)) {}

  FirthState start() const {
    FirthState out{{}, stats::Vector(x_.cols(), 0.0)};
    for (const Table& t : tables_)
      out.level.push_back(
          std::log((t.first.x() + t.second.x() + 0.5) / (t.n1 + t.n2 - t.first.x() - t.second.x() + 0.5)));
    return out;
  }

  FirthValue evaluate(const FirthState& at) const;

 private:
  std::vector<Table> tables_;
  const stats::Matrix& x_;
  std::vector<bool> held_;
};

FirthValue Firth::evaluate(const FirthState& at) const {
  const std::size_t k = tables_.size(), p = x_.cols();
  FirthValue out;
  stats::Matrix s(p, p);
  std::vector<Cumulants> one(k), two(k);
  double log_d = 0;
  for (std::size_t j = 0; j < k; ++j) {
    const double e2 = at.level[j], e1 = e2 + stats::dot(x_.row(j), at.beta);
    one[j] = tables_[j].first.cumulants(e1);
    two[j] = tables_[j].second.cumulants(e2);
    out.loglik += tables_[j].first.saturated() + tables_[j].first.x() * e1 - one[j].k0;
    out.loglik += tables_[j].second.saturated() + tables_[j].second.x() * e2 - two[j].k0;
    const double d = one[j].k2 + two[j].k2;
    log_d += std::log(d);
    for (std::size_t r = 0; r < p; ++r)
      for (std::size_t c = 0; c < p; ++c) s(r, c) += one[j].k2 * (two[j].k2 / d) * x_(j, r) * x_(j, c);
  }
  const auto factor = stats::Cholesky::create(s);
  if (!factor || !std::isfinite(out.loglik) || !std::isfinite(log_d)) return out;
  out.penalised = out.loglik + 0.5 * (log_d + factor->log_determinant());
  out.s_inverse = factor->inverse();
  stats::Vector level_score(k), score(p, 0.0);
  for (std::size_t j = 0; j < k; ++j) {
    const double w1 = one[j].k2, w2 = two[j].k2, d = w1 + w2;
    const double spread = stats::quadratic_form(out.s_inverse, x_.row(j));
    const double h1 = w1 * (1 / d + w2 / d * (w2 / d) * spread), h2 = w2 * (1 / d + w1 / d * (w1 / d) * spread);
    const double u1 = tables_[j].first.x() - one[j].k1 + h1 * (0.5 - one[j].k1 / tables_[j].n1);
    const double u2 = tables_[j].second.x() - two[j].k1 + h2 * (0.5 - two[j].k1 / tables_[j].n2);
    level_score[j] = u1 + u2;
    out.largest_score = std::max(out.largest_score, std::abs(u1 + u2));
    for (std::size_t r = 0; r < p; ++r) score[r] += u1 * x_(j, r);
  }
  stats::Vector reduced = score;
  for (std::size_t r = 0; r < p; ++r) {
    if (!held_[r]) out.largest_score = std::max(out.largest_score, std::abs(score[r]));
    for (std::size_t j = 0; j < k; ++j) reduced[r] -= one[j].k2 / (one[j].k2 + two[j].k2) * x_(j, r) * level_score[j];
  }
  for (std::size_t r = 0; r < p; ++r) {
    if (!held_[r]) continue;
    for (std::size_t c = 0; c < p; ++c) s(r, c) = s(c, r) = 0;
    s(r, r) = 1;
    reduced[r] = 0;
  }
  const auto free_factor = stats::Cholesky::create(s);
  out.beta_step = free_factor ? free_factor->solve(reduced) : stats::Vector(p, 0.0);
  for (std::size_t j = 0; j < k; ++j)
    out.level_step.push_back((level_score[j] - one[j].k2 * stats::dot(x_.row(j), out.beta_step)) /
                             (one[j].k2 + two[j].k2));
  return out;
}

struct FirthOptimum {
  FirthState state;
  FirthValue at;
  bool converged = false;
  int iterations = 0;
};

FirthOptimum maximise(const Firth& firth, FirthState start) {
  FirthOptimum out{std::move(start), {}, false, 0};
  out.at = firth.evaluate(out.state);
  for (out.iterations = 1; out.iterations <= 500; ++out.iterations) {
    double largest = 0;
    for (const double step : out.at.level_step) largest = std::max(largest, std::abs(step));
    for (const double step : out.at.beta_step) largest = std::max(largest, std::abs(step));
    double by = std::min(1.0, 5 / std::max(largest, 1e-300));
    bool moved = false;
    for (int half = 0; half < 40 && !moved; ++half, by /= 2) {
      FirthState next = out.state;
      for (std::size_t j = 0; j < next.level.size(); ++j) next.level[j] += by * out.at.level_step[j];
      for (std::size_t r = 0; r < next.beta.size(); ++r) next.beta[r] += by * out.at.beta_step[r];
      FirthValue there = firth.evaluate(next);
      // Near the maximum the rise is below rounding; then the score decides.
      moved = there.penalised > out.at.penalised ||
              (there.penalised > out.at.penalised - 1e-10 && there.largest_score < 0.999 * out.at.largest_score);
      if (!moved) continue;
      out.state = std::move(next);
      out.at = std::move(there);
    }
    out.converged = out.at.largest_score < 1e-9 || (!moved && out.at.largest_score < 1e-6);
    if (out.converged || !moved) break;
  }
  return out;
}

}  // namespace

Expected<Fit> fit_firth(const Problem& problem) {
  const Data& data = problem.data();
  if (data.k() < data.p())
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} studies are too few for {} coefficients", data.k(), data.p()), "mods");
  const Firth firth(data, std::vector<bool>(data.p(), false));
  const FirthOptimum optimum = maximise(firth, firth.start());
  if (!optimum.converged)
    return make_error(ErrorCode::not_converged,
                      fmt::format("Firth's penalised likelihood: largest score {:.3g} after {} steps",
                                  optimum.at.largest_score, optimum.iterations));
  Fit fit{.problem = problem};
  fit.method = std::string("EE");
  fit.beta = optimum.state.beta;
  fit.vb = optimum.at.s_inverse;
  fit.tau2 = 0;
  fit.se_tau2 = fit.q_e = fit.q_e_p = fit.vt = fit.i2 = fit.h2 = fit.r2 = missing;
  fit.q_e_df = static_cast<int>(data.k()) - static_cast<int>(data.p());
  fit.counts.study = optimum.state.level;
  fit.counts.sigma2 = fit.counts.rho = missing;
  fit.counts.q_wald = fit.counts.q_wald_p = fit.counts.q_lrt = fit.counts.q_lrt_p = missing;
  const auto parameters = static_cast<double>(data.k() + data.p());
  // Criteria are those of the penalised likelihood; they compare models of the same data only.
  fit.ml =
      fit_statistics(optimum.at.penalised, -2 * optimum.at.penalised, parameters, 2 * static_cast<double>(data.k()));
  fit.reml = {missing, missing, missing, missing, missing};
  fit.certificate.algorithm = "scoring on Firth's penalised likelihood";
  fit.certificate.converged = true;
  fit.certificate.iterations = optimum.iterations;
  fit.certificate.gradient_norm = optimum.at.largest_score;
  return fit;
}

Expected<FirthProfile> profile_firth(const Fit& fit, std::size_t coefficient, double level) {
  const Data& data = fit.problem.data();
  if (coefficient >= data.p())
    return make_error(ErrorCode::usage, fmt::format("coefficient {} of {}", coefficient + 1, data.p()), "parameter");
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level {}; it lies between 0 and 1", level), "level");
  std::vector<bool> held(data.p(), false);
  held[coefficient] = true;
  const Firth firth(data, held);
  FirthState near{fit.counts.study, fit.beta};
  bool sound = true;
  const auto drop = [&](double value) {
    near.beta[coefficient] = value;
    FirthOptimum optimum = maximise(firth, near);
    sound = sound && optimum.converged;
    near = optimum.state;
    return 2 * (fit.ml.loglik - optimum.at.penalised);
  };
  FirthProfile out;
  out.chi2 = std::max(0.0, drop(0));
  out.pval = stats::chi2_upper(out.chi2, 1);
  const double wanted = stats::chi2_quantile(level, 1);
  const double estimate = fit.beta[coefficient], error = std::sqrt(fit.vb(coefficient, coefficient));
  for (const double side : {-1.0, 1.0}) {
    near = {fit.counts.study, fit.beta};
    double inside = estimate, outside = estimate + side * 2 * error;
    for (int widen = 0; widen < 40 && drop(outside) < wanted; ++widen) {
      inside = outside;
      outside += side * 2 * error;
    }
    for (int halve = 0; halve < 100 && std::abs(outside - inside) > 1e-11 * (1 + std::abs(outside)); ++halve) {
      const double middle = (inside + outside) / 2;
      (drop(middle) < wanted ? inside : outside) = middle;
    }
    (side < 0 ? out.ci_lb : out.ci_ub) = (inside + outside) / 2;
  }
  if (!sound) return make_error(ErrorCode::not_converged, "a point of the profile of Firth's likelihood");
  return out;
}

}  // namespace hedgerow::model
