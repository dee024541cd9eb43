// Covariances of dependent correlations; the formula is in the header.
#include "effect/correlation_covariance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "base/missing.hpp"
#include "data/formula.hpp"
#include "effect/detail/definiteness.hpp"

namespace hedgerow::effect {
namespace {

/// The correlations of one cluster: which variables each row joins, and their matrix.
struct Sample {
  std::vector<std::size_t> first, second;  ///< by row of the cluster
  std::vector<std::string_view> names;
  stats::Matrix r;  ///< NaN where the cluster reports none
};

std::size_t variable(Sample& sample, std::map<std::string_view, std::size_t>& ids, std::string_view name) {
  const auto [at, added] = ids.emplace(name, ids.size());
  if (added) sample.names.push_back(name);
  return at->second;
}

Expected<Sample> read_sample(const data::Table& table, std::span<const std::uint32_t> rows, std::size_t var1,
                             std::size_t var2, const stats::Vector& r) {
  Sample out;
  std::map<std::string_view, std::size_t> ids;
  for (const std::uint32_t i : rows) {
    for (const std::size_t at : {var1, var2})
      if (table.missing(i, at)) return make_error(ErrorCode::input, "the variable has no name", table.where(i, at));
    out.first.push_back(variable(out, ids, table.cell(i, var1)));
    out.second.push_back(variable(out, ids, table.cell(i, var2)));
    if (out.first.back() == out.second.back())
      return make_error(ErrorCode::input, fmt::format("'{}' is paired with itself", table.cell(i, var1)),
                        table.where(i, var2));
  }
  const std::size_t m = out.names.size();
  out.r = stats::Matrix(m, m, kMissing);
  stats::Matrix seen(m, m, 0);
  for (std::size_t i = 0; i < m; ++i) out.r(i, i) = 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t a = out.first[i], b = out.second[i];
    if (seen(a, b) != 0)
      return make_error(ErrorCode::input,
                        fmt::format("the pair '{}' and '{}' occurs twice in its cluster", out.names[a], out.names[b]),
                        table.where(rows[i], var1));
    seen(a, b) = seen(b, a) = 1;
    out.r(a, b) = out.r(b, a) = r[rows[i]];
  }
  return out;
}

/// The numerator of cov(r_ij, r_kl).
double numerator(const stats::Matrix& r, std::size_t i, std::size_t j, std::size_t k, std::size_t l) {
  const double ij = r(i, j), kl = r(k, l), ik = r(i, k), il = r(i, l), jk = r(j, k), jl = r(j, l);
  return ij * kl * (ik * ik + il * il + jk * jk + jl * jl) / 2 + ik * jl + il * jk -
         (ij * ik * il + ij * jk * jl + ik * jk * kl + il * jl * kl);
}

Error lacking(const Sample& sample, std::size_t a, std::size_t b, const detail::BlockNames& names,
              std::span<const std::uint32_t> rows) {
  const std::size_t four[] = {sample.first[a], sample.second[a], sample.first[b], sample.second[b]};
  for (const std::size_t x : four)
    for (const std::size_t y : four)
      if (is_missing(sample.r(x, y)))
        return make_error(
            ErrorCode::input,
            fmt::format("the covariance of {} and {} needs the correlation of '{}' and '{}', which {} does "
                        "not report",
                        names.row(rows[b]), names.row(rows[a]), sample.names[x], sample.names[y],
                        names.cluster_of(rows[a])),
            fmt::format("{}:{}", names.table.source(), names.table.line(rows[a])));
  return make_error(ErrorCode::internal, "a covariance of correlations is not a number");
}

double common_size(const std::string& nfun, const stats::Vector& ni, std::span<const std::uint32_t> rows) {
  double smallest = HUGE_VAL, sum = 0, inverse = 0, count = 0;
  for (const std::uint32_t i : rows) {
    if (is_missing(ni[i])) continue;
    smallest = std::min(smallest, ni[i]);
    sum += ni[i];
    inverse += 1 / ni[i];
    ++count;
  }
  if (count == 0) return kMissing;
  if (nfun == "harmonic") return count / inverse;
  return nfun == "mean" ? sum / count : smallest;
}

/// One block of V.
Checked fill_block(const Sample& sample, bool z, bool may_lack, double n, std::span<const std::uint32_t> rows,
                   const detail::BlockNames& names, stats::BlockMatrix& v) {
  for (std::size_t a = 0; a < rows.size(); ++a) {
    const double r_a = sample.r(sample.first[a], sample.second[a]);
    for (std::size_t b = 0; b <= a; ++b) {
      const double r_b = sample.r(sample.first[b], sample.second[b]);
      double value = numerator(sample.r, sample.first[a], sample.second[a], sample.first[b], sample.second[b]);
      if (!may_lack && is_missing(value) && !is_missing(r_a) && !is_missing(r_b))
        return lacking(sample, a, b, names, rows);
      if (z) value /= (1 - r_a * r_a) * (1 - r_b * r_b);
      v.set(rows[a], rows[b], n >= 5 ? value / (n - (z ? 3 : 1)) : kMissing);
    }
  }
  return {};
}

Expected<std::vector<std::uint32_t>> clusters(const std::string& column, const data::Table& table) {
  if (column.empty()) return std::vector<std::uint32_t>(table.rows(), 0);
  HR_TRY(auto groups, data::nested_groups({column}, table));
  return std::move(groups.back());
}

Checked check_request(const Effects& effects, const CorrelationRules& rules) {
  if (effects.measure != "COR" && effects.measure != "ZCOR")
    return make_error(
        ErrorCode::usage,
        fmt::format("var1 and var2 are for correlations (measure COR or ZCOR), found {}", effects.measure), "var1");
  if (effects.ni.empty())
    return make_error(ErrorCode::usage, "covariances of correlations need the sample sizes (ni)", "ni");
  if (rules.nfun != "min" && rules.nfun != "harmonic" && rules.nfun != "mean")
    return make_error(ErrorCode::usage, fmt::format("expected min, harmonic or mean, found '{}'", rules.nfun), "nfun");
  return {};
}

}  // namespace

Expected<SamplingCovariance> correlation_covariance(const data::Table& table, const Effects& effects,
                                                    const std::vector<std::string>& slab,
                                                    const CorrelationRules& rules) {
  HR_CHECK(check_request(effects, rules));
  HR_TRY(const std::size_t var1, table.column(rules.var1));
  HR_TRY(const std::size_t var2, table.column(rules.var2));
  HR_TRY(const std::vector<std::uint32_t> cluster, clusters(rules.cluster, table));
  const bool z = effects.measure == "ZCOR";
  stats::Vector r = effects.yi;
  for (double& value : r) value = z ? std::tanh(value) : value;
  const detail::BlockNames names{table, rules.cluster, slab};
  stats::BlockMatrix v = stats::BlockMatrix::zeros(cluster);
  SamplingCovariance out;
  out.ni.assign(table.rows(), kMissing);
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const auto rows = v.block(b).rows;
    HR_TRY(const Sample sample, read_sample(table, rows, var1, var2, r));
    const double n = common_size(rules.nfun, effects.ni, rows);
    for (const std::uint32_t i : rows) out.ni[i] = n;
    HR_CHECK(fill_block(sample, z, rules.not_definite == NotDefinite::keep, n, rows, names, v));
  }
  HR_TRY(out.warnings, detail::check_blocks(v, names, rules.not_definite));
  out.assumed.push_back(
      fmt::format("{} of one sample ({}): covariances after Olkin and Finn, n of a sample is the {} of "
                  "its sample sizes",
                  z ? "Fisher's z of correlations" : "correlations", rules.cluster.empty() ? "all rows" : rules.cluster,
                  rules.nfun == "min" ? "minimum" : rules.nfun + (rules.nfun == "mean" ? "" : " mean")));
  out.v = std::make_shared<const stats::BlockMatrix>(std::move(v));
  return out;
}

}  // namespace hedgerow::effect
