#include "model/detail/glmm_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/jet.hpp"

namespace hedgerow::model {
namespace {

/// eta_a = e_a + sum_r c[a][r] u_r with jets for e and c, C cells, R random effects, N variables.
template <std::size_t C, std::size_t R, std::size_t N>
struct Predictors {
  std::array<Jet<N>, C> e;
  std::array<std::array<Jet<N>, R>, C> c;
};

template <std::size_t C, std::size_t R, std::size_t N>
Predictors<C, R, N> predictors(const StudyCells& study, const std::array<double, 2>& e, const RandomPart& random) {
  Predictors<C, R, N> out;
  for (std::size_t a = 0; a < C; ++a) out.e[a] = Jet<N>::variable(e[a], a);
  if constexpr (R == 1) {
    for (std::size_t a = 0; a < C; ++a) out.c[a][0] = study.z[a] * Jet<N>::variable(random.sd[0], C);
  } else if constexpr (R == 2) {
    const Jet<N> s1 = Jet<N>::variable(random.sd[0], C), s2 = Jet<N>::variable(random.sd[1], C + 1);
    Jet<N> along(std::sin(random.angle)), across(std::cos(random.angle));
    if constexpr (N == C + 3) {
      const Jet<N> angle = Jet<N>::variable(random.angle, C + 2);
      along = sin(angle);
      across = cos(angle);
    }
    for (std::size_t a = 0; a < C; ++a) {
      out.c[a][0] = s1 + study.z[a] * (s2 * along);
      out.c[a][1] = study.z[a] * (s2 * across);
    }
  }
  return out;
}

template <std::size_t R>
using Point = std::array<double, R>;

/// Log integrand without the normal constant, its gradient and minus its Hessian in u; plain numbers.
template <std::size_t R>
struct Integrand {
  double value = 0;
  Point<R> gradient{};
  std::array<std::array<double, R>, R> curvature{};
};

template <std::size_t C, std::size_t R, std::size_t N>
Integrand<R> integrand(const StudyCells& study, const Predictors<C, R, N>& at, const Point<R>& u) {
  Integrand<R> out;
  for (std::size_t r = 0; r < R; ++r) {
    out.value -= u[r] * u[r] / 2;
    out.gradient[r] = -u[r];
    out.curvature[r][r] = 1;
  }
  for (std::size_t a = 0; a < C; ++a) {
    double eta = at.e[a].value;
    for (std::size_t r = 0; r < R; ++r) eta += at.c[a][r].value * u[r];
    const Cumulants k = study.cells[a].cumulants(eta);
    out.value += study.cells[a].x() * eta - k.k0;
    for (std::size_t r = 0; r < R; ++r) {
      out.gradient[r] += (study.cells[a].x() - k.k1) * at.c[a][r].value;
      for (std::size_t q = 0; q < R; ++q) out.curvature[r][q] += k.k2 * at.c[a][r].value * at.c[a][q].value;
    }
  }
  return out;
}

template <std::size_t R>
Point<R> newton_step(const Integrand<R>& at) {
  if constexpr (R == 1) {
    return {at.gradient[0] / at.curvature[0][0]};
  } else {
    const auto& k = at.curvature;
    const double det = k[0][0] * k[1][1] - k[0][1] * k[0][1];
    return {(k[1][1] * at.gradient[0] - k[0][1] * at.gradient[1]) / det,
            (k[0][0] * at.gradient[1] - k[0][1] * at.gradient[0]) / det};
  }
}

/// Mode of the integrand by damped Newton steps; it is strictly log-concave.
template <std::size_t C, std::size_t R, std::size_t N>
Point<R> find_mode(const StudyCells& study, const Predictors<C, R, N>& at) {
  Point<R> u{};
  Integrand<R> here = integrand(study, at, u);
  for (int iteration = 0; iteration < 200; ++iteration) {
    Point<R> step = newton_step(here);
    double decrement = 0;
    for (std::size_t r = 0; r < R; ++r) decrement += step[r] * here.gradient[r];
    if (!(decrement > 1e-24 * (1 + std::abs(here.value)))) break;
    bool moved = false;
    for (int half = 0; half < 60 && !moved; ++half) {
      Point<R> next = u;
      for (std::size_t r = 0; r < R; ++r) next[r] += step[r];
      const Integrand<R> there = integrand(study, at, next);
      moved = there.value > here.value;
      if (moved) {
        u = next;
        here = there;
      }
      for (double& s : step) s /= 2;
    }
    if (!moved) break;
  }
  return u;
}

template <std::size_t N, std::size_t R>
using JetPoint = std::array<Jet<N>, R>;

/// Gradient of the log integrand in u as jets; the curvature too where asked for.
template <std::size_t C, std::size_t R, std::size_t N>
void jet_derivatives(const StudyCells& study, const Predictors<C, R, N>& at, const JetPoint<N, R>& u,
                     JetPoint<N, R>& gradient, std::array<JetPoint<N, R>, R>* curvature) {
  for (std::size_t r = 0; r < R; ++r) gradient[r] = -1.0 * u[r];
  if (curvature)
    for (std::size_t r = 0; r < R; ++r)
      for (std::size_t q = 0; q < R; ++q) (*curvature)[r][q] = Jet<N>(r == q ? 1.0 : 0.0);
  for (std::size_t a = 0; a < C; ++a) {
    Jet<N> eta = at.e[a];
    for (std::size_t r = 0; r < R; ++r) eta += at.c[a][r] * u[r];
    const Cumulants k = study.cells[a].cumulants(eta.value);
    const Jet<N> residual = Jet<N>(study.cells[a].x()) - compose(eta, k.k1, k.k2, k.k3);
    for (std::size_t r = 0; r < R; ++r) gradient[r] += residual * at.c[a][r];
    if (!curvature) continue;
    const Jet<N> variance = compose(eta, k.k2, k.k3, k.k4);
    for (std::size_t r = 0; r < R; ++r)
      for (std::size_t q = 0; q < R; ++q) (*curvature)[r][q] += variance * at.c[a][r] * at.c[a][q];
  }
}

/// The mode as a function of the variables. From its value, each Newton step with a constant curvature makes one more
/// order of its Taylor series exact.
template <std::size_t C, std::size_t R, std::size_t N>
JetPoint<N, R> mode_jet(const StudyCells& study, const Predictors<C, R, N>& at, const Point<R>& mode) {
  JetPoint<N, R> u;
  for (std::size_t r = 0; r < R; ++r) u[r] = Jet<N>(mode[r]);
  Integrand<R> plain = integrand(study, at, mode);
  for (int order = 0; order < 2; ++order) {
    JetPoint<N, R> gradient;
    jet_derivatives<C, R, N>(study, at, u, gradient, nullptr);
    if constexpr (R == 1) {
      u[0] += (1 / plain.curvature[0][0]) * gradient[0];
    } else {
      const auto& k = plain.curvature;
      const double det = k[0][0] * k[1][1] - k[0][1] * k[0][1];
      u[0] += (1 / det) * (k[1][1] * gradient[0] - k[0][1] * gradient[1]);
      u[1] += (1 / det) * (k[0][0] * gradient[1] - k[0][1] * gradient[0]);
    }
  }
  return u;
}

template <std::size_t C, std::size_t R, std::size_t N>
Jet<N> log_integrand(const StudyCells& study, const Predictors<C, R, N>& at, const JetPoint<N, R>& u) {
  Jet<N> out;
  for (std::size_t r = 0; r < R; ++r) out += -0.5 * (u[r] * u[r]);
  for (std::size_t a = 0; a < C; ++a) {
    Jet<N> eta = at.e[a];
    for (std::size_t r = 0; r < R; ++r) eta += at.c[a][r] * u[r];
    const Cumulants k = study.cells[a].cumulants(eta.value);
    out += compose(eta, study.cells[a].x() * eta.value - k.k0, study.cells[a].x() - k.k1, -k.k2);
  }
  return out;
}

/// Columns of the inverse of the transposed Cholesky factor of the curvature: u = mode + scale t.
template <std::size_t N, std::size_t R>
std::array<JetPoint<N, R>, R> scale_of(const std::array<JetPoint<N, R>, R>& k, Jet<N>& log_det) {
  std::array<JetPoint<N, R>, R> scale;
  const Jet<N> l11 = sqrt(k[0][0]);
  log_det = log(k[0][0]);
  scale[0][0] = inverse(l11);
  if constexpr (R == 2) {
    const Jet<N> l21 = k[1][0] * scale[0][0];
    const Jet<N> rest = k[1][1] - l21 * l21;
    log_det += log(rest);
    scale[1][1] = inverse(sqrt(rest));
    scale[1][0] = Jet<N>(0);
    scale[0][1] = -1.0 * (l21 * scale[0][0] * scale[1][1]);
  }
  return scale;
}

template <std::size_t C, std::size_t R, std::size_t N>
Jet<N> integral(const StudyCells& study, const Predictors<C, R, N>& at, const JetPoint<N, R>& mode,
                const stats::QuadratureRule& rule) {
  JetPoint<N, R> gradient;
  std::array<JetPoint<N, R>, R> curvature;
  jet_derivatives<C, R, N>(study, at, mode, gradient, &curvature);
  Jet<N> log_det;
  const std::array<JetPoint<N, R>, R> scale = scale_of<N, R>(curvature, log_det);
  const Jet<N> top = log_integrand<C, R, N>(study, at, mode);
  const Jet<N> laplace = top - 0.5 * log_det;
  const std::size_t n = rule.nodes.size();
  if (n == 1) return laplace;
  Jet<N> sum;
  for (std::size_t q = 0; q < n; ++q) {
    for (std::size_t p = 0; p < (R == 2 ? n : 1); ++p) {
      JetPoint<N, R> u = mode;
      for (std::size_t r = 0; r < R; ++r) u[r] += rule.nodes[q] * scale[r][0];
      double weight = rule.weights[q], square = rule.nodes[q] * rule.nodes[q];
      if constexpr (R == 2) {
        for (std::size_t r = 0; r < R; ++r) u[r] += rule.nodes[p] * scale[r][1];
        weight *= rule.weights[p];
        square += rule.nodes[p] * rule.nodes[p];
      }
      sum += weight * exp(log_integrand<C, R, N>(study, at, u) - top + Jet<N>(square / 2));
    }
  }
  return laplace + log(sum);
}

template <std::size_t C, std::size_t R, std::size_t N>
StudyValue evaluate(const StudyCells& study, const std::array<double, 2>& e, const RandomPart& random,
                    const stats::QuadratureRule& rule) {
  const Predictors<C, R, N> at = predictors<C, R, N>(study, e, random);
  StudyValue out;
  Jet<N> value;
  Point<R> mode{};
  if constexpr (R == 0) {
    value = log_integrand<C, R, N>(study, at, {});
  } else {
    mode = find_mode<C, R, N>(study, at);
    value = integral<C, R, N>(study, at, mode_jet<C, R, N>(study, at, mode), rule);
    for (std::size_t r = 0; r < R; ++r) out.mode[r] = mode[r];
  }
  double saturated = 0;
  for (const CountCell& cell : study.cells) saturated += cell.saturated();
  for (std::size_t a = 0; a < C; ++a) {
    double eta = at.e[a].value;
    for (std::size_t r = 0; r < R; ++r) eta += at.c[a][r].value * mode[r];
    out.conditional_deviance -= 2 * (study.cells[a].x() * eta - study.cells[a].cumulants(eta).k0);
  }
  out.value = saturated + value.value;
  for (std::size_t i = 0; i < N; ++i) {
    out.gradient[i] = value.gradient[i];
    for (std::size_t j = 0; j < N; ++j) out.hessian[i][j] = value.second(i, j);
  }
  return out;
}

}  // namespace

StudyValue study_loglik(const StudyCells& study, const std::array<double, 2>& e, const RandomPart& random,
                        const stats::QuadratureRule& rule) {
  if (study.cells.size() == 1)
    return random.effects == 0 ? evaluate<1, 0, 1>(study, e, random, rule) : evaluate<1, 1, 2>(study, e, random, rule);
  if (random.effects == 0) return evaluate<2, 0, 2>(study, e, random, rule);
  if (random.effects == 1) return evaluate<2, 1, 3>(study, e, random, rule);
  return random.correlated ? evaluate<2, 2, 5>(study, e, random, rule) : evaluate<2, 2, 4>(study, e, random, rule);
}

}  // namespace hedgerow::model
