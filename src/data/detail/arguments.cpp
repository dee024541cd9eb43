// Matching of arguments.
#include "data/detail/arguments.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hedgerow::data {

Expected<std::vector<const Node*>> match_arguments(const Evaluator& evaluator, const Node& node,
                                                   std::initializer_list<std::string_view> parameters) {
  const std::vector<std::string_view> wanted(parameters);
  std::vector<const Node*> out(wanted.size(), nullptr);
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (node.tags[i].empty()) continue;
    const auto at = std::find(wanted.begin(), wanted.end(), node.tags[i]);
    if (at == wanted.end())
      return evaluator.error(node.args[i], fmt::format("{}() has no argument '{}'", node.text, node.tags[i]));
    out[static_cast<std::size_t>(at - wanted.begin())] = &node.args[i];
  }
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (!node.tags[i].empty()) continue;
    const auto free = std::find(out.begin(), out.end(), nullptr);
    if (free == out.end())
      return evaluator.error(node.args[i], fmt::format("{}() takes at most {} arguments", node.text, wanted.size()));
    *free = &node.args[i];
  }
  if (out[0] == nullptr) return evaluator.error(node, fmt::format("{}() needs an argument", node.text));
  return out;
}

Expected<double> scalar_argument(const Evaluator& evaluator, const Node& node) {
  HR_TRY(const stats::Vector values, evaluator.numbers(node));
  if (values.size() != 1) return evaluator.error(node, "one number is needed here, not a column");
  return values[0];
}

bool is_basis_call(const Node& node) {
  return node.is_call("poly") || node.is_call("stats::poly") || node.is_call("ns") || node.is_call("splines::ns");
}

}  // namespace hedgerow::data
