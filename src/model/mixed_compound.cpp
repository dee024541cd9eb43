// Likelihood of random intercepts over sampling errors of constant correlation (CHE models), in O(rows):
//
//   M = E + Z W Z' per independent cluster
//   E = diag((1 - rho) vi + d),   Z = [1 s],   s = sqrt(vi),   W = diag(a, rho)
//   M^-1 u = E^-1 (u - Z K Z'E^-1 u),   K = (I + W Z'E^-1 Z)^-1 W,   log |M| = log |E| + log |I + W Z'E^-1 Z|
//
// (hager1989). a sums the components that all rows of the cluster share, d those in which each row is a group of its
// own; a cluster of one row has everything in E. With J = 11' and I as the only two directions inside a cluster, the
// score and the information of mixed_dense.cpp become sums over rows of z = M^-1 1, x = M^-1 Q, Py, M^-1 Py and M^-1 x.
//
// Conditions: no structured terms, no known correlations; within each cluster every component is of one of the two
//             kinds, V has one correlation, and vi differ by a factor of at most 1e4 (M^-1 cancels where one row has
//             all the weight). Everything else takes the dense factors.
// Tests:      mixed_compound_test.cpp (the dense factors).
#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "model/detail/clustered_problem.hpp"
#include "model/detail/dense_kernels.hpp"
#include "model/detail/mixed_sparse_errors.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double widest_ratio = 1e4;
constexpr double largest_correlation = 0.999;

/// Most clusters have fewer rows than a call of the general kernel is worth.
inline double dot(std::size_t n, const double* a, const double* b) {
  if (n > 16) return dot_product(n, a, b);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

/// What a cluster's rows have in common beside their place: how many parameters enter a, and how V is correlated.
struct Compound {
  double rho = 0;
  std::vector<bool> shared;  ///< per component: one group for all rows; false: a group for each row
};

/// The correlation of the errors of a cluster, if they have one and like variances.
std::optional<double> correlation_of(std::size_t m, std::span<const double> v) {
  double least = HUGE_VAL, largest = 0;
  for (std::size_t i = 0; i < m; ++i) {
    least = std::min(least, v[i * m + i]);
    largest = std::max(largest, v[i * m + i]);
  }
  if (!(least > 0) || !(largest <= widest_ratio * least)) return std::nullopt;
  const auto rho = constant_correlation(m, v);
  return rho && std::fabs(*rho) <= largest_correlation ? rho : std::nullopt;
}

/// M of one cluster at a point, ready to be solved.
struct Factor {
  double k00 = 0, k01 = 0, k11 = 0;  ///< K

  std::pair<double, double> times(double t0, double t1) const { return {k00 * t0 + k01 * t1, k01 * t0 + k11 * t1}; }
};

/// What the first pass leaves.
struct Solved {
  bool finite = false;
  MixedPoint point;
  std::vector<Factor> factor;  ///< per cluster
  Vector g;                    ///< positions: 1 / E
  Vector x;                    ///< M^-1 [Q y], laid out like ClusteredProblem::u
  Vector z;                    ///< positions: M^-1 1
  Vector py;                   ///< positions
  double log_det = 0, rss = 0, log_det_information = 0;
  Vector beta;  ///< in Q
  Matrix c;     ///< (Q'M^-1 Q)^-1
};

/// The prepared problem and its clusters.
struct Design {
  ClusteredProblem problem;
  std::vector<Compound> compound;  ///< per cluster
  Vector v, s;                     ///< positions: vi and its root

  static std::shared_ptr<const Design> create(const Problem& from) {
    const auto& spec = std::get<Multilevel>(from.spec());
    const bool plain = spec.structured.empty() &&
                       std::none_of(spec.r.begin(), spec.r.end(), [](const auto& known) { return known != nullptr; });
    if (!plain || !from.data().v || spec.groups.empty()) return nullptr;
    auto out = std::make_shared<Design>(Design{ClusteredProblem(from), {}, {}, {}});
    const DenseLayout& layout = out->problem.layout;
    for (std::size_t n = 0; n < layout.clusters().size(); ++n) {
      const DenseLayout::Cluster& c = layout.clusters()[n];
      const auto rho = correlation_of(c.size, layout.errors(c));
      if (!rho) return nullptr;
      out->compound.push_back({*rho, {}});
      for (std::size_t l = 0; l < layout.components(); ++l) {
        const DenseLayout::Shape shape = layout.shape_of(l, n);
        if (shape != DenseLayout::Shape::all && shape != DenseLayout::Shape::diagonal) return nullptr;
        out->compound.back().shared.push_back(shape == DenseLayout::Shape::all);
      }
    }
    for (std::size_t i = 0; i < layout.rows(); ++i) {
      out->v.push_back(from.data().vi[layout.row(i)]);
      out->s.push_back(std::sqrt(out->v.back()));
    }
    return out;
  }

  const std::vector<DenseLayout::Cluster>& clusters() const { return problem.layout.clusters(); }

  /// 1 / E and K of a cluster, and |M|. False where M is not positive definite.
  bool factorise(std::size_t n, const Vector& sigma2, Solved& at, LogProduct& determinants) const {
    const DenseLayout::Cluster& cluster = clusters()[n];
    const Compound& of = compound[n];
    double a = 0, d = 0;
    for (std::size_t l = 0; l < sigma2.size(); ++l) (of.shared[l] ? a : d) += sigma2[l];
    const double rest = cluster.size > 1 ? 1 - of.rho : 1.0;
    double s00 = 0, s01 = 0, s11 = 0;
    for (std::size_t i = cluster.first; i < cluster.first + cluster.size; ++i) {
      const double e = rest * v[i] + d;
      if (!(e > 0) || !std::isfinite(e)) return false;
      const double g = at.g[i] = 1 / e;
      s00 += g;
      s01 += g * s[i];
      s11 += g * v[i];
      determinants.multiply(e);
    }
    at.factor[n] = {};
    if (cluster.size > 1) {
      const double rho = of.rho, determinant = (1 + a * s00) * (1 + rho * s11) - a * rho * s01 * s01;
      if (!(determinant > 0)) return false;
      determinants.multiply(determinant);
      at.factor[n] = {a * (1 + rho * s11) / determinant, -a * rho * s01 / determinant,
                      rho * (1 + a * s00) / determinant};
    }
    return true;
  }

  /// out = M^-1 u within a cluster.
  void solve(std::size_t n, const Solved& at, const double* u, double* out) const {
    const DenseLayout::Cluster& cluster = clusters()[n];
    const double* g = at.g.data() + cluster.first;
    const double* root = s.data() + cluster.first;
    double t0 = 0, t1 = 0;
    for (std::size_t i = 0; i < cluster.size; ++i) {
      const double gu = g[i] * u[i];
      t0 += gu;
      t1 += gu * root[i];
    }
    const auto [h0, h1] = at.factor[n].times(t0, t1);
    for (std::size_t i = 0; i < cluster.size; ++i) out[i] = g[i] * (u[i] - h0 - root[i] * h1);
  }

  /// out = M_a v within a cluster.
  void apply(std::size_t n, std::size_t component, const double* from, double* out) const {
    const std::size_t m = clusters()[n].size;
    double sum = 0;
    for (std::size_t i = 0; i < m; ++i) sum += from[i];
    for (std::size_t i = 0; i < m; ++i) out[i] = compound[n].shared[component] ? sum : from[i];
  }
};

/// M^-1 [Q y], M^-1 1 and [Q y]'M^-1 [Q y] (lower triangle) of one cluster. The loops over columns are the inner ones:
/// their length never changes, and clusters are short. `h` has room for two values per column.
void solve_columns(const Design& in, std::size_t n, std::size_t q, Solved& s, double* h, double* total) {
  const DenseLayout::Cluster& c = in.clusters()[n];
  const std::size_t m = c.size;
  const double* u = in.problem.u.data() + c.first * q;
  const double* g = s.g.data() + c.first;
  const double* root = in.s.data() + c.first;
  double* x = s.x.data() + c.first * q;
  double s00 = 0, s01 = 0;
  std::fill_n(h, 2 * q, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    const double gs = g[i] * root[i];
    s00 += g[i];
    s01 += gs;
    for (std::size_t a = 0; a < q; ++a) {
      h[2 * a] += g[i] * u[a * m + i];
      h[2 * a + 1] += gs * u[a * m + i];
    }
  }
  const Factor& k = s.factor[n];
  for (std::size_t a = 0; a < q; ++a) std::tie(h[2 * a], h[2 * a + 1]) = k.times(h[2 * a], h[2 * a + 1]);
  const auto [one, along] = k.times(s00, s01);
  for (std::size_t i = 0; i < m; ++i) {
    s.z[c.first + i] = g[i] * (1 - one - root[i] * along);
    for (std::size_t a = 0; a < q; ++a) {
      const double xa = g[i] * (u[a * m + i] - h[2 * a] - root[i] * h[2 * a + 1]);
      x[a * m + i] = xa;
      for (std::size_t b = 0; b <= a; ++b) total[a * q + b] += u[b * m + i] * xa;
    }
  }
}

bool solve_clusters(const Design& in, Solved& s, BlockedSums& sums) {
  const std::size_t q = in.problem.p + 1;
  Vector h(2 * q);
  LogProduct determinants;
  for (std::size_t n = 0; n < in.clusters().size(); ++n) {
    if (!in.factorise(n, s.point.sigma2, s, determinants)) return false;
    solve_columns(in, n, q, s, h.data(), sums.data());
    sums.end_of_item();
  }
  s.log_det = determinants.total();
  return true;
}

void solve_point(const Design& in, Solved& s) {
  const ClusteredProblem& problem = in.problem;
  const std::size_t q = problem.p + 1, p = problem.p, rows = problem.layout.rows();
  s.finite = false;
  s.factor.resize(in.clusters().size());
  s.g.resize(rows);
  s.z.resize(rows);
  s.py.resize(rows);
  s.x.resize(problem.u.size());
  BlockedSums sums(q * q);
  if (!solve_clusters(in, s, sums)) return;
  const Vector& total = sums.total();
  Matrix information(p, p);
  Vector right(p);
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t b = 0; b <= a; ++b) information(a, b) = information(b, a) = total[a * q + b];
    right[a] = total[p * q + a];
  }
  const auto factor = stats::Cholesky::create(information);
  if (!factor) return;
  s.beta = factor->solve(right);
  s.c = factor->inverse();
  s.log_det_information = factor->log_determinant();
  s.rss = problem.residuals(s.beta, s.x, s.py);
  s.finite = std::isfinite(s.rss) && std::isfinite(s.log_det) && s.rss >= 0;
}

/// M at a point, factorised.
class CompoundForm : public MarginalForm {
 public:
  CompoundForm(std::shared_ptr<const Design> in, Solved solved) : in_(std::move(in)), solved_(std::move(solved)) {}

  Vector solve(std::span<const double> v) const override {
    return in_->problem.by_cluster(
        v, [&](std::size_t n, const double* from, double* to) { in_->solve(n, solved_, from, to); });
  }
  Vector derivative(std::size_t parameter, std::span<const double> v) const override {
    return in_->problem.by_cluster(
        v, [&](std::size_t n, const double* from, double* to) { in_->apply(n, parameter, from, to); });
  }
  Matrix block(std::span<const std::size_t> rows) const override {
    return marginal_block(in_->problem.problem, solved_.point, rows);
  }

 private:
  std::shared_ptr<const Design> in_;
  Solved solved_;
};

class CompoundLikelihood : public MixedLikelihood {
 public:
  explicit CompoundLikelihood(std::shared_ptr<const Design> in) : in_(std::move(in)) {}

  MixedEvaluation evaluate(const Vector& theta, bool derivatives) const override {
    const std::lock_guard lock(mutex_);
    at(theta);
    if (!last_.finite) return {};
    MixedEvaluation out =
        in_->problem.evaluation(last_.log_det, last_.rss, last_.beta, last_.c, last_.log_det_information);
    if (derivatives) differentiate(out);
    return out;
  }

  Expected<Matrix> expected_information(const Vector& theta) const override {
    const std::lock_guard lock(mutex_);
    at(theta);
    if (!last_.finite)
      return make_error(ErrorCode::not_defined, "the marginal covariance is not positive definite at these parameters");
    return information();
  }

  Expected<std::unique_ptr<MarginalForm>> factorise(const Vector& theta) const override {
    Solved solved;
    solved.point = mixed_point(in_->problem.problem, theta);
    solve_point(*in_, solved);
    if (!solved.finite)
      return make_error(ErrorCode::not_defined,
                        "the marginal covariance of the effects is not positive definite at the estimates");
    return std::unique_ptr<MarginalForm>(new CompoundForm(in_, std::move(solved)));
  }

 private:
  void at(const Vector& theta) const {
    if (last_.finite && last_.point.sigma2 == theta) return;
    last_.point = mixed_point(in_->problem.problem, theta);
    solve_point(*in_, last_);
  }

  /// Sums of one cluster in the directions J and I, to be added to those of the components.
  struct Pair {
    double score_j = 0, score_i = 0, jj = 0, ji = 0, ii = 0;
    Vector bj, bi;  ///< Q'M^-1 w
    Vector xx;      ///< x'x, lower triangle
  };

  void differentiate(MixedEvaluation& out) const;
  void add_cluster(std::size_t n, Pair& pair) const;
  Matrix information() const;

  std::shared_ptr<const Design> in_;
  mutable std::mutex mutex_;
  mutable Solved last_;
};

/// tr(C S) of two symmetric matrices, S by its lower triangle.
double trace_of(const Matrix& c, const Vector& s) {
  double out = 0;
  for (std::size_t a = 0; a < c.rows(); ++a)
    for (std::size_t b = 0; b <= a; ++b) out += (a == b ? 1 : 2) * c(a, b) * s[a * c.rows() + b];
  return out;
}

double quadratic_in(const Matrix& c, const Vector& h) {
  double out = 0;
  for (std::size_t a = 0; a < h.size(); ++a) {
    double sum = 0.5 * c(a, a) * h[a];
    for (std::size_t b = 0; b < a; ++b) sum += c(a, b) * h[b];
    out += 2 * h[a] * sum;
  }
  return out;
}

void CompoundLikelihood::add_cluster(std::size_t n, Pair& pair) const {
  const DenseLayout::Cluster& c = in_->clusters()[n];
  const std::size_t m = c.size, p = in_->problem.p;
  const double* x = last_.x.data() + c.first * (p + 1);
  const double* py = last_.py.data() + c.first;
  const double* z = last_.z.data() + c.first;
  const double* g = last_.g.data() + c.first;
  const double* root = in_->s.data() + c.first;
  const Factor& k = last_.factor[n];
  double sum = 0, trace = 0, total = 0, squares = 0, cross = 0, t0 = 0, t1 = 0;
  std::fill(pair.bj.begin(), pair.bj.end(), 0.0);
  std::fill(pair.bi.begin(), pair.bi.end(), 0.0);
  std::fill(pair.xx.begin(), pair.xx.end(), 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    const double r = root[i], gp = g[i] * py[i];
    sum += py[i];
    total += z[i];
    squares += py[i] * py[i];
    cross += z[i] * py[i];
    trace += g[i] * (1 - g[i] * (k.k00 + r * (2 * k.k01 + r * k.k11)));
    t0 += gp;
    t1 += gp * r;
    for (std::size_t a = 0; a < p; ++a) {
      const double xa = x[a * m + i];
      pair.bj[a] += xa;
      pair.bi[a] += xa * py[i];
      for (std::size_t b = 0; b <= a; ++b) pair.xx[a * p + b] += xa * x[b * m + i];
    }
  }
  const auto [h0, h1] = k.times(t0, t1);
  double solved = 0;
  for (std::size_t i = 0; i < m; ++i) solved += py[i] * g[i] * (py[i] - h0 - root[i] * h1);
  const bool reml = in_->problem.reml;
  pair.score_j = sum * sum - total + (reml ? quadratic_in(last_.c, pair.bj) : 0);
  pair.score_i = squares - trace + (reml ? trace_of(last_.c, pair.xx) : 0);
  for (double& b : pair.bj) b *= sum;
  pair.jj = sum * sum * total;
  pair.ji = sum * cross;
  pair.ii = solved;
}

void CompoundLikelihood::differentiate(MixedEvaluation& out) const {
  const std::size_t n = last_.point.sigma2.size(), p = in_->problem.p;
  BlockedSums sums(n + n * n + n * p);
  Pair pair;
  pair.bj.resize(p);
  pair.bi.resize(p);
  pair.xx.resize(p * p);
  for (std::size_t cluster = 0; cluster < in_->clusters().size(); ++cluster) {
    add_cluster(cluster, pair);
    const std::vector<bool>& shared = in_->compound[cluster].shared;
    double* total = sums.data();
    double* average = total + n;
    for (std::size_t a = 0; a < n; ++a) {
      total[a] += shared[a] ? pair.score_j : pair.score_i;
      for (std::size_t b = 0; b <= a; ++b)
        average[a * n + b] += shared[a] && shared[b] ? pair.jj : shared[a] || shared[b] ? pair.ji : pair.ii;
      const Vector& from = shared[a] ? pair.bj : pair.bi;
      for (std::size_t j = 0; j < p; ++j) average[n * n + a * p + j] += from[j];
    }
    sums.end_of_item();
  }
  const Vector& total = sums.total();
  for (std::size_t a = 0; a < n; ++a) out.score.push_back(0.5 * total[a]);
  out.average_information = in_->problem.average_information(n, last_.c, total.data() + n);
}

/// What one cluster adds to the expected information, by pairs of the directions J (0) and I (1).
struct Information {
  explicit Information(std::size_t p)
      : cross{Matrix(p, p), Matrix(p, p), Matrix(p, p)}, f{Matrix(p, p), Matrix(p, p)} {}
  double trace[3] = {0, 0, 0};  ///< JJ, JI, II
  Matrix cross[3];              ///< the same
  Matrix f[2];
};

/// tr(M^-2): the diagonal part of K's share cancels as little as that of M^-1 does.
double squared_trace(const Design& in, const Solved& at, std::size_t n) {
  const DenseLayout::Cluster& c = in.clusters()[n];
  const Factor& k = at.factor[n];
  double out = 0, s00 = 0, s01 = 0, s11 = 0;
  for (std::size_t i = c.first; i < c.first + c.size; ++i) {
    const double g = at.g[i], gg = g * g, r = in.s[i];
    out += gg * (1 - 2 * g * (k.k00 + 2 * r * k.k01 + r * r * k.k11));
    s00 += gg;
    s01 += gg * r;
    s11 += gg * r * r;
  }
  // tr(K S K S), S = Z'E^-2 Z
  const double a = k.k00 * s00 + k.k01 * s01, b = k.k00 * s01 + k.k01 * s11, c0 = k.k01 * s00 + k.k11 * s01,
               d = k.k01 * s01 + k.k11 * s11;
  return out + a * a + 2 * b * c0 + d * d;
}

void fill_information(const Design& in, const Solved& at, std::size_t n, Vector& work, Information& out) {
  const DenseLayout::Cluster& c = in.clusters()[n];
  const std::size_t m = c.size, p = in.problem.p;
  const double* x = at.x.data() + c.first * (p + 1);
  const double* z = at.z.data() + c.first;
  double total = 0;
  for (std::size_t i = 0; i < m; ++i) total += z[i];
  out.trace[0] = total * total;
  out.trace[1] = dot(m, z, z);
  out.trace[2] = squared_trace(in, at, n);
  if (!in.problem.reml) return;
  Vector h(p, 0.0), zx(p);
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t i = 0; i < m; ++i) h[a] += x[a * m + i];
    zx[a] = dot(m, z, x + a * m);
  }
  for (std::size_t a = 0; a < p; ++a) {
    in.solve(n, at, x + a * m, work.data());
    for (std::size_t b = 0; b < p; ++b) {
      out.f[0](a, b) = h[a] * h[b];
      out.f[1](a, b) = dot(m, x + a * m, x + b * m);
      out.cross[0](a, b) = h[a] * total * h[b];
      out.cross[1](a, b) = 0.5 * (h[a] * zx[b] + zx[a] * h[b]);
      out.cross[2](a, b) = dot(m, work.data(), x + b * m);
    }
  }
}

Matrix CompoundLikelihood::information() const {
  const std::size_t n = last_.point.sigma2.size(), p = in_->problem.p, square = p * p;
  BlockedSums sums(n * n + n * n * square + n * square);
  Vector work(in_->problem.layout.largest());
  Information of(p);
  for (std::size_t cluster = 0; cluster < in_->clusters().size(); ++cluster) {
    fill_information(*in_, last_, cluster, work, of);
    const std::vector<bool>& shared = in_->compound[cluster].shared;
    double* cross = sums.data() + n * n;
    double* f = cross + n * n * square;
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const std::size_t pair = shared[a] && shared[b] ? 0 : shared[a] || shared[b] ? 1 : 2;
        sums.data()[a * n + b] += of.trace[pair];
        for (std::size_t i = 0; i < square; ++i) cross[(a * n + b) * square + i] += of.cross[pair].data()[i];
      }
      for (std::size_t i = 0; i < square; ++i) f[a * square + i] += of.f[shared[a] ? 0 : 1].data()[i];
    }
    sums.end_of_item();
  }
  return in_->problem.expected_information(n, last_.c, sums.total().data());
}

}  // namespace

std::unique_ptr<MixedLikelihood> make_compound_likelihood(const Problem& problem) {
  auto design = Design::create(problem);
  return design ? std::make_unique<CompoundLikelihood>(std::move(design)) : nullptr;
}

}  // namespace hedgerow::model
