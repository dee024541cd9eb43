// The recursion of nested_likelihood.hpp: sums over leaves, rank-one closing of groups, derivatives.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/detail/nested_state.hpp"

namespace hedgerow::model {
namespace {

/// Rows summed plainly before they are added to a larger sum.
constexpr std::size_t rows_per_chunk = 256;
/// Outermost groups summed plainly before they are added, with compensation, to the totals.
constexpr std::size_t groups_per_block = 128;
/// Variances within 1e-38 .. 1e38 of the unit: this many of them multiply to a normal double.
constexpr std::size_t factors_before_overflow = 8;

/// The recursion for U with Q columns; Q = 0 takes the number at run time.
template <std::size_t Q>
class Recursion {
 public:
  Recursion(const NestedTree& tree, std::size_t q, const stats::Vector& v, const std::vector<stats::Vector>& u,
            const stats::Vector& shift, const stats::Vector& leaf_sums, const stats::Vector& s)
      : tree_(tree), q_(q), layout_{q, s.size()}, v_(v), shift_(shift), leaf_sums_(leaf_sums), s_(s) {
    for (const stats::Vector& column : u) columns_.push_back(column.data());
    buffers_.assign(tree.levels() + 1, stats::Vector(layout_.size()));
    g_.resize(q * (s.size() + 1));
    leaf_.resize(3 * layout_.block());
    mixed_.resize(q);
    row_.resize(q);
  }

  NestedTotals run() {
    stats::Vector total(layout_.size()), carry(layout_.size());
    stats::Vector& block = buffers_.back();
    const std::size_t nodes = tree_.levels() > 0 ? tree_.first[0].size() - 1 : 1;
    for (std::size_t begin = 0; begin < nodes; begin += groups_per_block) {
      std::fill(block.begin(), block.end(), 0.0);
      const std::size_t end = std::min(nodes, begin + groups_per_block);
      for (std::size_t node = begin; node < end; ++node) add_node(0, node, block);
      for (std::size_t i = 0; i < block.size(); ++i) add_compensated(total[i], carry[i], block[i]);
    }
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += carry[i];
    return {std::move(total), log_det_.log()};
  }

 private:
  std::size_t q() const { return Q == 0 ? q_ : Q; }

  static void add_compensated(double& sum, double& carry, double x) {
    const double next = sum + x;
    carry += std::fabs(sum) >= std::fabs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }

  void add_node(std::size_t level, std::size_t node, stats::Vector& out) {
    if (level == tree_.levels()) {  // no groups at all: the rows are the leaves of the whole
      add_leaves(0, tree_.rows, 0, out);
      return;
    }
    stats::Vector& sums = buffers_[level];
    std::fill(sums.begin(), sums.end(), 0.0);
    const std::size_t begin = tree_.first[level][node];
    const std::size_t end = tree_.first[level][node + 1];
    const bool innermost = level + 1 == tree_.levels();
    if (innermost) {
      add_leaves(begin, end, node, sums);
    } else {
      for (std::size_t child = begin; child < end; ++child) add_node(level + 1, child, sums);
    }
    close_group(level, sums);
    if (innermost) put_back_shift(level, node, sums);
    for (std::size_t i = 0; i < sums.size(); ++i) out[i] += sums[i];
  }

  void add_leaves(std::size_t begin, std::size_t end, std::size_t node, stats::Vector& sums) {
    const std::size_t size = layout_.block() - 1;
    if (!tree_.row_level) {
      for (std::size_t i = 0; i < size; ++i) sums[i] += leaf_sums_[node * size + i];
      return;
    }
    const std::size_t row = s_.size() - 1;
    double* const value = sums.data();
    double* const first = value + layout_.first(row);
    double* const second = value + layout_.second(row, row);
    for (std::size_t at = begin; at < end; at += rows_per_chunk) {
      sum_rows(at, std::min(end, at + rows_per_chunk));
      const double* const s1 = leaf_.data();
      const double* const s2 = s1 + layout_.block();
      const double* const s3 = s2 + layout_.block();
      for (std::size_t i = 0; i < size; ++i) {
        value[i] += s1[i];
        first[i] -= s2[i];
        second[i] += 2 * s3[i];
      }
      first[size] += s1[0];
      second[size] -= s2[0];
    }
  }

  /// Sums of w^n u u', n = 1, 2, 3, w = 1 / (v + s_row), and the product of the 1 / w.
  void sum_rows(std::size_t begin, std::size_t end) {
    const double s_row = s_.back();
    const std::size_t order = q();
    std::array<double, Q == 0 ? 1 : Q> fixed{};
    double* const u = Q == 0 ? row_.data() : fixed.data();
    double* const s1 = leaf_.data();
    double* const s2 = s1 + layout_.block();
    double* const s3 = s2 + layout_.block();
    std::fill(leaf_.begin(), leaf_.end(), 0.0);
    u[0] = 1;
    std::size_t factors = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double m = v_[i] + s_row;
      log_det_.multiply(m);
      if (++factors % factors_before_overflow == 0) log_det_.normalise();
      const double w = 1 / m;
      for (std::size_t j = 1; j < order; ++j) u[j] = columns_[j - 1][i];
      std::size_t at = 0;
      for (std::size_t j = 0; j < order; ++j) {
        const double w1 = w * u[j];
        const double w2 = w * w1;
        const double w3 = w * w2;
        for (std::size_t h = j; h < order; ++h, ++at) {
          s1[at] += w1 * u[h];
          s2[at] += w2 * u[h];
          s3[at] += w3 * u[h];
        }
      }
    }
    log_det_.normalise();
  }

  /// block += factor (x y' + y x'), packed.
  void add_symmetric(double* block, double factor, const double* x, const double* y) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < q(); ++i) {
      const double xi = factor * x[i];
      const double yi = factor * y[i];
      for (std::size_t j = i; j < q(); ++j, ++at) block[at] += xi * y[j] + yi * x[j];
    }
  }

  /// Closes a group: M gains sigma2 1 1'. First and second derivatives first, because they need the open sums.
  /// Entry (0, 0) = 1'M^-1 1 = a / (1 + s a) and its derivatives have forms without cancellation, used at the end.
  void close_group(std::size_t level, stats::Vector& sums) {
    const std::size_t order = q();
    const std::size_t end = layout_.block() - 1;
    const double s = s_[level];
    double* const value = sums.data();
    const double a = value[0];
    const double d = 1 + s * a;
    const double inv = 1 / d;
    const double inv2 = inv * inv;
    const double t = s * inv;
    log_det_.multiply(d);
    log_det_.normalise();
    double* const g = g_.data();
    std::copy(value, value + order, g);
    for (std::size_t m = level + 1; m < s_.size(); ++m)
      std::copy_n(value + layout_.first(m), order, g + order * (m - level));

    for (std::size_t m = level + 1; m < s_.size(); ++m) {
      const double* const gm = g + order * (m - level);
      const double am = gm[0];
      for (std::size_t n = m; n < s_.size(); ++n) {
        const double* const gn = g + order * (n - level);
        const double an = gn[0];
        double* const b = value + layout_.second(m, n);
        const double amn = b[0];
        double* const gmn = mixed_.data();
        std::copy(b, b + order, gmn);
        add_symmetric(b, 0.5 * (t * t * amn - 2 * t * t * t * am * an), g, g);
        add_symmetric(b, t * t * am, gn, g);
        add_symmetric(b, t * t * an, gm, g);
        add_symmetric(b, -t, gmn, g);
        add_symmetric(b, -t, gm, gn);
        b[0] = inv2 * amn - 2 * s * inv2 * inv * am * an;
        b[end] += t * amn - t * t * am * an;
      }
      double* const cross = value + layout_.second(level, m);
      add_symmetric(cross, s * am * inv2 * inv, g, g);  // -t_sm / 2 twice
      add_symmetric(cross, -inv2, gm, g);
      cross[0] = -2 * a * inv2 * inv * am;
      cross[end] = am * inv2;
    }
    double* const own = value + layout_.second(level, level);
    add_symmetric(own, a * inv2 * inv, g, g);
    own[0] = 2 * a * a * a * inv2 * inv;
    own[end] = -a * a * inv2;
    for (std::size_t m = level + 1; m < s_.size(); ++m) {
      const double* const gm = g + order * (m - level);
      double* const b = value + layout_.first(m);
      add_symmetric(b, 0.5 * t * t * gm[0], g, g);
      add_symmetric(b, -t, gm, g);
      b[0] = inv2 * gm[0];
      b[end] += t * gm[0];
    }
    double* const b = value + layout_.first(level);
    add_symmetric(b, -0.5 * inv2, g, g);
    b[0] = -a * a * inv2;
    b[end] = a * inv;
    add_symmetric(value, -0.5 * t, g, g);
    for (std::size_t j = 0; j < order; ++j) value[j] = inv * g[j];
  }

  /// U = centred U + 1 c': G_ij += c_i G_0j + c_j G_0i + c_i c_j G_00, for the value and every derivative.
  void put_back_shift(std::size_t level, std::size_t node, stats::Vector& sums) const {
    const std::size_t order = q();
    const double* const c = shift_.data() + node * (order - 1);
    const auto apply = [&](double* b) {
      std::size_t at = order;
      for (std::size_t i = 1; i < order; ++i) {
        const double ci = c[i - 1];
        const double both = b[i] + ci * b[0];
        for (std::size_t j = i; j < order; ++j, ++at) b[at] += ci * b[j] + c[j - 1] * both;
      }
      for (std::size_t j = 1; j < order; ++j) b[j] += c[j - 1] * b[0];
    };
    apply(sums.data());
    for (std::size_t m = level; m < s_.size(); ++m) {
      apply(sums.data() + layout_.first(m));
      for (std::size_t n = m; n < s_.size(); ++n) apply(sums.data() + layout_.second(m, n));
    }
  }

  const NestedTree& tree_;
  std::size_t q_;
  SumLayout layout_;
  const stats::Vector& v_;
  const stats::Vector& shift_;
  const stats::Vector& leaf_sums_;
  const stats::Vector& s_;
  std::vector<const double*> columns_;
  std::vector<stats::Vector> buffers_;
  stats::Vector g_, leaf_, mixed_, row_;
  ScaledProduct log_det_;
};

template <std::size_t Q>
NestedTotals run(const NestedTree& tree, std::size_t q, const stats::Vector& v, const std::vector<stats::Vector>& u,
                 const stats::Vector& shift, const stats::Vector& leaf_sums, const stats::Vector& s) {
  return Recursion<Q>(tree, q, v, u, shift, leaf_sums, s).run();
}

}  // namespace

void ScaledProduct::normalise() {
  int exponent = 0;
  product_ = std::frexp(product_, &exponent);
  exponent_ += exponent;
}

double ScaledProduct::log() const {
  constexpr double ln2 = 0.693147180559945309417;
  return std::log(product_) + static_cast<double>(exponent_) * ln2;
}

void prepare_leaf_sums(stats::Vector& leaf_sums, double& log_det, const NestedTree& tree, std::size_t q,
                       const stats::Vector& v, const std::vector<stats::Vector>& u) {
  const std::size_t size = q * (q + 1) / 2;
  const std::size_t nodes = tree.levels() > 0 ? tree.first.back().size() - 1 : 1;
  leaf_sums.assign(nodes * size, 0.0);
  stats::Vector row(q, 1.0);
  ScaledProduct product;
  for (std::size_t node = 0; node < nodes; ++node) {
    const std::size_t begin = tree.levels() > 0 ? tree.first.back()[node] : 0;
    const std::size_t end = tree.levels() > 0 ? tree.first.back()[node + 1] : tree.rows;
    double* const sums = leaf_sums.data() + node * size;
    for (std::size_t i = begin; i < end; ++i) {
      product.multiply(v[i]);
      product.normalise();
      for (std::size_t j = 1; j < q; ++j) row[j] = u[j - 1][i];
      std::size_t at = 0;
      for (std::size_t j = 0; j < q; ++j)
        for (std::size_t h = j; h < q; ++h) sums[at++] += row[j] * row[h] / v[i];
    }
  }
  log_det = product.log();
}

NestedTotals nested_totals(const NestedTree& tree, std::size_t q, const stats::Vector& v,
                           const std::vector<stats::Vector>& u, const stats::Vector& shift,
                           const stats::Vector& leaf_sums, double leaf_log_det, const stats::Vector& s) {
  NestedTotals out;
  switch (q) {
    case 2:
      out = run<2>(tree, q, v, u, shift, leaf_sums, s);
      break;
    case 3:
      out = run<3>(tree, q, v, u, shift, leaf_sums, s);
      break;
    case 4:
      out = run<4>(tree, q, v, u, shift, leaf_sums, s);
      break;
    case 5:
      out = run<5>(tree, q, v, u, shift, leaf_sums, s);
      break;
    case 6:
      out = run<6>(tree, q, v, u, shift, leaf_sums, s);
      break;
    default:
      out = run<0>(tree, q, v, u, shift, leaf_sums, s);
      break;
  }
  if (!tree.row_level) out.log_det += leaf_log_det;
  return out;
}

}  // namespace hedgerow::model
