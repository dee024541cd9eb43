#include "stats/sparse_cholesky.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace hedgerow::stats {
namespace {

constexpr std::size_t no_step = std::numeric_limits<std::size_t>::max();
constexpr std::size_t panel_width = 48;  // columns eliminated before the rest of the dense part is updated at once

using Dense = Eigen::MatrixXd;
using DenseMap = Eigen::Map<Dense>;
using ConstDenseMap = Eigen::Map<const Dense>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

}  // namespace

bool SparseElimination::set_pivot(std::size_t step, double h) {
  pivot_[step] = 1 + lambda2_[step] * h;
  if (!(pivot_[step] > 0) || !std::isfinite(pivot_[step])) return false;
  weight_[step] = lambda2_[step] / pivot_[step];
  log_determinant_ += std::log1p(lambda2_[step] * h);
  return true;
}

/// Left-looking: column j collects from the earlier columns that have a row j, which a linked list per row finds.
/// `dense_rows` becomes, per column, where its rows in the dense part begin.
bool SparseElimination::eliminate_head(std::vector<std::size_t>& dense_rows) {
  const SparsePattern& at = *pattern_;
  std::vector<std::size_t> next(at.head_, no_step), head(at.head_, no_step);
  dense_rows.assign(at.head_, 0);
  Vector work(at.size(), 0.0);
  const auto link = [&](std::size_t column) {
    const std::size_t entry = dense_rows[column];
    if (entry == at.first_[column + 1] || at.row_[entry] >= at.head_) return;
    next[column] = head[at.row_[entry]];
    head[at.row_[entry]] = column;
  };
  for (std::size_t j = 0; j < at.head_; ++j) {
    for (std::size_t e = at.first_[j]; e < at.first_[j + 1]; ++e) work[at.row_[e]] = h_[e];
    for (std::size_t m = head[j]; m != no_step;) {
      const std::size_t following = next[m];
      const double factor = weight_[m] * h_[dense_rows[m]];
      if (factor != 0)
        for (std::size_t e = dense_rows[m]; e < at.first_[m + 1]; ++e) work[at.row_[e]] -= factor * h_[e];
      ++dense_rows[m];
      link(m);
      m = following;
    }
    for (std::size_t e = at.first_[j]; e < at.first_[j + 1]; ++e) h_[e] = work[at.row_[e]];
    if (!set_pivot(j, h_[at.first_[j]])) return false;
    dense_rows[j] = at.first_[j] + 1;
    link(j);
  }
  return true;
}

/// Right-looking in panels: within a panel column by column, then one update of everything to its right.
bool SparseElimination::eliminate_dense() {
  const SparsePattern& at = *pattern_;
  const std::size_t n = at.dense();
  DenseMap h(h_.data() + at.first_.back(), index(n), index(n));
  for (std::size_t begin = 0; begin < n; begin += panel_width) {
    const std::size_t end = std::min(n, begin + panel_width);
    for (std::size_t j = begin; j < end; ++j) {
      const Eigen::Index rows = index(n - j);
      for (std::size_t m = begin; m < j; ++m) {
        const double factor = weight_[at.head_ + m] * h(index(j), index(m));
        if (factor != 0) h.col(index(j)).tail(rows) -= factor * h.col(index(m)).tail(rows);
      }
      if (!set_pivot(at.head_ + j, h(index(j), index(j)))) return false;
    }
    const Eigen::Index rest = index(n - end), width = index(end - begin);
    if (rest == 0) break;
    Dense scaled = h.block(index(end), index(begin), rest, width);
    for (Eigen::Index c = 0; c < width; ++c)
      scaled.col(c) *= std::sqrt(weight_[at.head_ + begin + static_cast<std::size_t>(c)]);
    h.bottomRightCorner(rest, rest).selfadjointView<Eigen::Lower>().rankUpdate(scaled, -1.0);
  }
  return true;
}

std::optional<SparseElimination> SparseElimination::create(std::shared_ptr<const SparsePattern> pattern, Vector s,
                                                           std::span<const double> lambda2) {
  const std::size_t n = pattern->size();
  HR_ASSERT(s.size() == pattern->entries() && lambda2.size() == n);
  SparseElimination out;
  out.pattern_ = std::move(pattern);
  out.h_ = std::move(s);
  out.lambda2_.resize(n);
  out.pivot_.resize(n);
  out.weight_.resize(n);
  const SparsePattern& at = *out.pattern_;
  for (std::size_t j = 0; j < n; ++j) out.lambda2_[j] = lambda2[at.order_[j]];
  std::vector<std::size_t> dense_rows;
  if (!out.eliminate_head(dense_rows)) return std::nullopt;
  double* dense = out.h_.data() + at.first_.back();
  for (std::size_t m = 0; m < at.head_; ++m) {
    if (out.weight_[m] == 0) continue;
    for (std::size_t b = dense_rows[m]; b < at.first_[m + 1]; ++b) {
      const double factor = out.weight_[m] * out.h_[b];
      double* column = dense + (at.row_[b] - at.head_) * at.dense();
      for (std::size_t a = b; a < at.first_[m + 1]; ++a) column[at.row_[a] - at.head_] -= factor * out.h_[a];
    }
  }
  if (!out.eliminate_dense()) return std::nullopt;
  return out;
}

Vector SparseElimination::solve(std::span<const double> r) const {
  const SparsePattern& at = *pattern_;
  const std::size_t n = at.size(), dense = at.dense();
  HR_ASSERT(r.size() == n);
  Vector x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = r[at.order_[j]];
  for (std::size_t j = 0; j < at.head_; ++j) {
    const double factor = weight_[j] * x[j];
    if (factor == 0) continue;
    for (std::size_t e = at.first_[j] + 1; e < at.first_[j + 1]; ++e) x[at.row_[e]] -= factor * h_[e];
  }
  const double* h = h_.data() + at.first_.back();
  double* tail = x.data() + at.head_;
  for (std::size_t j = 0; j < dense; ++j) {
    const double factor = weight_[at.head_ + j] * tail[j];
    for (std::size_t i = j + 1; i < dense; ++i) tail[i] -= factor * h[j * dense + i];
  }
  for (std::size_t j = dense; j-- > 0;) {
    double sum = tail[j];
    for (std::size_t i = j + 1; i < dense; ++i) sum -= h[j * dense + i] * tail[i];
    tail[j] = weight_[at.head_ + j] * sum;
  }
  for (std::size_t j = at.head_; j-- > 0;) {
    double sum = x[j];
    for (std::size_t e = at.first_[j] + 1; e < at.first_[j + 1]; ++e) sum -= h_[e] * x[at.row_[e]];
    x[j] = weight_[j] * sum;
  }
  Vector out(n);
  for (std::size_t j = 0; j < n; ++j) out[at.order_[j]] = x[j];
  return out;
}

/// The backward recursion of the header. `t` has the storage of the pattern, with zeros on its diagonal: the diagonal
/// is kept apart, both as t and as s = 1 - lambda2 t.
class SelectedInverse {
 public:
  explicit SelectedInverse(const SparseElimination& factor)
      : f_(factor), at_(*factor.pattern_), t_(factor.h_.size(), 0.0), diagonal_(at_.size()), s_(at_.size()) {
    dense_part();
    local_.assign(at_.size(), 0);
    for (std::size_t j = at_.head_; j-- > 0;) column(j);
  }

  SparseElimination::Selected take() {
    SparseElimination::Selected out{Vector(at_.size()), {}};
    for (std::size_t j = 0; j < at_.size(); ++j) out.t_diagonal[at_.order_[j]] = diagonal_[j];
    to_u();
    out.u = std::move(t_);
    return out;
  }

 private:
  void finish(std::size_t j, double h, double q) {
    s_[j] = (1 + f_.lambda2_[j] * q) / f_.pivot_[j];
    // The second form has no difference where the effect's own variance dominates, the first where it does not.
    diagonal_[j] = s_[j] < 0.5 ? (1 - s_[j]) / f_.lambda2_[j] : (h - q) / f_.pivot_[j];
  }

  /// In panels from the last: the product with what is to the right of a panel for all its columns at once, then the
  /// recursion within it.
  void dense_part() {
    const Eigen::Index n = index(at_.dense());
    const ConstDenseMap h(f_.h_.data() + at_.first_.back(), n, n);
    DenseMap t(t_.data() + at_.first_.back(), n, n);
    const Eigen::Map<const Eigen::VectorXd> lambda2(f_.lambda2_.data() + at_.head_, n);
    for (Eigen::Index end = n; end > 0;) {
      const Eigen::Index begin = std::max<Eigen::Index>(0, end - index(panel_width)), rest = n - end;
      const Dense x = lambda2.tail(n - begin).asDiagonal() * h.block(begin, begin, n - begin, end - begin);
      Dense y = Dense::Zero(rest, end - begin);
      if (rest > 0) y.noalias() = t.bottomRightCorner(rest, rest).selfadjointView<Eigen::Lower>() * x.bottomRows(rest);
      for (Eigen::Index j = end; j-- > begin;) {
        const Eigen::Index inner = end - j - 1;
        const auto own = x.col(j - begin);
        const auto x_inner = own.segment(j + 1 - begin, inner), x_rest = own.tail(rest);
        const auto across = t.block(end, j + 1, rest, inner);
        Eigen::VectorXd product(inner + rest);
        product.head(inner) = t.block(j + 1, j + 1, inner, inner).selfadjointView<Eigen::Lower>() * x_inner;
        product.head(inner) += across.transpose() * x_rest;
        product.tail(rest) = y.col(j - begin) + across * x_inner;
        dense_column(j, h, product, t, own.tail(inner + rest));
      }
      end = begin;
    }
  }

  void dense_column(Eigen::Index j, const ConstDenseMap& h, const Eigen::VectorXd& product, DenseMap& t,
                    const Eigen::Ref<const Eigen::VectorXd>& x) {
    const std::size_t step = at_.head_ + static_cast<std::size_t>(j);
    double q = 0;
    for (Eigen::Index i = 0; i < product.size(); ++i) {
      const double s = s_[step + 1 + static_cast<std::size_t>(i)];
      const double value = (h(j + 1 + i, j) * s - product[i]) / f_.pivot_[step];
      t(j + 1 + i, j) = value;
      q += x[i] * value;
    }
    finish(step, h(j, j), q);
  }

  /// y += T_RR x, where R are the rows of column j and x, y are local to it.
  void multiply_below(std::size_t j) {
    const std::size_t begin = at_.first_[j] + 1, end = at_.first_[j + 1];
    for (std::size_t b = begin; b < end; ++b) {
      const std::size_t row = at_.row_[b];
      const std::size_t own = b - begin;
      if (row < at_.head_) {
        for (std::size_t e = at_.first_[row] + 1; e < at_.first_[row + 1]; ++e) {
          const std::size_t other = local_[at_.row_[e]];
          if (other == 0) continue;
          y_[other - 1] += t_[e] * x_[own];
          y_[own] += t_[e] * x_[other - 1];
        }
      } else {
        const double* column = t_.data() + at_.first_.back() + (row - at_.head_) * at_.dense();
        for (std::size_t a = b + 1; a < end; ++a) {
          const double t = column[at_.row_[a] - at_.head_];
          y_[a - begin] += t * x_[own];
          y_[own] += t * x_[a - begin];
        }
      }
    }
  }

  void column(std::size_t j) {
    const std::size_t begin = at_.first_[j] + 1, count = at_.first_[j + 1] - begin;
    x_.resize(count);
    y_.assign(count, 0.0);
    for (std::size_t a = 0; a < count; ++a) {
      local_[at_.row_[begin + a]] = a + 1;
      x_[a] = f_.lambda2_[at_.row_[begin + a]] * f_.h_[begin + a];
    }
    multiply_below(j);
    double q = 0;
    for (std::size_t a = 0; a < count; ++a) {
      const std::size_t row = at_.row_[begin + a];
      t_[begin + a] = (f_.h_[begin + a] * s_[row] - y_[a]) / f_.pivot_[j];
      q += x_[a] * t_[begin + a];
      local_[row] = 0;
    }
    finish(j, f_.h_[begin - 1], q);
  }

  /// U_ij = -lambda2_i lambda2_j t_ij, U_jj = lambda2_j s_j.
  void to_u() {
    for (std::size_t j = 0; j < at_.head_; ++j) {
      t_[at_.first_[j]] = f_.lambda2_[j] * s_[j];
      for (std::size_t e = at_.first_[j] + 1; e < at_.first_[j + 1]; ++e)
        t_[e] *= -f_.lambda2_[j] * f_.lambda2_[at_.row_[e]];
    }
    double* column = t_.data() + at_.first_.back();
    for (std::size_t j = at_.head_; j < at_.size(); ++j, column += at_.dense()) {
      column[j - at_.head_] = f_.lambda2_[j] * s_[j];
      for (std::size_t i = j + 1; i < at_.size(); ++i) column[i - at_.head_] *= -f_.lambda2_[j] * f_.lambda2_[i];
    }
  }

  const SparseElimination& f_;
  const SparsePattern& at_;
  Vector t_, diagonal_, s_;
  std::vector<std::size_t> local_;  // place of a row in the column at hand, plus 1
  Vector x_, y_;
};

SparseElimination::Selected SparseElimination::selected() const { return SelectedInverse(*this).take(); }

}  // namespace hedgerow::stats
