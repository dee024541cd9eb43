// Positive definite blocks of a sampling covariance.
//
// A block V_b is judged by its correlations R_b = D V_b D, D = diag(V_b)^(-1/2), so that variances on different scales
// do not matter. The rows that a message names are those with a part in the eigenvector of the smallest eigenvalue.
#include "effect/detail/definiteness.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "stats/linalg.hpp"
#include "stats/nearest_correlation.hpp"

namespace hedgerow::effect::detail {
namespace {

/// The correlations of the rows of a block that have a variance.
struct Correlations {
  std::vector<std::size_t> rows;
  stats::Vector sd;
  stats::Matrix r;
};

Correlations correlations(const stats::BlockMatrix::Block& block) {
  Correlations out;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (!(block(i, i) > 0)) continue;
    at.push_back(i);
    out.rows.push_back(block.rows[i]);
    out.sd.push_back(std::sqrt(block(i, i)));
  }
  out.r = stats::Matrix(at.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i)
    for (std::size_t j = 0; j < at.size(); ++j)
      out.r(i, j) = i == j ? 1 : block(at[i], at[j]) / (out.sd[i] * out.sd[j]);
  return out;
}

bool has_missing(const stats::Matrix& r) {
  return std::any_of(r.data(), r.data() + r.rows() * r.cols(), [](double x) { return std::isnan(x); });
}

std::string list_rows(const BlockNames& names, const std::vector<std::size_t>& rows) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < rows.size() && i < kShown; ++i) parts.push_back(names.row(rows[i]));
  return join(parts, ", ") + (rows.size() > kShown ? fmt::format(" and {} more", rows.size() - kShown) : "");
}

/// Why a block is not positive definite: a pair that nothing tells apart, or rows that can't all agree.
std::string cause(const Correlations& c, const BlockNames& names) {
  for (std::size_t i = 0; i < c.rows.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::fabs(c.r(i, j)) > 1 - 1e-12)
        return fmt::format("{} and {} have correlation {}{}", names.row(c.rows[j]), names.row(c.rows[i]),
                           format_significant(c.r(i, j), 4),
                           std::fabs(c.r(i, j)) > 1 + 1e-12
                               ? ", which no errors can have"
                               : ": no rule tells their errors apart (obs, type, time, group)");
  const stats::SymmetricEigen eigen = stats::symmetric_eigen(c.r);
  double largest = 0;
  for (std::size_t i = 0; i < c.rows.size(); ++i) largest = std::max(largest, std::fabs(eigen.vectors(i, 0)));
  std::vector<std::size_t> involved;
  for (std::size_t i = 0; i < c.rows.size(); ++i)
    if (std::fabs(eigen.vectors(i, 0)) > 0.1 * largest) involved.push_back(c.rows[i]);
  return fmt::format("no sampling errors can have the correlations of {} at once (smallest eigenvalue {})",
                     list_rows(names, involved), format_significant(eigen.values.front(), 3));
}

Error refusal(const Correlations& c, const BlockNames& names) {
  return make_error(
      ErrorCode::input,
      fmt::format("the sampling covariance of {} is not positive definite: {}. Correct the rules or rho; or take the "
                  "nearest positive definite matrix (nearpd), or use it unchecked, as metafor does (unchecked)",
                  names.cluster_of(c.rows.front()), cause(c, names)),
      fmt::format("{}:{}", names.table.source(), names.table.line(c.rows.front())));
}

}  // namespace

std::string BlockNames::row(std::size_t i) const {
  const std::string line = fmt::format("line {}", table.line(i));
  return slab.empty() ? line : fmt::format("{} ('{}')", line, slab[i]);
}

std::string BlockNames::cluster_of(std::size_t i) const {
  const auto column = cluster.empty() ? std::nullopt : table.find(cluster);
  return column ? fmt::format("{} '{}'", cluster, table.cell(i, *column)) : "the block of " + row(i);
}

Expected<std::vector<std::string>> check_blocks(stats::BlockMatrix& v, const BlockNames& names,
                                                NotDefinite not_definite) {
  std::vector<std::string> warnings;
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    if (v.block(b).size() < 2) continue;
    const Correlations c = correlations(v.block(b));
    if (has_missing(c.r) || !stats::first_dependent_row(c.r)) continue;
    if (not_definite == NotDefinite::refuse) return refusal(c, names);
    const std::string text = fmt::format("the sampling covariance of {} is not positive definite: {}",
                                         names.cluster_of(c.rows.front()), cause(c, names));
    if (not_definite == NotDefinite::keep) {
      warnings.push_back(text + "; it is used as it is");
      continue;
    }
    const auto nearest = stats::nearest_correlation(c.r);
    if (!nearest)
      return make_error(ErrorCode::not_converged, text + "; the search for the nearest matrix did not converge");
    double change = 0;
    for (std::size_t i = 0; i < c.rows.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        v.set(c.rows[i], c.rows[j], (*nearest)(i, j) * c.sd[i] * c.sd[j]);
        change = std::max(change, std::fabs((*nearest)(i, j) - c.r(i, j)));
      }
    warnings.push_back(fmt::format("{}; the nearest positive definite matrix is used, correlations changed by up to {}",
                                   text, format_significant(change, 3)));
  }
  return warnings;
}

}  // namespace hedgerow::effect::detail
