#include "model/detail/dense_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

struct Direction {
  bool component = true;
  std::size_t term = 0;  ///< component, or structured term
  std::size_t index = 0;
};

Direction locate(const MixedPoint& point, std::size_t direction) {
  if (direction < point.sigma2.size()) return {true, direction, 0};
  direction -= point.sigma2.size();
  for (std::size_t t = 0; t < point.terms.size(); ++t) {
    if (direction < point.terms[t].dg.size()) return {false, t, direction};
    direction -= point.terms[t].dg.size();
  }
  HR_ASSERT(false);
}

template <class T>
std::vector<T> by_position(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> out;
  if (values.empty()) return out;
  out.reserve(order.size());
  for (const std::size_t row : order) out.push_back(values[row]);
  return out;
}

}  // namespace

std::size_t direction_count(const MixedPoint& point) {
  std::size_t count = point.sigma2.size();
  for (const TermPoint& term : point.terms) count += term.dg.size();
  return count;
}

DenseLayout::DenseLayout(const Problem& problem) {
  const Data& data = problem.data();
  const auto& spec = std::get<Multilevel>(problem.spec());
  const std::vector<std::uint32_t> id = problem.clusters();
  std::size_t count = 0;
  for (const std::uint32_t c : id) count = std::max(count, std::size_t{c} + 1);
  clusters_.resize(count);
  for (const std::uint32_t c : id) ++clusters_[c].size;
  std::size_t first = 0, square = 0;
  for (Cluster& c : clusters_) {
    c.first = first;
    c.square = square;
    first += c.size;
    square += c.size * c.size;
    largest_ = std::max(largest_, c.size);
  }
  std::vector<std::size_t> next;
  for (const Cluster& c : clusters_) next.push_back(c.first);
  order_.resize(data.k());
  for (std::size_t i = 0; i < data.k(); ++i) order_[next[id[i]]++] = i;
  v_.assign(square, 0.0);
  for (const Cluster& c : clusters_) {
    for (std::size_t i = 0; i < c.size; ++i) {
      const std::size_t a = order_[c.first + i];
      v_[c.square + i * c.size + i] = data.vi[a];
      for (std::size_t j = 0; j < i && data.v; ++j) {
        const double value = (*data.v)(a, order_[c.first + j]);
        v_[c.square + i * c.size + j] = v_[c.square + j * c.size + i] = value;
      }
    }
  }
  r_ = spec.r;
  r_.resize(spec.groups.size());
  for (const auto& groups : spec.groups) groups_.push_back(by_position(groups, order_));
  for (std::size_t l = 0; l < groups_.size(); ++l) {
    shapes_.emplace_back();
    for (std::size_t c = 0; c < count; ++c) shapes_.back().push_back(shape(l, c));
  }
  for (const Structured& from : spec.structured) {
    Term term;
    term.coefficients = from.structure == Structure::gen || from.structure == Structure::gdiag;
    term.levels = from.levels.size();
    term.outer = by_position(from.outer, order_);
    term.inner = term.coefficients ? std::vector<std::uint32_t>{} : by_position(from.inner, order_);
    if (term.coefficients) {
      term.z = Matrix(data.k(), term.levels);
      for (std::size_t i = 0; i < order_.size(); ++i)
        std::copy_n(from.z.row(order_[i]).begin(), term.levels, term.z.row(i).begin());
    }
    terms_.push_back(std::move(term));
  }
}

DenseLayout::Shape DenseLayout::shape(std::size_t component, std::size_t cluster) const {
  if (r_[component]) return Shape::known;
  const Cluster& c = clusters_[cluster];
  const std::vector<std::uint32_t> ids(groups_[component].begin() + static_cast<std::ptrdiff_t>(c.first),
                                       groups_[component].begin() + static_cast<std::ptrdiff_t>(c.first + c.size));
  std::vector<std::uint32_t> sorted(ids);
  std::sort(sorted.begin(), sorted.end());
  const std::size_t distinct = static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
  if (distinct == ids.size()) return Shape::diagonal;
  return distinct == 1 ? Shape::all : Shape::general;
}

void DenseLayout::add_component(const Cluster& c, std::size_t l, double factor, double* m) const {
  const std::size_t n = c.size;
  const std::uint32_t* id = groups_[l].data() + c.first;
  switch (shapes_[l][static_cast<std::size_t>(&c - clusters_.data())]) {
    case Shape::diagonal:
      for (std::size_t i = 0; i < n; ++i) m[i * n + i] += factor;
      return;
    case Shape::all:
      for (std::size_t i = 0; i < n * n; ++i) m[i] += factor;
      return;
    case Shape::general:
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) m[i * n + j] += id[i] == id[j] ? factor : 0.0;
      return;
    case Shape::known:
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) m[i * n + j] += factor * (*r_[l])(id[i], id[j]);
      return;
  }
}

void DenseLayout::add_term(const Cluster& c, const Term& term, const Matrix& g, double* m) const {
  const std::size_t n = c.size;
  const std::uint32_t* outer = term.outer.data() + c.first;
  if (!term.coefficients) {
    const std::uint32_t* inner = term.inner.data() + c.first;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) m[i * n + j] += outer[i] == outer[j] ? g(inner[i], inner[j]) : 0.0;
    return;
  }
  Vector gz(term.levels);
  for (std::size_t i = 0; i < n; ++i) {
    const auto z = term.z.row(c.first + i);
    for (std::size_t a = 0; a < term.levels; ++a) gz[a] = stats::dot(g.row(a), z);
    for (std::size_t j = 0; j < n; ++j)
      if (outer[i] == outer[j]) m[i * n + j] += stats::dot(gz, term.z.row(c.first + j));
  }
}

void DenseLayout::build(const Cluster& c, const MixedPoint& point, double* m) const {
  std::copy_n(v_.data() + c.square, c.size * c.size, m);
  for (std::size_t l = 0; l < groups_.size(); ++l)
    if (point.sigma2[l] != 0) add_component(c, l, point.sigma2[l], m);
  for (std::size_t t = 0; t < terms_.size(); ++t) add_term(c, terms_[t], point.terms[t].g, m);
}

double DenseLayout::term_entry(const Term& term, const Matrix& g, std::size_t i, std::size_t j) const {
  if (term.outer[i] != term.outer[j]) return 0;
  if (!term.coefficients) return g(term.inner[i], term.inner[j]);
  double sum = 0;
  for (std::size_t a = 0; a < term.levels; ++a) sum += term.z(i, a) * stats::dot(g.row(a), term.z.row(j));
  return sum;
}

void DenseLayout::multiply_term(const Cluster& c, const Term& term, const Matrix& g, const double* b,
                                std::size_t columns, double* out) const {
  for (std::size_t i = 0; i < c.size; ++i) {
    for (std::size_t j = 0; j < c.size; ++j) {
      const double x = term_entry(term, g, c.first + i, c.first + j);
      if (x == 0) continue;
      for (std::size_t n = 0; n < columns; ++n) out[i * columns + n] += x * b[j * columns + n];
    }
  }
}

void DenseLayout::multiply_component(const Cluster& c, std::size_t l, const double* b, std::size_t columns,
                                     double* out) const {
  const std::size_t m = c.size;
  const std::uint32_t* id = groups_[l].data() + c.first;
  const Shape form = shapes_[l][static_cast<std::size_t>(&c - clusters_.data())];
  if (form == Shape::diagonal) {
    std::copy_n(b, m * columns, out);
    return;
  }
  for (std::size_t i = 0; i < m; ++i) {
    if (form == Shape::all && i > 0) {
      std::copy_n(out, columns, out + i * columns);
      continue;
    }
    for (std::size_t j = 0; j < m; ++j) {
      const double x = form == Shape::known ? (*r_[l])(id[i], id[j]) : (id[i] == id[j] ? 1.0 : 0.0);
      if (x == 0) continue;
      for (std::size_t n = 0; n < columns; ++n) out[i * columns + n] += x * b[j * columns + n];
    }
  }
}

void DenseLayout::multiply(const Cluster& c, const MixedPoint& point, std::size_t direction, const double* b,
                           std::size_t columns, double* out) const {
  std::fill_n(out, c.size * columns, 0.0);
  const Direction at = locate(point, direction);
  if (at.component)
    multiply_component(c, at.term, b, columns, out);
  else
    multiply_term(c, terms_[at.term], point.terms[at.term].dg[at.index], b, columns, out);
}

void DenseLayout::apply_component(const Cluster& c, std::size_t l, const double* v, double* out) const {
  const std::size_t n = c.size;
  const std::uint32_t* id = groups_[l].data() + c.first;
  const Shape form = shapes_[l][static_cast<std::size_t>(&c - clusters_.data())];
  if (form == Shape::diagonal) {
    std::copy_n(v, n, out);
    return;
  }
  if (form == Shape::all) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += v[i];
    std::fill_n(out, n, sum);
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (form == Shape::known)
        sum += (*r_[l])(id[i], id[j]) * v[j];
      else
        sum += id[i] == id[j] ? v[j] : 0.0;
    }
    out[i] = sum;
  }
}

void DenseLayout::apply_term(const Cluster& c, const Term& term, const Matrix& g, const double* v, double* out) const {
  const std::size_t n = c.size;
  const std::uint32_t* outer = term.outer.data() + c.first;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    if (term.coefficients) {
      Vector total(term.levels, 0.0);
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t a = 0; a < term.levels && outer[i] == outer[j]; ++a) total[a] += term.z(c.first + j, a) * v[j];
      sum = stats::dot(stats::multiply(g, total), term.z.row(c.first + i));
    } else {
      const std::uint32_t* inner = term.inner.data() + c.first;
      for (std::size_t j = 0; j < n; ++j) sum += outer[i] == outer[j] ? g(inner[i], inner[j]) * v[j] : 0.0;
    }
    out[i] = sum;
  }
}

void DenseLayout::apply(const Cluster& c, const MixedPoint& point, std::size_t direction, const double* v,
                        double* out) const {
  const Direction at = locate(point, direction);
  if (at.component)
    apply_component(c, at.term, v, out);
  else
    apply_term(c, terms_[at.term], point.terms[at.term].dg[at.index], v, out);
}

double DenseLayout::contract_component(const Cluster& c, std::size_t l, const double* t) const {
  const std::size_t n = c.size;
  const std::uint32_t* id = groups_[l].data() + c.first;
  double sum = 0;
  switch (shapes_[l][static_cast<std::size_t>(&c - clusters_.data())]) {
    case Shape::diagonal:
      for (std::size_t i = 0; i < n; ++i) sum += t[i * n + i];
      break;
    case Shape::all:
      for (std::size_t i = 0; i < n * n; ++i) sum += t[i];
      break;
    case Shape::general:
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) sum += id[i] == id[j] ? t[i * n + j] : 0.0;
      break;
    case Shape::known:
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) sum += (*r_[l])(id[i], id[j]) * t[i * n + j];
      break;
  }
  return sum;
}

void DenseLayout::contract_term(const Cluster& c, const Term& term, const double* t, Matrix& s) const {
  const std::size_t n = c.size;
  const std::uint32_t* outer = term.outer.data() + c.first;
  if (!term.coefficients) {
    const std::uint32_t* inner = term.inner.data() + c.first;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        if (outer[i] == outer[j]) s(inner[i], inner[j]) += t[i * n + j];
    return;
  }
  Vector tz(term.levels);
  for (std::size_t i = 0; i < n; ++i) {
    std::fill(tz.begin(), tz.end(), 0.0);
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t b = 0; b < term.levels && outer[i] == outer[j]; ++b)
        tz[b] += t[i * n + j] * term.z(c.first + j, b);
    for (std::size_t a = 0; a < term.levels; ++a)
      for (std::size_t b = 0; b < term.levels; ++b) s(a, b) += term.z(c.first + i, a) * tz[b];
  }
}

void DenseLayout::contract(const Cluster& c, const double* t, Vector& sigma2, std::vector<Matrix>& g_score) const {
  for (std::size_t l = 0; l < groups_.size(); ++l) sigma2[l] += contract_component(c, l, t);
  for (std::size_t n = 0; n < terms_.size(); ++n) contract_term(c, terms_[n], t, g_score[n]);
}

}  // namespace hedgerow::model
