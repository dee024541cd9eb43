// Contrasts, blocks of coefficients, comparisons of models, values per row.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/robust_options.hpp"
#include "infer/p_adjust.hpp"
#include "infer/scale.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

// Coefficients of a term by its label, or by the label without factor().
Expected<std::vector<std::size_t>> term_columns(const model::Data& data, const std::string& term) {
  std::vector<std::size_t> columns;
  for (std::size_t t = 0; t < data.term_labels.size(); ++t) {
    const std::string& label = data.term_labels[t];
    if (label != term && label != "factor(" + term + ")") continue;
    for (std::size_t j = 0; j < data.term.size(); ++j)
      if (data.term[j] == static_cast<int>(t + 1)) columns.push_back(j);
  }
  if (columns.empty())
    return make_error(ErrorCode::usage,
                      fmt::format("the model has no term '{}'{}", term, did_you_mean(term, data.term_labels)));
  return columns;
}

/// "0, 1, -1", or "typeB = 1, typeC = -1", as a row over the coefficients.
Expected<Vector> combination(const std::string& text, const std::vector<std::string>& names) {
  const auto bad = [&text](const std::string& why) {
    return make_error(ErrorCode::usage, fmt::format("combination '{}': {}", text, why), "contrasts");
  };
  const std::vector<std::string> parts = split(text, ',');
  const bool named = text.find('=') != std::string::npos;
  if (!named && parts.size() != names.size())
    return bad(fmt::format("{} weights for {} coefficients ({})", parts.size(), names.size(), join(names, ", ")));
  Vector out(names.size(), 0.0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t at = parts[i].rfind('=');
    if (named && at == std::string::npos) return bad(fmt::format("'{}' has no '='", std::string(trim(parts[i]))));
    std::size_t column = i;
    if (named) {
      const std::string name(trim(parts[i].substr(0, at)));
      column = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      if (column == names.size())
        return bad(fmt::format("there is no coefficient '{}'{}; there are {}", name, did_you_mean(name, names),
                               join(names, ", ")));
    }
    const auto weight = parse_number(trim(named ? parts[i].substr(at + 1) : parts[i]));
    if (!weight) return bad(fmt::format("'{}' is not a number", std::string(trim(parts[i]))));
    out[column] = *weight;
  }
  return out;
}

/// The rows of a question, from its texts or as they are.
Expected<stats::Matrix> rows_of(const AskContrasts& ask, const std::vector<std::string>& names) {
  if (ask.combinations.empty()) return ask.l;
  stats::Matrix out(ask.combinations.size(), names.size());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    HR_TRY(const Vector row, combination(ask.combinations[i], names));
    std::copy(row.begin(), row.end(), out.row(i).begin());
  }
  return out;
}

/// "typeB - 0.5 typeC".
std::string words_of(std::span<const double> row, const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t j = 0; j < row.size() && j < names.size(); ++j) {
    if (row[j] == 0) continue;
    const std::string size = std::fabs(row[j]) == 1 ? "" : format_shortest(std::fabs(row[j])) + " ";
    out += (out.empty() ? (row[j] < 0 ? "-" : "") : row[j] < 0 ? " - " : " + ") + size + names[j];
  }
  return out.empty() ? "0" : out;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskContrasts& ask) {
  const std::vector<std::string>& names = ask.scale && context.fit.is_location_scale()
                                              ? std::get<model::LocationScale>(context.fit.problem.spec()).names
                                              : context.fit.problem.data().names;
  HR_TRY(const stats::Matrix l, rows_of(ask, names));
  HR_TRY(const infer::Contrasts c, ask.scale ? infer::scale_contrasts(context.fit, l, context.inference, ask.rhs)
                                             : infer::contrasts(context.fit, l, context.inference, ask.rhs));
  HR_TRY(const Vector pval, infer::adjust_p_values(c.pval, ask.adjust));
  std::string method = (ask.scale ? "linear combinations of the coefficients of the scale, test "
                                  : "linear combinations of the coefficients, test ") +
                       test_text(context.inference);
  if (!ask.adjust.empty()) method += ", p-values adjusted by " + ask.adjust;
  Block block = start_block(context, method);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < l.rows(); ++i) words.push_back(words_of(l.row(i), names));
  block.add("combination", words)
      .add("estimate", c.estimate)
      .add("se", c.se)
      .add("zval", c.zval)
      .add("pval", pval)
      .add("ddf", c.ddf);
  // The omnibus test of the scale has a name of its own, as in the fit.
  const char* const tests[2][3] = {{"QM", "QMp", "QM_df"}, {"QS", "QSp", "QS_df"}};
  const auto& test = tests[ask.scale ? 1 : 0];
  block.add(test[0], c.q_m).add(test[1], c.q_m_p).add(test[2], Vector{c.q_m_df1, c.q_m_df2});
  return block;
}

namespace {

Expected<Block> scale_block(const Context& context, const AskBlock& ask) {
  std::vector<std::size_t> att;
  for (const std::size_t j : ask.btt) {
    if (j == 0) return make_error(ErrorCode::usage, "att counts coefficients from 1, found 0");
    att.push_back(j - 1);
  }
  HR_TRY(const infer::ScaleCoefficients c, infer::scale_coefficients(context.fit, context.inference, att));
  Block block = start_block(context, "omnibus test of coefficients of the scale, test " + test_text(context.inference));
  Vector columns;
  for (const std::size_t j : c.att) columns.push_back(static_cast<double>(j + 1));
  block.add("att", columns).add("QS", c.q_s).add("QSp", c.q_s_p).add("QS_df", Vector{c.q_s_df1, c.q_s_df2});
  return block;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskBlock& ask) {
  if (ask.scale) return scale_block(context, ask);
  infer::Options options = context.inference;
  if (!ask.term.empty()) {
    HR_TRY(options.btt, term_columns(context.fit.problem.data(), ask.term));
  } else if (!ask.btt.empty()) {
    options.btt.emplace();
    for (std::size_t j : ask.btt) options.btt->push_back(j - 1);
  }
  HR_TRY(const infer::Coefficients c, infer::coefficients(context.fit, options));
  Block block = start_block(context, "omnibus test of coefficients, test " + test_text(context.inference));
  Vector btt;
  for (std::size_t j : c.btt) btt.push_back(static_cast<double>(j + 1));
  block.add("btt", btt).add("QM", c.q_m).add("QMp", c.q_m_p).add("QM_df", Vector{c.q_m_df1, c.q_m_df2});
  return block;
}

Expected<Block> answer(const Context& context, const AskCompare& ask) {
  HR_TRY(const Assembled assembled, assemble(context.rows, ask.other));
  if (assembled.used != context.assembled.used)
    return make_error(ErrorCode::usage, "the two models don't use the same rows (missing moderators)");
  HR_TRY(const model::Fit other, model::fit(assembled.problem));
  const bool first_is_full = infer::parameter_count(context.fit) >= infer::parameter_count(other);
  const model::Fit& full = first_is_full ? context.fit : other;
  const model::Fit& reduced = first_is_full ? other : context.fit;
  HR_TRY(const infer::Comparison c, infer::compare(full, reduced));
  Block block = start_block(context, fmt::format("likelihood-ratio test ({})", full.method));
  block.add("fit_stats_f", statistics_block(c.full)).add("fit_stats_r", statistics_block(c.reduced));
  block.add("parms_f", static_cast<double>(c.df_full)).add("parms_r", static_cast<double>(c.df_reduced));
  block.add("LRT", c.lrt).add("pval", c.pval).add("R2", c.r2);
  block.add("QE_f", full.q_e).add("QE_r", reduced.q_e).add("tau2_f", full.tau2).add("tau2_r", reduced.tau2);
  return block;
}

}  // namespace hedgerow::engine
