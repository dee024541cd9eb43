// Functions of the expression language, by their R names.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/detail/arguments.hpp"
#include "data/detail/evaluator.hpp"

namespace hedgerow::data {
namespace {

using stats::Vector;
using Texts = std::vector<std::string>;

struct Math {
  std::string_view name;
  double (*apply)(double);
};

constexpr std::array<Math, 14> kMath{{
    {"exp", [](double x) { return std::exp(x); }},
    {"expm1", [](double x) { return std::expm1(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"abs", [](double x) { return std::fabs(x); }},
    {"log2", [](double x) { return std::log2(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"log1p", [](double x) { return std::log1p(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"ceiling", [](double x) { return std::ceil(x); }},
    {"trunc", [](double x) { return std::trunc(x); }},
    {"sin", [](double x) { return std::sin(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"atanh", [](double x) { return std::atanh(x); }},
}};

double mean_of(const Vector& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

double variance_of(const Vector& x) {
  const double mean = mean_of(x);
  double sum = 0;
  for (const double value : x) sum += (value - mean) * (value - mean);
  return x.size() < 2 ? kMissing : sum / static_cast<double>(x.size() - 1);
}

double median_of(Vector x) {
  std::sort(x.begin(), x.end());
  const std::size_t half = x.size() / 2;
  return x.size() % 2 == 1 ? x[half] : 0.5 * (x[half - 1] + x[half]);
}

struct Summary {
  std::string_view name;
  double (*apply)(const Vector&);
};

constexpr std::array<Summary, 7> kSummary{{
    {"sum", [](const Vector& x) { return std::accumulate(x.begin(), x.end(), 0.0); }},
    {"mean", mean_of},
    {"min", [](const Vector& x) { return *std::min_element(x.begin(), x.end()); }},
    {"max", [](const Vector& x) { return *std::max_element(x.begin(), x.end()); }},
    {"median", [](const Vector& x) { return median_of(x); }},
    {"var", variance_of},
    {"sd", [](const Vector& x) { return std::sqrt(variance_of(x)); }},
}};

constexpr std::string_view kKnown =
    "log, log2, log10, log1p, exp, expm1, sqrt, abs, round, floor, ceiling, trunc, sin, cos, tanh, atanh, sum, mean, "
    "min, max, median, var, sd, c, I, is.na, ifelse, factor, as.factor, relevel, as.numeric, as.character, scale";

Expected<Column> combine(const Evaluator& evaluator, const Node& node) {
  std::vector<Column> parts;
  bool any_text = false;
  bool all_logical = true;
  for (const Node& argument : node.args) {
    HR_TRY(Column part, evaluator.evaluate(argument));
    any_text = any_text || is_text(part);
    all_logical = all_logical && part.logical;
    parts.push_back(std::move(part));
  }
  Texts texts;
  Vector numbers;
  for (const Column& part : parts) {
    if (any_text) {
      const Texts more = as_texts(part);
      texts.insert(texts.end(), more.begin(), more.end());
    } else {
      const auto& more = std::get<Vector>(part.values);
      numbers.insert(numbers.end(), more.begin(), more.end());
    }
  }
  if (any_text) return text_column(std::move(texts));
  return all_logical ? logical_column(std::move(numbers)) : number_column(std::move(numbers));
}

Expected<Column> summarise(const Evaluator& evaluator, const Node& node, const Summary& summary) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "na.rm"}));
  HR_TRY(Vector values, evaluator.numbers(*args[0]));
  double na_rm = 0;
  if (args[1] != nullptr) {
    HR_TRY(na_rm, scalar_argument(evaluator, *args[1]));
  }
  const auto end = std::remove_if(values.begin(), values.end(), is_missing);
  if (end != values.end() && na_rm == 0) return number_column({kMissing});
  values.erase(end, values.end());
  return number_column({values.empty() ? kMissing : summary.apply(values)});
}

Expected<Column> logarithm(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "base"}));
  HR_TRY(Vector values, evaluator.numbers(*args[0]));
  double divisor = 1;
  if (args[1] != nullptr) {
    HR_TRY(const double base, scalar_argument(evaluator, *args[1]));
    divisor = std::log(base);
  }
  for (double& x : values) x = std::log(x) / divisor;
  return number_column(std::move(values));
}

Expected<Column> rounded(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "digits"}));
  HR_TRY(Vector values, evaluator.numbers(*args[0]));
  double digits = 0;
  if (args[1] != nullptr) {
    HR_TRY(digits, scalar_argument(evaluator, *args[1]));
  }
  const double unit = std::pow(10.0, digits);
  for (double& x : values) x = std::nearbyint(x * unit) / unit;
  return number_column(std::move(values));
}

Expected<Column> scaled(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "center", "scale"}));
  HR_TRY(Vector values, evaluator.numbers(*args[0]));
  std::array<double, 2> options{1, 1};
  for (std::size_t i = 0; i < 2; ++i)
    if (args[i + 1] != nullptr) {
      HR_TRY(options[i], scalar_argument(evaluator, *args[i + 1]));
      const bool is_switch = options[i] == 0 || options[i] == 1;
      if (!is_switch) return evaluator.error(*args[i + 1], "center and scale are TRUE or FALSE");
    }
  Vector present;
  std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](double x) { return !is_missing(x); });
  if (present.size() < 2) return evaluator.error(node, "scale() needs two values or more");
  const double center = options[0] == 1 ? mean_of(present) : 0;
  double squares = 0;
  for (const double x : present) squares += (x - center) * (x - center);
  const double spread = options[1] == 1 ? std::sqrt(squares / static_cast<double>(present.size() - 1)) : 1;
  for (double& x : values) x = (x - center) / spread;
  return number_column(std::move(values));
}

Expected<Column> is_na(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x"}));
  HR_TRY(const Column column, evaluator.evaluate(*args[0]));
  Vector out(length(column));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool missing =
        is_text(column) ? std::get<Texts>(column.values)[i].empty() : is_missing(std::get<Vector>(column.values)[i]);
    out[i] = missing ? 1 : 0;
  }
  return logical_column(std::move(out));
}

Expected<Column> if_else(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"test", "yes", "no"}));
  if (args[1] == nullptr || args[2] == nullptr) return evaluator.error(node, "ifelse() needs three arguments");
  HR_TRY(const Vector test, evaluator.numbers(*args[0]));
  HR_TRY(const Column yes, evaluator.evaluate(*args[1]));
  HR_TRY(const Column no, evaluator.evaluate(*args[2]));
  const bool fits =
      common_length(test.size(), length(yes)) == test.size() && common_length(test.size(), length(no)) == test.size();
  if (!fits) return evaluator.error(node, "the three arguments of ifelse() have different lengths");
  const auto pick = [&](const auto& a, const auto& b, auto out, const auto& absent) {
    for (std::size_t i = 0; i < test.size(); ++i) {
      const auto& from = test[i] != 0 ? a : b;
      out[i] = is_missing(test[i]) ? absent : from[from.size() == 1 ? 0 : i];
    }
    return out;
  };
  if (is_text(yes) || is_text(no))
    return text_column(pick(as_texts(yes), as_texts(no), Texts(test.size()), std::string()));
  const bool logical = yes.logical && no.logical;
  return Column{
      pick(std::get<Vector>(yes.values), std::get<Vector>(no.values), Vector(test.size()), kMissing), logical, {}};
}

Expected<Column> make_factor(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "levels"}));
  HR_TRY(Column column, evaluator.factor(*args[0]));
  if (args[1] == nullptr) {
    // factor() of a factor drops the levels that do not occur.
    const auto& texts = std::get<Texts>(column.values);
    const auto unused = [&](const std::string& level) {
      return std::find(texts.begin(), texts.end(), level) == texts.end();
    };
    column.levels.erase(std::remove_if(column.levels.begin(), column.levels.end(), unused), column.levels.end());
    return column;
  }
  HR_TRY(const Column levels, evaluator.evaluate(*args[1]));
  column.levels = as_texts(levels);
  for (std::string& text : std::get<Texts>(column.values))
    if (std::find(column.levels.begin(), column.levels.end(), text) == column.levels.end()) text.clear();
  return column;
}

Expected<Column> relevel(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x", "ref"}));
  if (args[1] == nullptr) return evaluator.error(node, "relevel() needs ref, the level to compare with");
  HR_TRY(Column column, evaluator.factor(*args[0]));
  HR_TRY(const Column reference, evaluator.evaluate(*args[1]));
  if (length(reference) != 1) return evaluator.error(*args[1], "ref is one level");
  const std::string wanted = as_texts(reference)[0];
  const auto at = std::find(column.levels.begin(), column.levels.end(), wanted);
  if (at == column.levels.end())
    return evaluator.error(*args[1], fmt::format("'{}' is not a level{}; the levels are {}", wanted,
                                                 did_you_mean(wanted, column.levels), join(column.levels, ", ")));
  std::rotate(column.levels.begin(), at, at + 1);
  return column;
}

Expected<Column> as_number(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x"}));
  HR_TRY(Vector values, evaluator.numbers(*args[0]));
  return number_column(std::move(values));
}

Expected<Column> as_character(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x"}));
  HR_TRY(const Column column, evaluator.evaluate(*args[0]));
  return text_column(as_texts(column));
}

Expected<Column> identity(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const auto args, match_arguments(evaluator, node, {"x"}));
  return evaluator.evaluate(*args[0]);
}

using Function = Expected<Column> (*)(const Evaluator&, const Node&);

struct Named {
  std::string_view name;
  Function apply;
};

constexpr std::array<Named, 14> kFunctions{{
    {"c", combine},
    {"I", identity},
    {"log", logarithm},
    {"round", rounded},
    {"scale", scaled},
    {"is.na", is_na},
    {"ifelse", if_else},
    {"factor", make_factor},
    {"as.factor", make_factor},
    {"relevel", relevel},
    {"as.numeric", as_number},
    {"as.integer", as_number},
    {"as.character", as_character},
    {"base::log", logarithm},
}};

}  // namespace

Expected<Column> apply_function(const Evaluator& evaluator, const Node& node) {
  for (const Named& function : kFunctions)
    if (function.name == node.text) return function.apply(evaluator, node);
  for (const Summary& summary : kSummary)
    if (summary.name == node.text) return summarise(evaluator, node, summary);
  for (const Math& math : kMath) {
    if (math.name != node.text) continue;
    HR_TRY(const auto args, match_arguments(evaluator, node, {"x"}));
    HR_TRY(Vector values, evaluator.numbers(*args[0]));
    for (double& x : values) x = math.apply(x);
    return number_column(std::move(values));
  }
  if (is_basis_call(node))
    return evaluator.error(node, fmt::format("{}() makes several columns: it stands alone as a term", node.text));
  return evaluator.error(node, fmt::format("there is no function {}(); known are {}", node.text, kKnown));
}

}  // namespace hedgerow::data
