// Terms and variables -> design matrix. The columns of a term are the products of the columns of its variables, those
// of the first variable running fastest; each factor is coded by treatment contrasts or in full by R's rule
// (terms.hpp). Sources: wilkinson1973, chambers1992.
#include "data/formula.hpp"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "base/missing.hpp"
#include "base/text.hpp"
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

namespace {

/// The design of variables that are already evaluated over `rows` rows.
Expected<Design> make_design(std::string_view formula, const Terms& terms, const std::vector<ModelVariable>& variables,
                             std::size_t rows) {
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
  fill(design, columns, rows);
  return design;
}

/// Levels of all factors (0 for other variables) at one point of the reference grid, with its weight.
using Codes = std::vector<std::uint32_t>;
using Combinations = std::map<Codes, double>;

Expected<Combinations> combinations(const std::vector<ModelVariable>& variables, std::size_t factor, std::size_t rows,
                                    LevelWeights weights) {
  constexpr std::size_t kMostCombinations = 100000;
  Combinations out;
  if (weights == LevelWeights::equal) {
    std::vector<Codes> points{Codes(variables.size(), 0)};
    for (std::size_t v = 0; v < variables.size(); ++v) {
      if (v == factor || !variables[v].is_factor()) continue;
      std::vector<Codes> next;
      for (const Codes& point : points) {
        for (std::size_t level = 0; level < variables[v].levels.size(); ++level) {
          next.push_back(point);
          next.back()[v] = static_cast<std::uint32_t>(level);
        }
      }
      points = std::move(next);
      if (points.size() > kMostCombinations)
        return make_error(ErrorCode::input, fmt::format("the factors have more than {} combinations of levels; average "
                                                        "over those that occur (proportional weights)",
                                                        kMostCombinations));
    }
    for (Codes& point : points) out.emplace(std::move(point), 1.0);
    return out;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    Codes point(variables.size(), 0);
    bool whole = true;
    for (std::size_t v = 0; v < variables.size(); ++v) {
      if (!variables[v].is_factor()) continue;
      whole = whole && variables[v].codes[i] != ModelVariable::kMissingLevel;
      if (v != factor) point[v] = variables[v].codes[i];
    }
    if (whole) out[point] += 1;
  }
  return out;
}

/// A variable over the reference grid: every level of the factor with every combination of the others.
ModelVariable on_grid(const ModelVariable& variable, std::size_t v, std::size_t factor, std::size_t levels,
                      const Combinations& others) {
  ModelVariable out = variable;
  const std::size_t points = levels * others.size();
  if (variable.is_factor()) {
    out.codes.clear();
    for (std::size_t level = 0; level < levels; ++level)
      for (const auto& [codes, weight] : others)
        out.codes.push_back(v == factor ? static_cast<std::uint32_t>(level) : codes[v]);
    return out;
  }
  out.columns = stats::Matrix(points, variable.columns.cols());
  for (std::size_t c = 0; c < variable.columns.cols(); ++c) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < variable.columns.rows(); ++i) {
      if (is_missing(variable.columns(i, c))) continue;
      sum += variable.columns(i, c);
      count += 1;
    }
    for (std::size_t i = 0; i < points; ++i) out.columns(i, c) = sum / count;
  }
  return out;
}

bool names_variable(const std::string& label, const std::string& name) {
  if (label == name || label == "factor(" + name + ")") return true;
  return label.starts_with("relevel(" + name + ",") || label.starts_with("relevel(factor(" + name + "),");
}

Expected<std::size_t> find_factor(const std::vector<ModelVariable>& variables, const std::string& name) {
  std::vector<std::string> factors;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (!variables[v].is_factor()) continue;
    if (names_variable(variables[v].label, name)) return v;
    factors.push_back(variables[v].label);
  }
  return make_error(ErrorCode::usage,
                    factors.empty()
                        ? fmt::format("the model has no factor, so no marginal means of '{}'; write factor({}) in the "
                                      "moderators if its values are levels",
                                      name, name)
                        : fmt::format("the model has no factor '{}'{}; its factors are {}", name,
                                      did_you_mean(name, factors), join(factors, ", ")));
}

}  // namespace

Expected<Design> design_matrix(std::string_view formula, const Table& table) {
  HR_TRY(const Terms terms, formula_terms(formula));
  HR_TRY(const auto variables, used_variables(terms, formula, table));
  return make_design(formula, terms, variables, table.rows());
}

Expected<LevelRows> level_rows(std::string_view formula, const Table& table, const std::string& factor,
                               LevelWeights weights) {
  HR_TRY(const Terms terms, formula_terms(formula));
  HR_TRY(const auto variables, used_variables(terms, formula, table));
  HR_TRY(const std::size_t at, find_factor(variables, factor));
  HR_TRY(const Combinations others, combinations(variables, at, table.rows(), weights));
  const std::size_t levels = variables[at].levels.size();
  std::vector<ModelVariable> grid;
  for (std::size_t v = 0; v < variables.size(); ++v) grid.push_back(on_grid(variables[v], v, at, levels, others));
  HR_TRY(const Design design, make_design(formula, terms, grid, levels * others.size()));
  LevelRows out{variables[at].label, variables[at].levels, stats::Matrix(levels, design.x.cols())};
  double total = 0;
  for (const auto& [codes, weight] : others) total += weight;
  std::size_t row = 0;
  for (std::size_t level = 0; level < levels; ++level)
    for (const auto& [codes, weight] : others) {
      for (std::size_t j = 0; j < design.x.cols(); ++j) out.x(level, j) += weight / total * design.x(row, j);
      ++row;
    }
  return out;
}

}  // namespace hedgerow::data
