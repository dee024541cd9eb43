// rma, rma.mv, escalc -> Job.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "data/expression.hpp"
#include "data/formula.hpp"
#include "engine/run.hpp"
#include "r_value.hpp"
#include "translate.hpp"
#include "translate_counts.hpp"
#include "translate_levels.hpp"
#include "translate_scale.hpp"
#include "translate_tables.hpp"

namespace hedgerow::check {
namespace {

using engine::Job;

struct Builder {
  const Call& call;
  Job job;
  std::shared_ptr<const data::Table> table;
  const Workspace& workspace;
};

using Rule = Checked (*)(Builder&, const std::string& argument);
using Rules = std::map<std::string, Rule, std::less<>>;

Error unsupported(const Builder& b, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", b.call.function, argument, b.call.source(argument).value_or("")));
}

Expected<std::string> word(Builder& b, const std::string& argument) {
  const auto found = b.call.word(argument);
  if (!found) return unsupported(b, argument);
  return *found;
}

Expected<RValue> value(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  return evaluate_r(*expression);
}

Expected<double> number(Builder& b, const std::string& argument) {
  HR_TRY(const RValue found, value(b, argument));
  if (found.numbers.size() != 1) return unsupported(b, argument);
  return found.numbers[0];
}

/// A column, an expression over columns, or values written out, which become a column of this name.
Expected<std::string> column(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  const auto literal = evaluate_r(*expression);
  if (!literal) return *b.call.source(argument);
  std::vector<std::string> cells;
  const std::size_t rows = b.table ? b.table->rows() : literal->numbers.size();
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = literal->numbers[i % literal->numbers.size()];
    cells.push_back(std::isnan(x) ? "" : format_shortest(x));
  }
  const std::string name = "value_of_" + argument;
  if (b.table) {
    HR_TRY(data::Table wider, b.table->with_column(name, cells));
    b.table = std::make_shared<const data::Table>(std::move(wider));
  } else {
    std::vector<std::vector<std::string>> lines;
    for (const std::string& cell : cells) lines.push_back({cell});
    HR_TRY(data::Table made, data::Table::create("call", {name}, lines));
    b.table = std::make_shared<const data::Table>(std::move(made));
  }
  return name;
}

Checked nothing(Builder&, const std::string&) { return {}; }

/// Of a list of methods metafor takes the first that converges; ours all do.
Checked method(Builder& b, const std::string& argument) {
  const RExpr* given = b.call.find(argument);
  if (given->is_call("c") && !given->args.empty() && given->args[0].kind == RExpr::Kind::text) {
    b.job.model.method = given->args[0].text;
    return {};
  }
  HR_TRY(b.job.model.method, word(b, argument));
  return {};
}

Checked test(Builder& b, const std::string& argument) {
  HR_TRY(b.job.inference.test, word(b, argument));
  return {};
}

Checked level(Builder& b, const std::string& argument) {
  HR_TRY(const double given, number(b, argument));
  b.job.inference.level = given > 1 ? given / 100 : given;
  return {};
}

/// Degrees of freedom only make sense for t tests, so metafor turns to them.
Checked dfs(Builder& b, const std::string& argument) {
  if (!b.call.find("test")) b.job.inference.test = "t";
  if (const auto given = number(b, argument))
    b.job.inference.dfs = format_shortest(*given);
  else
    b.job.inference.dfs = b.call.source(argument).value_or("");
  return {};
}

Checked btt(Builder& b, const std::string& argument) {
  HR_TRY(const RValue given, value(b, argument));
  for (double x : given.numbers) b.job.inference.btt.push_back(static_cast<std::size_t>(x));
  return {};
}

Checked weights(Builder& b, const std::string& argument) {
  HR_TRY(b.job.model.weights, column(b, argument));
  return {};
}

Checked weighted(Builder& b, const std::string& argument) {
  HR_TRY(const double given, number(b, argument));
  b.job.model.weighted = given != 0;
  return {};
}

Checked tau2(Builder& b, const std::string& argument) {
  HR_TRY(b.job.model.tau2, number(b, argument));
  return {};
}

Checked sigma2(Builder& b, const std::string& argument) {
  HR_TRY(const RValue given, value(b, argument));
  for (double x : given.numbers) b.job.model.sigma2.push_back(std::isnan(x) ? std::nullopt : std::optional<double>(x));
  return {};
}

Checked scale(Builder& b, const std::string& argument) { return translate_scale(b.call, argument, b.job); }

/// A formula; or cbind(a, b) or one variable, which metafor takes as moderators too.
Checked mods(Builder& b, const std::string& argument) {
  const std::string source = *b.call.source(argument);
  HR_TRY(const auto expression, b.call.expression(argument));
  if (expression->is_call("~")) {
    b.job.model.mods = source;
    return {};
  }
  std::vector<std::string> terms;
  if (expression->is_call("cbind")) {
    for (const RExpr* term : expression->positional()) terms.push_back(to_text(*term));
  } else {
    terms.push_back(to_text(*expression));
  }
  b.job.model.mods = "~ " + join(terms, " + ");
  return {};
}

/// ~ 1 | a/b or ~ inner | outer, or a list of such.
Checked random(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  std::vector<const RExpr*> formulas{&*expression};
  if (expression->is_call("list")) formulas = expression->positional();
  for (const RExpr* formula : formulas) {
    const bool grouped = formula->is_call("~") && formula->args.size() == 1 && formula->args[0].is_call("|");
    if (!grouped) return unsupported(b, argument);
    b.job.model.random.push_back(to_text(*formula));
  }
  return {};
}

/// ~ inner | outer, where inner is no number.
bool has_inner_variable(const RExpr& formula) {
  const bool grouped = formula.is_call("~") && formula.args.size() == 1 && formula.args[0].is_call("|");
  return grouped && formula.args[0].args[0].kind != RExpr::Kind::number;
}

/// One structure, or one for each term with an inner variable; without such terms metafor leaves it unused.
Checked structure(Builder& b, const std::string& argument) {
  HR_TRY(const std::optional<RExpr> terms, b.call.expression("random"));
  const bool used =
      terms && (terms->is_call("list") ? std::any_of(terms->args.begin(), terms->args.end(), has_inner_variable)
                                       : has_inner_variable(*terms));
  if (!used) return {};
  const RExpr* given = b.call.find(argument);
  if (!given->is_call("c")) {
    HR_TRY(const std::string one, word(b, argument));
    b.job.model.structure = {one};
    return {};
  }
  for (const RExpr* one : given->positional()) b.job.model.structure.push_back(one->text);
  return {};
}

/// list(species = A): matrices that code before the call made.
Checked correlations(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  if (!expression->is_call("list")) return unsupported(b, argument);
  for (std::size_t i = 0; i < expression->args.size(); ++i) {
    const auto matrix = b.workspace.matrices.find(expression->args[i].text);
    if (expression->names[i].empty() || matrix == b.workspace.matrices.end()) return unsupported(b, argument);
    engine::KnownCorrelation known{expression->names[i], ""};
    known.matrix = std::make_shared<const data::NamedMatrix>(matrix->second);
    b.job.model.r.push_back(std::move(known));
  }
  return {};
}

/// tau2, rho, gamma2, phi of rma.mv: values of fixed parameters, NA where they are estimated.
Checked fixed(Builder& b, const std::string& argument) {
  HR_TRY(const RValue given, value(b, argument));
  const std::size_t count = given.numbers.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(given.numbers[i])) continue;
    b.job.model.fix.emplace_back(count > 1 ? fmt::format("{}.{}", argument, i + 1) : argument, given.numbers[i]);
  }
  return {};
}

/// A condition, or row numbers.
Checked subset(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  const auto rows = evaluate_r(*expression);
  if (!rows) {
    b.job.data.subset = *b.call.source(argument);
    return {};
  }
  std::vector<std::size_t> chosen;
  for (double x : rows->numbers) {
    if (!b.table || x < 1 || x > static_cast<double>(b.table->rows())) return unsupported(b, argument);
    chosen.push_back(static_cast<std::size_t>(x) - 1);
  }
  b.table = std::make_shared<const data::Table>(b.table->select(chosen));
  return {};
}

Checked yi(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.yi, column(b, argument));
  return {};
}

Checked vi(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.vi, column(b, argument));
  return {};
}

Checked sei(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.sei, column(b, argument));
  return {};
}

Checked ni(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.ni, column(b, argument));
  return {};
}

Checked slab(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.slab, column(b, argument));
  return {};
}

/// V of rma.mv: a column of sampling variances, or what an earlier call of vcalc gave. Another matrix has no place in
/// the Job.
Checked sampling_variances(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  const bool is_column = expression->kind == RExpr::Kind::name && b.table && b.table->find(expression->text);
  const auto made = b.workspace.covariances.find(expression->text);
  if (expression->kind == RExpr::Kind::name && made != b.workspace.covariances.end()) {
    b.job.effect.vi = made->second.vi;
    b.job.effect.covariance = made->second.covariance;
    return {};
  }
  if (!is_column) {
    HR_TRY(data::NamedMatrix matrix, matrix_value(*expression, b.workspace));
    b.job.effect.covariance.emplace();
    b.job.effect.covariance->matrix = std::make_shared<const data::NamedMatrix>(std::move(matrix));
    b.job.effect.covariance->not_definite = "keep";
    return {};
  }
  b.job.effect.vi = expression->text;
  return {};
}

Checked measure(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.measure, word(b, argument));
  return {};
}

Checked vtype(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.options.vtype, word(b, argument));
  return {};
}

Checked add(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.options.add, number(b, argument));
  return {};
}

Checked to(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.options.to, word(b, argument));
  return {};
}

Checked drop00(Builder& b, const std::string& argument) {
  HR_TRY(const double given, number(b, argument));
  b.job.effect.options.drop00 = given != 0;
  return {};
}

Checked correct(Builder& b, const std::string& argument) {
  HR_TRY(const double given, number(b, argument));
  b.job.effect.options.correct = given != 0;
  return {};
}

/// Raw numbers of a measure, under the measure's own argument names.
Checked raw(Builder& b, const std::string& argument) {
  HR_TRY(b.job.effect.arguments[argument], column(b, argument));
  return {};
}

Rules merge(Rules a, const Rules& b) {
  a.insert(b.begin(), b.end());
  return a;
}

const Rules& effect_rules() {
  static const Rules rules{{"measure", measure}, {"vtype", vtype},     {"add", add},        {"to", to},
                           {"drop00", drop00},   {"correct", correct}, {"append", nothing}, {"slab", slab}};
  return rules;
}

const Rules& model_rules() {
  static const Rules rules{{"yi", yi},           {"method", method}, {"test", test},       {"level", level},
                           {"btt", btt},         {"mods", mods},     {"subset", subset},   {"slab", slab},
                           {"control", nothing}, {"data", nothing},  {"verbose", nothing}, {"digits", nothing}};
  return rules;
}

const Rules* rules_of(const std::string& function) {
  static const std::map<std::string, Rules> table{
      {"rma", merge(merge(model_rules(), effect_rules()), {{"vi", vi},
                                                           {"sei", sei},
                                                           {"ni", ni},
                                                           {"weights", weights},
                                                           {"weighted", weighted},
                                                           {"tau2", tau2},
                                                           {"scale", scale},
                                                           {"link", scale},
                                                           {"alpha", scale},
                                                           {"att", scale}})},
      {"rma.mv", merge(model_rules(), {{"V", sampling_variances},
                                       {"W", weights},
                                       {"random", random},
                                       {"struct", structure},
                                       {"R", correlations},
                                       {"tau2", fixed},
                                       {"rho", fixed},
                                       {"gamma2", fixed},
                                       {"phi", fixed},
                                       {"sigma2", sigma2},
                                       {"dfs", dfs},
                                       {"sparse", nothing}})},
      {"escalc", merge(effect_rules(), {{"data", nothing}, {"yi", yi}, {"vi", vi}, {"sei", sei}, {"subset", subset}})},
  };
  const auto found = table.find(function == "rma.uni" ? "rma" : function);
  return found == table.end() ? nullptr : &found->second;
}

/// Raw arguments exist beside a measure only: ni is one of a measure's, or the sample size of a given effect.
bool is_raw(const Call& call, const std::string& argument) {
  if (!call.find("measure") || call.find("yi")) return false;
  const auto names = engine::argument_names();
  return std::find(names.begin(), names.end(), argument) != names.end();
}

bool mentions(const RExpr& e, const std::string& name) {
  return e.is_name(name) ||
         std::any_of(e.args.begin(), e.args.end(), [&](const RExpr& arg) { return mentions(arg, name); });
}

/// A factor of the R session that is numbers in the file can't be a factor with the same order of levels here.
Checked check_factors(const Call& call, const Workspace& workspace) {
  for (const char* argument : {"mods", "random"}) {
    HR_TRY(const auto expression, call.expression(argument));
    for (const std::string& name : workspace.factors)
      if (expression && mentions(*expression, name))
        return make_error(ErrorCode::not_supported,
                          fmt::format("'{}' was a factor; the data file does not have the order of its levels", name));
  }
  return {};
}

}  // namespace

Expected<Job> translate_model(const Call& call, const TablePointer& table, const Workspace& workspace) {
  if (is_count_model(call.function)) return translate_counts(call, table, workspace);
  const Rules* rules = rules_of(call.function);
  if (!rules) return make_error(ErrorCode::not_supported, call.function);
  Builder b{call, {}, table, workspace};
  for (const auto& [argument, expression] : call.arguments) {
    const auto rule = rules->find(argument);
    if (is_raw(call, argument))
      HR_CHECK(raw(b, argument));
    else if (rule == rules->end())
      return unsupported(b, argument);
    else
      HR_CHECK(rule->second(b, argument));
  }
  if (call.function == "rma.mv" && b.job.model.random.empty() && b.job.model.method == "REML") {
    // Without random effects rma.mv fits by generalised least squares with known variances.
    b.job.model.method = "EE";
  }
  // Like metafor, which warns and drops them, and which centres yi in rma() whether or not there is a constant.
  b.job.model.drop_redundant = true;
  b.job.model.centre_yi = b.call.function == "rma" || b.call.function == "rma.uni";
  b.job.effects_only = call.function == "escalc";
  b.job.data.table = b.table;
  HR_CHECK(keep_reference_levels(b.job));
  HR_CHECK(check_factors(call, workspace));
  return b.job;
}

}  // namespace hedgerow::check
