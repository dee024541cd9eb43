#include "translate_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/table_edit.hpp"
#include "engine/prepare.hpp"
#include "engine/run.hpp"
#include "infer/matrix_regression.hpp"
#include "r_value.hpp"
#include "stats/assemble_matrix.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::check {
namespace {

using effect::PrepareStep;
using Json = nlohmann::json;

/// A step under construction, with the table that its columns stand in.
struct Builder {
  const Call& call;
  TablePointer table;
  const Workspace& workspace;
  engine::DataRequest data{};
  PrepareStep step{};
};

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

/// dat$x is the column x.
RExpr without_data(RExpr e) {
  if (e.is_call("$") && e.args.size() == 2) return e.args[1];
  for (RExpr& arg : e.args) arg = without_data(arg);
  return e;
}

Expected<std::string> column(Builder& b, const std::string& argument) {
  HR_TRY(const auto expression, b.call.expression(argument));
  const auto literal = evaluate_r(*expression);
  if (!literal || literal->numbers.size() == 1)
    return literal && !std::isnan(literal->numbers[0]) ? format_shortest(literal->numbers[0])
                                                       : to_text(without_data(*expression));
  std::vector<std::string> cells;
  const std::size_t rows = b.table ? b.table->rows() : literal->numbers.size();
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = literal->numbers[i % literal->numbers.size()];
    cells.push_back(is_missing(x) ? "" : format_shortest(x));
  }
  const data::EditedColumn made{"value_of_" + argument, cells};
  if (b.table) {
    HR_TRY(data::Table wider, data::with_columns(*b.table, std::vector<data::EditedColumn>{made}));
    b.table = std::make_shared<const data::Table>(std::move(wider));
  } else {
    HR_TRY(data::Table alone,
           data::from_columns("call", std::vector<data::EditedColumn>{made}, std::vector<std::size_t>(rows, 1)));
    b.table = std::make_shared<const data::Table>(std::move(alone));
  }
  return made.name;
}

/// A word, a truth value, a number, or a vector of these as a list with commas.
Expected<std::string> option(const Call& call, const std::string& argument) {
  const RExpr* given = call.find(argument);
  if (given->is_call("c")) {
    std::vector<std::string> parts;
    for (const RExpr& arg : given->args)
      parts.push_back(arg.kind == RExpr::Kind::number ? format_shortest(arg.number) : arg.text);
    return join(parts, ",");
  }
  if (given->kind == RExpr::Kind::number) return format_shortest(given->number);
  if (given->is_name("TRUE")) return std::string("true");
  if (given->is_name("FALSE")) return std::string("false");
  return *call.source(argument);
}

/// What an argument of a function becomes: a column of the step, an option, or nothing.
struct Rules {
  std::string method;
  std::map<std::string, std::string> columns, options;
  std::vector<std::string> outputs;  ///< in the order of var.names
};

const std::map<std::string, Rules>& rules() {
  static const std::map<std::string, Rules> table{
      {"conv.fivenum",
       {"fivenum",
        {{"min", "min"}, {"q1", "q1"}, {"median", "median"}, {"q3", "q3"}, {"max", "max"}, {"n", "n"}},
        {{"method", "method"}, {"dist", "dist"}, {"transf", "transf"}, {"test", "test"}},
        {"mean", "sd"}}},
      {"conv.wald",
       {"wald",
        {{"out", "out"},
         {"ci.lb", "ci_lb"},
         {"ci.ub", "ci_ub"},
         {"zval", "zval"},
         {"pval", "pval"},
         {"level", "level"}},
        {{"transf", "transf"}, {"check", "check"}, {"checkfac", "checkfac"}},
        {"yi", "vi"}}},
      {"conv.2x2",
       {"two_by_two",
        {{"ori", "or"},
         {"ri", "phi"},
         {"x2i", "chi2"},
         {"ni", "n"},
         {"n1i", "n1"},
         {"n2i", "n2"},
         {"correct", "correct"}},
        {},
        {"ai", "bi", "ci", "di"}}},
      {"aggregate",
       {"aggregate",
        {{"cluster", "cluster"}, {"time", "time"}, {"obs", "obs"}},
        {{"struct", "struct"}, {"rho", "rho"}, {"phi", "phi"}, {"weighted", "weighted"}, {"addk", "addk"}},
        {}}},
      {"replmiss", {"fill", {{"x", "x"}, {"y", "y"}}, {}, {"value"}}},
      {"to.long",
       {"to_long",
        {},
        {{"measure", "measure"},
         {"vlong", "vlong"},
         {"add", "add"},
         {"to", "to"},
         {"drop00", "drop00"},
         {"slab", "slab"}},
        {}}},
  };
  return table;
}

Checked common_argument(Builder& b, const Rules& function, const std::string& argument) {
  if (argument == "append") {
    b.step.append = !b.call.find(argument)->is_name("FALSE");
  } else if (argument == "replace") {
    const RExpr* given = b.call.find(argument);
    b.step.overwrite = given->is_name("TRUE") || given->text == "all";
  } else if (argument == "include") {
    b.step.rows = to_text(without_data(*b.call.expression(argument).value()));
  } else if (argument == "var.names") {
    HR_TRY(const std::string names, option(b.call, argument));
    const std::vector<std::string> parts = split(names, ',');
    if (parts.size() != function.outputs.size()) return unsupported(b.call, argument);
    for (std::size_t i = 0; i < parts.size(); ++i) b.step.into[function.outputs[i]] = parts[i];
  } else if (argument != "data" && argument != "select" && argument != "digits" && argument != "checkpd" &&
             argument != "n") {
    return unsupported(b.call, argument);
  }
  return {};
}

/// x = escalc(measure = "GEN", yi = yi, vi = vi, data = dat): the columns, or a step that computes them.
Checked aggregated_effects(Builder& b) {
  HR_TRY(const auto expression, b.call.expression("x"));
  if (!expression->is_call("escalc")) return unsupported(b.call, "x");
  HR_TRY(const Call escalc, call_from_r(*expression));
  HR_TRY(const engine::Job job, translate_model(escalc, b.table, b.workspace));
  if (!job.effect.yi.empty()) {
    b.step.columns["yi"] = job.effect.yi;
    b.step.columns["vi"] = job.effect.vi;
    return {};
  }
  PrepareStep effects{"effect", job.effect.arguments, {{"measure", job.effect.measure}}};
  if (job.effect.options.vtype) effects.options["vtype"] = *job.effect.options.vtype;
  b.data.prepare.push_back(std::move(effects));
  b.step.columns["yi"] = "yi";
  b.step.columns["vi"] = "vi";
  return {};
}

Checked aggregated_argument(Builder& b, const std::string& argument) {
  if (argument == "x") return aggregated_effects(b);
  if (argument == "na.rm") {
    const RExpr* given = b.call.find(argument);
    const bool both = given->is_call("c") && given->args.size() == 2;
    b.step.options["na_rm"] = (both ? given->args[0] : *given).is_name("FALSE") ? "false" : "true";
    b.step.options["na_rm_columns"] = (both ? given->args[1] : *given).is_name("FALSE") ? "false" : "true";
    return {};
  }
  if (argument != "V") return unsupported(b.call, argument);
  HR_TRY(const auto expression, b.call.expression("V"));
  const auto made = b.workspace.covariances.find(expression->text);
  if (expression->kind == RExpr::Kind::name && made != b.workspace.covariances.end()) {
    engine::Job job;
    job.data.table = b.table;
    job.effect = made->second;
    job.effects_only = true;
    HR_TRY(const engine::Result result, engine::run(job));
    b.step.v = std::make_shared<const data::NamedMatrix>(data::NamedMatrix{"V", {}, result.effects.v->dense()});
  } else if (expression->kind == RExpr::Kind::name && b.table && b.table->find(expression->text)) {
    b.step.columns["V"] = expression->text;
  } else {
    HR_TRY(data::NamedMatrix matrix, matrix_value(*expression, b.workspace));
    b.step.v = std::make_shared<const data::NamedMatrix>(std::move(matrix));
  }
  return {};
}

Checked add_argument(Builder& b, const Rules& function, const std::string& argument) {
  const std::vector<std::string> raw = engine::argument_names();
  if (const auto at = function.options.find(argument); at != function.options.end()) {
    HR_TRY(b.step.options[at->second], option(b.call, argument));
  } else if (const auto named = function.columns.find(argument); named != function.columns.end()) {
    HR_TRY(b.step.columns[named->second], column(b, argument));
  } else if (b.call.function == "to.long" && std::find(raw.begin(), raw.end(), argument) != raw.end()) {
    HR_TRY(b.step.columns[argument], column(b, argument));
  } else if (b.call.function == "aggregate" && (argument == "x" || argument == "na.rm" || argument == "V")) {
    return aggregated_argument(b, argument);
  } else {
    return common_argument(b, function, argument);
  }
  return {};
}

/// Columns under the corpus' spelling of names.
Json corpus_columns(const Json& columns) {
  Json out = Json::object();
  for (const auto& [name, values] : columns.items()) {
    std::string key = name;
    std::replace(key.begin(), key.end(), '.', '_');
    out[key] = values;
  }
  return out;
}

Expected<Json> prepared_fields(const Call& call, const TablePointer& table, const Workspace& workspace) {
  const Rules& function = rules().at(call.function);
  Builder b{call, table, workspace};
  b.step.method = function.method;
  if (call.function == "replmiss") b.step.append = false;
  for (const auto& [argument, expression] : call.arguments) HR_CHECK(add_argument(b, function, argument));
  b.data.prepare.push_back(b.step);
  b.data.table = b.table;
  HR_TRY(const engine::PreparedTable prepared, engine::prepare_table(b.data));
  const Json columns = Json::parse(engine::to_json(prepared)).at("columns");
  if (call.function == "replmiss") return Json{{"values", columns.at("value")}};
  return corpus_columns(columns);
}

Json number_json(double value) { return is_missing(value) ? Json() : Json(value); }

Json vector_json(const stats::Vector& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(number_json(value));
  return out;
}

Json matrix_json(const stats::Matrix& m) {
  Json out = Json::array();
  for (std::size_t i = 0; i < m.rows(); ++i)
    out.push_back(vector_json(stats::Vector(m.row(i).begin(), m.row(i).end())));
  return out;
}

/// Variables by number from 1 or by name.
Expected<std::vector<std::size_t>> variables(const Call& call, const std::string& argument,
                                             const std::vector<std::string>& names) {
  const RExpr* given = call.find(argument);
  std::vector<const RExpr*> parts{given};
  if (given->is_call("c")) parts = given->positional();
  std::vector<std::size_t> out;
  for (const RExpr* part : parts) {
    const auto named = std::find(names.begin(), names.end(), part->text);
    if (part->kind == RExpr::Kind::number)
      out.push_back(static_cast<std::size_t>(part->number) - 1);
    else if (named != names.end())
      out.push_back(static_cast<std::size_t>(named - names.begin()));
    else
      return make_error(ErrorCode::usage, fmt::format("there is no variable '{}'", part->text));
  }
  return out;
}

Checked matreg_argument(const Call& call, const std::string& argument, const Workspace& workspace,
                        infer::MatrixRegressionInput& in) {
  HR_TRY(const auto expression, call.expression(argument));
  const auto literal = evaluate_r(*expression);
  if (argument == "V") {
    HR_TRY(const data::NamedMatrix v, matrix_value(*expression, workspace));
    in.v = v.values;
  } else if (argument == "n" && literal) {
    in.n = literal->numbers[0];
  } else if (argument == "level" && literal) {
    in.level = literal->numbers[0] > 1 ? literal->numbers[0] / 100 : literal->numbers[0];
  } else if (argument == "cov" && literal) {
    in.cov = literal->numbers[0] != 0;
  } else if (argument == "ztor" && literal) {
    in.ztor = literal->numbers[0] != 0;
  } else if (argument == "means" && literal) {
    in.means = literal->numbers;
  } else if (argument != "y" && argument != "x" && argument != "R" && argument != "digits") {
    return unsupported(call, argument);
  }
  return {};
}

Expected<Json> matreg_fields(const Call& call, const Workspace& workspace) {
  infer::MatrixRegressionInput in;
  if (!call.find("R") || !call.find("y")) return unsupported(call, "R");
  HR_TRY(const auto r, call.expression("R"));
  HR_TRY(const data::NamedMatrix matrix, matrix_value(*r, workspace));
  in.r = matrix.values;
  in.names = matrix.names;
  HR_TRY(const std::vector<std::size_t> y, variables(call, "y", matrix.names));
  in.y = y.front();
  if (call.find("x")) {
    HR_TRY(in.x, variables(call, "x", matrix.names));
  } else {
    for (std::size_t i = 0; i < matrix.size(); ++i)
      if (i != in.y) in.x.push_back(i);
  }
  for (const auto& [argument, expression] : call.arguments) HR_CHECK(matreg_argument(call, argument, workspace, in));
  HR_TRY(const infer::MatrixRegression fit, infer::matrix_regression(in));
  const bool with_n = in.n.has_value();
  Json out{{"beta", vector_json(fit.beta)},   {"se", vector_json(fit.se)},
           {"pval", vector_json(fit.pval)},   {"ci_lb", vector_json(fit.ci_lb)},
           {"ci_ub", vector_json(fit.ci_ub)}, {"names", fit.names},
           {"vb", matrix_json(fit.vb)},       {"R2", fit.r2}};
  out[with_n ? "tval" : "zval"] = vector_json(fit.zval);
  out[with_n ? "F" : "QM"] = number_json(fit.qm);
  out[with_n ? "Fp" : "QMp"] = number_json(fit.qm_p);
  out[with_n ? "F_df" : "QM_df"] = vector_json({fit.qm_df1, fit.qm_df2});
  out["df"] = vector_json(stats::Vector(fit.beta.size(), fit.df));
  out["df_residual"] = number_json(fit.df);
  out["R2adj"] = number_json(fit.r2_adj);
  out["sigma2_reml"] = number_json(fit.sigma2_reml);
  out["sigma2_ml"] = number_json(fit.sigma2_ml);
  return out;
}

Expected<Json> triangle_fields(const Call& call) {
  HR_TRY(const auto x, call.expression("x"));
  HR_TRY(const RValue values, evaluate_r(*x));
  const auto is = [&](const char* name, bool fallback) {
    const RExpr* given = call.find(name);
    return given ? given->is_name("TRUE") : fallback;
  };
  const bool diag = is("diag", false), corr = is("corr", !diag);
  std::optional<double> diagonal;
  if (!diag) diagonal = corr ? 1 : kMissing;
  const auto matrix = stats::from_lower_triangle(values.numbers, diagonal);
  if (!matrix) return make_error(ErrorCode::usage, "x has not the length of a triangle");
  return Json{{"matrix", matrix_json(*matrix)}};
}

/// The blocks stand in the code alone: res <- bldiag(a, b, c).
Expected<Json> block_fields(const std::string& code) {
  for (const std::string& line : split(code, '\n')) {
    const auto statement = parse_r(trim(line));
    if (!statement || !statement->is_call("<-") || !statement->args[1].is_call("bldiag")) continue;
    std::vector<stats::Matrix> blocks;
    for (const RExpr* block : statement->args[1].positional()) {
      HR_TRY(const RValue value, evaluate_r(*block));
      RValue shaped = value;
      if (!shaped.is_matrix()) shaped.rows = value.numbers.size();
      blocks.push_back(as_rows(shaped));
    }
    return Json{{"matrix", matrix_json(stats::block_diagonal(blocks))}};
  }
  return make_error(ErrorCode::not_supported, "bldiag");
}

Expected<stats::Matrix> matrix_of(const RExpr& e, const Workspace& workspace) {
  const auto known = e.kind == RExpr::Kind::name ? workspace.matrices.find(e.text) : workspace.matrices.end();
  if (known != workspace.matrices.end()) return known->second.values;
  if (e.is_call("%*%") && e.args.size() == 2) {
    HR_TRY(const stats::Matrix a, matrix_of(e.args[0], workspace));
    HR_TRY(const stats::Matrix b, matrix_of(e.args[1], workspace));
    if (a.cols() != b.rows()) return make_error(ErrorCode::usage, "matrices that can't be multiplied");
    return stats::multiply(a, b);
  }
  HR_TRY(const RValue value, evaluate_r(e));
  return as_rows(value);
}

}  // namespace

bool is_table_function(const std::string& function) {
  return rules().count(function) > 0 || function == "matreg" || function == "vec2mat" || function == "bldiag";
}

Expected<Json> table_fields(const Call& call, const std::string& code, const TablePointer& table,
                            const Workspace& workspace) {
  if (call.function == "matreg") return matreg_fields(call, workspace);
  if (call.function == "vec2mat") return triangle_fields(call);
  if (call.function == "bldiag") return block_fields(code);
  return prepared_fields(call, table, workspace);
}

Expected<data::NamedMatrix> matrix_value(const RExpr& e, const Workspace& workspace) {
  data::NamedMatrix out{to_text(e), {}, {}};
  if (e.kind == RExpr::Kind::name) {
    const auto known = workspace.matrices.find(e.text);
    if (known != workspace.matrices.end()) return known->second;
  }
  if (!e.is_call("list")) {
    HR_TRY(out.values, matrix_of(e, workspace));
  } else {
    std::vector<stats::Matrix> blocks;
    for (const RExpr* block : e.positional()) {
      HR_TRY(stats::Matrix value, matrix_of(*block, workspace));
      blocks.push_back(std::move(value));
    }
    out.values = stats::block_diagonal(blocks);
  }
  if (out.values.rows() != out.values.cols())
    return make_error(ErrorCode::usage, fmt::format("'{}' is not a square matrix", out.source));
  for (std::size_t i = 0; i < out.values.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (out.values(i, j) != out.values(j, i))
        return make_error(ErrorCode::usage, fmt::format("'{}' is not symmetric", out.source));
  return out;
}

}  // namespace hedgerow::check
