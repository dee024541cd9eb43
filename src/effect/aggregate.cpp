#include "effect/aggregate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::effect {
namespace {

struct Needs {
  bool rho, phi, obs;
};

Expected<Needs> needs_of(const std::string& structure) {
  if (structure == "ID") return Needs{false, false, false};
  if (structure == "CS") return Needs{true, false, false};
  if (structure == "CAR") return Needs{false, true, false};
  if (structure == "CS+CAR") return Needs{true, true, false};
  if (structure == "CS*CAR") return Needs{true, true, true};
  return make_error(ErrorCode::usage,
                    fmt::format("aggregate: struct is one of ID, CS, CAR, CS+CAR, CS*CAR, found '{}'", structure));
}

Checked check_values(const char* name, const stats::Vector& values, std::size_t clusters, double lowest) {
  if (values.empty()) return make_error(ErrorCode::usage, fmt::format("aggregate: this struct needs {}", name));
  if (values.size() != 1 && values.size() != clusters)
    return make_error(ErrorCode::usage, fmt::format("aggregate: {} has {} values; it needs one, or one for each of the "
                                                    "{} clusters",
                                                    name, values.size(), clusters));
  for (const double value : values)
    if (!(value >= lowest && value <= 1))
      return make_error(ErrorCode::usage,
                        fmt::format("aggregate: {} = {} lies outside [{}, 1]", name, format_shortest(value), lowest));
  return {};
}

Checked check_rules(const AggregateData& data, const AggregateRules& rules, std::size_t clusters) {
  HR_TRY(const Needs needs, needs_of(rules.structure));
  if (!data.v.empty()) return {};
  if (needs.rho) HR_CHECK(check_values("rho", rules.rho, clusters, -1));
  if (needs.phi) HR_CHECK(check_values("phi", rules.phi, clusters, 0));
  if (needs.phi && data.time.empty()) return make_error(ErrorCode::usage, "aggregate: this struct needs time");
  if (needs.obs && data.obs.empty()) return make_error(ErrorCode::usage, "aggregate: this struct needs obs");
  return {};
}

Aggregated clusters_of(const std::vector<std::string>& cluster) {
  Aggregated out;
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    const auto [at, inserted] = seen.emplace(cluster[i], out.cluster.size());
    if (inserted) {
      out.cluster.push_back(cluster[i]);
      out.rows.emplace_back();
    }
    out.rows[at->second].push_back(i);
  }
  return out;
}

double value_at(const stats::Vector& values, std::size_t cluster) {
  return values.empty() ? kMissing : values.size() == 1 ? values[0] : values[cluster];
}

double correlation(const AggregateData& data, const AggregateRules& rules, std::size_t cluster, std::size_t i,
                   std::size_t j) {
  const std::string& s = rules.structure;
  const double rho = value_at(rules.rho, cluster);
  if (s == "ID") return 0;
  if (s == "CS") return rho;
  const double lag = std::pow(value_at(rules.phi, cluster), std::fabs(data.time[i] - data.time[j]));
  if (s == "CAR") return lag;
  if (s == "CS+CAR") return rho + (1 - rho) * lag;
  return (data.obs[i] == data.obs[j] ? 1 : rho) * lag;
}

stats::Matrix covariance(const AggregateData& data, const AggregateRules& rules, std::size_t cluster,
                         const std::vector<std::size_t>& rows) {
  stats::Matrix v(rows.size(), rows.size());
  for (std::size_t a = 0; a < rows.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      const std::size_t i = rows[a], j = rows[b];
      double value = data.v.empty() ? std::sqrt(data.vi[i] * data.vi[j]) : data.v(i, j);
      if (data.v.empty()) value = a == b ? data.vi[i] : value * correlation(data, rules, cluster, i, j);
      v(a, b) = v(b, a) = value;
    }
  return v;
}

}  // namespace

Expected<Aggregated> aggregate(const AggregateData& data, const AggregateRules& rules) {
  Aggregated out = clusters_of(data.cluster);
  HR_CHECK(check_rules(data, rules, out.cluster.size()));
  for (std::size_t c = 0; c < out.cluster.size(); ++c) {
    const std::vector<std::size_t>& rows = out.rows[c];
    const stats::Matrix v = covariance(data, rules, c, rows);
    stats::Vector y;
    for (const std::size_t i : rows) y.push_back(data.yi[i]);
    const double k = static_cast<double>(rows.size());
    double sum_v = 0, sum_y = 0;
    for (std::size_t a = 0; a < rows.size(); ++a) {
      sum_y += y[a];
      for (const double value : v.row(a)) sum_v += value;
    }
    if (is_missing(sum_v) || is_missing(sum_y)) {
      out.yi.push_back(kMissing);
      out.vi.push_back(kMissing);
      continue;
    }
    const auto cholesky = stats::Cholesky::create(v);
    if (!cholesky)
      return make_error(
          ErrorCode::input,
          fmt::format("aggregate: the covariance matrix of cluster '{}' is not positive definite", out.cluster[c]));
    const stats::Vector weights = cholesky->solve(stats::Vector(rows.size(), 1.0));
    const double sum_w = stats::dot(weights, stats::Vector(rows.size(), 1.0));
    out.yi.push_back(rules.weighted ? stats::dot(weights, y) / sum_w : sum_y / k);
    out.vi.push_back(rules.weighted ? 1 / sum_w : sum_v / (k * k));
  }
  return out;
}

}  // namespace hedgerow::effect
