// Names, constants and the dispatch to operators and functions.
#include "data/detail/evaluator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/detail/collation.hpp"
#include "data/detail/number.hpp"

namespace hedgerow::data {
namespace {

/// R's make.names: what a header becomes when R reads it ("SA measure" -> "SA.measure").
std::string r_name(std::string_view header) {
  std::string out;
  for (const char c : header) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || static_cast<unsigned char>(c) >= 0x80;
    out += kept ? c : '.';
  }
  const bool needs_letter = !out.empty() && ((out[0] >= '0' && out[0] <= '9') || out[0] == '_');
  return needs_letter ? "X" + out : out;
}

std::optional<std::size_t> find_column(const Table& table, std::string_view name) {
  if (const auto exact = table.find(name)) return exact;
  std::optional<std::size_t> found;
  for (std::size_t j = 0; j < table.cols(); ++j) {
    if (r_name(table.names()[j]) != name) continue;
    if (found) return std::nullopt;
    found = j;
  }
  return found;
}

std::optional<Column> constant(std::string_view name) {
  if (name == "TRUE") return logical_column({1});
  if (name == "FALSE") return logical_column({0});
  if (name == "NA") return logical_column({kMissing});
  if (name == "T") return logical_column({1});
  if (name == "F") return logical_column({0});
  if (name == "pi") return number_column({M_PI});
  return std::nullopt;
}

/// Texts that are all TRUE or FALSE (also true, false) as truth values, as R reads them.
std::optional<stats::Vector> as_logical(const std::vector<std::string>& texts) {
  stats::Vector out(texts.size(), kMissing);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) continue;
    if (texts[i] == "TRUE" || texts[i] == "true") {
      out[i] = 1;
    } else if (texts[i] == "FALSE" || texts[i] == "false") {
      out[i] = 0;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

bool is_text(const Column& column) { return std::holds_alternative<std::vector<std::string>>(column.values); }

std::size_t length(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

Column number_column(stats::Vector values) { return {std::move(values), false, {}}; }

Column logical_column(stats::Vector values) { return {std::move(values), true, {}}; }

Column text_column(std::vector<std::string> values) { return {std::move(values), false, {}}; }

std::vector<std::string> as_texts(const Column& column) {
  if (is_text(column)) return std::get<std::vector<std::string>>(column.values);
  const auto& numbers = std::get<stats::Vector>(column.values);
  std::vector<std::string> out(numbers.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (is_missing(numbers[i])) continue;
    out[i] = !column.logical ? number_text(numbers[i]) : numbers[i] != 0 ? "TRUE" : "FALSE";
  }
  return out;
}

std::vector<std::string> levels_of(const Column& column) {
  if (!column.levels.empty()) return column.levels;
  if (is_text(column)) return sorted_levels(std::get<std::vector<std::string>>(column.values));
  if (!column.logical) return sorted_levels(std::get<stats::Vector>(column.values));
  return sorted_levels(as_texts(column));
}

std::optional<std::size_t> common_length(std::size_t a, std::size_t b) {
  if (a == b || b == 1) return a;
  if (a == 1) return b;
  return std::nullopt;
}

Error Evaluator::error(const Node& node, const std::string& message) const {
  return expression_error(source_, node.at, message);
}

Expected<Column> Evaluator::evaluate(const Node& node) const {
  switch (node.kind) {
    case NodeKind::number:
      return number_column({node.number});
    case NodeKind::text:
      return text_column({node.text});
    case NodeKind::name:
      return name(node);
    case NodeKind::call:
      break;
  }
  if (node.text == "(") return evaluate(node.args[0]);
  const bool is_operator = std::string_view("~+-*/^:<>=!&|%").find(node.text.front()) != std::string_view::npos;
  if (!is_operator) return apply_function(*this, node);
  if (node.text == "~") return error(node, "a formula (~) is not a value");
  return node.args.size() == 1 ? unary(node) : binary(node);
}

Expected<Column> Evaluator::name(const Node& node) const {
  const auto col = find_column(table_, node.text);
  if (!col) {
    if (auto known = constant(node.text)) return *known;
    const std::string hint = did_you_mean(node.text, table_.names());
    const std::string all = hint.empty() ? "; the columns are " + join(table_.names(), ", ") : "";
    Error unknown = error(node, fmt::format("there is no column '{}'{}{}", node.text, hint, all));
    unknown.where = table_.source();
    return unknown;
  }
  if (const auto levels = table_.levels(*col); !levels.empty()) {
    HR_TRY(auto values, table_.texts(table_.names()[*col]));
    return Column{std::move(values), false, {levels.begin(), levels.end()}};
  }
  auto numbers = table_.numbers_at(*col);
  if (numbers.ok()) return number_column(numbers.take());
  HR_TRY(auto texts, table_.texts(table_.names()[*col]));
  if (auto logical = as_logical(texts)) return logical_column(std::move(*logical));
  return text_column(std::move(texts));
}

Expected<stats::Vector> Evaluator::numbers(const Node& node) const {
  HR_TRY(Column column, evaluate(node));
  if (auto* values = std::get_if<stats::Vector>(&column.values)) return std::move(*values);
  if (node.kind == NodeKind::name)
    if (const auto col = find_column(table_, node.text)) return table_.numbers_at(*col);
  return error(node, fmt::format("'{}' is text, but numbers are needed here", deparse(node)));
}

Expected<Column> Evaluator::factor(const Node& node) const {
  HR_TRY(Column column, evaluate(node));
  std::vector<std::string> levels = levels_of(column);
  return Column{as_texts(column), false, std::move(levels)};
}

Expected<Column> Evaluator::unary(const Node& node) const {
  HR_TRY(stats::Vector values, numbers(node.args[0]));
  if (node.text == "!") {
    for (double& x : values)
      if (!is_missing(x)) x = x == 0 ? 1 : 0;
    return logical_column(std::move(values));
  }
  if (node.text == "-")
    for (double& x : values) x = -x;
  return number_column(std::move(values));
}

Expected<Column> Evaluator::binary(const Node& node) const {
  HR_TRY(const Column left, evaluate(node.args[0]));
  HR_TRY(const Column right, evaluate(node.args[1]));
  return apply_operator(*this, node, left, right);
}

}  // namespace hedgerow::data
