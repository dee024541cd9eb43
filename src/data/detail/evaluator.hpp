// Evaluation of syntax trees over a table; the public face is data/expression.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/detail/ast.hpp"
#include "data/expression.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// Values are Columns of length 1 (constants), of one value per row, or of any length (c(...), a:b).
class Evaluator {
 public:
  Evaluator(std::string_view source, const Table& table) : source_(source), table_(table) {}

  Expected<Column> evaluate(const Node& node) const;
  /// The same, as numbers; texts are an Error that names the first one.
  Expected<stats::Vector> numbers(const Node& node) const;
  /// The same as a factor: texts with levels in order.
  Expected<Column> factor(const Node& node) const;

  Error error(const Node& node, const std::string& message) const;
  std::string_view source() const { return source_; }
  const Table& table() const { return table_; }

 private:
  Expected<Column> name(const Node& node) const;
  Expected<Column> unary(const Node& node) const;
  Expected<Column> binary(const Node& node) const;

  std::string_view source_;
  const Table& table_;
};

/// An operator with two sides. Errors only for misplaced texts or lengths that do not fit.
Expected<Column> apply_operator(const Evaluator& evaluator, const Node& node, const Column& left, const Column& right);

/// A function by its R name.
Expected<Column> apply_function(const Evaluator& evaluator, const Node& node);

bool is_text(const Column& column);
std::size_t length(const Column& column);
Column number_column(stats::Vector values);
Column logical_column(stats::Vector values);
Column text_column(std::vector<std::string> values);
/// Numbers become the text that R gives them; truth values TRUE and FALSE.
std::vector<std::string> as_texts(const Column& column);
/// Levels of a column that is about to become a factor; its own, if it is one.
std::vector<std::string> levels_of(const Column& column);
/// Length of two sides together: equal lengths, or one of them is 1; nothing if they do not fit.
std::optional<std::size_t> common_length(std::size_t a, std::size_t b);

}  // namespace hedgerow::data
