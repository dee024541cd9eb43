// Expansion of formulas into terms; terms.hpp gives the algebra.
#include "data/detail/terms.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <optional>

namespace hedgerow::data {
namespace {

constexpr std::size_t kMaxVariables = 64;
constexpr std::size_t kMaxTerms = 10000;

/// What a part of a formula stands for.
struct Part {
  std::vector<TermBits> terms;
  std::optional<bool> intercept;
};

void unite(std::vector<TermBits>& into, const std::vector<TermBits>& more) {
  for (const TermBits term : more)
    if (std::find(into.begin(), into.end(), term) == into.end()) into.push_back(term);
}

std::vector<TermBits> product(const std::vector<TermBits>& a, const std::vector<TermBits>& b) {
  std::vector<TermBits> out;
  for (const TermBits x : a)
    for (const TermBits y : b) unite(out, {x | y});
  return out;
}

class Expander {
 public:
  explicit Expander(std::string_view formula) : formula_(formula) {}

  std::vector<Node> variables;

  Expected<Part> expand(const Node& node) {
    if (node.kind == NodeKind::number) return constant(node);
    if (node.kind == NodeKind::text) return expression_error(formula_, node.at, "a text is not a term");
    if (node.is_call("(")) return expand(node.args[0]);
    if (node.is_call("|"))
      return expression_error(formula_, node.at, "'|' (random effects) does not belong to a formula of moderators");
    const bool is_operator = node.kind == NodeKind::call && node.text != "%%" &&
                             std::string_view("+-*/^:%").find(node.text.front()) != std::string_view::npos;
    if (!is_operator) return variable(node);
    if (node.args.size() == 1) return signed_part({}, node, node.args[0]);
    HR_TRY(Part left, expand(node.args[0]));
    if (node.text == "+" || node.text == "-") return signed_part(std::move(left), node, node.args[1]);
    if (node.text == "^") return power(left, node);
    HR_TRY(const Part right, expand(node.args[1]));
    if (left.intercept || right.intercept)
      return expression_error(formula_, node.at, "0 and 1 stand only beside + and -");
    return combine(node, left, right);
  }

 private:
  Expected<Part> constant(const Node& node) const {
    if (node.number != 0 && node.number != 1)
      return expression_error(formula_, node.at,
                              "a number in a formula is 0 or 1 (the intercept); I() makes it a value");
    return Part{{}, node.number == 1};
  }

  Expected<Part> variable(const Node& node) {
    if (node.kind == NodeKind::name && node.text == ".")
      return expression_error(formula_, node.at, "'.' (all columns) is not supported; name the moderators");
    const std::string label = deparse(node);
    const auto same = [&](const Node& known) { return deparse(known) == label; };
    const auto at =
        static_cast<std::size_t>(std::find_if(variables.begin(), variables.end(), same) - variables.begin());
    if (at == kMaxVariables)
      return expression_error(formula_, node.at, fmt::format("a formula has at most {} variables", kMaxVariables));
    if (at == variables.size()) variables.push_back(node);
    return Part{{TermBits{1} << at}, std::nullopt};
  }

  /// left + right or left - right.
  Expected<Part> signed_part(Part left, const Node& sign, const Node& operand) {
    HR_TRY(const Part right, expand(operand));
    const bool plus = sign.text == "+";
    if (right.intercept) left.intercept = plus ? *right.intercept : !*right.intercept;
    if (plus) {
      unite(left.terms, right.terms);
      return left;
    }
    const auto removed = [&](TermBits term) {
      return std::find(right.terms.begin(), right.terms.end(), term) != right.terms.end();
    };
    left.terms.erase(std::remove_if(left.terms.begin(), left.terms.end(), removed), left.terms.end());
    return left;
  }

  Expected<Part> power(const Part& base, const Node& node) const {
    const Node& exponent = node.args[1];
    const bool whole = exponent.kind == NodeKind::number && exponent.number >= 1 && exponent.number <= 20 &&
                       exponent.number == static_cast<int>(exponent.number);
    if (!whole)
      return expression_error(formula_, exponent.at,
                              "the exponent of terms is a whole number; write I(x^2) for a square");
    Part out = base;
    for (int n = 1; n < static_cast<int>(exponent.number); ++n) {
      unite(out.terms, product(out.terms, base.terms));
      HR_CHECK(check_size(node, out));
    }
    return out;
  }

  Expected<Part> combine(const Node& node, const Part& left, const Part& right) const {
    Part out;
    if (node.text == "*" || node.text == "/") out.terms = left.terms;
    if (node.text == "*") unite(out.terms, right.terms);
    if (node.text == "/") {
      TermBits all = 0;
      for (const TermBits term : left.terms) all |= term;
      unite(out.terms, product({all}, right.terms));
    } else {
      unite(out.terms, product(left.terms, right.terms));
    }
    HR_CHECK(check_size(node, out));
    return out;
  }

  Checked check_size(const Node& node, const Part& part) const {
    if (part.terms.size() <= kMaxTerms) return {};
    return expression_error(formula_, node.at, fmt::format("this makes more than {} terms", kMaxTerms));
  }

  std::string_view formula_;
};

}  // namespace

Expected<Terms> formula_terms(std::string_view formula) {
  HR_TRY(const Node root, parse_expression(formula));
  if (!root.is_call("~")) return expression_error(formula, 0, "a formula begins with ~, as in ~ sex + dose");
  if (root.args.size() != 1)
    return expression_error(formula, root.at, "nothing stands left of ~: the outcome is named elsewhere");
  Expander expander(formula);
  HR_TRY(Part part, expander.expand(root.args[0]));
  std::stable_sort(part.terms.begin(), part.terms.end(),
                   [](TermBits a, TermBits b) { return std::popcount(a) < std::popcount(b); });
  return Terms{std::move(expander.variables), std::move(part.terms), part.intercept.value_or(true)};
}

std::string term_label(const Terms& terms, TermBits term) {
  std::string label;
  for (std::size_t v = 0; v < terms.variables.size(); ++v) {
    if ((term >> v & 1) == 0) continue;
    if (!label.empty()) label += ':';
    label += deparse(terms.variables[v]);
  }
  return label;
}

bool coded_by_contrasts(const Terms& terms, const std::vector<bool>& is_factor, std::size_t t, std::size_t v) {
  TermBits factors = 0;
  for (std::size_t i = 0; i < is_factor.size(); ++i)
    if (is_factor[i]) factors |= TermBits{1} << i;
  if (!terms.intercept) {
    const auto first =
        std::find_if(terms.terms.begin(), terms.terms.end(), [&](TermBits x) { return (x & factors) != 0; });
    const bool is_first = static_cast<std::size_t>(first - terms.terms.begin()) == t;
    if (is_first && static_cast<std::size_t>(std::countr_zero(*first & factors)) == v) return false;
  }
  const TermBits rest = terms.terms[t] & ~(TermBits{1} << v);
  if (rest == 0) return true;
  return std::any_of(terms.terms.begin(), terms.terms.begin() + static_cast<std::ptrdiff_t>(t),
                     [&](TermBits earlier) { return (rest & ~earlier) == 0; });
}

}  // namespace hedgerow::data
