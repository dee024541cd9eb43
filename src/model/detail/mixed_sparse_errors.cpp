#include "model/detail/mixed_sparse_errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

/// Lower Cholesky factor in place of the n x n row-major `a`, with reciprocals on its diagonal; adds log |A|.
bool factorise(double* a, std::size_t n, double& log_determinant) {
  for (std::size_t i = 0; i < n; ++i) {
    double* row = a + i * n;
    const double whole = row[i];
    for (std::size_t j = 0; j < i; ++j) {
      const double* other = a + j * n;
      double sum = row[j];
      for (std::size_t m = 0; m < j; ++m) sum -= row[m] * other[m];
      row[j] = sum * other[j];
    }
    double pivot = whole;
    for (std::size_t m = 0; m < i; ++m) pivot -= row[m] * row[m];
    if (!(pivot > 1e-14 * whole) || !std::isfinite(pivot)) return false;
    row[i] = 1 / std::sqrt(pivot);
    log_determinant += std::log(pivot);
  }
  return true;
}

/// x <- L^-1 x for each of the `columns` columns of the row-major x.
void forward(const double* l, std::size_t n, double* x, std::size_t columns) {
  for (std::size_t i = 0; i < n; ++i) {
    double* row = x + i * columns;
    for (std::size_t m = 0; m < i; ++m) {
      const double factor = l[i * n + m];
      const double* other = x + m * columns;
      for (std::size_t c = 0; c < columns; ++c) row[c] -= factor * other[c];
    }
    for (std::size_t c = 0; c < columns; ++c) row[c] *= l[i * n + i];
  }
}

/// x <- L'^-1 x.
void backward(const double* l, std::size_t n, double* x, std::size_t columns) {
  for (std::size_t i = n; i-- > 0;) {
    double* row = x + i * columns;
    for (std::size_t c = 0; c < columns; ++c) row[c] *= l[i * n + i];
    for (std::size_t m = 0; m < i; ++m) {
      const double factor = l[i * n + m];
      double* other = x + m * columns;
      for (std::size_t c = 0; c < columns; ++c) other[c] -= factor * row[c];
    }
  }
}

/// Rows from which on a block of constant correlation is taken as diagonal + rank one.
constexpr std::size_t compound_rows = 8;

}  // namespace

std::optional<double> constant_correlation(std::size_t n, std::span<const double> v) {
  Vector scale(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(v[i * n + i] > 0)) return std::nullopt;
    scale[i] = std::sqrt(v[i * n + i]);
  }
  const double rho = n > 1 ? v[1] / (scale[0] * scale[1]) : 0.0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double size = scale[i] * scale[j];
      if (!(std::fabs(v[i * n + j] - rho * size) <= 4e-15 * size)) return std::nullopt;
    }
  return rho;
}

ErrorBlocks ErrorBlocks::create(const Data& data, std::vector<std::uint32_t> members, std::size_t width,
                                std::size_t columns) {
  ErrorBlocks out;
  out.v_ = data.v;
  out.vi_ = data.v ? data.v->diagonal() : data.vi;
  out.members_ = std::move(members);
  out.width_ = width;
  out.pairs_ = width * (width + 1) / 2;
  const std::size_t k = out.vi_.size();
  std::vector<std::size_t> first{0};
  std::vector<std::uint32_t> cliques;
  for (std::size_t b = 0; data.v && b < data.v->blocks(); ++b) {
    const auto source = data.v->block(b);
    if (source.size() == 1) out.single_.push_back(source.rows[0]);
    if (source.size() < 2) continue;
    Block block;
    block.rows = source.rows;
    block.values = source.values;
    block.factor_at = out.factor_size_;
    if (source.size() >= compound_rows) block.rho = constant_correlation(source.size(), source.values);
    out.factor_size_ += block.rho ? 2 * source.size() + 1 : source.size() * source.size();
    for (const std::uint32_t row : source.rows)
      block.column.insert(block.column.end(), out.members(row).begin(), out.members(row).end());
    std::sort(block.column.begin(), block.column.end());
    block.column.erase(std::unique(block.column.begin(), block.column.end()), block.column.end());
    for (const std::uint32_t row : source.rows)
      for (const std::uint32_t column : out.members(row))
        block.local.push_back(static_cast<std::uint32_t>(
            std::lower_bound(block.column.begin(), block.column.end(), column) - block.column.begin()));
    cliques.insert(cliques.end(), block.column.begin(), block.column.end());
    first.push_back(cliques.size());
    out.blocks_.push_back(std::move(block));
  }
  for (std::size_t i = 0; !data.v && i < k; ++i) out.single_.push_back(static_cast<std::uint32_t>(i));
  for (const std::uint32_t row : out.single_) {
    cliques.insert(cliques.end(), out.members(row).begin(), out.members(row).end());
    first.push_back(cliques.size());
  }
  out.pattern_ = stats::SparsePattern::create(columns, first, cliques);
  HR_ASSERT(out.pattern_->entries() < std::numeric_limits<std::uint32_t>::max());
  const auto add_positions = [&](std::span<const std::uint32_t> clique, std::vector<std::uint32_t>& positions) {
    for (std::size_t a = 0; a < clique.size(); ++a)
      for (std::size_t b = 0; b <= a; ++b)
        positions.push_back(static_cast<std::uint32_t>(out.pattern_->position(clique[a], clique[b])));
  };
  for (Block& block : out.blocks_) add_positions(block.column, block.position);
  out.position_.reserve(out.single_.size() * out.pairs_);
  for (const std::uint32_t row : out.single_) add_positions(out.members(row), out.position_);
  return out;
}

Vector ErrorBlocks::gather(std::span<const double> v) const {
  Vector out(columns(), 0.0);
  const std::uint32_t* member = members_.data();
  for (std::size_t i = 0; i < v.size(); ++i)
    for (std::size_t l = 0; l < width_; ++l) out[*member++] += v[i];
  return out;
}

void ErrorBlocks::subtract(std::span<const double> u, std::span<double> v) const {
  const std::uint32_t* member = members_.data();
  for (std::size_t i = 0; i < v.size(); ++i) {
    double sum = 0;
    for (std::size_t l = 0; l < width_; ++l) sum += u[*member++];
    v[i] -= sum;
  }
}

std::optional<ErrorFactor> ErrorFactor::create(const ErrorBlocks& blocks, double s) {
  ErrorFactor out;
  out.blocks_ = &blocks;
  out.inverse_.assign(blocks.rows(), 0.0);
  out.factor_.resize(blocks.factor_size_);
  for (const std::uint32_t row : blocks.single_) {
    const double variance = blocks.vi_[row] + s;
    if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;
    out.inverse_[row] = 1 / variance;
    out.log_determinant_ += std::log(variance);
  }
  for (const Block& block : blocks.blocks_) {
    if (block.rho) {
      if (!out.factorise_compound(block, s)) return std::nullopt;
      continue;
    }
    const std::size_t m = block.rows.size();
    double* factor = out.factor_of(block);
    std::copy(block.values.begin(), block.values.end(), factor);
    for (std::size_t i = 0; i < m; ++i) factor[i * m + i] += s;
    if (!factorise(factor, m, out.log_determinant_)) return std::nullopt;
  }
  return out;
}

/// D = diag(E) + rho r r', r_i = sqrt(V_ii): D^-1 = diag(e) - w f f', e = 1/E, f = e r, w = rho / (1 + rho r'f).
bool ErrorFactor::factorise_compound(const Block& block, double s) {
  const std::size_t m = block.rows.size();
  double* e = factor_of(block);
  double* f = e + m;
  double form = 0;
  for (std::size_t i = 0; i < m; ++i) {
    const double variance = block.values[i * m + i];
    const double rest = (1 - *block.rho) * variance + s;
    if (!(rest > 1e-14 * (variance + s)) || !std::isfinite(rest)) return false;
    e[i] = 1 / rest;
    f[i] = e[i] * std::sqrt(variance);
    form += e[i] * variance;
    log_determinant_ += std::log(rest);
  }
  const double pivot = 1 + *block.rho * form;
  if (!(pivot > 1e-14) || !std::isfinite(pivot)) return false;
  log_determinant_ += std::log(pivot);
  f[m] = *block.rho / pivot;
  return true;
}

void ErrorFactor::solve(std::span<double> v) const {
  for (const std::uint32_t row : blocks_->single_) v[row] *= inverse_[row];
  Vector part;
  for (const Block& block : blocks_->blocks_) {
    const std::size_t m = block.rows.size();
    part.resize(m);
    for (std::size_t i = 0; i < m; ++i) part[i] = v[block.rows[i]];
    if (block.rho) {
      const double* e = factor_of(block);
      const double* f = e + m;
      double along = 0;
      for (std::size_t i = 0; i < m; ++i) along += f[i] * part[i];
      for (std::size_t i = 0; i < m; ++i) v[block.rows[i]] = e[i] * part[i] - f[m] * along * f[i];
      continue;
    }
    forward(factor_of(block), m, part.data(), 1);
    backward(factor_of(block), m, part.data(), 1);
    for (std::size_t i = 0; i < m; ++i) v[block.rows[i]] = part[i];
  }
}

/// w = L^-1 Z of a block, rows x local columns.
void ErrorFactor::whitened_columns(const Block& block, Vector& w) const {
  const std::size_t m = block.rows.size(), columns = block.column.size(), width = blocks_->width_;
  w.assign(m * columns, 0.0);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t l = 0; l < width; ++l) w[i * columns + block.local[i * width + l]] += 1;
  forward(factor_of(block), m, w.data(), columns);
}

/// Adds Z'D^-1 Z of a block of constant correlation.
void ErrorFactor::add_compound_products(const Block& block, Vector& s) const {
  const std::size_t m = block.rows.size(), width = blocks_->width_, columns = block.column.size();
  const double* e = factor_of(block);
  const double* f = e + m;
  Vector g(columns, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    const std::uint32_t* local = block.local.data() + i * width;
    for (std::size_t a = 0; a < width; ++a) {
      g[local[a]] += f[i];
      for (std::size_t b = 0; b < width; ++b)
        if (local[b] <= local[a])
          s[block.position[std::size_t{local[a]} * (local[a] + std::size_t{1}) / 2 + local[b]]] += e[i];
    }
  }
  const std::uint32_t* at = block.position.data();
  for (std::size_t a = 0; a < columns; ++a)
    for (std::size_t b = 0; b <= a; ++b) s[*at++] -= f[m] * g[a] * g[b];
}

/// tr(D^-1) - tr(U Z'D^-2 Z) of a block of constant correlation: D^-2 = diag(e^2) - w (h f' + f h') + w^2 f'f f f',
/// h = e f.
double ErrorFactor::compound_trace(const Block& block, std::span<const double> u) const {
  const std::size_t m = block.rows.size(), width = blocks_->width_, columns = block.column.size();
  const double* e = factor_of(block);
  const double* f = e + m;
  const double w = f[m];
  Vector g(columns, 0.0), h(columns, 0.0);
  double trace = 0, squares = 0;
  for (std::size_t i = 0; i < m; ++i) {
    trace += e[i] - w * f[i] * f[i];
    squares += f[i] * f[i];
    const std::uint32_t* local = block.local.data() + i * width;
    for (std::size_t a = 0; a < width; ++a) {
      g[local[a]] += f[i];
      h[local[a]] += e[i] * f[i];
      for (std::size_t b = 0; b < width; ++b)
        if (local[b] <= local[a])
          trace -= (local[a] == local[b] ? 1 : 2) * e[i] * e[i] *
                   u[block.position[std::size_t{local[a]} * (local[a] + std::size_t{1}) / 2 + local[b]]];
    }
  }
  const std::uint32_t* at = block.position.data();
  for (std::size_t a = 0; a < columns; ++a)
    for (std::size_t b = 0; b <= a; ++b)
      trace -= (a == b ? 1 : 2) * u[*at++] * (w * w * squares * g[a] * g[b] - w * (h[a] * g[b] + g[a] * h[b]));
  return trace;
}

Vector ErrorFactor::cross_products() const {
  Vector s(blocks_->pattern_->entries(), 0.0);
  const std::uint32_t* position = blocks_->position_.data();
  for (const std::uint32_t row : blocks_->single_)
    for (std::size_t t = 0; t < blocks_->pairs_; ++t) s[*position++] += inverse_[row];
  Vector w;
  for (const Block& block : blocks_->blocks_) {
    if (block.rho) {
      add_compound_products(block, s);
      continue;
    }
    whitened_columns(block, w);
    const std::size_t columns = block.column.size();
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
      const double* row = w.data() + i * columns;
      const std::uint32_t* at = block.position.data();
      for (std::size_t a = 0; a < columns; ++a)
        for (std::size_t b = 0; b <= a; ++b) s[*at++] += row[a] * row[b];
    }
  }
  return s;
}

double ErrorFactor::trace_inverse(std::span<const double> u) const {
  double trace = 0;
  const std::size_t width = blocks_->width_;
  const std::uint32_t* position = blocks_->position_.data();
  for (const std::uint32_t row : blocks_->single_) {
    double form = 0;
    for (std::size_t a = 0; a < width; ++a)
      for (std::size_t b = 0; b <= a; ++b) form += (a == b ? 1 : 2) * u[*position++];
    trace += inverse_[row] - inverse_[row] * inverse_[row] * form;
  }
  Vector y, unit;
  for (const Block& block : blocks_->blocks_) {
    if (block.rho) {
      trace += compound_trace(block, u);
      continue;
    }
    const std::size_t m = block.rows.size(), columns = block.column.size();
    unit.assign(m * m, 0.0);
    for (std::size_t i = 0; i < m; ++i) unit[i * m + i] = 1;
    forward(factor_of(block), m, unit.data(), m);
    for (const double x : unit) trace += x * x;
    whitened_columns(block, y);
    backward(factor_of(block), m, y.data(), columns);
    for (std::size_t i = 0; i < m; ++i) {
      const double* row = y.data() + i * columns;
      const std::uint32_t* at = block.position.data();
      for (std::size_t a = 0; a < columns; ++a)
        for (std::size_t b = 0; b <= a; ++b) trace -= (a == b ? 1 : 2) * u[*at++] * row[a] * row[b];
    }
  }
  return trace;
}

}  // namespace hedgerow::model
