// Jet: a number with its gradient and its Hessian in N variables (forward differentiation of second order).
//
// A quadrature of a likelihood depends on its parameters also through the mode and the width to which its nodes are
// adapted. With jets the derivatives of the value that is computed are exact, node for node, so that Newton's method
// sees the function that it maximises.
//
//   f(g):  value f,  gradient f' dg,  Hessian f' d2g + f'' dg dg'
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace hedgerow::model {

template <std::size_t N>
struct Jet {
  static constexpr std::size_t pairs = N * (N + 1) / 2;

  double value = 0;
  std::array<double, N> gradient{};
  std::array<double, pairs> hessian{};  ///< upper triangle by rows

  Jet() = default;
  Jet(double constant) : value(constant) {}  // NOLINT: constants mix with jets freely

  /// Variable number `index` at `value`.
  static Jet variable(double value, std::size_t index) {
    Jet out(value);
    out.gradient[index] = 1;
    return out;
  }

  /// Second derivative in variables i and j.
  double second(std::size_t i, std::size_t j) const {
    if (i > j) return second(j, i);
    return hessian[i * N - i * (i + 1) / 2 + j];
  }

  Jet& operator+=(const Jet& other) {
    value += other.value;
    for (std::size_t i = 0; i < N; ++i) gradient[i] += other.gradient[i];
    for (std::size_t i = 0; i < pairs; ++i) hessian[i] += other.hessian[i];
    return *this;
  }

  Jet& operator*=(double factor) {
    value *= factor;
    for (double& g : gradient) g *= factor;
    for (double& h : hessian) h *= factor;
    return *this;
  }
};

template <std::size_t N>
Jet<N> operator+(Jet<N> a, const Jet<N>& b) {
  return a += b;
}

template <std::size_t N>
Jet<N> operator*(double factor, Jet<N> a) {
  return a *= factor;
}

template <std::size_t N>
Jet<N> operator-(const Jet<N>& a, const Jet<N>& b) {
  return a + -1.0 * b;
}

template <std::size_t N>
Jet<N> operator*(const Jet<N>& a, const Jet<N>& b) {
  Jet<N> out(a.value * b.value);
  for (std::size_t i = 0; i < N; ++i) out.gradient[i] = a.value * b.gradient[i] + b.value * a.gradient[i];
  std::size_t at = 0;
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = i; j < N; ++j, ++at)
      out.hessian[at] = a.value * b.hessian[at] + b.value * a.hessian[at] + a.gradient[i] * b.gradient[j] +
                        a.gradient[j] * b.gradient[i];
  return out;
}

/// f(a) from the value and the first two derivatives of f at a.value.
template <std::size_t N>
Jet<N> compose(const Jet<N>& a, double f, double f1, double f2) {
  Jet<N> out(f);
  for (std::size_t i = 0; i < N; ++i) out.gradient[i] = f1 * a.gradient[i];
  std::size_t at = 0;
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = i; j < N; ++j, ++at) out.hessian[at] = f1 * a.hessian[at] + f2 * a.gradient[i] * a.gradient[j];
  return out;
}

template <std::size_t N>
Jet<N> exp(const Jet<N>& a) {
  const double e = std::exp(a.value);
  return compose(a, e, e, e);
}

template <std::size_t N>
Jet<N> log(const Jet<N>& a) {
  return compose(a, std::log(a.value), 1 / a.value, -1 / (a.value * a.value));
}

template <std::size_t N>
Jet<N> inverse(const Jet<N>& a) {
  const double r = 1 / a.value;
  return compose(a, r, -r * r, 2 * r * r * r);
}

template <std::size_t N>
Jet<N> sqrt(const Jet<N>& a) {
  const double root = std::sqrt(a.value);
  return compose(a, root, 0.5 / root, -0.25 / (root * a.value));
}

template <std::size_t N>
Jet<N> sin(const Jet<N>& a) {
  return compose(a, std::sin(a.value), std::cos(a.value), -std::sin(a.value));
}

template <std::size_t N>
Jet<N> cos(const Jet<N>& a) {
  return compose(a, std::cos(a.value), -std::sin(a.value), -std::cos(a.value));
}

}  // namespace hedgerow::model
