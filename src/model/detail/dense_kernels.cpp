// The inverse is found by symmetric sweeps without pivoting, which positive definite matrices do not need (higham2002,
// chapter 14). The pivots are those of the Cholesky factor. Sweeping row k, with c = column k and d = c_k:
//
//   a_ij <- a_ij - c_i c_j / d,   a_ik <- c_i / d,   a_kk <- -1 / d        (all rows swept: -A^-1)
//
// The inner loops run along rows by explicit vectors of four; every processor rounds alike (no fused operations).
#include "model/detail/dense_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

#define HR_ALWAYS_INLINE inline __attribute__((always_inline))
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define HR_PROCESSORS __attribute__((target_clones("avx2", "default")))
#else
#define HR_PROCESSORS
#endif

using Four = double __attribute__((vector_size(32)));

/// Up to this size the loops below are faster than a blocked library.
constexpr std::size_t small_matrix = 48;

/// y += factor x.
HR_ALWAYS_INLINE void add_multiple(std::size_t n, double factor, const double* x, double* y) {
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    Four a, b;
    std::memcpy(&a, x + i, sizeof a);
    std::memcpy(&b, y + i, sizeof b);
    b += factor * a;
    std::memcpy(y + i, &b, sizeof b);
  }
  for (; i < n; ++i) y[i] += factor * x[i];
}

/// One sweep of the lower triangle; `c` and `r` have room for m values.
HR_PROCESSORS void sweep(std::size_t m, std::size_t k, double* a, double* c, double* r) {
  for (std::size_t j = 0; j <= k; ++j) c[j] = a[k * m + j];
  for (std::size_t i = k + 1; i < m; ++i) c[i] = a[i * m + k];
  const double inverse = 1 / c[k];
  for (std::size_t j = 0; j < m; ++j) r[j] = c[j] * inverse;
  for (std::size_t i = 0; i < k; ++i) add_multiple(i + 1, -c[i], r, a + i * m);
  for (std::size_t i = k + 1; i < m; ++i) {
    add_multiple(i + 1, -c[i], r, a + i * m);
    a[i * m + k] = r[i];
  }
  for (std::size_t j = 0; j < k; ++j) a[k * m + j] = r[j];
  a[k * m + k] = -inverse;
}

bool invert_small(std::size_t m, double* a, double& log_det) {
  double c[small_matrix], r[small_matrix], whole[small_matrix];
  LogProduct determinant;
  for (std::size_t i = 0; i < m; ++i) whole[i] = a[i * m + i];
  for (std::size_t k = 0; k < m; ++k) {
    const double pivot = a[k * m + k];
    if (!(pivot > 4e-16 * static_cast<double>(m) * whole[k])) return false;
    determinant.multiply(pivot);
    sweep(m, k, a, c, r);
  }
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j <= i; ++j) a[i * m + j] = a[j * m + i] = -a[i * m + j];
  log_det = determinant.total();
  return std::isfinite(log_det);
}

/// The same in closed form.
bool invert_two(double* a, double& log_det) {
  const double pivot = a[3] - a[1] * (a[1] / a[0]);
  if (!(a[0] > 0) || !(pivot > 8e-16 * a[3])) return false;
  const double factor = a[1] / a[0];
  log_det = std::log(a[0]) + std::log(pivot);
  a[3] = 1 / pivot;
  a[1] = a[2] = -factor * a[3];
  a[0] = 1 / a[0] - factor * a[1];
  return std::isfinite(log_det);
}

bool invert_large(std::size_t m, double* a, double& log_det) {
  stats::Matrix whole(m, m);
  std::copy_n(a, m * m, whole.data());
  const auto factor = stats::Cholesky::create(whole);
  if (!factor) return false;
  log_det = factor->log_determinant();
  if (!std::isfinite(log_det)) return false;
  const stats::Matrix inverse = factor->inverse();
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) a[i * m + j] = 0.5 * (inverse(i, j) + inverse(j, i));
  return true;
}

HR_PROCESSORS void multiply_rows(std::size_t m, const double* a, const double* v, std::size_t columns, double* out) {
  std::fill_n(out, m * columns, 0.0);
  for (; columns-- > 0; v += m, out += m)
    for (std::size_t j = 0; j < m; ++j) add_multiple(m, v[j], a + j * m, out);
}

HR_PROCESSORS void outer_rows(std::size_t m, std::size_t count, const double* x, const double* y, double* t) {
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t n = 0; n < count; ++n) add_multiple(m, x[n * m + i], y + n * m, t + i * m);
}

HR_PROCESSORS double dot_vectors(std::size_t n, const double* a, const double* b) {
  Four sum{0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    Four x, y;
    std::memcpy(&x, a + i, sizeof x);
    std::memcpy(&y, b + i, sizeof y);
    sum += x * y;
  }
  double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  for (; i < n; ++i) total += a[i] * b[i];
  return total;
}

}  // namespace

bool invert_positive(std::size_t m, double* a, double& log_det) {
  if (m == 1) {
    if (!(a[0] > 0) || !std::isfinite(a[0])) return false;
    log_det = std::log(a[0]);
    a[0] = 1 / a[0];
    return true;
  }
  if (m == 2) return invert_two(a, log_det);
  return m > small_matrix ? invert_large(m, a, log_det) : invert_small(m, a, log_det);
}

void multiply_symmetric(std::size_t m, const double* a, const double* v, std::size_t columns, double* out) {
  if (m == 1) {
    for (std::size_t n = 0; n < columns; ++n) out[n] = a[0] * v[n];
  } else if (m == 2) {
    for (; columns-- > 0; v += 2, out += 2) {
      out[0] = a[0] * v[0] + a[1] * v[1];
      out[1] = a[1] * v[0] + a[3] * v[1];
    }
  } else {
    multiply_rows(m, a, v, columns, out);
  }
}

void outer_products_less(std::size_t m, const double* a, std::size_t count, const double* x, const double* y,
                         double* t) {
  for (std::size_t i = 0; i < m * m; ++i) t[i] = -a[i];
  if (m > 2) return outer_rows(m, count, x, y, t);
  for (; count-- > 0; x += m, y += m)
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < m; ++j) t[i * m + j] += x[i] * y[j];
}

double dot_product(std::size_t n, const double* a, const double* b) {
  if (n > 8) return dot_vectors(n, a, b);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace hedgerow::model
