// Predicted random effects of any multilevel fit.
//
//   u_e    = c_e' M^-1 (y - X beta),   c_e = Cov(u_e, y)
//   Var(u_e_hat - u_e) = Var(u_e) - c_e' M^-1 c_e + h_e' Var(beta) h_e,   h_e = X' M^-1 c_e
//   Cov(u_e_hat - u_e, u_f_hat - u_f) = Cov(u_e, u_f) - c_e' M^-1 c_f + h_e' Var(beta) h_f
//
//   component l, group g           c_i = sigma2_l R(g, g_i)        (independent groups: R = I)
//   ~ inner | outer, group o, a    c_i = [o_i = o] G(a, a_i);      random coefficients: [o_i = o] (G z_i)_a
//
// Source: robinson1991. The variance holds for beta by any weights, with their Var(beta): terms of the weights cancel.
// Cost:   c_e is zero outside the cluster of its group, so one solve serves an effect of every cluster at once; there
//         are as many solves as the largest cluster has effects.
#include "model/detail/random_effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "model/marginal.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// A covariance matrix of more effects than this (32 MB) is not what anybody wants to see.
constexpr std::size_t most_effects = 2000;

/// One random effect: its variance and its covariances with the effects of its cluster.
struct Effect {
  std::size_t group = 0, level = 0;
  std::size_t cluster = 0;
  std::size_t first_row = 0;
  double variance = 0;
  Vector covariance;  ///< with the rows of the cluster, in their order
};

/// The effects of one component or term, and how they covary before the data are seen.
struct Term {
  RandomEffects out;  ///< names; predictions are filled in later
  std::vector<Effect> effects;
  std::function<double(const Effect&, const Effect&)> prior;
};

using Rows = std::vector<std::vector<std::size_t>>;

Rows rows_by(const std::vector<std::uint32_t>& ids) {
  Rows out;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= out.size()) out.resize(ids[i] + std::size_t{1});
    out[ids[i]].push_back(i);
  }
  return out;
}

class Predictor {
 public:
  static Expected<Predictor> create(const Fit& fit) {
    HR_TRY(Marginal marginal, Marginal::create(fit));
    return Predictor(fit, std::move(marginal));
  }

  const Rows& clusters() const { return clusters_; }
  std::size_t cluster_of(std::size_t row) const { return cluster_[row]; }

  /// Adds prediction and error of each effect to `out`.
  void predict(const std::vector<Effect>& effects, RandomEffects& out) const {
    const std::size_t count = effects.size();
    out.intrcpt.assign(count, 0.0);
    out.se.assign(count, 0.0);
    std::vector<std::vector<std::size_t>> rounds;
    std::vector<std::size_t> next(clusters_.size(), 0);
    for (std::size_t e = 0; e < count; ++e) {
      const std::size_t round = next[effects[e].cluster]++;
      if (round == rounds.size()) rounds.emplace_back();
      rounds[round].push_back(e);
    }
    for (const auto& round : rounds) predict_round(effects, round, out);
  }

  /// Covariance of the prediction errors, effects x effects.
  Matrix covariance(const Term& term) const {
    const std::size_t count = term.effects.size();
    Matrix c(fit_.k(), count);
    for (std::size_t e = 0; e < count; ++e) {
      const auto& rows = clusters_[term.effects[e].cluster];
      for (std::size_t i = 0; i < rows.size(); ++i) c(rows[i], e) = term.effects[e].covariance[i];
    }
    const Matrix solved = marginal_.solve(c);
    const Matrix explained = stats::multiply(stats::transpose(c), solved);
    const Matrix h = stats::multiply(stats::transpose(fit_.problem.data().x), solved);
    const Matrix of_mean = stats::multiply(stats::transpose(h), stats::multiply(fit_.vb, h));
    Matrix out(count, count);
    for (std::size_t e = 0; e < count; ++e)
      for (std::size_t f = 0; f < count; ++f)
        out(e, f) = term.prior(term.effects[e], term.effects[f]) - 0.5 * (explained(e, f) + explained(f, e)) +
                    0.5 * (of_mean(e, f) + of_mean(f, e));
    return out;
  }

 private:
  Predictor(const Fit& fit, Marginal marginal)
      : fit_(fit), marginal_(std::move(marginal)), cluster_(fit.problem.clusters()), clusters_(rows_by(cluster_)) {
    Vector residuals = fitted_values(fit);
    for (std::size_t i = 0; i < residuals.size(); ++i) residuals[i] = fit.problem.data().yi[i] - residuals[i];
    solved_residuals_ = marginal_.solve(residuals);
  }

  /// Effects of different clusters.
  void predict_round(const std::vector<Effect>& effects, const std::vector<std::size_t>& round,
                     RandomEffects& out) const {
    Vector all(fit_.k(), 0.0);
    for (const std::size_t e : round) {
      const auto& rows = clusters_[effects[e].cluster];
      for (std::size_t i = 0; i < rows.size(); ++i) all[rows[i]] = effects[e].covariance[i];
    }
    const Vector solved = marginal_.solve(all);
    const Matrix& x = fit_.problem.data().x;
    for (const std::size_t e : round) {
      double explained = 0, predicted = 0;
      Vector h(fit_.p(), 0.0);
      for (const std::size_t i : clusters_[effects[e].cluster]) {
        explained += all[i] * solved[i];
        predicted += all[i] * solved_residuals_[i];
        for (std::size_t j = 0; j < h.size(); ++j) h[j] += x(i, j) * solved[i];
      }
      out.intrcpt[e] = predicted;
      const double variance = effects[e].variance - explained + stats::quadratic_form(fit_.vb, h);
      out.se[e] = std::sqrt(std::max(0.0, variance));
    }
  }

  const Fit& fit_;
  Marginal marginal_;
  std::vector<std::uint32_t> cluster_;
  Rows clusters_;
  Vector solved_residuals_;
};

Term component_term(const Fit& fit, const Multilevel& spec, std::size_t l, const Predictor& predictor) {
  const Matrix* r = l < spec.r.size() ? spec.r[l].get() : nullptr;
  const double sigma2 = fit.sigma2[l];
  const auto covariance = [r, sigma2](std::size_t g, std::size_t h) {
    return sigma2 * (r ? (*r)(g, h) : g == h ? 1.0 : 0.0);
  };
  Term term;
  term.out.name = spec.s_names[l];
  term.prior = [covariance](const Effect& a, const Effect& b) { return covariance(a.group, b.group); };
  const Rows groups = rows_by(spec.groups[l]);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t first = groups[g].front();
    Effect effect{g, 0, predictor.cluster_of(first), first, covariance(g, g), {}};
    for (const std::size_t i : predictor.clusters()[effect.cluster])
      effect.covariance.push_back(covariance(g, spec.groups[l][i]));
    term.out.first_row.push_back(first);
    term.effects.push_back(std::move(effect));
  }
  return term;
}

bool has_coefficients(const Structured& term) {
  return term.structure == Structure::gen || term.structure == Structure::gdiag;
}

/// Inner levels that a group has, in their order, each with its first row; all coefficients of GEN.
std::map<std::size_t, std::size_t> levels_of(const Structured& term, const std::vector<std::size_t>& rows) {
  std::map<std::size_t, std::size_t> out;
  if (has_coefficients(term))
    for (std::size_t a = 0; a < term.levels.size(); ++a) out.emplace(a, rows.front());
  else
    for (const std::size_t i : rows) out.emplace(term.inner[i], i);
  return out;
}

double covariance_with_row(const Structured& term, const Matrix& g, std::size_t level, std::size_t row) {
  if (!has_coefficients(term)) return g(level, term.inner[row]);
  return stats::dot(g.row(level), term.z.row(row));
}

Term structured_term(const Structured& spec, const Matrix& g, const Predictor& predictor) {
  Term term;
  term.out.name = spec.label();
  term.prior = [&g](const Effect& a, const Effect& b) { return a.group == b.group ? g(a.level, b.level) : 0.0; };
  const Rows groups = rows_by(spec.outer);
  for (std::size_t o = 0; o < groups.size(); ++o) {
    for (const auto& [level, first_row] : levels_of(spec, groups[o])) {
      Effect effect{o, level, predictor.cluster_of(first_row), first_row, g(level, level), {}};
      for (const std::size_t i : predictor.clusters()[effect.cluster])
        effect.covariance.push_back(spec.outer[i] == o ? covariance_with_row(spec, g, level, i) : 0.0);
      term.out.first_row.push_back(first_row);
      term.out.level.push_back(spec.levels[level]);
      term.effects.push_back(std::move(effect));
    }
  }
  return term;
}

/// Of the components, then of the structured terms.
Term make_term(const Fit& fit, const Multilevel& spec, std::size_t t, const Predictor& predictor) {
  if (t < spec.groups.size()) return component_term(fit, spec, t, predictor);
  const std::size_t s = t - spec.groups.size();
  return structured_term(spec.structured[s], fit.structured[s].g, predictor);
}

}  // namespace

Expected<std::vector<RandomEffects>> marginal_random_effects(const Fit& fit) {
  HR_TRY(const Predictor predictor, Predictor::create(fit));
  const auto& spec = std::get<Multilevel>(fit.problem.spec());
  std::vector<RandomEffects> out;
  for (std::size_t t = 0; t < spec.groups.size() + spec.structured.size(); ++t) {
    Term term = make_term(fit, spec, t, predictor);
    predictor.predict(term.effects, term.out);
    out.push_back(std::move(term.out));
  }
  return out;
}

Expected<Matrix> random_effects_covariance(const Fit& fit, std::size_t term) {
  const auto* spec = std::get_if<Multilevel>(&fit.problem.spec());
  const std::size_t terms = spec ? spec->groups.size() + spec->structured.size() : 0;
  if (term >= terms)
    return make_error(ErrorCode::usage, fmt::format("there is no random term {}; the model has {}", term + 1, terms));
  HR_TRY(const Predictor predictor, Predictor::create(fit));
  const Term made = make_term(fit, *spec, term, predictor);
  if (made.effects.size() > most_effects)
    return make_error(ErrorCode::not_supported,
                      fmt::format("{} has {} effects; their covariance matrix is given for up to {}", made.out.name,
                                  made.effects.size(), most_effects));
  return predictor.covariance(made);
}

}  // namespace hedgerow::model
