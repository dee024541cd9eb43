// Arguments of a function call.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "data/detail/evaluator.hpp"

namespace hedgerow::data {

/// Matches the arguments of a call to parameter names by R's rule in its simple form: named ones first, the others in
/// order. nullptr where one is not given; the first parameter must be given.
Expected<std::vector<const Node*>> match_arguments(const Evaluator& evaluator, const Node& node,
                                                   std::initializer_list<std::string_view> parameters);

/// An argument that is one number (TRUE is 1).
Expected<double> scalar_argument(const Evaluator& evaluator, const Node& node);

/// poly() and ns(): calls that make several columns and so stand alone as terms.
bool is_basis_call(const Node& node);

}  // namespace hedgerow::data
