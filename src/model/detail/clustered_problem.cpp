#include "model/detail/clustered_problem.hpp"

#include <algorithm>
#include <cmath>

#include "stats/linalg.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {

using stats::Matrix;
using stats::Vector;

namespace {

constexpr double log_two_pi = 1.83787706640934548356;

}  // namespace

ClusteredProblem::ClusteredProblem(const Problem& from)
    : problem(from),
      layout(from),
      reml(std::get<Multilevel>(from.spec()).likelihood == Likelihood::reml),
      p(from.data().p()) {
  const Data& data = problem.data();
  const stats::Orthonormal basis = stats::orthonormalise(data.x);
  HR_ASSERT(basis.rank == p);
  r = basis.r;
  Vector y = data.yi;
  beta0.assign(p, 0.0);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t j = 0; j < p; ++j) {
      const auto q = basis.column(j);
      const double along = stats::dot(q, y);
      beta0[j] += along;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] -= along * q[i];
    }
  }
  u.resize(data.k() * (p + 1));
  for (const DenseLayout::Cluster& c : layout.clusters()) {
    double* to = u.data() + c.first * (p + 1);
    for (std::size_t j = 0; j <= p; ++j) {
      const std::span<const double> column = j < p ? basis.column(j) : std::span<const double>(y);
      for (std::size_t i = 0; i < c.size; ++i) *to++ = column[layout.row(c.first + i)];
    }
  }
}

Vector ClusteredProblem::from_basis(Vector c) const {
  for (std::size_t j = p; j-- > 0;) {
    for (std::size_t i = j + 1; i < p; ++i) c[j] -= r(j, i) * c[i];
    c[j] /= r(j, j);
  }
  return c;
}

Matrix ClusteredProblem::from_basis(const Matrix& c) const {
  Matrix half(p, p), out(p, p);
  Vector column(p);
  const auto reduce = [&](const Matrix& in, Matrix& to) {
    for (std::size_t j = 0; j < p; ++j) {
      for (std::size_t i = 0; i < p; ++i) column[i] = in(j, i);
      const Vector x = from_basis(column);
      for (std::size_t i = 0; i < p; ++i) to(i, j) = x[i];
    }
  };
  reduce(c, half);    // R^-1 C
  reduce(half, out);  // R^-1 (R^-1 C)'
  return out;
}

MixedEvaluation ClusteredProblem::evaluation(double log_det, double rss, const Vector& in_basis, const Matrix& c,
                                             double log_det_information) const {
  MixedEvaluation out;
  const auto rows = static_cast<double>(layout.rows()), columns = static_cast<double>(p);
  out.loglik_ml = -0.5 * (rows * log_two_pi + log_det + rss);
  out.loglik_reml = -0.5 * ((rows - columns) * log_two_pi + log_det + log_det_information + rss);
  out.finite = std::isfinite(out.loglik_ml) && std::isfinite(out.loglik_reml);
  Vector beta = beta0;
  for (std::size_t j = 0; j < p; ++j) beta[j] += in_basis[j];
  out.beta = from_basis(beta);
  out.vb = from_basis(c);
  return out;
}

double ClusteredProblem::residuals(const Vector& beta, const Vector& solved, Vector& py) const {
  BlockedSums rss(1);
  for (const DenseLayout::Cluster& c : layout.clusters()) {
    const double* from = u.data() + c.first * (p + 1);
    const double* half = solved.data() + c.first * (p + 1);
    for (std::size_t i = 0; i < c.size; ++i) {
      double e = from[p * c.size + i], pe = half[p * c.size + i];
      for (std::size_t a = 0; a < p; ++a) {
        e -= from[a * c.size + i] * beta[a];
        pe -= half[a * c.size + i] * beta[a];
      }
      py[c.first + i] = pe;
      rss.data()[0] += e * pe;
    }
    rss.end_of_item();
  }
  return rss.total()[0];
}

Vector ClusteredProblem::by_cluster(std::span<const double> v,
                                    const std::function<void(std::size_t, const double*, double*)>& f) const {
  HR_ASSERT(v.size() == layout.rows());
  Vector out(v.size()), from(layout.largest()), to(layout.largest());
  for (std::size_t n = 0; n < layout.clusters().size(); ++n) {
    const DenseLayout::Cluster& c = layout.clusters()[n];
    for (std::size_t i = 0; i < c.size; ++i) from[i] = v[layout.row(c.first + i)];
    f(n, from.data(), to.data());
    for (std::size_t i = 0; i < c.size; ++i) out[layout.row(c.first + i)] = to[i];
  }
  return out;
}

Matrix ClusteredProblem::average_information(std::size_t n, const Matrix& c, const double* sums) const {
  Matrix out(n, n);
  const double* b = sums + n * n;
  for (std::size_t i = 0; i < n; ++i) {
    const Vector cb = stats::multiply(c, {b + i * p, p});
    for (std::size_t j = 0; j <= i; ++j)
      out(i, j) = out(j, i) = 0.5 * (sums[i * n + j] - stats::dot(cb, {b + j * p, p}));
  }
  return out;
}

Matrix ClusteredProblem::expected_information(std::size_t n, const Matrix& c, const double* sums) const {
  const double* cross = sums + n * n;
  const double* f = cross + n * n * p * p;
  std::vector<Matrix> cf;
  for (std::size_t a = 0; a < n && reml; ++a) {
    Matrix fa(p, p);
    std::copy_n(f + a * p * p, p * p, fa.data());
    cf.push_back(stats::multiply(c, fa));
  }
  Matrix out(n, n);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double value = sums[a * n + b];
      for (std::size_t g = 0; g < p && reml; ++g)
        for (std::size_t h = 0; h < p; ++h)
          value += cf[a](g, h) * cf[b](h, g) - 2 * c(g, h) * cross[(a * n + b) * p * p + g * p + h];
      out(a, b) = out(b, a) = 0.5 * value;
    }
  }
  return out;
}

bool same_point(const MixedPoint& a, const MixedPoint& b) {
  if (a.sigma2 != b.sigma2 || a.terms.size() != b.terms.size()) return false;
  for (std::size_t t = 0; t < a.terms.size(); ++t)
    if (!(a.terms[t].g == b.terms[t].g)) return false;
  return true;
}

Matrix marginal_block(const Problem& problem, const MixedPoint& point, std::span<const std::size_t> rows) {
  Matrix out(rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) out(i, j) = out(j, i) = marginal_entry(problem, point, rows[i], rows[j]);
  return out;
}

}  // namespace hedgerow::model
