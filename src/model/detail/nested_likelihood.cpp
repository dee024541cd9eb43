#include "model/detail/nested_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "model/detail/nested_lanes.hpp"
#include "model/detail/nested_state.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double log_two_pi = 1.83787706640934548356;

/// One derivative (or the value) of G, read as its parts A = X'M^-1 X, b = X'M^-1 y, c = y'M^-1 y.
struct Part {
  Matrix a;
  Vector b;
  double c = 0;
  double log_det = 0;

  /// (-beta, 1)' G (-beta, 1).
  double quadratic(const Vector& beta) const { return c - 2 * stats::dot(beta, b) + stats::quadratic_form(a, beta); }
  /// b - A beta.
  Vector residual(const Vector& beta) const {
    Vector out = stats::multiply(a, beta);
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = b[j] - out[j];
    return out;
  }
};

/// Sum of A_ij B_ij.
double inner_product(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) sum += stats::dot(a.row(i), b.row(i));
  return sum;
}

/// Everything that follows from the totals: likelihood, beta, score, information.
class Assembly {
 public:
  Assembly(const NestedState& state, const NestedTotals& totals, std::size_t distinct)
      : state_(state), totals_(totals), layout_{state.q, distinct} {}

  NestedEvaluation run() {
    NestedEvaluation out;
    value_ = part(0);
    value_.log_det = totals_.log_det;
    if (!std::isfinite(value_.log_det) || !std::isfinite(value_.c)) return out;
    double log_det_a = 0;
    if (state_.p > 0) {
      const auto factor = stats::Cholesky::create(value_.a);
      if (!factor) return out;
      a_inv_ = factor->inverse();
      beta_ = factor->solve(value_.b);
      log_det_a = factor->log_determinant();
    }
    const double rss = value_.c - stats::dot(beta_, value_.b);
    const auto k = static_cast<double>(state_.tree.rows);
    const auto p = static_cast<double>(state_.p);
    const double constant = log_two_pi + std::log(state_.unit);
    out.loglik_ml = -0.5 * (k * constant + value_.log_det + rss);
    out.loglik_reml = -0.5 * ((k - p) * constant - state_.log_det_qtq + value_.log_det + log_det_a + rss);
    out.finite = std::isfinite(out.loglik_ml) && std::isfinite(out.loglik_reml);
    if (out.finite) {
      derivatives(out);
      coefficients(out);
    }
    return out;
  }

 private:
  Part part(std::size_t offset) const {
    const std::size_t q = state_.q;
    const double* const g = totals_.sums.data() + offset;
    const auto at = [&](std::size_t i, std::size_t j) {
      return g[i <= j ? packed_index(q, i, j) : packed_index(q, j, i)];
    };
    Part out{Matrix(state_.p, state_.p), Vector(state_.p), at(q - 1, q - 1), g[layout_.block() - 1]};
    for (std::size_t i = 0; i < state_.p; ++i) {
      out.b[i] = at(state_.design_column(i), q - 1);
      for (std::size_t j = 0; j < state_.p; ++j) out.a(i, j) = at(state_.design_column(i), state_.design_column(j));
    }
    return out;
  }

  void derivatives(NestedEvaluation& out) const {
    const std::size_t distinct = layout_.distinct;
    const bool reml = state_.likelihood == Likelihood::reml;
    out.score.resize(distinct);
    out.observed = Matrix(distinct, distinct);
    out.expected = Matrix(distinct, distinct);
    std::vector<Part> first;
    std::vector<Vector> residual;
    std::vector<Matrix> scaled;  // A^-1 A_m
    for (std::size_t m = 0; m < distinct; ++m) {
      first.push_back(part(layout_.first(m)));
      residual.push_back(first[m].residual(beta_));
      scaled.push_back(state_.p > 0 ? stats::multiply(a_inv_, first[m].a) : Matrix());
      const double penalty = reml ? stats::trace(scaled[m]) : 0;
      out.score[m] = -0.5 * (first[m].log_det + penalty + first[m].quadratic(beta_));
    }
    for (std::size_t m = 0; m < distinct; ++m) {
      for (std::size_t n = m; n < distinct; ++n) {
        const Part second = part(layout_.second(m, n));
        double curvature = second.log_det;  // -tr(P D_m P D_n), or without X for ML
        if (reml && state_.p > 0)
          curvature += inner_product(a_inv_, second.a) - inner_product(scaled[m], stats::transpose(scaled[n]));
        double quadratic = second.quadratic(beta_);  // 2 y'P D_m P D_n P y
        if (state_.p > 0) quadratic -= 2 * stats::dot(residual[m], stats::multiply(a_inv_, residual[n]));
        out.observed(m, n) = out.observed(n, m) = 0.5 * (curvature + quadratic);
        out.expected(m, n) = out.expected(n, m) = -0.5 * curvature;
      }
    }
  }

  void coefficients(NestedEvaluation& out) const {
    const double root = std::sqrt(state_.unit);
    out.beta = stats::multiply(state_.t, beta_);
    for (std::size_t j = 0; j < state_.p; ++j) out.beta[j] = root * (out.beta[j] + state_.beta_start[j]);
    out.vb = stats::multiply(stats::multiply(state_.t, a_inv_), stats::transpose(state_.t));
    for (std::size_t i = 0; i < state_.p; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        out.vb(i, j) = out.vb(j, i) = 0.5 * state_.unit * (out.vb(i, j) + (i == j ? out.vb(i, j) : out.vb(j, i)));
  }

  const NestedState& state_;
  const NestedTotals& totals_;
  SumLayout layout_;
  Part value_;
  Matrix a_inv_;
  Vector beta_;
};

}  // namespace

NestedLikelihood::NestedLikelihood(std::unique_ptr<NestedState> state) : state_(std::move(state)) {}
NestedLikelihood::~NestedLikelihood() = default;
NestedLikelihood::NestedLikelihood(NestedLikelihood&&) noexcept = default;

const NestedTree& NestedLikelihood::tree() const { return state_->tree; }
const FixedEffects& NestedLikelihood::fixed_effects() const { return state_->fixed; }
double NestedLikelihood::unit() const { return state_->unit; }
double NestedLikelihood::total_heterogeneity() const { return state_->heterogeneity; }
bool NestedLikelihood::absorbed_by_design(std::size_t component) const { return state_->absorbed[component]; }

NestedEvaluation NestedLikelihood::evaluate(const Vector& s) const {
  HR_ASSERT(s.size() == state_->tree.distinct());
  const bool in_range = *std::max_element(s.begin(), s.end()) < 1e30;
  if (!in_range) return {};
  const NestedTotals totals = state_->lane_layout
                                  ? lane_totals(*state_->lane_layout, state_->q, s[0], s[1])
                                  : nested_totals(state_->tree, state_->q, state_->v, state_->u, state_->shift,
                                                  state_->leaf_sums, state_->leaf_log_det, s);
  return Assembly(*state_, totals, s.size()).run();
}

}  // namespace hedgerow::model
