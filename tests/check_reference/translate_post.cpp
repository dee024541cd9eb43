#include "translate_post.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "r_value.hpp"

namespace hedgerow::check {
namespace {

using engine::Ask;
using engine::Job;
using Json = nlohmann::json;

struct Context {
  const Call& call;
  const Job& job;
};

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

Checked only(const Call& call, std::initializer_list<std::string_view> allowed) {
  for (const auto& [argument, value] : call.arguments) {
    bool known = false;
    for (std::string_view name : {"x", "object", "data", "vi", "sei", "ni", "subset", "control", "progbar", "plot",
                                  "digits", "verbose", "parallel", "ncpus", "cl"})
      known = known || argument == name;
    for (std::string_view name : allowed) known = known || argument == name;
    if (!known) return unsupported(call, argument);
  }
  return {};
}

/// A column that the expression names, without missing values if `drop_missing`.
Expected<stats::Vector> column_of(const RExpr& e, const data::Table* table, bool drop_missing) {
  const RExpr& name = e.is_call("$") ? e.args[1] : e;
  if (!table || name.kind == RExpr::Kind::call) return make_error(ErrorCode::not_supported, to_text(e));
  HR_TRY(stats::Vector values, table->numbers(name.text));
  if (drop_missing) std::erase_if(values, [](double x) { return is_missing(x); });
  return values;
}

double summary(const std::string& function, stats::Vector values) {
  std::ranges::sort(values);
  if (function == "min") return values.front();
  if (function == "max") return values.back();
  double sum = 0;
  for (double x : values) sum += x;
  if (function == "sum") return sum;
  if (function == "median") return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
  return sum / static_cast<double>(values.size());
}

/// A number that may depend on the data: arithmetic of numbers, sign(), abs(), sqrt(), exp(), log(), and mean(),
/// median(), sum(), min(), max() of a column.
Expected<double> number_of(const RExpr& e, const data::Table* table) {
  if (e.kind != RExpr::Kind::call) {
    HR_TRY(const RValue plain, evaluate_r(e));
    return plain.numbers.at(0);
  }
  for (const char* function : {"mean", "median", "sum", "min", "max"})
    if (e.is_call(function) && !e.positional().empty()) {
      HR_TRY(const stats::Vector values, column_of(*e.positional()[0], table, e.argument("na.rm") != nullptr));
      return values.empty() ? kMissing : summary(function, values);
    }
  stats::Vector parts;
  for (const RExpr* arg : e.positional()) {
    HR_TRY(const double part, number_of(*arg, table));
    parts.push_back(part);
  }
  if (parts.size() == 1) {
    const double x = parts[0];
    if (e.text == "(" || e.text == "+") return x;
    if (e.text == "-") return -x;
    if (e.text == "sign") return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
    if (e.text == "abs") return std::fabs(x);
    if (e.text == "sqrt") return std::sqrt(x);
    if (e.text == "exp") return std::exp(x);
    if (e.text == "log") return std::log(x);
  }
  if (parts.size() == 2) {
    const double a = parts[0], b = parts[1];
    if (e.text == "+") return a + b;
    if (e.text == "-") return a - b;
    if (e.text == "*") return a * b;
    if (e.text == "/") return a / b;
    if (e.text == "^") return std::pow(a, b);
  }
  return make_error(ErrorCode::not_supported, to_text(e));
}

/// Reads a number, if the argument is there.
template <class T>
Checked read(const Context& c, const std::string& argument, T& out) {
  if (!c.call.find(argument)) return {};
  HR_TRY(const auto expression, c.call.expression(argument));
  HR_TRY(const double value, number_of(*expression, c.job.data.table.get()));
  if constexpr (std::is_same_v<T, std::size_t>)
    out = static_cast<std::size_t>(value);
  else if constexpr (std::is_same_v<T, bool>)
    out = value != 0;
  else
    out = value;
  return {};
}

Checked read_word(const Context& c, const std::string& argument, std::initializer_list<const char*> words,
                  std::string& out) {
  if (!c.call.find(argument)) return {};
  const auto given = c.call.word(argument);
  if (!given) return unsupported(c.call, argument);
  // R completes abbreviated words.
  for (const char* word : words)
    if (to_lower(std::string(word)).starts_with(to_lower(*given))) {
      out = word;
      return {};
    }
  out = *given;
  return {};
}

bool is_on_data(const Call& call) {
  const RExpr* x = call.find("x");
  return x && !x->is_name("res");
}

/// Of a fit the general method is meant, whatever the call says.
Expected<Ask> fail_safe(const Context& c) {
  HR_CHECK(only(c.call, {"type", "alpha", "target", "method", "exact", "weighted", "tau2", "test"}));
  engine::AskFailSafe ask;
  HR_CHECK(read_word(c, "type", {"Rosenthal", "Orwin", "Rosenberg", "General"}, ask.type));
  if (!is_on_data(c.call)) ask.type = "General";
  HR_CHECK(read(c, "alpha", ask.alpha));
  HR_CHECK(read(c, "target", ask.target));
  HR_CHECK(read(c, "exact", ask.exact));
  HR_CHECK(read(c, "weighted", ask.weighted));
  return Ask(ask);
}

Expected<Ask> excess_significance(const Context& c) {
  HR_CHECK(only(c.call, {"H0", "alternative", "alpha", "theta", "tau2", "test", "tes.alternative", "tes.alpha",
                         "rel.tol", "subdivisions"}));
  engine::AskExcessSignificance ask;
  HR_CHECK(read(c, "H0", ask.h0));
  HR_CHECK(read_word(c, "alternative", {"two.sided", "greater", "less"}, ask.alternative));
  HR_CHECK(read(c, "alpha", ask.alpha));
  HR_CHECK(read(c, "theta", ask.theta));
  if (is_on_data(c.call)) HR_CHECK(read(c, "tau2", ask.tau2));
  HR_CHECK(read_word(c, "test", {"chi2", "binom", "exact"}, ask.test));
  if (ask.test == "binomial") ask.test = "binom";
  HR_CHECK(read_word(c, "tes.alternative", {"two.sided", "greater", "less"}, ask.tes_alternative));
  HR_CHECK(read(c, "tes.alpha", ask.tes_alpha));
  return Ask(ask);
}

Expected<Ask> henmi_copas(const Context& c) {
  HR_CHECK(only(c.call, {"transf"}));
  engine::AskHenmiCopas ask;
  HR_CHECK(read_word(c, "transf", {}, ask.transf));
  return Ask(ask);
}

Expected<Ask> gosh(const Context& c) {
  HR_CHECK(only(c.call, {"subsets", "seed"}));
  engine::AskGosh ask;
  HR_CHECK(read(c, "subsets", ask.subsets));
  return Ask(ask);
}

/// Random permutations are another program's stream of random numbers: they can't be had here.
Expected<Ask> permutation(const Context& c) {
  HR_CHECK(only(c.call, {"exact", "iter", "permci", "seed"}));
  bool interval = false;
  HR_CHECK(read(c, "permci", interval));
  if (interval) return unsupported(c.call, "permci");
  engine::AskPermutation ask;
  HR_CHECK(read(c, "exact", ask.exact));
  HR_CHECK(read(c, "iter", ask.iterations));
  return Ask(ask);
}

Expected<Ask> blup(const Context& c) {
  HR_CHECK(only(c.call, {}));
  return Ask(engine::AskRows{"blup"});
}

Expected<Ask> vcov(const Context& c) {
  HR_CHECK(only(c.call, {"type"}));
  std::string type = "fixed";
  HR_CHECK(read_word(c, "type", {"fixed", "obs", "fitted", "resid"}, type));
  return Ask(engine::AskRows{type == "fixed" ? "vcov" : "vcov_" + type});
}

Expected<Ask> baujat(const Context& c) {
  HR_CHECK(only(c.call, {}));
  return Ask(engine::AskBaujat{});
}

Expected<Ask> radial(const Context& c) {
  HR_CHECK(only(c.call, {"center"}));
  engine::AskRadial ask;
  HR_CHECK(read(c, "center", ask.center));
  return Ask(ask);
}

using Rule = Expected<Ask> (*)(const Context&);

const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> table{
      {"fsn", fail_safe},   {"tes", excess_significance}, {"hc", henmi_copas},
      {"gosh", gosh},       {"permutest", permutation},   {"blup", blup},
      {"vcov", vcov},       {"baujat", baujat},           {"radial", radial},
      {"galbraith", radial}};
  return table;
}

RExpr name_expression(std::string text) {
  RExpr out;
  out.text = std::move(text);
  return out;
}

}  // namespace

bool is_post_function(const std::string& function) { return rules().contains(function); }

Expected<Ask> translate_post(const Call& call, const Job& job) { return rules().at(call.function)({call, job}); }

Call model_of_data(const Call& call) {
  Call model{"rma", {}};
  const std::string type = call.word("type").value_or("Rosenthal");
  const bool general = to_lower(type).starts_with("g");
  for (const auto& [argument, expression] : call.arguments) {
    if (argument == "x") model.arguments.emplace_back("yi", expression);
    for (const char* same : {"vi", "sei", "subset", "tau2", "test"})
      if (argument == same && (call.function == "fsn" || argument != "test"))
        model.arguments.emplace_back(same, expression);
  }
  const bool random = call.function == "fsn" ? general : call.find("tau2") != nullptr;
  const RExpr* method = call.find("method");
  model.arguments.emplace_back("method", general && method ? *method : name_expression(random ? "REML" : "EE"));
  if (!call.find("vi") && !call.find("sei")) {
    RExpr one;
    one.kind = RExpr::Kind::number;
    one.number = 1;
    model.arguments.emplace_back("vi", one);
  }
  return model;
}

void post_fields(const Call& call, Json& block) {
  const auto alias = [&block](const char* corpus, const char* engine) {
    if (!block.contains(corpus) && block.contains(engine)) block[corpus] = block[engine];
  };
  if (call.function == "permutest") alias("coef_pval", "pval");
  if (call.function == "gosh" && block.contains("tau2")) {
    block["tau"] = Json::array();
    for (const Json& value : block["tau2"])
      block["tau"].push_back(value.is_number() ? Json(std::sqrt(value.get<double>())) : Json());
  }
  alias("rownames", "names");
  alias("colnames", "names");
  if (call.function == "hatvalues") alias("matrix", "values");
}

Json fitstats_fields(const Call& call, const Job& job, const Json& fit) {
  std::string likelihood = job.model.method == "REML" ? "REML" : "ML";
  if (const auto given = call.expression("REML"); given && *given)
    likelihood = (*given)->is_name("TRUE") ? "REML" : "ML";
  const Json& values = fit.at("fit_stats").at(likelihood);
  Json rows = Json::array();
  for (const char* name : {"loglik", "deviance", "AIC", "BIC", "AICc"})
    rows.push_back(Json::array({values.value(name, Json())}));
  return {{"matrix", rows}};
}

std::optional<RExpr> call_in_block(const RExpr& block) {
  if (!block.is_call("{") || block.args.empty()) return {};
  const RExpr* result = &block.args.back();
  while (result->is_call("[") || result->is_call("as.data.frame")) result = &result->args[0];
  if (result->kind != RExpr::Kind::name) return {};
  for (const RExpr& statement : block.args)
    if ((statement.is_call("<-") || statement.is_call("=")) && statement.args[0].is_name(result->text))
      return statement.args[1];
  return {};
}

}  // namespace hedgerow::check
