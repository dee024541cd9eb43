// The model on completed tables: missing moderators are drawn m times, the model is fitted to each completed table, and
// the fits are pooled. Every row with an effect enters, also those that the fit itself had to leave out.
//
// Source: rubin1987, vanbuuren2018; infer/multiple_imputation.hpp, infer/rubin.hpp.
// Tests:  engine/missing_test.cpp, tests/e2e/cases/missing_moderators.case.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <numeric>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/units.hpp"
#include "infer/multiple_imputation.hpp"
#include "infer/rubin.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

/// Names in a formula that can be columns: words, and what stands in backticks; texts in quotes are no names.
std::vector<std::string> names_in(const std::string& formula) {
  std::vector<std::string> out(1);
  char quote = 0;
  for (const char c : formula) {
    const bool opens = c == '`' || c == '"' || c == '\'';
    const bool part = quote ? c != quote : std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
    if (part && (quote == 0 || quote == '`')) out.back() += c;
    if (!part && !out.back().empty()) out.emplace_back();
    if (quote && c == quote)
      quote = 0;
    else if (!quote && opens)
      quote = c;
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

/// Whether the formula has factor(name).
bool is_factor(const std::string& formula, const std::string& name) {
  std::string text;
  for (const char c : formula)
    if (c != ' ' && c != '`') text += c;
  return text.find("factor(" + name + ")") != std::string::npos ||
         text.find("factor(" + name + ",") != std::string::npos;
}

/// A moderator with the texts of its levels, empty for a numeric one.
struct Column {
  std::size_t at = 0;  ///< in the table
  std::vector<std::string> levels;
};

/// Rows with an effect, their moderators, and what predicts them.
struct Incomplete {
  std::vector<std::uint32_t> rows;  ///< of the table
  std::vector<Column> columns;
  std::vector<infer::Moderator> moderators;
  stats::Matrix auxiliary;
  std::vector<std::uint32_t> study;
};

Expected<infer::Moderator> read_moderator(const data::Table& part, Column& column, bool factor) {
  infer::Moderator out;
  out.name = part.names()[column.at];
  out.categorical = factor || !part.is_numeric(column.at);
  if (!out.categorical) {
    HR_TRY(out.values, part.numbers_at(column.at));
    return out;
  }
  HR_TRY(const std::vector<std::string> texts, part.texts(out.name));
  for (const std::string& text : texts) {
    const auto known = std::find(column.levels.begin(), column.levels.end(), text);
    out.values.push_back(text.empty() ? kMissing : static_cast<double>(known - column.levels.begin()));
    if (!text.empty() && known == column.levels.end()) column.levels.push_back(text);
  }
  return out;
}

/// Study of each row by the first grouping column; in a two-level model every row is its own study.
Expected<std::vector<std::uint32_t>> studies(const ModelRequest& model, const data::Table& part) {
  const std::string name = study_column(model);
  std::vector<std::uint32_t> out(part.rows());
  std::iota(out.begin(), out.end(), 0U);
  if (name.empty()) return out;
  HR_TRY(const std::vector<std::string> texts, part.texts(name));
  std::map<std::string, std::uint32_t> ids;
  for (std::size_t i = 0; i < texts.size(); ++i)
    out[i] = ids.try_emplace(texts[i], static_cast<std::uint32_t>(ids.size())).first->second;
  return out;
}

/// yi, its precision, and the study's mean of yi.
stats::Matrix auxiliary_of(const EffectRows& effects, const std::vector<std::size_t>& at,
                           const std::vector<std::uint32_t>& study) {
  Vector sum(at.size(), 0.0), count(at.size(), 0.0);
  for (std::size_t i = 0; i < at.size(); ++i) {
    sum[study[i]] += effects.effects.yi[at[i]];
    count[study[i]] += 1;
  }
  stats::Matrix out(at.size(), 3);
  for (std::size_t i = 0; i < at.size(); ++i) {
    out(i, 0) = effects.effects.yi[at[i]];
    out(i, 1) = 1 / std::sqrt(effects.effects.vi[at[i]]);
    out(i, 2) = sum[study[i]] / count[study[i]];
  }
  return out;
}

Expected<Incomplete> incomplete_rows(const Context& context) {
  const EffectRows& effects = context.rows;
  Incomplete out;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < effects.row.size(); ++i) {
    if (!std::isfinite(effects.effects.yi[i]) || !std::isfinite(effects.effects.vi[i])) continue;
    if (effects.effects.vi[i] == 0)
      return make_error(ErrorCode::not_defined,
                        "an effect has the variance 0, so that its precision can't predict "
                        "moderators; imputation needs positive variances",
                        effects.where(i));
    at.push_back(i);
    out.rows.push_back(effects.row[i]);
  }
  const data::Table part = effects.table->select(std::vector<std::size_t>(out.rows.begin(), out.rows.end()));
  const std::string& formula = context.job.model.mods;
  std::vector<std::string> seen;
  for (const std::string& word : names_in(formula)) {
    const auto column = part.find(word);
    if (!column || std::find(seen.begin(), seen.end(), word) != seen.end()) continue;
    seen.push_back(word);
    out.columns.push_back({*column, {}});
    HR_TRY(infer::Moderator moderator, read_moderator(part, out.columns.back(), is_factor(formula, word)));
    out.moderators.push_back(std::move(moderator));
  }
  HR_TRY(out.study, studies(context.job.model, part));
  out.auxiliary = auxiliary_of(effects, at, out.study);
  return out;
}

/// The whole table with the drawn values in place.
Expected<data::Table> completed_table(const data::Table& table, const Incomplete& data, const infer::Completed& drawn) {
  std::vector<std::vector<std::string>> cells(table.rows(), std::vector<std::string>(table.cols()));
  for (std::size_t c = 0; c < table.cols(); ++c) {
    Vector numbers;
    if (table.is_numeric(c)) {
      HR_TRY(numbers, table.numbers_at(c));
    }
    for (std::size_t r = 0; r < table.rows(); ++r) {
      cells[r][c] = table.cell(r, c);
      // A number with a decimal comma is written anew; others keep their text, which may name a group ("01").
      if (!numbers.empty() && cells[r][c].find(',') != std::string::npos) cells[r][c] = format_shortest(numbers[r]);
    }
  }
  for (std::size_t j = 0; j < data.columns.size(); ++j)
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      const Column& column = data.columns[j];
      if (!table.missing(data.rows[i], column.at)) continue;
      cells[data.rows[i]][column.at] =
          column.levels.empty() ? format_shortest(drawn[j][i]) : column.levels[static_cast<std::size_t>(drawn[j][i])];
    }
  return data::Table::create(table.source(), table.names(), cells);
}

Expected<infer::CompletedFit> fit_completed(const Context& context, data::Table table, std::size_t k) {
  EffectRows rows = context.rows;
  rows.table = std::make_shared<const data::Table>(std::move(table));
  HR_TRY(const Assembled assembled, assemble(rows, context.job.model));
  if (assembled.used.size() != k)
    return make_error(ErrorCode::not_defined,
                      fmt::format("an imputed value has no place in '{}' (as the logarithm of a negative number); "
                                  "method pmm draws observed values only",
                                  context.job.model.mods));
  HR_TRY(const infer::Options inference, inference_options(context.job.inference, *rows.table));
  HR_TRY(const model::Fit fit, model::fit(assembled.problem));
  HR_TRY(infer::Coefficients found, infer::coefficients(fit, inference));
  return infer::CompletedFit{std::move(found.beta), std::move(found.vb), std::move(found.ddf)};
}

std::vector<Block> imputed_columns(const Incomplete& data) {
  std::vector<Block> out;
  for (const infer::Moderator& moderator : data.moderators) {
    const auto missing = std::count_if(moderator.values.begin(), moderator.values.end(), is_missing);
    if (missing == 0) continue;
    Block one;
    one.add("name", moderator.name).add("missing", static_cast<double>(missing));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskImpute& ask) {
  infer::ImputationOptions options;
  options.m = ask.m;
  options.seed = ask.seed;
  HR_TRY(options.method, infer::parse_imputation_method(ask.method));
  HR_TRY(const Incomplete data, incomplete_rows(context));
  HR_TRY(const std::vector<infer::Completed> sets, infer::impute(data.moderators, data.auxiliary, data.study, options));
  std::vector<infer::CompletedFit> fits;
  for (const infer::Completed& drawn : sets) {
    HR_TRY(data::Table table, completed_table(*context.rows.table, data, drawn));
    HR_TRY(infer::CompletedFit one, fit_completed(context, std::move(table), data.rows.size()));
    fits.push_back(std::move(one));
  }
  HR_TRY(const infer::Pooled pooled, infer::pool(fits, context.inference.level));
  if (pooled.beta.size() != context.fit.p())
    return make_error(ErrorCode::not_defined,
                      fmt::format("completed tables give {} coefficients, complete rows {}: a level of a factor has no "
                                  "complete row",
                                  pooled.beta.size(), context.fit.p()));
  Block block = start_block(context, fmt::format("missing moderators imputed {} times ({}, seed {}), fits pooled by "
                                                 "Rubin's rules",
                                                 ask.m, ask.method, ask.seed));
  block.rows = row_ranges(data.rows);
  block.add("k", static_cast<double>(data.rows.size())).add("k_complete", static_cast<double>(context.fit.k()));
  block.add("coef_names", context.fit.problem.data().names).add("beta", pooled.beta).add("se", pooled.se);
  block.add("zval", pooled.zval).add("ddf", pooled.ddf).add("pval", pooled.pval);
  block.add("ci_lb", pooled.ci_lb).add("ci_ub", pooled.ci_ub).add("fmi", pooled.fmi);
  block.add("lambda", pooled.lambda).add("riv", pooled.riv);
  block.add("within", pooled.within).add("between", pooled.between).add("imputed", imputed_columns(data));
  return block;
}

}  // namespace hedgerow::engine
