// Operators with two sides: arithmetic, comparisons, logic, %in% and a:b. Missing values spread as in R: a comparison
// with a missing value is missing, FALSE & NA is FALSE, TRUE | NA is TRUE, and NA %in% ... is FALSE.
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/missing.hpp"
#include "data/detail/collation.hpp"
#include "data/detail/evaluator.hpp"

namespace hedgerow::data {
namespace {

using Texts = std::vector<std::string>;
using Arithmetic = double (*)(double, double);

/// R's a %% b: the sign is that of b.
double modulo(double a, double b) { return b == 0 ? kMissing : a - std::floor(a / b) * b; }

double logical_and(double a, double b) {
  if (a == 0 || b == 0) return 0;
  return is_missing(a) || is_missing(b) ? kMissing : 1;
}

double logical_or(double a, double b) {
  if ((!is_missing(a) && a != 0) || (!is_missing(b) && b != 0)) return 1;
  return is_missing(a) || is_missing(b) ? kMissing : 0;
}

struct Numeric {
  std::string_view op;
  Arithmetic apply;
  bool logical;
};

constexpr std::array<Numeric, 10> kNumeric{{
    {"+", [](double a, double b) { return a + b; }, false},
    {"-", [](double a, double b) { return a - b; }, false},
    {"*", [](double a, double b) { return a * b; }, false},
    {"/", [](double a, double b) { return a / b; }, false},
    {"^", [](double a, double b) { return std::pow(a, b); }, false},
    {"%%", modulo, false},
    {"&", logical_and, true},
    {"&&", logical_and, true},
    {"|", logical_or, true},
    {"||", logical_or, true},
}};

bool is_comparison(std::string_view op) {
  return op == "==" || op == "!=" || op == "<" || op == ">" || op == "<=" || op == ">=";
}

/// -1, 0 or 1 for a before, equal to or after b, turned into the answer of a comparison.
double answer(std::string_view op, int order) {
  if (op == "==") return order == 0 ? 1 : 0;
  if (op == "!=") return order != 0 ? 1 : 0;
  if (op == "<") return order < 0 ? 1 : 0;
  if (op == ">") return order > 0 ? 1 : 0;
  if (op == "<=") return order <= 0 ? 1 : 0;
  return order >= 0 ? 1 : 0;
}

int order_of(double a, double b) { return a < b ? -1 : a > b ? 1 : 0; }

int order_of(const std::string& a, const std::string& b) { return a == b ? 0 : comes_before(a, b) ? -1 : 1; }

bool is_absent(double x) { return is_missing(x); }

bool is_absent(const std::string& x) { return x.empty(); }

template <class Values>
stats::Vector compare(std::string_view op, const Values& a, const Values& b, std::size_t n) {
  stats::Vector out(n, kMissing);
  for (std::size_t i = 0; i < n; ++i) {
    const auto& x = a[a.size() == 1 ? 0 : i];
    const auto& y = b[b.size() == 1 ? 0 : i];
    if (!is_absent(x) && !is_absent(y)) out[i] = answer(op, order_of(x, y));
  }
  return out;
}

stats::Vector member_of(const Column& left, const Column& right) {
  const Texts values = as_texts(left);
  const Texts allowed = as_texts(right);
  const std::unordered_set<std::string_view> set(allowed.begin(), allowed.end());
  stats::Vector out(values.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = set.count(values[i]) > 0 ? 1 : 0;
  return out;
}

Expected<Column> sequence(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const stats::Vector from, evaluator.numbers(node.args[0]));
  HR_TRY(const stats::Vector to, evaluator.numbers(node.args[1]));
  constexpr double kLongest = 1e6;
  const bool usable = from.size() == 1 && to.size() == 1 && std::fabs(to[0] - from[0]) <= kLongest;
  if (!usable)
    return evaluator.error(node, "a:b as a value needs two numbers; as an interaction it stands outside of functions");
  const double step = from[0] <= to[0] ? 1 : -1;
  stats::Vector out;
  for (double x = from[0]; step * (to[0] - x) >= 0; x += step) out.push_back(x);
  return number_column(std::move(out));
}

Expected<Column> arithmetic(const Evaluator& evaluator, const Node& node, const Numeric& numeric, const Column& left,
                            const Column& right, std::size_t n) {
  for (std::size_t side = 0; side < 2; ++side)
    if (is_text(side == 0 ? left : right)) return evaluator.numbers(node.args[side]).error();
  const auto& a = std::get<stats::Vector>(left.values);
  const auto& b = std::get<stats::Vector>(right.values);
  stats::Vector out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = numeric.apply(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
  return numeric.logical ? logical_column(std::move(out)) : number_column(std::move(out));
}

}  // namespace

Expected<Column> apply_operator(const Evaluator& evaluator, const Node& node, const Column& left, const Column& right) {
  if (node.text == "%in%") return logical_column(member_of(left, right));
  if (node.text == ":") return sequence(evaluator, node);
  const auto n = common_length(length(left), length(right));
  if (!n)
    return evaluator.error(
        node, fmt::format("the left side has {} values and the right side {}", length(left), length(right)));
  if (is_comparison(node.text)) {
    if (is_text(left) || is_text(right)) return logical_column(compare(node.text, as_texts(left), as_texts(right), *n));
    return logical_column(
        compare(node.text, std::get<stats::Vector>(left.values), std::get<stats::Vector>(right.values), *n));
  }
  for (const Numeric& numeric : kNumeric)
    if (numeric.op == node.text) return arithmetic(evaluator, node, numeric, left, right, *n);
  return evaluator.error(node, fmt::format("'{}' is not an operator of expressions", node.text));
}

}  // namespace hedgerow::data
