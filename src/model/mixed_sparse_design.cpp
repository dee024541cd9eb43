// Preparation of the sparse likelihood: columns of Z, orthonormal design, centred y.
#include <algorithm>
#include <cmath>

#include "model/detail/mixed_sparse.hpp"
#include "stats/linalg.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Roots of the weights of the transformation: 1 / vi, flattened where some vi is 0 so that all weights exist.
Vector weight_roots(const Vector& vi) {
  double sum = 0;
  bool positive = true;
  for (const double v : vi) {
    sum += v;
    positive = positive && v > 0;
  }
  const double mean = sum / static_cast<double>(vi.size());
  const double added = positive ? 0 : (mean > 0 ? mean : 1);
  Vector out(vi.size());
  for (std::size_t i = 0; i < vi.size(); ++i) out[i] = 1 / std::sqrt(vi[i] + added);
  return out;
}

std::size_t group_count(const std::vector<std::uint32_t>& groups) {
  return groups.empty() ? 0 : std::size_t{*std::max_element(groups.begin(), groups.end())} + 1;
}

bool has_only_independent_intercepts(const Multilevel& spec) {
  const auto known = [](const auto& r) { return r != nullptr; };
  return spec.structured.empty() && std::none_of(spec.r.begin(), spec.r.end(), known);
}

}  // namespace

void SparseDesign::number_columns(const Multilevel& spec) {
  const std::size_t rows = problem.data().k();
  std::vector<const std::vector<std::uint32_t>*> in_z;
  first.assign(1, 0);
  for (const auto& groups : spec.groups) {
    const std::size_t count = group_count(groups);
    const bool one_per_row = count == rows;
    component.push_back(one_per_row ? row_level : in_z.size());
    if (one_per_row) continue;
    in_z.push_back(&groups);
    first.push_back(first.back() + count);
  }
  std::vector<std::uint32_t> members(rows * in_z.size());
  for (std::size_t c = 0; c < in_z.size(); ++c)
    for (std::size_t i = 0; i < rows; ++i)
      members[i * in_z.size() + c] = static_cast<std::uint32_t>(first[c]) + (*in_z[c])[i];
  errors = ErrorBlocks::create(problem.data(), std::move(members), in_z.size(), first.back());
}

/// X T orthonormal in the weights, y replaced by its residual. False if the columns are dependent in working precision.
bool SparseDesign::orthonormalise(const Data& data) {
  const std::size_t rows = data.k(), columns = data.p();
  const Vector root = weight_roots(data.vi);
  Matrix weighted(rows, columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) weighted(i, j) = root[i] * data.x(i, j);
  const stats::Orthonormal basis = stats::orthonormalise(weighted, 1e-10);
  if (basis.rank < columns) return false;
  t = Matrix(columns, columns);
  for (std::size_t j = 0; j < columns; ++j) {
    t(j, j) = 1 / basis.r(j, j);
    log_det_t -= std::log(basis.r(j, j));
    for (std::size_t i = j; i-- > 0;) {
      double sum = 0;
      for (std::size_t h = i + 1; h <= j; ++h) sum += basis.r(i, h) * t(h, j);
      t(i, j) = -sum / basis.r(i, i);
    }
    q.emplace_back(basis.column(j).begin(), basis.column(j).end());
  }
  y = data.yi;
  for (std::size_t i = 0; i < rows; ++i) y[i] *= root[i];
  beta_start.assign(columns, 0.0);
  for (int pass = 0; pass < 2; ++pass)
    for (std::size_t j = 0; j < columns; ++j) {
      const double coordinate = stats::dot(q[j], y);
      beta_start[j] += coordinate;
      for (std::size_t i = 0; i < rows; ++i) y[i] -= coordinate * q[j][i];
    }
  for (std::size_t i = 0; i < rows; ++i) {
    y[i] /= root[i];
    for (Vector& column : q) column[i] /= root[i];
  }
  Matrix gram(columns, columns);
  for (std::size_t i = 0; i < columns; ++i)
    for (std::size_t j = 0; j <= i; ++j) gram(i, j) = gram(j, i) = stats::dot(q[i], q[j]);
  if (columns == 0) return true;
  const auto log_determinant = stats::log_determinant(gram);
  if (log_determinant) log_det_qtq = *log_determinant;
  return log_determinant.has_value();
}

std::shared_ptr<const SparseDesign> SparseDesign::create(const Problem& problem) {
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr || !has_only_independent_intercepts(*spec)) return nullptr;
  auto out = std::make_shared<SparseDesign>(problem);
  out->likelihood = spec->likelihood;
  out->number_columns(*spec);
  if (!out->orthonormalise(problem.data())) return nullptr;
  if (std::find(out->component.begin(), out->component.end(), row_level) == out->component.end()) {
    out->constant_factor = ErrorFactor::create(out->errors, 0);
    if (!out->constant_factor) return nullptr;
    out->constant_products = out->constant_factor->cross_products();
  }
  return out;
}

double SparseDesign::row_variance(const Vector& theta) const {
  double sum = 0;
  for (std::size_t a = 0; a < parameters(); ++a)
    if (is_row_level(a)) sum += theta[a];
  return sum;
}

Vector SparseDesign::derivative(std::size_t parameter, std::span<const double> v) const {
  Vector out(v.begin(), v.end());
  if (is_row_level(parameter)) return out;
  const std::size_t c = component[parameter], begin = first[c];
  Vector sums(first[c + 1] - begin, 0.0);
  for (std::size_t i = 0; i < v.size(); ++i) sums[errors.members(i)[c] - begin] += v[i];
  for (std::size_t i = 0; i < v.size(); ++i) out[i] = sums[errors.members(i)[c] - begin];
  return out;
}

}  // namespace hedgerow::model
