// Sampling covariance from the columns of a table; formulas and sources are in the header.
#include "effect/sampling_covariance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/detail/covariance_columns.hpp"
#include "effect/detail/covariance_words.hpp"
#include "effect/detail/definiteness.hpp"
#include "effect/detail/group_numbers.hpp"

namespace hedgerow::effect {
namespace {

using detail::CovarianceColumns;
using stats::Vector;

/// What the covariance of two rows is computed from.
struct Terms {
  const CovarianceColumns& columns;
  const CovarianceRules& rules;
  const Vector& yi;
  const Vector& vi;
  Vector a1, a2;              ///< shares of the two conditions; empty without groups
  Vector spread;              ///< sqrt(s_ii) of each row; empty without groups
  std::vector<bool> exact;    ///< whether a row's shares are those of its measure; empty: none
  bool standardised = false;  ///< SMD: the standardiser is shared too
  Vector n_cluster;           ///< SMD: N over all groups of the cluster, by row
  const Vector& n1i;          ///< SMD: sizes of the groups, for shared = pairwise
  const Vector& n2i;
};

/// 1, rho_obs or rho_type.
double outcome_correlation(const Terms& t, std::size_t i, std::size_t j) {
  const CovarianceColumns& c = t.columns;
  if (!c.type.empty() && c.type[i] != c.type[j])
    return c.type_level.empty() ? t.rules.rho_type->value
                                : t.rules.rho_type->by_level->values(c.type_level[i], c.type_level[j]);
  if (!c.obs.empty() && c.obs[i] != c.obs[j])
    return c.obs_level.empty() ? t.rules.rho_obs->value
                               : t.rules.rho_obs->by_level->values(c.obs_level[i], c.obs_level[j]);
  return 1;
}

double decay(double phi, double from, double to) { return from == to ? 1 : std::pow(phi, std::fabs(from - to)); }

/// One condition of a contrast. Without grp2 the second conditions of a cluster are one and the same group.
struct Condition {
  bool second = false;
  const std::string_view* group = nullptr;
  double time = 0;
  double share = 1;
};

Condition condition(const Terms& t, std::size_t i, bool second) {
  const CovarianceColumns& c = t.columns;
  const auto& groups = second ? c.grp2 : c.grp1;
  Condition out{second, groups.empty() ? nullptr : &groups[i], 0, second ? t.a2[i] : t.a1[i]};
  if (!c.time1.empty()) out.time = second ? c.time2[i] : c.time1[i];
  return out;
}

/// Covariance of the errors of two conditions: that of one group at two times, none between groups.
double shared(const Terms& t, const Condition& a, const Condition& b) {
  const bool same = a.group && b.group ? *a.group == *b.group : a.group == b.group;
  if (!same) return 0;
  return (t.columns.time1.empty() ? 1 : decay(*t.rules.phi, a.time, b.time)) * std::sqrt(a.share * b.share);
}

/// s_ij of the header.
double contrast_covariance(const Terms& t, std::size_t i, std::size_t j) {
  const Condition i1 = condition(t, i, false), i2 = condition(t, i, true);
  const Condition j1 = condition(t, j, false), j2 = condition(t, j, true);
  return shared(t, i1, j1) - shared(t, i1, j2) - shared(t, i2, j1) + shared(t, i2, j2);
}

/// Covariance of log SD_i and log SD_j for groups that are normal with correlation 1, each SD pooled over two groups.
double log_sd_covariance(const Terms& t, std::size_t i, std::size_t j) {
  double out = 0;
  for (const bool second_i : {false, true}) {
    for (const bool second_j : {false, true}) {
      Condition a = condition(t, i, second_i), b = condition(t, j, second_j);
      a.share = b.share = 1;
      const double r = shared(t, a, b);
      const double df_a = (second_i ? t.n2i : t.n1i)[i] - 1, df_b = (second_j ? t.n2i : t.n1i)[j] - 1;
      if (r != 0) out += r * r * std::sqrt(df_a * df_b);
    }
  }
  return out / (2 * (t.n1i[i] + t.n2i[i] - 2) * (t.n1i[j] + t.n2i[j] - 2));
}

/// What two standardised effects have in common by their SDs.
double standardiser_covariance(const Terms& t, std::size_t i, std::size_t j) {
  const double product = t.yi[i] * t.yi[j];
  return t.rules.shared == SharedGroups::pairwise ? product * log_sd_covariance(t, i, j)
                                                  : product / (2 * t.n_cluster[i]);
}

double covariance(const Terms& t, std::size_t i, std::size_t j) {
  const double c = outcome_correlation(t, i, j);
  const double root = std::sqrt(t.vi[i] * t.vi[j]);
  if (t.a1.empty())
    return c * (t.columns.time1.empty() ? 1 : decay(*t.rules.phi, t.columns.time1[i], t.columns.time1[j])) * root;
  const double s = contrast_covariance(t, i, j);
  if (t.exact.empty() || !t.exact[i] || !t.exact[j]) return c * s / (t.spread[i] * t.spread[j]) * root;
  return c * s + (t.standardised && s != 0 ? c * c * standardiser_covariance(t, i, j) : 0);
}

/// N over the different groups of each cluster; of a group with several sizes the largest.
Vector cluster_sizes(const CovarianceColumns& c, const Effects& effects, std::size_t clusters) {
  std::vector<std::map<std::string_view, double>> sizes(clusters);
  const auto note = [&](std::size_t i, std::string_view group, double n) {
    double& size = sizes[c.cluster[i]][group];
    if (n > size) size = n;
  };
  for (std::size_t i = 0; i < c.cluster.size(); ++i) {
    note(i, c.grp1[i], effects.n1i[i]);
    note(i, c.grp2.empty() ? std::string_view() : c.grp2[i], effects.n2i[i]);
  }
  Vector out(c.cluster.size());
  for (std::size_t i = 0; i < out.size(); ++i)
    for (const auto& [group, n] : sizes[c.cluster[i]]) out[i] += n;
  return out;
}

bool finite_shares(const Effects& effects, std::size_t i) {
  return !effects.v1i.empty() && std::isfinite(effects.v1i[i]) && std::isfinite(effects.v2i[i]);
}

/// Shares of the conditions: of the measure, or from weights, or from group sizes, or equal.
Checked set_shares(Terms& t, const Effects& effects, detail::ShareSource& source) {
  const std::size_t k = t.vi.size();
  const bool given = !t.columns.w1.empty();
  const bool must_be_exact = t.rules.shared == SharedGroups::exact || t.rules.shared == SharedGroups::pairwise;
  const bool may_be_exact = must_be_exact || (t.rules.shared == SharedGroups::automatic && !given);
  const bool any_exact = !effects.v1i.empty() && may_be_exact;
  if (must_be_exact && !any_exact)
    return make_error(ErrorCode::usage,
                      "the exact covariance of effects that share a group needs effects computed here by MD, ROM, SMD, "
                      "OR, RR, RD or AS; for given effects use the sizes of the groups (w1, w2)",
                      "grp1");
  const bool sizes = !given && !effects.n1i.empty() && t.rules.shared != SharedGroups::weights;
  t.a1.assign(k, 1);
  t.a2.assign(k, 1);
  t.standardised = any_exact && effects.measure == "SMD";
  if (any_exact) t.exact.assign(k, false);
  for (std::size_t i = 0; i < k; ++i) {
    if (any_exact && finite_shares(effects, i)) {
      t.exact[i] = true;
      t.a1[i] = effects.v1i[i];
      t.a2[i] = effects.v2i[i];
      ++source.exact;
    } else if (given) {
      t.a1[i] = 1 / t.columns.w1[i];
      t.a2[i] = 1 / t.columns.w2[i];
      ++source.weights;
    } else if (sizes && effects.n1i[i] > 0 && effects.n2i[i] > 0) {
      t.a1[i] = 1 / effects.n1i[i];
      t.a2[i] = 1 / effects.n2i[i];
      ++source.sizes;
    } else if (!is_missing(t.vi[i])) {
      ++source.equal;
    }
  }
  t.spread.resize(k);
  for (std::size_t i = 0; i < k; ++i) t.spread[i] = std::sqrt(contrast_covariance(t, i, i));
  return {};
}

/// Refuses what would not fit into memory, naming the largest cluster.
Checked check_size(const CovarianceColumns& c, const detail::BlockNames& names) {
  constexpr double kMaxEntries = 2.5e8;
  std::vector<double> sizes;
  for (const std::uint32_t id : c.cluster) {
    if (id >= sizes.size()) sizes.resize(id + 1, 0);
    ++sizes[id];
  }
  double entries = 0;
  for (const double m : sizes) entries += m * m;
  if (entries <= kMaxEntries) return {};
  const auto largest = std::max_element(sizes.begin(), sizes.end());
  const auto id = static_cast<std::uint32_t>(largest - sizes.begin());
  const auto row = static_cast<std::size_t>(std::find(c.cluster.begin(), c.cluster.end(), id) - c.cluster.begin());
  return make_error(ErrorCode::input,
                    fmt::format("{} has {:.0f} rows; the covariances within clusters would take {:.0f} GB. Is this the "
                                "column of the studies?",
                                names.cluster_of(row), *largest, entries * 8e-9),
                    "cluster");
}

stats::BlockMatrix fill(const Terms& t) {
  stats::BlockMatrix v = stats::BlockMatrix::zeros(t.columns.cluster);
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const auto rows = v.block(b).rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) v.set(rows[i], rows[j], covariance(t, rows[i], rows[j]));
      v.set(rows[i], rows[i], t.vi[rows[i]]);
    }
  }
  return v;
}

/// V from the columns that hold each cluster's matrix row by row.
Expected<stats::BlockMatrix> from_rvars(const data::Table& table, const Vector& vi, const CovarianceColumns& c,
                                        const CovarianceRules& rules, const detail::BlockNames& names) {
  HR_TRY(const std::vector<std::size_t> columns, detail::rvars_columns(table, rules));
  std::vector<Vector> values;
  for (const std::size_t at : columns) {
    HR_TRY(values.emplace_back(), table.numbers_at(at));
  }
  stats::BlockMatrix v = stats::BlockMatrix::zeros(c.cluster);
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const auto rows = v.block(b).rows;
    if (rows.size() > columns.size())
      return make_error(ErrorCode::input,
                        fmt::format("{} has {} rows, but rvars name {} columns", names.cluster_of(rows[0]), rows.size(),
                                    columns.size()),
                        fmt::format("{}:{}", table.source(), table.line(rows[0])));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        const double r = values[j][rows[i]];
        if (is_missing(r) || (!rules.covariances && std::fabs(r) > 1 + 1e-12 && vi[rows[i]] != 1))
          return make_error(ErrorCode::input,
                            is_missing(r) ? std::string("this entry of the cluster's matrix is missing")
                                          : fmt::format("{} is no correlation; covariances in rvars go without vi",
                                                        format_shortest(r)),
                            table.where(rows[i], columns[j]));
        v.set(rows[i], rows[j], rules.covariances ? r : r * std::sqrt(vi[rows[i]] * vi[rows[j]]));
      }
  }
  return v;
}

}  // namespace

Expected<SamplingCovariance> sampling_covariance(const data::Table& table, const Effects& effects,
                                                 const std::vector<std::string>& slab, const CovarianceRules& rules) {
  HR_TRY(const CovarianceColumns columns, detail::read_columns(table, rules));
  const detail::BlockNames names{table, rules.cluster, slab};
  HR_CHECK(check_size(columns, names));
  SamplingCovariance out;
  stats::BlockMatrix v;
  detail::ShareSource source;
  if (!rules.rvars.empty()) {
    HR_TRY(v, from_rvars(table, effects.vi, columns, rules, names));
  } else {
    Terms terms{columns, rules, effects.yi, effects.vi, {}, {}, {}, {}, false, {}, effects.n1i, effects.n2i};
    if (!columns.grp1.empty()) HR_CHECK(set_shares(terms, effects, source));
    if (terms.standardised) {
      const std::size_t clusters = 1 + *std::max_element(columns.cluster.begin(), columns.cluster.end());
      terms.n_cluster = cluster_sizes(columns, effects, clusters);
    }
    v = fill(terms);
  }
  HR_TRY(out.warnings, detail::check_blocks(v, names, rules.not_definite));
  for (std::string& warning : detail::contradictions(columns, effects, names))
    out.warnings.push_back(std::move(warning));
  out.assumed = detail::describe_rules(rules, effects.measure, source, v);
  out.v = std::make_shared<const stats::BlockMatrix>(std::move(v));
  return out;
}

Expected<SamplingCovariance> sampling_covariance(const data::Table& table, const Effects& effects,
                                                 const std::vector<std::string>& slab, const data::NamedMatrix& matrix,
                                                 NotDefinite not_definite) {
  const bool by_name = !slab.empty() && !matrix.names.empty() &&
                       std::find(matrix.names.begin(), matrix.names.end(), slab.front()) != matrix.names.end();
  if (!by_name && matrix.size() != table.rows())
    return make_error(
        ErrorCode::input,
        fmt::format("V has {} rows, the table {}; give it the rows of the table, or their labels (slab) as "
                    "names",
                    matrix.size(), table.rows()),
        matrix.source);
  stats::Matrix values = matrix.values;
  if (by_name) {
    HR_TRY(values, data::select_levels(matrix, slab, "slab"));
  }
  for (std::size_t i = 0; i < values.rows(); ++i) {
    if (is_missing(values(i, i)) && !effects.vi.empty()) values(i, i) = effects.vi[i];
    if (values(i, i) < 0)
      return make_error(
          ErrorCode::input,
          fmt::format("the variance of row {} is {}; it can't be negative", i + 1, format_shortest(values(i, i))),
          matrix.source);
  }
  SamplingCovariance out;
  stats::BlockMatrix v = stats::BlockMatrix::from_dense(values);
  HR_TRY(out.warnings, detail::check_blocks(v, {table, "", slab}, not_definite));
  out.assumed.push_back(fmt::format("the sampling covariance is that of {}{}", matrix.source,
                                    by_name ? ", rows matched by their labels" : ""));
  out.v = std::make_shared<const stats::BlockMatrix>(std::move(v));
  return out;
}

}  // namespace hedgerow::effect
