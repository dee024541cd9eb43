// Preparation of the nested likelihood: order, units, orthonormal design, centring (reasons in nested_likelihood.hpp).
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "model/detail/nested_lanes.hpp"
#include "model/detail/nested_state.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

double weighted_dot(const Vector& w, const Vector& a, const Vector& b) {
  double total = 0;
  for (std::size_t begin = 0; begin < w.size(); begin += 512) {
    double sum = 0;
    for (std::size_t i = begin; i < std::min(w.size(), begin + 512); ++i) sum += w[i] * a[i] * b[i];
    total += sum;
  }
  return total;
}

double sum_of(const Vector& w) {
  double total = 0;
  for (std::size_t begin = 0; begin < w.size(); begin += 512) {
    double sum = 0;
    for (std::size_t i = begin; i < std::min(w.size(), begin + 512); ++i) sum += w[i];
    total += sum;
  }
  return total;
}

double sum_of_logs(const Vector& v) {
  ScaledProduct product;
  for (const double x : v) {
    product.multiply(x);
    product.normalise();
  }
  return product.log();
}

/// A power of 4 near the typical variance, so that scaling by it and by its root is exact.
double typical_unit(const Vector& vi) {
  double inverse = 0;
  double sum = 0;
  for (const double v : vi) {
    inverse += 1 / v;
    sum += v;
  }
  const auto k = static_cast<double>(vi.size());
  const double typical = std::isfinite(inverse) ? k / inverse : sum / k;
  if (!std::isfinite(typical) || !(typical > 0)) return 1;
  return std::exp2(2 * std::round(0.5 * std::log2(typical)));
}

/// Columns of X orthonormal (times the root of sum w) in the weights, and y made orthogonal to them. A second round of
/// Gram-Schmidt is made where the first took away most of a column.
class Orthogonaliser {
 public:
  Orthogonaliser(const Vector& w) : w_(w), norm2_(sum_of(w)) {}

  /// Coefficients on the earlier columns; `column` keeps the remainder. Returns its weighted square norm.
  double reduce(Vector& column, Vector& coefficients) const {
    coefficients.assign(columns_.size(), 0.0);
    double before = weighted_dot(w_, column, column);
    for (int round = 0; round < 3; ++round) {
      for (std::size_t j = 0; j < columns_.size(); ++j) {
        const Vector& base = *columns_[j];
        const double c = weighted_dot(w_, base, column) / norm2_;
        coefficients[j] += c;
        for (std::size_t i = 0; i < column.size(); ++i) column[i] -= c * base[i];
      }
      const double after = weighted_dot(w_, column, column);
      if (after > 0.01 * before || columns_.empty()) return after;
      before = after;
    }
    return before;
  }
  void add(const Vector* column) { columns_.push_back(column); }
  double norm2() const { return norm2_; }

 private:
  const Vector& w_;
  double norm2_;
  std::vector<const Vector*> columns_;
};

Vector sorted_column(const NestedTree& tree, const Data& data, std::size_t j) {
  Vector out(tree.rows);
  for (std::size_t i = 0; i < tree.rows; ++i) out[i] = data.x(tree.row(i), j);
  return out;
}

bool is_constant_one(const Data& data) {
  if (data.p() == 0) return false;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (data.x(i, 0) != 1) return false;
  return true;
}

/// Whether the indicator of every group of a level is a combination of the columns of X.
bool level_in_column_space(const NestedState& state, const Vector& w, const std::vector<Vector>& design,
                           const std::vector<std::uint32_t>& group_of_row) {
  const std::size_t groups = std::size_t{*std::max_element(group_of_row.begin(), group_of_row.end())} + 1;
  if (groups > state.p) return false;
  Orthogonaliser orthogonaliser(w);
  for (const Vector& column : design) orthogonaliser.add(&column);
  Vector unused;
  for (std::size_t g = 0; g < groups; ++g) {
    Vector indicator(state.tree.rows);
    for (std::size_t i = 0; i < state.tree.rows; ++i) indicator[i] = group_of_row[state.tree.row(i)] == g ? 1.0 : 0.0;
    const double whole = weighted_dot(w, indicator, indicator);
    if (orthogonaliser.reduce(indicator, unused) > 1e-18 * whole) return false;
  }
  return true;
}

/// Fills t, beta_start, fixed; leaves the transformed columns in `design` and the residual of y in `y`.
void orthogonalise(NestedState& state, const Data& data, const Vector& w, std::vector<Vector>& design, Vector& y) {
  const std::size_t p = state.p;
  Orthogonaliser orthogonaliser(w);
  state.t = stats::Matrix(p, p);
  Vector coefficients;
  design.reserve(p);
  for (std::size_t j = 0; j < p; ++j) {
    Vector column = sorted_column(state.tree, data, j);
    const double rest = orthogonaliser.reduce(column, coefficients);
    const double scale = j == 0 && state.intercept_first ? 1 : std::sqrt(orthogonaliser.norm2() / rest);
    for (double& x : column) x *= scale;
    state.t(j, j) = scale;
    for (std::size_t i = 0; i < j; ++i)
      for (std::size_t h = 0; h <= i; ++h) state.t(h, j) -= scale * coefficients[i] * state.t(h, i);
    design.push_back(std::move(column));
    orthogonaliser.add(&design.back());
  }
  const double q_e = orthogonaliser.reduce(y, coefficients);
  state.beta_start = stats::multiply(state.t, coefficients);
  double trace = orthogonaliser.norm2();
  for (const Vector& column : design) {
    Vector w2(w);
    for (std::size_t i = 0; i < w.size(); ++i) w2[i] *= w[i];
    trace -= weighted_dot(w2, column, column) / orthogonaliser.norm2();
  }
  state.fixed.q_e = q_e;
  state.fixed.trace_p = trace;
  state.heterogeneity = std::max(0.0, (q_e - static_cast<double>(data.k()) + static_cast<double>(p)) / trace);
  stats::Matrix gram(p, p);
  const Vector ones(data.k(), 1.0);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j <= i; ++j) gram(i, j) = gram(j, i) = weighted_dot(ones, design[i], design[j]);
  const auto factor = p > 0 ? stats::Cholesky::create(gram) : std::nullopt;
  state.log_det_qtq = p == 0 ? 0 : (factor ? factor->log_determinant() : std::numeric_limits<double>::quiet_NaN());
}

/// Subtracts from each column its mean within the innermost groups.
void centre_within_groups(NestedState& state) {
  if (state.tree.levels() == 0) return;
  const auto& first = state.tree.first.back();
  const std::size_t columns = state.q - 1;
  state.shift.assign((first.size() - 1) * columns, 0.0);
  for (std::size_t j = 0; j < columns; ++j) {
    Vector& column = state.u[j];
    for (std::size_t g = 0; g + 1 < first.size(); ++g) {
      double sum = 0;
      for (std::size_t i = first[g]; i < first[g + 1]; ++i) sum += column[i] - column[first[g]];
      const double mean = column[first[g]] + sum / (first[g + 1] - first[g]);
      for (std::size_t i = first[g]; i < first[g + 1]; ++i) column[i] -= mean;
      state.shift[g * columns + j] = mean;
    }
  }
}

}  // namespace

NestedLikelihood NestedLikelihood::create(const Data& data, const Multilevel& spec) {
  auto state = std::make_unique<NestedState>();
  state->tree = NestedTree::build(spec, data.k());
  state->likelihood = spec.likelihood;
  state->p = data.p();
  state->intercept_first = is_constant_one(data);
  state->q = state->p + (state->intercept_first ? 1 : 2);
  state->unit = typical_unit(data.vi);
  const std::size_t k = data.k();
  Vector w(k), y(k);
  state->v.resize(k);
  bool all_positive = true;
  const double root = std::sqrt(state->unit);
  for (std::size_t i = 0; i < k; ++i) {
    const std::size_t row = state->tree.row(i);
    state->v[i] = data.vi[row] / state->unit;
    y[i] = data.yi[row] / root;
    all_positive = all_positive && state->v[i] > 0;
  }
  // With a vi of 0 the weights 1/vi do not exist; a unit variance is added for the transformation, and QE is missing.
  for (std::size_t i = 0; i < k; ++i) w[i] = 1 / (state->v[i] + (all_positive ? 0 : 1));
  std::vector<Vector> design;
  orthogonalise(*state, data, w, design, y);
  if (!all_positive) {
    state->fixed.q_e = state->fixed.trace_p = std::numeric_limits<double>::quiet_NaN();
  }
  state->fixed.trace_p /= state->unit;
  state->fixed.sum_log_vi = sum_of_logs(state->v) + static_cast<double>(k) * std::log(state->unit);
  for (const auto& component : state->tree.components) {
    state->absorbed.push_back(spec.likelihood == Likelihood::reml &&
                              level_in_column_space(*state, w, design, spec.groups[component.front()]));
  }
  for (std::size_t j = state->intercept_first ? 1 : 0; j < design.size(); ++j) state->u.push_back(std::move(design[j]));
  state->u.push_back(std::move(y));
  centre_within_groups(*state);
  if (LaneLayout lane_layout = make_lanes(state->tree, state->v, state->u, state->shift); !lane_layout.empty()) {
    state->lane_layout = std::make_shared<const LaneLayout>(std::move(lane_layout));
    state->v = {};
    state->u = {};
    state->shift = {};
  }
  if (!state->tree.row_level)
    prepare_leaf_sums(state->leaf_sums, state->leaf_log_det, state->tree, state->q, state->v, state->u);
  return NestedLikelihood(std::move(state));
}

}  // namespace hedgerow::model
