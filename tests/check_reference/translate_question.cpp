// predict, confint, anova, regtest, ranktest, trimfill, leave1out, weights, residuals, ... -> questions.
#include <fmt/core.h>

#include <map>

#include "base/text.hpp"
#include "r_value.hpp"
#include "translate.hpp"
#include "translate_post.hpp"
#include "translate_scale.hpp"

namespace hedgerow::check {
namespace {

using engine::Ask;
using engine::Job;

struct Context {
  const Call& call;
  const Job& job;
  const FitShape& shape;
};

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

/// Arguments that change the printing or the optimiser of the other program, and the fit itself.
bool is_setting(std::string_view argument) {
  for (std::string_view name : {"control", "progbar", "plot", "digits", "verbose", "object", "object2", "x", "data"})
    if (argument == name) return true;
  return false;
}

/// Refuses every argument but the settings and the ones named.
Checked only(const Call& call, std::initializer_list<std::string_view> allowed) {
  for (const auto& [argument, value] : call.arguments) {
    bool known = is_setting(argument);
    for (std::string_view name : allowed) known = known || argument == name;
    if (!known) return unsupported(call, argument);
  }
  return {};
}

Expected<std::string> word_or(const Call& call, const std::string& argument, const std::string& otherwise) {
  if (!call.find(argument)) return otherwise;
  const auto found = call.word(argument);
  if (!found) return unsupported(call, argument);
  return *found;
}

Expected<RValue> value(const Call& call, const std::string& argument) {
  HR_TRY(const auto expression, call.expression(argument));
  return evaluate_r(*expression);
}

Expected<bool> flag_or(const Call& call, const std::string& argument, bool otherwise) {
  if (!call.find(argument)) return otherwise;
  HR_TRY(const RValue given, value(call, argument));
  return given.numbers.at(0) != 0;
}

/// Texts or numbers of c(...), or a single one; none if there is no such argument.
std::vector<std::string> words(const Call& call, const std::string& argument) {
  std::vector<std::string> out;
  const RExpr* given = call.find(argument);
  if (!given) return out;
  const auto add = [&](const RExpr& e) { out.push_back(e.kind == RExpr::Kind::text ? e.text : to_text(e)); };
  if (!given->is_call("c")) add(*given);
  if (given->is_call("c"))
    for (const RExpr* element : given->positional()) add(*element);
  return out;
}

/// Rows of moderator values: a vector is a column if there is one moderator, else a row.
Expected<stats::Matrix> new_moderators(const Context& c) {
  HR_TRY(const RValue given, value(c.call, "newmods"));
  const std::size_t moderators = c.shape.p - (c.shape.intercept ? 1 : 0);
  if (!given.is_matrix() && moderators == 1) {
    stats::Matrix out(given.numbers.size(), 1);
    for (std::size_t i = 0; i < given.numbers.size(); ++i) out(i, 0) = given.numbers[i];
    return out;
  }
  stats::Matrix out = as_rows(given);
  if (out.cols() != moderators) return unsupported(c.call, "newmods");
  return out;
}

/// The back-transformation of the Freeman-Tukey measure needs sample sizes; the engine takes those of the effects.
Checked check_transformation_arguments(const Context& c) {
  const RExpr* given = c.call.find("targs");
  if (!given) return {};
  HR_TRY(const auto list, c.call.expression("targs"));
  const RExpr* sizes = list->argument("ni");
  const auto ni = c.job.effect.arguments.find("ni");
  const bool same = list->args.size() == 1 && sizes && ni != c.job.effect.arguments.end() && sizes->is_call("$") &&
                    to_text(sizes->args[1]) == ni->second;
  if (!same) return unsupported(c.call, "targs");
  return {};
}

Expected<Ask> predict(const Context& c) {
  HR_CHECK(only(c.call, {"newmods", "transf", "targs", "predtype", "level", "intercept", "tau2.levels", "gamma2.levels",
                         "addx", "newscale"}));
  HR_CHECK(check_transformation_arguments(c));
  engine::AskPredict ask;
  HR_TRY(ask.transf, word_or(c.call, "transf", ""));
  HR_TRY(ask.predtype, word_or(c.call, "predtype", ""));
  HR_TRY(ask.intercept, flag_or(c.call, "intercept", true));
  HR_TRY(ask.addx, flag_or(c.call, "addx", false));
  ask.tau2_levels = words(c.call, "tau2.levels");
  ask.gamma2_levels = words(c.call, "gamma2.levels");
  if (c.call.find("newmods")) {
    HR_TRY(ask.newmods, new_moderators(c));
  }
  if (c.call.find("newscale")) {
    HR_TRY(ask.newscale, translate_newscale(c.call));
  }
  if (c.call.find("level")) {
    HR_TRY(const RValue given, value(c.call, "level"));
    ask.level = given.numbers.at(0) > 1 ? given.numbers[0] / 100 : given.numbers[0];
  }
  return Ask(ask);
}

/// The answer always holds the coefficients' intervals and those of the variance components.
Expected<Ask> confint(const Context& c) {
  HR_CHECK(only(c.call, {"type", "level", "fixed", "random", "alpha"}));
  engine::AskConfint ask;
  if (c.call.find("level")) {
    HR_TRY(const RValue given, value(c.call, "level"));
    ask.level = given.numbers.at(0) > 1 ? given.numbers[0] / 100 : given.numbers[0];
  }
  HR_TRY(ask.type, word_or(c.call, "type", ""));
  return Ask(ask);
}

/// anova of one fit: a block of coefficients (by number or by the name of a term), or linear combinations.
Expected<Ask> wald_test(const Context& c) {
  if (c.call.find("Z") || c.call.find("att")) {
    HR_CHECK(only(c.call, {"Z", "att", "rhs", "adjust"}));
    return translate_scale_test(c.call);
  }
  if (c.call.find("X")) {
    HR_CHECK(only(c.call, {"X", "rhs", "adjust"}));
    engine::AskContrasts ask;
    HR_TRY(const RValue l, value(c.call, "X"));
    ask.l = as_rows(l);
    if (ask.l.cols() != c.shape.p) return unsupported(c.call, "X");
    HR_TRY(ask.adjust, word_or(c.call, "adjust", ""));
    if (c.call.find("rhs")) {
      HR_TRY(const RValue rhs, value(c.call, "rhs"));
      ask.rhs = rhs.numbers;
    }
    return Ask(ask);
  }
  HR_CHECK(only(c.call, {"btt"}));
  engine::AskBlock ask;
  if (!c.call.find("btt")) return Ask(ask);
  // A text may name a term of the model or hold the numbers of coefficients as an R expression (2:3).
  const Expected<RValue> given = value(c.call, "btt");
  const auto term = c.call.word("btt");
  if (given && !given->numbers.empty()) {
    for (double x : given->numbers) ask.btt.push_back(static_cast<std::size_t>(x));
  } else if (term) {
    ask.term = *term;
  } else if (!given) {
    return given.error();
  }
  return Ask(ask);
}

bool same_effects(const engine::EffectRequest& a, const engine::EffectRequest& b) {
  return a.yi == b.yi && a.vi == b.vi && a.sei == b.sei && a.measure == b.measure && a.arguments == b.arguments;
}

/// anova of two fits: the second one has to stand on the same effects.
Expected<Ask> anova(const Context& c) {
  const RExpr* second = c.call.find("object2");
  if (!second) return wald_test(c);
  HR_CHECK(only(c.call, {}));
  HR_TRY(const Call other_call, call_from_r(*second));
  HR_TRY(const Job other, translate_model(other_call, c.job.data.table));
  if (!same_effects(other.effect, c.job.effect) || other.data.subset != c.job.data.subset)
    return unsupported(c.call, "object2");
  return Ask(engine::AskCompare{other.model});
}

Expected<Ask> regression_test(const Context& c) {
  HR_CHECK(only(c.call, {"model", "predictor", "yi", "vi", "sei", "ni"}));
  engine::AskRegressionTest ask;
  HR_TRY(ask.model, word_or(c.call, "model", "rma"));
  HR_TRY(ask.predictor, word_or(c.call, "predictor", "sei"));
  return Ask(ask);
}

Expected<Ask> rank_test(const Context& c) {
  HR_CHECK(only(c.call, {"exact", "yi", "vi", "sei", "ni"}));
  engine::AskRankTest ask;
  HR_TRY(ask.exact, flag_or(c.call, "exact", true));
  return Ask(ask);
}

Expected<Ask> trim_fill(const Context& c) {
  HR_CHECK(only(c.call, {"estimator", "side"}));
  engine::AskTrimFill ask;
  HR_TRY(ask.estimator, word_or(c.call, "estimator", "L0"));
  HR_TRY(ask.side, word_or(c.call, "side", ""));
  return Ask(ask);
}

/// cluster = dat$study or cluster = study: a column of the table; without it each effect is a unit.
Expected<std::string> unit_column(const Context& c) {
  if (!c.call.find("cluster")) return std::string("effect");
  HR_TRY(const auto given, c.call.expression("cluster"));
  const RExpr& column = given->is_call("$") ? given->args[1] : *given;
  const auto name = column.kind == RExpr::Kind::name ? std::optional<std::string>(to_text(column)) : std::nullopt;
  if (!name) return unsupported(c.call, "cluster");
  return *name;
}

Expected<Ask> leave_one_out(const Context& c) {
  HR_CHECK(only(c.call, {"cluster", "transf"}));
  engine::AskLeaveOneOut ask;
  HR_TRY(ask.by, unit_column(c));
  HR_TRY(ask.transf, word_or(c.call, "transf", ""));
  return Ask(ask);
}

/// order = year, dat$year, order(year) or order(year, trial): columns of the table.
Expected<std::string> order_columns(const Context& c) {
  HR_TRY(const auto given, c.call.expression("order"));
  std::vector<const RExpr*> columns{&*given};
  if (given->is_call("order")) columns = given->positional();
  std::vector<std::string> names;
  for (const RExpr* column : columns) {
    const RExpr& name = column->is_call("$") ? column->args[1] : *column;
    if (name.kind != RExpr::Kind::name) return unsupported(c.call, "order");
    names.push_back(name.text);
  }
  return join(names, ", ");
}

Expected<Ask> cumulative(const Context& c) {
  HR_CHECK(only(c.call, {"order", "transf", "collapse"}));
  engine::AskCumulative ask;
  if (c.call.find("order")) {
    HR_TRY(ask.order, order_columns(c));
  }
  HR_TRY(ask.collapse, flag_or(c.call, "collapse", false));
  HR_TRY(ask.transf, word_or(c.call, "transf", ""));
  return Ask(ask);
}

/// influence, cooks.distance, dfbetas, covratio; rstudent and rstandard of clusters.
Expected<Ask> influence(const Context& c) {
  HR_CHECK(only(c.call, {"cluster", "reestimate", "parallel", "ncpus", "cl"}));
  engine::AskInfluence ask;
  HR_TRY(ask.by, unit_column(c));
  HR_TRY(ask.reestimate, flag_or(c.call, "reestimate", true));
  return Ask(ask);
}

/// Values per row. The weights of a multilevel model are the row sums of its weight matrix; its diagonal is not asked
/// for.
Expected<Ask> rows(const Context& c) {
  HR_CHECK(only(c.call, {"type"}));
  HR_TRY(const std::string type, word_or(c.call, "type", ""));
  const bool weights = c.call.function == "weights";
  const bool row_sums = weights && type == "rowsum";
  const bool diagonal = (type.empty() || type == "diagonal") && !(weights && !c.job.model.random.empty());
  const bool raw = c.call.function == "residuals" && type == "response";
  if (c.call.function == "hatvalues" && type == "matrix") return Ask(engine::AskRows{"hatmatrix"});
  if (!row_sums && !diagonal && !raw) return unsupported(c.call, "type");
  return Ask(engine::AskRows{c.call.function});
}

Expected<Ask> rstandard(const Context& c) { return c.call.find("cluster") ? influence(c) : rows(c); }

Expected<Ask> profile(const Context& c) {
  HR_CHECK(only(c.call, {"sigma2", "tau2", "rho", "gamma2", "phi", "xlim", "steps"}));
  engine::AskProfile ask;
  for (const char* parameter : {"sigma2", "tau2", "rho", "gamma2", "phi"}) {
    if (!c.call.find(parameter)) continue;
    HR_TRY(const RValue number, value(c.call, parameter));
    ask.parameter = fmt::format("{}.{}", parameter, number.numbers.at(0));
  }
  if (!c.call.find("xlim")) return unsupported(c.call, "xlim");
  HR_TRY(const RValue range, value(c.call, "xlim"));
  ask.from = range.numbers.at(0);
  ask.to = range.numbers.at(1);
  if (c.call.find("steps")) {
    HR_TRY(const RValue steps, value(c.call, "steps"));
    ask.steps = static_cast<std::size_t>(steps.numbers.at(0));
  }
  return Ask(ask);
}

Expected<Ask> vif(const Context& c) {
  HR_CHECK(only(c.call, {}));
  return Ask(engine::AskVif{});
}

using Rule = Expected<Ask> (*)(const Context&);

}  // namespace

Expected<Ask> translate_question(const Call& call, const Job& job, const FitShape& shape) {
  static const std::map<std::string, Rule> rules{{"predict", predict},
                                                 {"confint", confint},
                                                 {"anova", anova},
                                                 {"regtest", regression_test},
                                                 {"ranktest", rank_test},
                                                 {"trimfill", trim_fill},
                                                 {"leave1out", leave_one_out},
                                                 {"cumul", cumulative},
                                                 {"weights", rows},
                                                 {"fitted", rows},
                                                 {"residuals", rows},
                                                 {"rstandard", rstandard},
                                                 {"rstudent", influence},
                                                 {"influence", influence},
                                                 {"cooks.distance", influence},
                                                 {"dfbetas", influence},
                                                 {"covratio", influence},
                                                 {"hatvalues", rows},
                                                 {"ranef", rows},
                                                 {"profile", profile},
                                                 {"vif", vif}};
  if (is_post_function(call.function)) return translate_post(call, job);
  const auto rule = rules.find(call.function);
  if (rule == rules.end()) return make_error(ErrorCode::not_supported, call.function);
  return rule->second({call, job, shape});
}

Expected<Job> translate_on_data(const Call& call, const TablePointer& table) {
  if (call.function == "fsn" || call.function == "tes") return translate_model(model_of_data(call), table);
  Call model{"rma", {}};
  for (const auto& [argument, expression] : call.arguments) {
    if (argument == "x") model.arguments.emplace_back("yi", expression);
    if (argument == "vi" || argument == "sei" || argument == "ni") model.arguments.emplace_back(argument, expression);
  }
  if (call.function != "regtest" && call.function != "ranktest" && call.function != "trimfill")
    return make_error(ErrorCode::not_supported, call.function + " on data");
  return translate_model(model, table);
}

}  // namespace hedgerow::check
