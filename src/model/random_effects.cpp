// Predicted random effects of any multilevel fit.
//
//   u_e    = c_e' M^-1 (y - X beta),   c_e = Cov(u_e, y)
//   Var(u_e_hat - u_e) = Var(u_e) - c_e' M^-1 c_e + h_e' Var(beta) h_e,   h_e = X' M^-1 c_e
//
//   component l, group g           c_i = sigma2_l R(g, g_i)        (independent groups: R = I)
//   ~ inner | outer, group o, a    c_i = [o_i = o] G(a, a_i);      random coefficients: [o_i = o] (G z_i)_a
//
// Source: robinson1991. The variance holds for beta by any weights, with their Var(beta): terms of the weights cancel.
// Cost:   c_e is zero outside the cluster of its group, so one solve serves an effect of every cluster at once; there
//         are as many solves as the largest cluster has effects.
#include "model/detail/random_effects.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "model/marginal.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// One random effect: its variance and its covariances with the effects of its cluster.
struct Effect {
  std::size_t cluster = 0;
  std::size_t first_row = 0;
  double variance = 0;
  Vector covariance;  ///< with the rows of the cluster, in their order
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

RandomEffects component_effects(const Fit& fit, const Multilevel& spec, std::size_t l, const Predictor& predictor) {
  const Matrix* r = l < spec.r.size() ? spec.r[l].get() : nullptr;
  const double sigma2 = fit.sigma2[l];
  RandomEffects out;
  out.name = spec.s_names[l];
  std::vector<Effect> effects;
  const Rows groups = rows_by(spec.groups[l]);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Effect effect{predictor.cluster_of(groups[g].front()), groups[g].front(), sigma2 * (r ? (*r)(g, g) : 1.0), {}};
    for (const std::size_t i : predictor.clusters()[effect.cluster]) {
      const std::size_t other = spec.groups[l][i];
      effect.covariance.push_back(sigma2 * (r ? (*r)(g, other) : other == g ? 1.0 : 0.0));
    }
    out.first_row.push_back(effect.first_row);
    effects.push_back(std::move(effect));
  }
  predictor.predict(effects, out);
  return out;
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

RandomEffects structured_effects(const Fit& fit, const Structured& term, const Matrix& g, const Predictor& predictor) {
  RandomEffects out;
  out.name = term.label();
  std::vector<Effect> effects;
  for (const std::vector<std::size_t>& rows : rows_by(term.outer)) {
    for (const auto& [level, first_row] : levels_of(term, rows)) {
      Effect effect{predictor.cluster_of(first_row), first_row, g(level, level), {}};
      for (const std::size_t i : predictor.clusters()[effect.cluster]) {
        const bool same = term.outer[i] == term.outer[first_row];
        effect.covariance.push_back(same ? covariance_with_row(term, g, level, i) : 0.0);
      }
      out.first_row.push_back(first_row);
      out.level.push_back(term.levels[level]);
      effects.push_back(std::move(effect));
    }
  }
  HR_ASSERT(fit.k() == term.outer.size());
  predictor.predict(effects, out);
  return out;
}

}  // namespace

Expected<std::vector<RandomEffects>> marginal_random_effects(const Fit& fit) {
  HR_TRY(const Predictor predictor, Predictor::create(fit));
  const auto& spec = std::get<Multilevel>(fit.problem.spec());
  std::vector<RandomEffects> out;
  for (std::size_t l = 0; l < spec.groups.size(); ++l) out.push_back(component_effects(fit, spec, l, predictor));
  for (std::size_t t = 0; t < spec.structured.size(); ++t)
    out.push_back(structured_effects(fit, spec.structured[t], fit.structured[t].g, predictor));
  return out;
}

}  // namespace hedgerow::model
