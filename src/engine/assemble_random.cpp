// Random-effects formulas, structures and known correlations -> model::Multilevel.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "data/expression.hpp"
#include "data/formula.hpp"
#include "data/random.hpp"
#include "engine/detail/random_effects.hpp"
#include "model/parameters.hpp"

namespace hedgerow::engine {
namespace {

using data::RandomFormula;
using data::Table;
using model::Structure;
using model::Structured;

struct Formulas {
  std::vector<RandomFormula> nested, structured;
};

Expected<Formulas> parse_formulas(const ModelRequest& request) {
  Formulas out;
  for (const std::string& formula : request.random) {
    HR_TRY(RandomFormula parsed, data::parse_random_formula(formula));
    (parsed.is_structured() ? out.structured : out.nested).push_back(std::move(parsed));
  }
  return out;
}

// "district", "district/school": a name for each component of ~ 1 | district/school.
std::vector<std::string> paths(const std::vector<std::string>& columns) {
  std::vector<std::string> out;
  for (const std::string& column : columns) out.push_back(out.empty() ? column : out.back() + "/" + column);
  return out;
}

Checked add_intercepts(model::Multilevel& spec, const RandomFormula& formula, const Table& table) {
  HR_TRY(auto groups, data::nested_groups(formula.nested, table));
  const std::vector<std::string> names = paths(formula.nested);
  for (std::size_t l = 0; l < names.size(); ++l) {
    // A component that two formulas share, as a in ~ 1 | a and ~ 1 | a/b, enters once.
    if (std::find(spec.s_names.begin(), spec.s_names.end(), names[l]) != spec.s_names.end()) continue;
    spec.s_names.push_back(names[l]);
    spec.groups.push_back(std::move(groups[l]));
  }
  return {};
}

Error one_inner_variable(const RandomFormula& formula, Structure structure) {
  return make_error(ErrorCode::usage,
                    fmt::format("structure {} takes one inner variable, found '{}'; several are coordinates (spatial "
                                "structures) or random coefficients (GEN, GDIAG)",
                                model::name(structure), formula.inner_text()),
                    "random");
}

// GEN, GDIAG: the columns of the inner formula have random coefficients.
Checked add_coefficients(Structured& term, const RandomFormula& formula, const Table& table) {
  HR_TRY(data::Design design, data::design_matrix("~ " + formula.inner_text(), table));
  for (std::size_t i = 0; i < design.x.rows(); ++i)
    for (const double value : design.x.row(i))
      if (std::isnan(value))
        return make_error(ErrorCode::input,
                          fmt::format("'{}' is missing, but it has random coefficients", formula.inner_text()),
                          fmt::format("{}:{}", table.source(), table.line(i)));
  term.z = std::move(design.x);
  term.levels = std::move(design.names);
  return {};
}

// Spatial structures: rows with the same coordinates are at one place; places are numbered as they appear.
Checked add_places(Structured& term, const RandomFormula& formula, const Table& table) {
  HR_TRY(const stats::Matrix all, data::complete_numbers(formula.inner, table));
  std::map<stats::Vector, std::uint32_t> places;
  std::vector<stats::Vector> coordinates;
  for (std::size_t i = 0; i < all.rows(); ++i) {
    stats::Vector place(all.row(i).begin(), all.row(i).end());
    const auto [at, inserted] = places.try_emplace(place, static_cast<std::uint32_t>(places.size()));
    term.inner.push_back(at->second);
    if (!inserted) continue;
    std::vector<std::string> texts;
    for (const double x : place) texts.push_back(format_shortest(x));
    term.levels.push_back(join(texts, " + "));
    coordinates.push_back(std::move(place));
  }
  term.z = stats::Matrix(coordinates.size(), all.cols());
  for (std::size_t l = 0; l < coordinates.size(); ++l)
    std::copy(coordinates[l].begin(), coordinates[l].end(), term.z.row(l).begin());
  return {};
}

Checked add_levels(Structured& term, const RandomFormula& formula, const Table& table) {
  if (formula.inner.size() != 1) return one_inner_variable(formula, term.structure);
  HR_TRY(data::Factor factor, data::factor_levels(formula.inner.front(), table));
  term.levels = std::move(factor.levels);
  term.inner = std::move(factor.codes);
  if (term.structure != Structure::car) return {};
  HR_TRY(const stats::Matrix times, data::complete_numbers(formula.inner, table));
  term.z = stats::Matrix(term.levels.size(), 1);
  for (std::size_t i = 0; i < term.inner.size(); ++i) term.z(term.inner[i], 0) = times(i, 0);
  return {};
}

Expected<Structured> structured_term(const RandomFormula& formula, Structure structure, const Table& table) {
  Structured term;
  term.structure = structure;
  term.inner_name = formula.inner_text();
  term.outer_name = formula.outer;
  HR_TRY(auto outer, data::nested_groups({formula.outer}, table));
  term.outer = std::move(outer.front());
  if (structure == Structure::gen || structure == Structure::gdiag)
    HR_CHECK(add_coefficients(term, formula, table));
  else if (model::is_spatial(structure))
    HR_CHECK(add_places(term, formula, table));
  else
    HR_CHECK(add_levels(term, formula, table));
  return term;
}

Checked add_structured(model::Multilevel& spec, const ModelRequest& request, const std::vector<RandomFormula>& formulas,
                       const Table& table) {
  const std::size_t given = request.structure.size();
  if (given > 1 && given != formulas.size())
    return make_error(
        ErrorCode::usage,
        fmt::format("{} structures for {} terms with an inner variable; give one for each, or one for all", given,
                    formulas.size()),
        "structure");
  if (given > 0 && formulas.empty())
    return make_error(ErrorCode::usage,
                      fmt::format("structure {} needs a term with an inner variable, as in ~ outcome | study",
                                  request.structure.front()),
                      "structure");
  for (std::size_t t = 0; t < formulas.size(); ++t) {
    Structure structure = Structure::cs;
    if (given > 0) {
      HR_TRY(structure, model::parse_structure(request.structure[given == 1 ? 0 : t]));
    }
    HR_TRY(Structured term, structured_term(formulas[t], structure, table));
    spec.structured.push_back(std::move(term));
  }
  return {};
}

// Names of the groups of a component, in the order of their ids: "12", for nested ones "12/3".
Expected<std::vector<std::string>> group_names(const model::Multilevel& spec, std::size_t component,
                                               const Table& table) {
  std::vector<std::size_t> columns;
  for (const std::string& name : split(spec.s_names[component], '/')) {
    HR_TRY(columns.emplace_back(), table.column(name));
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (spec.groups[component][i] != out.size()) continue;
    std::vector<std::string> texts;
    for (const std::size_t column : columns) texts.emplace_back(table.cell(i, column));
    out.push_back(join(texts, "/"));
  }
  return out;
}

Checked add_correlation(model::Multilevel& spec, const KnownCorrelation& known, const Table& table) {
  const auto at = std::find(spec.s_names.begin(), spec.s_names.end(), known.group);
  if (at == spec.s_names.end())
    return make_error(ErrorCode::usage,
                      fmt::format("R names '{}', which is no random effect ~ 1 | ... of the model{}; these are {}",
                                  known.group, did_you_mean(known.group, spec.s_names), join(spec.s_names, ", ")),
                      "r");
  const auto component = static_cast<std::size_t>(at - spec.s_names.begin());
  data::NamedMatrix matrix;
  if (known.matrix) {
    matrix = *known.matrix;
  } else {
    HR_TRY(matrix, data::read_named_matrix(known.file));
  }
  HR_TRY(const data::NamedMatrix correlations, data::to_correlations(std::move(matrix)));
  HR_TRY(const std::vector<std::string> levels, group_names(spec, component, table));
  HR_TRY(stats::Matrix chosen, data::select_levels(correlations, levels, known.group));
  spec.r.resize(spec.groups.size());
  spec.r[component] = std::make_shared<const stats::Matrix>(std::move(chosen));
  return {};
}

Checked set_likelihood(model::Multilevel& spec, const ModelRequest& request) {
  const std::string method = to_lower(request.method);
  const bool fixed_effects = request.random.empty() && (method == "ee" || method == "fe" || method == "ce");
  if (method != "ml" && method != "reml" && !fixed_effects)
    return make_error(ErrorCode::usage,
                      fmt::format("a model with random effects or a sampling covariance is fitted by REML or ML, found "
                                  "method '{}'",
                                  request.method));
  spec.likelihood = method == "reml" ? model::Likelihood::reml : model::Likelihood::ml;
  if (request.tau2)
    return make_error(ErrorCode::usage,
                      "tau2 is fixed in a model with other random effects; name the parameter in fix, as in tau2 = 0.1 "
                      "or sigma2.1 = 0.1",
                      "tau2");
  return {};
}

Checked set_weights(model::Multilevel& spec, const ModelRequest& request, const Table& table) {
  if (!request.weighted) spec.weights.assign(table.rows(), 1.0);
  if (request.weights.empty()) return {};
  HR_TRY(spec.weights, data::evaluate_numbers(request.weights, table));
  for (std::size_t i = 0; i < spec.weights.size(); ++i)
    if (!(spec.weights[i] >= 0 && std::isfinite(spec.weights[i])))
      return make_error(ErrorCode::input, fmt::format("the weight is {}; it is a number, 0 or more", spec.weights[i]),
                        fmt::format("{}:{}", table.source(), table.line(i)));
  return {};
}

}  // namespace

Expected<std::size_t> find_parameter(const std::vector<model::Parameter>& parameters, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < parameters.size(); ++a) {
    names.push_back(parameters[a].name);
    if (names.back() == name || names.back() + ".1" == name) return a;
  }
  return make_error(ErrorCode::usage,
                    fmt::format("the model has no variance parameter '{}'{}; it has {}", name,
                                did_you_mean(name, names), names.empty() ? "none" : join(names, ", ")));
}

Expected<model::Multilevel> multilevel_spec(const ModelRequest& request, const Table& table) {
  model::Multilevel spec;
  HR_CHECK(set_likelihood(spec, request));
  HR_TRY(const Formulas formulas, parse_formulas(request));
  for (const RandomFormula& formula : formulas.nested) HR_CHECK(add_intercepts(spec, formula, table));
  HR_CHECK(add_structured(spec, request, formulas.structured, table));
  for (const KnownCorrelation& known : request.r) HR_CHECK(add_correlation(spec, known, table));
  HR_CHECK(set_weights(spec, request, table));
  spec.sigma2 = request.sigma2;
  if (!spec.sigma2.empty() && spec.sigma2.size() != spec.groups.size())
    return make_error(ErrorCode::usage, fmt::format("sigma2 has {} values for {} components ({})", spec.sigma2.size(),
                                                    spec.groups.size(), join(spec.s_names, ", ")));
  return spec;
}

Expected<model::Problem> with_fixed_parameters(const model::Problem& problem, const ModelRequest& request) {
  model::Problem out = problem;
  const std::vector<model::Parameter> parameters = model::parameters(problem);
  for (const auto& [name, value] : request.fix) {
    HR_TRY(const std::size_t at, find_parameter(parameters, name));
    HR_TRY(out, model::with_fixed(out, at, value));
  }
  return out;
}

Checked check_groups(const ModelRequest& request, const Table& table, const std::vector<std::size_t>& rows) {
  if (rows.empty()) return {};
  HR_TRY(const Formulas formulas, parse_formulas(request));
  std::vector<std::string> names;
  for (const RandomFormula& formula : formulas.nested)
    names.insert(names.end(), formula.nested.begin(), formula.nested.end());
  for (const RandomFormula& formula : formulas.structured) names.push_back(formula.outer);
  for (const std::string& name : names) {
    HR_TRY(const std::size_t column, table.column(name));
    for (const std::size_t row : rows)
      if (table.missing(row, column))
        return make_error(ErrorCode::input,
                          fmt::format("the cell is missing, but '{}' groups the rows, so each row needs a value", name),
                          table.where(row, column));
  }
  return {};
}

}  // namespace hedgerow::engine
