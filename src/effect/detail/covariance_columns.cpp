// Reading the columns of a sampling covariance.
#include "effect/detail/covariance_columns.hpp"

#include <fmt/core.h>

#include <cmath>
#include <unordered_map>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/expression.hpp"
#include "data/formula.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<std::vector<std::string_view>> texts(const data::Table& table, const std::string& column, const char* rule) {
  std::vector<std::string_view> out;
  if (column.empty()) return out;
  HR_TRY(const std::size_t at, table.column(column));
  out.reserve(table.rows());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    out.push_back(table.cell(i, at));
    if (data::is_missing_text(out.back()))
      return make_error(ErrorCode::input,
                        fmt::format("{} is missing; the sampling covariance needs it in each row", rule),
                        table.where(i, at));
  }
  return out;
}

Expected<stats::Vector> numbers(const data::Table& table, const std::string& expression, const char* rule,
                                bool positive) {
  if (expression.empty()) return stats::Vector();
  HR_TRY(stats::Vector out, data::evaluate_numbers(expression, table));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string where = fmt::format("{}:{}:{}", table.source(), table.line(i), expression);
    if (is_missing(out[i]))
      return make_error(ErrorCode::input,
                        fmt::format("{} is missing; the sampling covariance needs it in each row", rule), where);
    if (positive && !(out[i] > 0))
      return make_error(ErrorCode::input, fmt::format("{} is {}; it must be positive", rule, format_shortest(out[i])),
                        where);
  }
  return out;
}

/// The row of each text in a named correlation matrix.
Expected<std::vector<std::size_t>> levels(const std::vector<std::string_view>& texts,
                                          const std::optional<Correlation>& rho, const data::Table& table,
                                          const std::string& column) {
  std::vector<std::size_t> out;
  if (!rho || !rho->by_level) return out;
  const data::NamedMatrix& matrix = *rho->by_level;
  if (matrix.names.empty())
    return make_error(ErrorCode::input,
                      fmt::format("the correlations of {} need the levels as names of their rows", column),
                      matrix.source);
  std::unordered_map<std::string_view, std::size_t> ids;
  for (std::size_t i = 0; i < matrix.names.size(); ++i) ids.emplace(matrix.names[i], i);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto found = ids.find(texts[i]);
    if (found == ids.end())
      return make_error(
          ErrorCode::input,
          fmt::format("'{}' has no row in {}{}", texts[i], matrix.source, did_you_mean(texts[i], matrix.names)),
          fmt::format("{}:{}:{}", table.source(), table.line(i), column));
    out.push_back(found->second);
  }
  return out;
}

/// A rule that another one needs.
Checked needs(bool used, bool given, const char* rule, const char* needed) {
  if (!used || given) return {};
  return make_error(ErrorCode::usage, fmt::format("{} needs {} beside it", rule, needed), rule);
}

Checked unit_interval(const std::optional<double>& value, const char* name) {
  if (!value || (*value >= -1 && *value <= 1)) return {};
  return make_error(ErrorCode::usage,
                    fmt::format("{} is {}; a correlation lies between -1 and 1", name, format_shortest(*value)), name);
}

std::optional<double> plain_value(const std::optional<Correlation>& rho) {
  return rho && !rho->by_level ? std::optional(rho->value) : std::nullopt;
}

Checked check_rules(const CovarianceRules& r) {
  if (r.cluster.empty())
    return make_error(ErrorCode::usage, "a sampling covariance needs the column of its clusters (studies)", "cluster");
  HR_CHECK(needs(!r.obs.empty(), r.rho_obs.has_value(), "obs", "rho, the correlation of different obs"));
  HR_CHECK(needs(!r.type.empty(), r.rho_type.has_value(), "type", "rho, the correlation of different types"));
  HR_CHECK(needs(!r.time1.empty(), r.phi.has_value(), "time1", "phi, the correlation of one unit of time"));
  HR_CHECK(needs(!r.time2.empty(), !r.time1.empty() && !r.grp2.empty(), "time2", "time1 and grp2"));
  HR_CHECK(needs(!r.grp2.empty(), !r.grp1.empty(), "grp2", "grp1"));
  HR_CHECK(needs(!r.w1.empty(), !r.grp1.empty(), "w1", "grp1"));
  HR_CHECK(needs(!r.w2.empty(), !r.w1.empty() && !r.grp2.empty(), "w2", "w1 and grp2"));
  HR_CHECK(needs(r.rho_obs.has_value(), !r.obs.empty(), "rho", "obs, which tells effects of one type apart"));
  HR_CHECK(needs(r.rho_type.has_value(), !r.type.empty(), "rho", "type, which tells outcomes apart"));
  HR_CHECK(unit_interval(plain_value(r.rho_obs), "rho"));
  HR_CHECK(unit_interval(plain_value(r.rho_type), "rho"));
  return unit_interval(r.phi, "phi");
}

Checked check_lags(const CovarianceColumns& c, const CovarianceRules& rules, const data::Table& table) {
  if (!rules.phi || *rules.phi >= 0) return {};
  for (const stats::Vector* times : {&c.time1, &c.time2})
    for (std::size_t i = 0; i < times->size(); ++i)
      if ((*times)[i] != std::floor((*times)[i]))
        return make_error(ErrorCode::input,
                          fmt::format("time {} with phi = {}; a negative phi has powers of whole times only",
                                      format_shortest((*times)[i]), format_shortest(*rules.phi)),
                          fmt::format("{}:{}", table.source(), table.line(i)));
  return {};
}

}  // namespace

Expected<CovarianceColumns> read_columns(const data::Table& table, const CovarianceRules& rules) {
  CovarianceColumns out;
  if (rules.rvars.empty()) HR_CHECK(check_rules(rules));
  std::vector<std::string> columns{rules.cluster};
  if (!rules.subgroup.empty()) columns.push_back(rules.subgroup);
  HR_TRY(auto groups, data::nested_groups(columns, table));
  out.cluster = std::move(groups.back());
  if (!rules.rvars.empty()) return out;
  HR_TRY(out.type, texts(table, rules.type, "type"));
  HR_TRY(out.obs, texts(table, rules.obs, "obs"));
  HR_TRY(out.grp1, texts(table, rules.grp1, "grp1"));
  HR_TRY(out.grp2, texts(table, rules.grp2, "grp2"));
  HR_TRY(out.time1, numbers(table, rules.time1, "time1", false));
  HR_TRY(out.time2, numbers(table, rules.time2, "time2", false));
  HR_TRY(out.w1, numbers(table, rules.w1, "w1", true));
  HR_TRY(out.w2, numbers(table, rules.w2, "w2", true));
  if (out.time2.empty()) out.time2 = out.time1;
  if (out.w2.empty()) out.w2 = out.w1;
  HR_TRY(out.type_level, levels(out.type, rules.rho_type, table, rules.type));
  HR_TRY(out.obs_level, levels(out.obs, rules.rho_obs, table, rules.obs));
  HR_CHECK(check_lags(out, rules, table));
  return out;
}

Expected<std::vector<std::size_t>> rvars_columns(const data::Table& table, const CovarianceRules& rules) {
  const CovarianceRules& r = rules;
  if (!r.type.empty() || !r.obs.empty() || !r.time1.empty() || !r.grp1.empty() || r.rho_obs || r.rho_type || r.phi)
    return make_error(ErrorCode::usage,
                      "rvars give the whole matrix; beside them only cluster and subgroup have a meaning", "rvars");
  std::vector<std::size_t> out;
  for (const std::string& name : r.rvars) {
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos || table.find(name)) {
      HR_TRY(const std::size_t at, table.column(name));
      out.push_back(at);
      continue;
    }
    HR_TRY(const std::size_t first, table.column(trim(std::string_view(name).substr(0, colon))));
    HR_TRY(const std::size_t last, table.column(trim(std::string_view(name).substr(colon + 1))));
    if (last < first)
      return make_error(ErrorCode::usage, fmt::format("in '{}' the second column stands before the first", name),
                        "rvars");
    for (std::size_t at = first; at <= last; ++at) out.push_back(at);
  }
  return out;
}

}  // namespace hedgerow::effect::detail
