#include "stats/linalg.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "base/error.hpp"

namespace hedgerow::stats {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MapConst = Eigen::Map<const RowMajor>;

MapConst view(const Matrix& a) {
  return {a.data(), static_cast<Eigen::Index>(a.rows()), static_cast<Eigen::Index>(a.cols())};
}

Matrix copy(const RowMajor& a) {
  Matrix out(static_cast<std::size_t>(a.rows()), static_cast<std::size_t>(a.cols()));
  std::copy(a.data(), a.data() + a.size(), out.data());
  return out;
}

}  // namespace

Matrix identity(std::size_t n) {
  Matrix out(n, n);
  for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
  return out;
}

Matrix transpose(const Matrix& a) {
  Matrix out(a.cols(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.cols(); ++j) out(j, i) = a(i, j);
  return out;
}

Matrix multiply(const Matrix& a, const Matrix& b) {
  HR_ASSERT(a.cols() == b.rows());
  return copy(view(a) * view(b));
}

Vector multiply(const Matrix& a, std::span<const double> x) {
  HR_ASSERT(a.cols() == x.size());
  Vector out(a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) out[i] = dot(a.row(i), x);
  return out;
}

double dot(std::span<const double> a, std::span<const double> b) {
  HR_ASSERT(a.size() == b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double quadratic_form(const Matrix& a, std::span<const double> x) { return dot(x, multiply(a, x)); }

double trace(const Matrix& a) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) sum += a(i, i);
  return sum;
}

std::optional<Cholesky> Cholesky::create(const Matrix& a) {
  HR_ASSERT(a.rows() == a.cols());
  Cholesky out;
  const std::size_t n = a.rows();
  out.scale_.resize(n);
  Matrix scaled(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(a(i, i) > 0)) return std::nullopt;
    out.scale_[i] = 1 / std::sqrt(a(i, i));
    out.log_determinant_ += std::log(a(i, i));
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) scaled(i, j) = a(i, j) * out.scale_[i] * out.scale_[j];
  const Eigen::LLT<RowMajor> llt(view(scaled));
  if (llt.info() != Eigen::Success) return std::nullopt;
  out.lower_ = copy(RowMajor(llt.matrixL()));
  for (std::size_t i = 0; i < n; ++i) {
    if (!(out.lower_(i, i) > 1e-8)) return std::nullopt;
    out.log_determinant_ += 2 * std::log(out.lower_(i, i));
  }
  return out;
}

Vector Cholesky::solve(std::span<const double> b) const {
  const std::size_t n = scale_.size();
  HR_ASSERT(b.size() == n);
  Vector x(n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = b[i] * scale_[i];
    for (std::size_t j = 0; j < i; ++j) sum -= lower_(i, j) * x[j];
    x[i] = sum / lower_(i, i);
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = i + 1; j < n; ++j) x[i] -= lower_(j, i) * x[j];
    x[i] /= lower_(i, i);
  }
  for (std::size_t i = 0; i < n; ++i) x[i] *= scale_[i];
  return x;
}

Matrix Cholesky::solve(const Matrix& b) const {
  Matrix out(b.rows(), b.cols());
  Vector column(b.rows());
  for (std::size_t j = 0; j < b.cols(); ++j) {
    for (std::size_t i = 0; i < b.rows(); ++i) column[i] = b(i, j);
    const Vector x = solve(column);
    for (std::size_t i = 0; i < b.rows(); ++i) out(i, j) = x[i];
  }
  return out;
}

Matrix Cholesky::inverse() const {
  Matrix out = solve(identity(scale_.size()));
  for (std::size_t i = 0; i < out.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j) out(i, j) = out(j, i) = 0.5 * (out(i, j) + out(j, i));
  return out;
}

std::optional<LeastSquares> weighted_least_squares(const Matrix& x, std::span<const double> y,
                                                   std::span<const double> w) {
  const std::size_t k = x.rows();
  const std::size_t p = x.cols();
  HR_ASSERT(y.size() == k && w.size() == k);
  if (k < p) return std::nullopt;
  RowMajor scaled(view(x));
  Eigen::VectorXd target(static_cast<Eigen::Index>(k));
  for (std::size_t i = 0; i < k; ++i) {
    const double root = std::sqrt(w[i]);
    scaled.row(static_cast<Eigen::Index>(i)) *= root;
    target(static_cast<Eigen::Index>(i)) = y[i] * root;
  }
  const Eigen::VectorXd norms = scaled.colwise().norm().transpose();
  if (!((norms.array() > 0).all())) return std::nullopt;
  scaled = scaled * norms.cwiseInverse().asDiagonal();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(scaled);
  const Eigen::MatrixXd r = qr.matrixQR().topRows(static_cast<Eigen::Index>(p)).triangularView<Eigen::Upper>();
  if (!((r.diagonal().array().abs() > 1e-10).all())) return std::nullopt;
  const Eigen::VectorXd beta = norms.cwiseInverse().asDiagonal() * qr.solve(target);
  const Eigen::MatrixXd r_inv = r.triangularView<Eigen::Upper>().solve(
      Eigen::MatrixXd::Identity(static_cast<Eigen::Index>(p), static_cast<Eigen::Index>(p)));
  const RowMajor inverse =
      norms.cwiseInverse().asDiagonal() * (r_inv * r_inv.transpose()) * norms.cwiseInverse().asDiagonal();
  LeastSquares out;
  out.beta.assign(beta.data(), beta.data() + beta.size());
  out.xtwx_inv = copy(inverse);
  out.log_det_xtwx = 2 * (r.diagonal().array().abs().log().sum() + norms.array().log().sum());
  for (std::size_t i = 0; i < k; ++i) {
    const double e = y[i] - dot(x.row(i), out.beta);
    out.rss += w[i] * e * e;
  }
  return out;
}

std::vector<std::size_t> dependent_columns(const Matrix& x, double tolerance) {
  std::vector<std::size_t> dependent;
  std::vector<Eigen::VectorXd> basis;
  for (std::size_t j = 0; j < x.cols(); ++j) {
    Eigen::VectorXd column = view(x).col(static_cast<Eigen::Index>(j));
    const double norm = column.norm();
    // Twice, because one pass of Gram-Schmidt loses orthogonality when columns are nearly parallel.
    for (int pass = 0; pass < 2; ++pass)
      for (const Eigen::VectorXd& q : basis) column -= q.dot(column) * q;
    if (!(column.norm() > tolerance * norm)) {
      dependent.push_back(j);
    } else {
      basis.push_back(column.normalized());
    }
  }
  return dependent;
}

SymmetricEigen symmetric_eigen(const Matrix& a) {
  const Eigen::SelfAdjointEigenSolver<RowMajor> solver{RowMajor(view(a))};
  SymmetricEigen out;
  out.values.assign(solver.eigenvalues().data(), solver.eigenvalues().data() + solver.eigenvalues().size());
  out.vectors = copy(solver.eigenvectors());
  return out;
}

std::optional<double> log_determinant(const Matrix& a) {
  const auto factor = Cholesky::create(a);
  if (!factor) return std::nullopt;
  return factor->log_determinant();
}

}  // namespace hedgerow::stats
