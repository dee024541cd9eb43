// Terms and variables -> design matrix. The columns of a term are the products of the columns of its variables, those
// of the first variable running fastest; each factor is coded by treatment contrasts or in full by R's rule
// (terms.hpp). Sources: wilkinson1973, chambers1992.
#include "data/formula.hpp"

#include <fmt/core.h>

#include <utility>

#include "data/detail/model_variable.hpp"
#include "data/detail/terms.hpp"

namespace hedgerow::data {
namespace {

constexpr std::size_t kMaxColumns = 10000;

/// A variable as it enters one term.
struct Coded {
  const ModelVariable* variable;
  bool contrasts;
};

struct TermColumns {
  std::vector<Coded> parts;
  std::size_t width = 1;

  std::string name(std::size_t c) const {
    std::string out;
    for (const Coded& part : parts) {
      const std::size_t n = part.variable->width(part.contrasts);
      out += (out.empty() ? "" : ":") + part.variable->name(c % n, part.contrasts);
      c /= n;
    }
    return out;
  }

  double value(std::size_t row, std::size_t c) const {
    double out = 1;
    for (const Coded& part : parts) {
      const std::size_t n = part.variable->width(part.contrasts);
      out *= part.variable->value(row, c % n, part.contrasts);
      c /= n;
    }
    return out;
  }
};

Expected<TermColumns> term_columns(const Terms& terms, const std::vector<ModelVariable>& variables, std::size_t t) {
  std::vector<bool> is_factor;
  for (const ModelVariable& variable : variables) is_factor.push_back(variable.is_factor());
  TermColumns out;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if ((terms.terms[t] >> v & 1) == 0) continue;
    const bool contrasts = is_factor[v] && coded_by_contrasts(terms, is_factor, t, v);
    if (contrasts && variables[v].levels.size() == 1)
      return make_error(ErrorCode::input,
                        fmt::format("'{}' has the same value '{}' in every row, so it can't be a moderator",
                                    variables[v].label, variables[v].levels[0]));
    out.parts.push_back({&variables[v], contrasts});
    out.width *= variables[v].width(contrasts);
    if (out.width > kMaxColumns)
      return make_error(ErrorCode::input, fmt::format("'{}' makes more than {} columns; is it meant as a number?",
                                                      term_label(terms, terms.terms[t]), kMaxColumns));
  }
  return out;
}

Expected<std::vector<ModelVariable>> used_variables(const Terms& terms, std::string_view formula, const Table& table) {
  const Evaluator evaluator(formula, table);
  TermBits used = 0;
  for (const TermBits term : terms.terms) used |= term;
  std::vector<ModelVariable> variables(terms.variables.size());
  for (std::size_t v = 0; v < variables.size(); ++v)
    if ((used >> v & 1) != 0) {
      HR_TRY(variables[v], model_variable(evaluator, terms.variables[v]));
    }
  return variables;
}

void fill(Design& design, const std::vector<TermColumns>& terms, std::size_t rows) {
  design.x = stats::Matrix(rows, design.names.size());
  for (std::size_t i = 0; i < rows; ++i) {
    std::size_t j = 0;
    if (design.intercept) design.x(i, j++) = 1;
    for (const TermColumns& term : terms)
      for (std::size_t c = 0; c < term.width; ++c) design.x(i, j++) = term.value(i, c);
  }
}

}  // namespace

Expected<Design> design_matrix(std::string_view formula, const Table& table) {
  HR_TRY(const Terms terms, formula_terms(formula));
  HR_TRY(const auto variables, used_variables(terms, formula, table));
  if (!terms.intercept && terms.terms.empty())
    return make_error(ErrorCode::usage, fmt::format("'{}' has neither an intercept nor a moderator", formula));
  Design design;
  design.intercept = terms.intercept;
  if (terms.intercept) {
    design.names.emplace_back("intrcpt");
    design.term.push_back(0);
  }
  std::vector<TermColumns> columns;
  for (std::size_t t = 0; t < terms.terms.size(); ++t) {
    HR_TRY(TermColumns term, term_columns(terms, variables, t));
    design.term_labels.push_back(term_label(terms, terms.terms[t]));
    for (std::size_t c = 0; c < term.width; ++c) {
      design.names.push_back(term.name(c));
      design.term.push_back(static_cast<int>(t + 1));
    }
    columns.push_back(std::move(term));
  }
  if (design.names.size() > kMaxColumns)
    return make_error(ErrorCode::input, fmt::format("'{}' makes more than {} columns", formula, kMaxColumns));
  fill(design, columns, table.rows());
  return design;
}

}  // namespace hedgerow::data
