// Likelihood of the general model by one dense factor per independent cluster (detail/mixed_likelihood.hpp).
//
// First pass: M^-1 of each cluster, U'M^-1 U with U = [Q y]. Second pass, with beta known: Py, and
//   score       1/2 sum_ij T_ij (M_a)_ij,  T = Py (Py)' - M^-1 + [REML] M^-1 Q C Q'M^-1,  C = (Q'M^-1 Q)^-1
//   average information   1/2 w_a'(M^-1 - M^-1 Q C Q'M^-1) w_b,  w_a = M_a Py
// The derivative by the entries of G comes before that by the parameters, so that the same sums serve every
// parametrisation. Expected information: with D_a = M^-1 M_a of a cluster,
//   tr(P M_a P M_b) = sum tr(D_a D_b) - 2 tr(C sum Q'M^-1 M_a M^-1 M_b M^-1 Q) + tr(C F_a C F_b),
//   F_a = sum Q'M^-1 M_a M^-1 Q
//
// Accuracy: X is replaced by an orthonormal basis Q of its columns and y by its least-squares residual, so no sum
// cancels; sums over clusters are blocked. Cost: sum over clusters of m^3 (1 + directions), memory sum of m^2.
#include <algorithm>
#include <cmath>
#include <mutex>

#include "model/detail/clustered_problem.hpp"
#include "model/detail/dense_kernels.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// What the first pass leaves.
struct Solved {
  bool finite = false;
  MixedPoint point;
  Vector inverse;  ///< blocks of M^-1
  Vector u;        ///< M^-1 [Q y], laid out like ClusteredProblem::u
  Vector py;       ///< positions
  double log_det = 0, rss = 0;
  Vector beta;  ///< in Q
  Matrix c;     ///< (Q'M^-1 Q)^-1
  double log_det_information = 0;
};

/// M^-1 U of every cluster and the sums of U'M^-1 U, log |M| behind them.
Vector factorise_clusters(const ClusteredProblem& in, Solved& s) {
  const std::size_t q = in.p + 1;
  BlockedSums sums(q * q + 1);
  for (const DenseLayout::Cluster& c : in.layout.clusters()) {
    double* inverse = s.inverse.data() + c.square;
    in.layout.build(c, s.point, inverse);
    double log_det = 0;
    if (!invert_positive(c.size, inverse, log_det)) return {};
    const double* u = in.u.data() + c.first * q;
    double* solved = s.u.data() + c.first * q;
    double* total = sums.data();
    multiply_symmetric(c.size, inverse, u, q, solved);
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t b = 0; b <= a; ++b) total[a * q + b] += dot_product(c.size, u + a * c.size, solved + b * c.size);
    total[q * q] += log_det;
    sums.end_of_item();
  }
  return sums.total();
}

void solve_point(const ClusteredProblem& in, Solved& s) {
  s.finite = false;
  s.inverse.resize(in.layout.squares());
  s.u.resize(in.u.size());
  s.py.resize(in.layout.rows());
  const Vector total = factorise_clusters(in, s);
  if (total.empty()) return;
  const std::size_t q = in.p + 1;
  Matrix information(in.p, in.p);
  Vector right(in.p);
  for (std::size_t a = 0; a < in.p; ++a) {
    for (std::size_t b = 0; b <= a; ++b) information(a, b) = information(b, a) = total[a * q + b];
    right[a] = total[in.p * q + a];
  }
  const auto factor = stats::Cholesky::create(information);
  if (!factor) return;
  s.beta = factor->solve(right);
  s.c = factor->inverse();
  s.log_det_information = factor->log_determinant();
  s.log_det = total[q * q];
  s.rss = in.residuals(s.beta, s.u, s.py);
  s.finite = std::isfinite(s.rss) && std::isfinite(s.log_det) && s.rss >= 0;
}

/// T of one cluster (top of this file). `work` has room for 2 (p + 1) columns.
void score_kernel(const ClusteredProblem& in, const Solved& s, const DenseLayout::Cluster& c, double* work, double* t) {
  const std::size_t m = c.size, count = in.reml ? in.p + 1 : 1;
  const double* solved = s.u.data() + c.first * (in.p + 1);
  double* x = work;
  double* y = work + count * m;
  std::copy_n(s.py.data() + c.first, m, x);
  std::copy_n(x, m, y);
  std::copy_n(solved, (count - 1) * m, y + m);
  for (std::size_t a = 0; a + 1 < count; ++a) {
    double* cq = x + (a + 1) * m;
    for (std::size_t i = 0; i < m; ++i) cq[i] = s.c(a, 0) * solved[i];
    for (std::size_t b = 1; b < in.p; ++b)
      for (std::size_t i = 0; i < m; ++i) cq[i] += s.c(a, b) * solved[b * m + i];
  }
  outer_products_less(m, s.inverse.data() + c.square, count, x, y, t);
}

/// M at a point, factorised.
class DenseForm : public MarginalForm {
 public:
  DenseForm(std::shared_ptr<const ClusteredProblem> in, Solved solved)
      : in_(std::move(in)), solved_(std::move(solved)) {}

  Vector solve(std::span<const double> v) const override {
    return in_->by_cluster(v, [&](std::size_t n, const double* from, double* to) {
      const DenseLayout::Cluster& c = in_->layout.clusters()[n];
      multiply_symmetric(c.size, solved_.inverse.data() + c.square, from, 1, to);
    });
  }
  Vector derivative(std::size_t parameter, std::span<const double> v) const override {
    return in_->by_cluster(v, [&](std::size_t n, const double* from, double* to) {
      in_->layout.apply(in_->layout.clusters()[n], solved_.point, parameter, from, to);
    });
  }
  Matrix block(std::span<const std::size_t> rows) const override {
    return marginal_block(in_->problem, solved_.point, rows);
  }

 private:
  std::shared_ptr<const ClusteredProblem> in_;
  Solved solved_;
};

class DenseLikelihood : public MixedLikelihood {
 public:
  explicit DenseLikelihood(const Problem& problem)
      : in_(std::make_shared<const ClusteredProblem>(problem)), work_(in_->layout.largest() * in_->layout.largest()) {}

  MixedEvaluation evaluate(const Vector& theta, bool derivatives) const override {
    return evaluate_at(mixed_point(in_->problem, theta), derivatives);
  }
  Expected<Matrix> expected_information(const Vector& theta) const override {
    return expected_information_at(mixed_point(in_->problem, theta));
  }

  MixedEvaluation evaluate_at(const MixedPoint& point, bool derivatives) const override {
    const std::lock_guard lock(mutex_);
    at(point);
    if (!last_.finite) return {};
    MixedEvaluation out = in_->evaluation(last_.log_det, last_.rss, last_.beta, last_.c, last_.log_det_information);
    if (derivatives) differentiate(out);
    return out;
  }

  Expected<Matrix> expected_information_at(const MixedPoint& point) const override {
    const std::lock_guard lock(mutex_);
    at(point);
    if (!last_.finite)
      return make_error(ErrorCode::not_defined, "the marginal covariance is not positive definite at these parameters");
    return information();
  }

  Expected<std::unique_ptr<MarginalForm>> factorise(const Vector& theta) const override {
    Solved solved;
    solved.point = mixed_point(in_->problem, theta);
    solve_point(*in_, solved);
    if (!solved.finite)
      return make_error(ErrorCode::not_defined,
                        "the marginal covariance of the effects is not positive definite at the estimates");
    return std::unique_ptr<MarginalForm>(new DenseForm(in_, std::move(solved)));
  }

 private:
  /// `last_` at a point; the coordinates of a known point may be new.
  void at(const MixedPoint& point) const {
    const bool known = last_.finite && same_point(last_.point, point);
    last_.point = point;
    if (!known) solve_point(*in_, last_);
  }

  void differentiate(MixedEvaluation& out) const {
    const DenseLayout& layout = in_->layout;
    const std::size_t n = direction_count(last_.point), p = in_->p;
    BlockedSums sums(layout.components() + n * n + n * p);
    std::vector<Matrix> g_score;
    for (const TermPoint& term : last_.point.terms) g_score.emplace_back(term.g.rows(), term.g.rows());
    Vector sigma2(layout.components(), 0.0), kernel(2 * (p + 1) * layout.largest()), w(n * layout.largest()),
        x(layout.largest());
    for (const DenseLayout::Cluster& c : layout.clusters()) {
      score_kernel(*in_, last_, c, kernel.data(), work_.data());
      std::fill(sigma2.begin(), sigma2.end(), 0.0);
      layout.contract(c, work_.data(), sigma2, g_score);
      for (std::size_t l = 0; l < sigma2.size(); ++l) sums.data()[l] += sigma2[l];
      for (std::size_t a = 0; a < n; ++a)
        layout.apply(c, last_.point, a, last_.py.data() + c.first, w.data() + a * c.size);
      add_average(c, n, w.data(), x.data(), sums.data() + layout.components());
      sums.end_of_item();
    }
    finish(out, sums.total(), std::move(g_score));
  }

  /// Adds w_a'M^-1 w_b and Q'M^-1 w_a of a cluster.
  void add_average(const DenseLayout::Cluster& c, std::size_t n, const double* w, double* x, double* sums) const {
    const std::size_t p = in_->p, m = c.size;
    const double* solved = last_.u.data() + c.first * (p + 1);
    for (std::size_t a = 0; a < n; ++a) {
      multiply_symmetric(m, last_.inverse.data() + c.square, w + a * m, 1, x);
      for (std::size_t b = 0; b <= a; ++b) sums[a * n + b] += dot_product(m, x, w + b * m);
      for (std::size_t j = 0; j < p; ++j) sums[n * n + a * p + j] += dot_product(m, solved + j * m, w + a * m);
    }
  }

  void finish(MixedEvaluation& out, const Vector& total, std::vector<Matrix> g_score) const {
    const std::size_t n = direction_count(last_.point), levels = in_->layout.components();
    for (Matrix& s : g_score)
      for (std::size_t i = 0; i < s.rows() * s.cols(); ++i) s.data()[i] *= 0.5;
    for (std::size_t l = 0; l < levels; ++l) out.score.push_back(0.5 * total[l]);
    for (std::size_t t = 0; t < g_score.size(); ++t)
      for (const Matrix& dg : last_.point.terms[t].dg)
        out.score.push_back(stats::dot({dg.data(), dg.rows() * dg.cols()}, {g_score[t].data(), dg.rows() * dg.cols()}));
    out.g_score = std::move(g_score);
    out.average_information = in_->average_information(n, last_.c, total.data() + levels);
  }

  Matrix information() const;

  std::shared_ptr<const ClusteredProblem> in_;
  mutable std::mutex mutex_;
  mutable Vector work_;
  mutable Solved last_;
};

/// Adds the sums of one cluster for the expected information: tr(D_a D_b), Q'M^-1 M_b M^-1 M_a M^-1 Q, F_a.
/// `d`: M_a M^-1 for each direction; `mz`: M_a M^-1 Q, by columns; `work` has room for a block and for p columns.
void add_information(std::size_t m, std::size_t n, std::size_t p, bool reml, const double* inverse, const double* z,
                     const double* d, const double* mz, double* work, double* sums) {
  double* trace = sums;
  double* cross = trace + n * n;
  double* f = cross + n * n * p * p;
  double* sz = work + m * m;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < m; ++j) work[j * m + i] = d[a * m * m + i * m + j];
    for (std::size_t b = 0; b <= a; ++b) trace[a * n + b] += dot_product(m * m, work, d + b * m * m);
    if (!reml) continue;
    const double* ma = mz + a * m * p;
    multiply_symmetric(m, inverse, ma, p, sz);
    for (std::size_t b = 0; b <= a; ++b) {
      const double* mb = mz + b * m * p;
      for (std::size_t g = 0; g < p; ++g)
        for (std::size_t h = 0; h < p; ++h)
          cross[((a * n + b) * p + g) * p + h] += dot_product(m, mb + g * m, sz + h * m);
    }
    for (std::size_t g = 0; g < p; ++g)
      for (std::size_t h = 0; h < p; ++h) f[(a * p + g) * p + h] += dot_product(m, z + g * m, ma + h * m);
  }
}

Matrix DenseLikelihood::information() const {
  const DenseLayout& layout = in_->layout;
  const std::size_t n = direction_count(last_.point), p = in_->p, big = layout.largest();
  const std::size_t pairs = n * n;
  BlockedSums sums(pairs + pairs * p * p + n * p * p);
  Vector d(n * big * big), mz(n * big * p), work(big * (big + p));
  for (const DenseLayout::Cluster& c : layout.clusters()) {
    const std::size_t m = c.size;
    const double* inverse = last_.inverse.data() + c.square;
    const double* z = last_.u.data() + c.first * (p + 1);
    for (std::size_t a = 0; a < n; ++a) {
      layout.multiply(c, last_.point, a, inverse, m, d.data() + a * m * m);
      for (std::size_t j = 0; j < p && in_->reml; ++j)
        layout.apply(c, last_.point, a, z + j * m, mz.data() + (a * p + j) * m);
    }
    add_information(m, n, p, in_->reml, inverse, z, d.data(), mz.data(), work.data(), sums.data());
    sums.end_of_item();
  }
  return in_->expected_information(n, last_.c, sums.total().data());
}

}  // namespace

std::unique_ptr<MixedLikelihood> make_dense_likelihood(const Problem& problem) {
  return std::make_unique<DenseLikelihood>(problem);
}

}  // namespace hedgerow::model
