// Dense algebra of one independent cluster: many small symmetric matrices, most of them of fewer than ten rows.
#pragma once

#include <cmath>
#include <cstddef>

namespace hedgerow::model {

/// Logarithm of a product of many factors, with one logarithm for many of them.
class LogProduct {
 public:
  void multiply(double factor) {
    product_ *= factor;
    if (product_ < 1e-140 || product_ > 1e140) close();
  }
  double total() {
    close();
    return sum_;
  }

 private:
  void close() {
    sum_ += std::log(product_);
    product_ = 1;
  }
  double product_ = 1, sum_ = 0;
};

/// In place: the inverse of the symmetric positive definite m x m matrix `a` (row-major, whole). False if it is not
/// positive definite in working precision (a pivot loses all its digits); else `log_det` gets log |a|.
bool invert_positive(std::size_t m, double* a, double& log_det);

/// out = A v for `columns` columns of m values one after another; A symmetric m x m.
void multiply_symmetric(std::size_t m, const double* a, const double* v, std::size_t columns, double* out);

/// t = sum over `count` columns of x y', minus a; m x m.
void outer_products_less(std::size_t m, const double* a, std::size_t count, const double* x, const double* y,
                         double* t);

/// Sum of the products of n pairs.
double dot_product(std::size_t n, const double* a, const double* b);

}  // namespace hedgerow::model
