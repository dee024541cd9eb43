// The step aggregate: one row for each cluster (aggregate.hpp). Other columns keep the mean of their numbers, the share
// of TRUE, or their most frequent text (the last one in the alphabet among equals), as metafor has it.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "data/expression.hpp"
#include "data/named_matrix.hpp"
#include "data/table_edit.hpp"
#include "effect/aggregate.hpp"
#include "effect/detail/prepare_kind.hpp"
#include "effect/detail/prepare_tables.hpp"

namespace hedgerow::effect::detail {
namespace {

std::string option(const PrepareStep& step, const std::string& name, const std::string& fallback) {
  const auto at = step.options.find(name);
  return at == step.options.end() ? fallback : at->second;
}

Expected<bool> flag(const PrepareStep& step, const std::string& name, bool fallback) {
  const std::string text = to_lower(option(step, name, fallback ? "true" : "false"));
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return make_error(ErrorCode::usage, fmt::format("{}: {} is true or false, found '{}'", step.method, name, text));
}

Expected<stats::Vector> number_list(const PrepareStep& step, const std::string& name) {
  stats::Vector out;
  const std::string text = option(step, name, "");
  if (text.empty()) return out;
  for (const std::string& part : split(text, ',')) {
    const auto value = parse_number(trim(part));
    if (!value)
      return make_error(ErrorCode::usage,
                        fmt::format("{}: {} is a number or a list of them, found '{}'", step.method, name, text));
    out.push_back(*value);
  }
  return out;
}

Expected<std::vector<std::string>> words(const data::Table& table, const PrepareStep& step, const char* argument) {
  const auto at = step.columns.find(argument);
  if (at == step.columns.end()) return std::vector<std::string>();
  return table.texts(at->second);
}

Expected<stats::Vector> numbers(const data::Table& table, const PrepareStep& step, const char* argument) {
  const auto at = step.columns.find(argument);
  if (at == step.columns.end()) return stats::Vector();
  return table.find(at->second) ? table.numbers(at->second) : data::evaluate_numbers(at->second, table);
}

/// V: a matrix in memory, a file of one, or (argument V) a column of variances without covariances.
Expected<stats::Matrix> given_v(const data::Table& table, const PrepareStep& step) {
  data::NamedMatrix matrix;
  const std::string file = option(step, "v_file", "");
  if (step.v)
    matrix = *step.v;
  else if (!file.empty()) {
    HR_TRY(matrix, data::read_named_matrix(file));
  } else {
    HR_TRY(const stats::Vector variances, numbers(table, step, "V"));
    stats::Matrix out(variances.size(), variances.size());
    for (std::size_t i = 0; i < variances.size(); ++i) out(i, i) = variances[i];
    return out;
  }
  if (matrix.size() != table.rows())
    return make_error(ErrorCode::usage,
                      fmt::format("aggregate: V has {} rows, the table {}", matrix.size(), table.rows()));
  return matrix.values;
}

Expected<AggregateData> data_of(const data::Table& table, const PrepareStep& step) {
  AggregateData out;
  HR_TRY(out.yi, numbers(table, step, "yi"));
  HR_TRY(out.vi, numbers(table, step, "vi"));
  HR_TRY(out.cluster, words(table, step, "cluster"));
  HR_TRY(out.time, numbers(table, step, "time"));
  HR_TRY(out.obs, words(table, step, "obs"));
  HR_TRY(out.v, given_v(table, step));
  for (std::size_t i = 0; i < out.cluster.size(); ++i)
    if (out.cluster[i].empty())
      return make_error(ErrorCode::input, "aggregate: the cluster is missing",
                        fmt::format("{}:{}", table.source(), table.line(i)));
  for (std::size_t i = 0; i < out.vi.size(); ++i)
    if (out.vi[i] < 0)
      return make_error(ErrorCode::input, "aggregate: a variance can't be negative",
                        fmt::format("{}:{}", table.source(), table.line(i)));
  return out;
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
  std::vector<T> out;
  for (const std::size_t i : rows)
    if (!values.empty()) out.push_back(values[i]);
  return out;
}

AggregateData select(const AggregateData& data, const std::vector<std::size_t>& rows) {
  AggregateData out{pick(data.yi, rows), pick(data.vi, rows), pick(data.cluster, rows), pick(data.time, rows),
                    pick(data.obs, rows)};
  if (data.v.empty()) return out;
  out.v = stats::Matrix(rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows.size(); ++j) out.v(i, j) = data.v(rows[i], rows[j]);
  return out;
}

std::vector<std::size_t> complete_rows(const AggregateData& data) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    const double variance = data.v.empty() ? data.vi[i] : data.v(i, i);
    if (!is_missing(data.yi[i]) && !is_missing(variance)) out.push_back(i);
  }
  return out;
}

double summary(stats::Vector values, const std::string& fun) {
  if (values.empty()) return kMissing;
  double sum = 0;
  for (const double value : values) sum += value;
  std::sort(values.begin(), values.end());
  const std::size_t k = values.size();
  if (fun == "sum") return sum;
  if (fun == "min") return values.front();
  if (fun == "max") return values.back();
  if (fun == "median") return (values[(k - 1) / 2] + values[k / 2]) / 2;
  return sum / static_cast<double>(k);
}

std::string most_frequent(const std::vector<std::string>& texts) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& text : texts) ++counts[text];
  std::string best;
  std::size_t most = 0;
  for (const auto& [text, count] : counts)
    if (count >= most) {
      most = count;
      best = text;
    }
  return best;
}

bool is_logical(const data::Table& table, std::size_t col) {
  bool any = false;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.missing(i, col)) continue;
    const std::string_view text = table.cell(i, col);
    if (text != "TRUE" && text != "FALSE") return false;
    any = true;
  }
  return any;
}

/// One cell of an aggregated column; with `na_rm` missing cells are left out, else one makes the result missing.
std::string cell_of(const data::Table& table, std::size_t col, const std::vector<std::size_t>& rows, bool na_rm,
                    const std::string& fun) {
  const bool numeric = table.is_numeric(col), logical = !numeric && is_logical(table, col);
  stats::Vector values;
  std::vector<std::string> texts;
  const auto column = numeric ? table.numbers_at(col) : Expected<stats::Vector>(stats::Vector());
  for (const std::size_t i : rows) {
    if (table.missing(i, col)) {
      if (!na_rm && (numeric || logical)) return "";
      if (!na_rm) texts.emplace_back();
      continue;
    }
    if (numeric)
      values.push_back((*column)[i]);
    else if (logical)
      values.push_back(table.cell(i, col) == "TRUE" ? 1 : 0);
    else
      texts.emplace_back(table.cell(i, col));
  }
  if (!numeric && !logical) return most_frequent(texts);
  const double value = summary(std::move(values), logical ? "mean" : fun);
  return is_missing(value) ? "" : format_shortest(value);
}

Recovered trace(const data::Table& made, const Aggregated& result, std::size_t c, const std::string& method) {
  Recovered out{0, c, fmt::format("{}:{}", made.source(), made.line(c)), {}, false};
  out.record.method = method;
  out.record.inputs = {{"ki", static_cast<double>(result.rows[c].size())}};
  out.record.steps = {{"yi", result.yi[c]}, {"vi", result.vi[c]}};
  out.record.note = fmt::format("cluster {}", result.cluster[c]);
  return out;
}

std::string output_name(const PrepareStep& step, const std::string& output) {
  const auto named = step.into.find(output);
  if (named != step.into.end()) return named->second;
  const auto bound = step.columns.find(output);
  return bound == step.columns.end() ? output : bound->second;
}

std::vector<data::EditedColumn> columns_of(const data::Table& table, const PrepareStep& step, const Aggregated& result,
                                           const std::vector<std::size_t>& kept, bool na_rm, bool addk) {
  const std::string fun = option(step, "fun", "mean");
  std::vector<data::EditedColumn> out;
  const auto set = [&](const std::string& name, const stats::Vector& values) {
    std::vector<std::string> cells;
    for (const double value : values) cells.push_back(is_missing(value) ? "" : format_shortest(value));
    const auto at = std::find_if(out.begin(), out.end(), [&](const auto& column) { return column.name == name; });
    if (at != out.end())
      at->cells = std::move(cells);
    else
      out.push_back({name, std::move(cells)});
  };
  for (std::size_t j = 0; j < table.cols(); ++j) {
    data::EditedColumn column{table.names()[j], {}};
    for (const auto& rows : result.rows) column.cells.push_back(cell_of(table, j, pick(kept, rows), na_rm, fun));
    if (column.name == step.columns.at("cluster")) column.cells = result.cluster;
    out.push_back(std::move(column));
  }
  set(output_name(step, "yi"), result.yi);
  set(output_name(step, "vi"), result.vi);
  if (!addk) return out;
  stats::Vector ki;
  for (const auto& rows : result.rows) ki.push_back(static_cast<double>(rows.size()));
  set(output_name(step, "ki"), ki);
  return out;
}

}  // namespace

Expected<Prepared> aggregate_table(const data::Table& table, const PrepareStep& step) {
  HR_TRY(const AggregateData all, data_of(table, step));
  HR_TRY(const bool na_rm, flag(step, "na_rm", true));
  HR_TRY(const bool na_rm_columns, flag(step, "na_rm_columns", na_rm));
  HR_TRY(const bool addk, flag(step, "addk", false));
  AggregateRules rules;
  rules.structure = option(step, "struct", "CS");
  HR_TRY(rules.rho, number_list(step, "rho"));
  HR_TRY(rules.phi, number_list(step, "phi"));
  HR_TRY(rules.weighted, flag(step, "weighted", true));
  std::vector<std::size_t> kept(table.rows());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i;
  if (na_rm) kept = complete_rows(all);
  if (kept.empty()) return make_error(ErrorCode::input, "aggregate: no row has an effect and a variance");
  HR_TRY(const Aggregated result, aggregate(select(all, kept), rules));
  std::vector<std::size_t> lines;
  for (const auto& rows : result.rows) lines.push_back(table.line(kept[rows.front()]));
  Prepared out;
  HR_TRY(out.table,
         data::from_columns(table.source(), columns_of(table, step, result, kept, na_rm_columns, addk), lines));
  const std::string method =
      fmt::format("effects of one cluster as one, {}, {}", all.v.empty() ? "struct " + rules.structure : "V as given",
                  rules.weighted ? "inverse-covariance weights" : "unweighted");
  for (std::size_t c = 0; c < result.cluster.size(); ++c) out.recovered.push_back(trace(out.table, result, c, method));
  return out;
}

}  // namespace hedgerow::effect::detail
