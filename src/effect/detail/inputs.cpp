#include "effect/detail/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/expression.hpp"

namespace hedgerow::effect::detail {
namespace {

// The rule that a value of this kind breaks, or nothing.
const char* broken_rule(Kind kind, double x) {
  switch (kind) {
    case Kind::number:
      return nullptr;
    case Kind::sd:
      return x >= 0 ? nullptr : "a standard deviation or standard error can't be negative";
    case Kind::size:
      return x >= 1 ? nullptr : "a sample size must be at least 1";
    case Kind::sample:
      return x >= 2 ? nullptr : "a group with a standard deviation has at least 2 members";
    case Kind::count:
      return x >= 0 ? nullptr : "a count can't be negative";
    case Kind::time:
      return x > 0 ? nullptr : "a person-time must be above 0";
    case Kind::positive:
      return x > 0 ? nullptr : "it must be above 0";
    case Kind::proportion:
      return x >= 0 && x <= 1 ? nullptr : "a proportion lies between 0 and 1";
    case Kind::correlation:
      return x >= -1 && x <= 1 ? nullptr : "a correlation lies between -1 and 1";
    case Kind::p_value:
      return x > 0 && x <= 1 ? nullptr : "a p-value lies above 0 and not above 1";
    case Kind::signed_p:
      return x != 0 && x >= -1 && x <= 1 ? nullptr
                                         : "a p-value lies between -1 and 1 (its sign is the direction), not 0";
    case Kind::tails:
      return x == 1 || x == 2 ? nullptr : "a test has 1 or 2 tails";
    case Kind::alpha:
      return x <= 1 ? nullptr : "a reliability can't be above 1";
    case Kind::items:
      return x >= 2 ? nullptr : "a reliability needs at least 2 items";
  }
  return nullptr;
}

Checked check_known(std::string_view name, std::span<const Argument> known, std::string_view measure) {
  std::vector<std::string> names;
  for (const Argument& argument : known) {
    if (argument.name == name) return {};
    names.emplace_back(argument.name);
  }
  return make_error(ErrorCode::usage, fmt::format("{} has no argument '{}'{}; it knows {}", measure, name,
                                                  did_you_mean(name, names), join(names, ", ")));
}

}  // namespace

Expected<Inputs> Inputs::bind(const data::Table& table, const Arguments& arguments, std::span<const Argument> known,
                              std::string_view measure) {
  for (const auto& [name, source] : arguments) HR_CHECK(check_known(name, known, measure));
  Inputs inputs;
  inputs.table_ = &table;
  inputs.rows_ = table.rows();
  for (const Argument& argument : known) {
    const auto found = arguments.find(std::string(argument.name));
    if (found == arguments.end()) continue;
    const std::string& source = found->second;
    HR_TRY(stats::Vector values, table.find(source) ? table.numbers(source) : data::evaluate_numbers(source, table));
    inputs.bound_.push_back({argument.name, source, std::move(values)});
    for (std::size_t row = 0; row < inputs.rows_; ++row) {
      HR_CHECK(inputs.check(row, argument, inputs.bound_.back().values[row]));
    }
  }
  return inputs;
}

const Inputs::Bound* Inputs::find(std::string_view name) const {
  const auto found = std::find_if(bound_.begin(), bound_.end(), [&](const Bound& b) { return b.name == name; });
  return found == bound_.end() ? nullptr : &*found;
}

double Inputs::at(std::size_t row, std::string_view name) const {
  const Bound* argument = find(name);
  return argument ? argument->values[row] : kMissing;
}

std::string Inputs::where(std::size_t row, std::string_view name) const {
  const Bound* argument = find(name);
  if (argument) {
    if (const auto column = table_->find(argument->source)) return table_->where(row, *column);
  }
  return fmt::format("{}:{}", table_->source(), table_->line(row));
}

Error Inputs::bad(std::size_t row, std::string_view name, const std::string& message) const {
  return make_error(ErrorCode::input, message, where(row, name));
}

std::vector<Quantity> Inputs::quantities(std::size_t row) const {
  std::vector<Quantity> quantities;
  quantities.reserve(bound_.size());
  for (const Bound& argument : bound_) quantities.push_back({std::string(argument.name), argument.values[row]});
  return quantities;
}

Checked Inputs::check(std::size_t row, const Argument& argument, double value) const {
  if (is_missing(value)) return {};
  const char* rule = broken_rule(argument.kind, value);
  if (!rule) return {};
  return bad(row, argument.name, fmt::format("{} = {}: {}", argument.name, format_shortest(value), rule));
}

}  // namespace hedgerow::effect::detail
