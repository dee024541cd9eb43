#include "tolerance.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace hedgerow::check {
namespace {

bool starts_with_any(std::string_view field, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return field.substr(0, name.size()) == name &&
           (field.size() == name.size() || field[name.size()] == '_' || field[name.size()] == '.');
  });
}

double value_or_zero(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

/// Where a likelihood was maximised by steps: components are the least exact, what rests on them a little better.
Tolerance optimised(const Yardstick& yardstick, const std::string& field) {
  const double flat = yardstick.flat_relative;
  if (starts_with_any(field, {"sigma2", "tau2", "rho", "gamma2", "phi", "G", "H", "I2", "delta", "ranef", "random"}))
    return {std::max(1e-3, flat), 1e-5};
  // Coefficients of the scale are variance parameters, and what rests on them and on their numerical Hessian is known
  // no better.
  if (starts_with_any(field, {"alpha", "se_alpha", "zval_alpha", "ci_lb_alpha", "ci_ub_alpha", "va", "QS"}))
    return {std::max(1e-3, flat), 1e-5};
  if (is_p_value(field)) return {std::max(1e-3, flat), 1e-5};
  if (starts_with_any(field, {"se"})) return {std::max(yardstick.type == "sel" ? 1e-2 : 1e-4, flat), 1e-8};
  return {std::max(1e-4, flat), std::max(1e-6, yardstick.flat_beta)};
}

}  // namespace

Yardstick yardstick_of(const Json& test_case) {
  Yardstick out;
  out.type = test_case.at("tolerance").get<std::string>();
  const auto check = test_case.find("check");
  if (check == test_case.end()) return out;
  out.flat_relative = value_or_zero(*check, "max_rel_diff_varcomp");
  out.flat_beta = value_or_zero(*check, "max_abs_diff_beta");
  return out;
}

Tolerance tolerance_of(const Yardstick& yardstick, const std::string& field) {
  static const std::map<std::string, Tolerance> classes{
      {"closed", {1e-9, 1e-11}}, {"iter", {1e-6, 1e-8}}, {"default_stop", {1e-3, 1e-5}},
      {"root", {1e-4, 1e-5}},    {"glmm", {1e-2, 1e-3}}, {"cond", {1e-3, 1e-11}},
  };
  if (yardstick.optimised()) return optimised(yardstick, field);
  const auto found = classes.find(yardstick.type);
  // An unknown class is held to the strictest one, so that a slip in a corpus shows.
  return found == classes.end() ? Tolerance{1e-9, 1e-11} : found->second;
}

bool is_p_value(const std::string& field) {
  static constexpr std::array<std::string_view, 13> names{"pval", "pval_alpha", "QEp", "QMp", "Qp", "LRTp", "QSp",
                                                          "MHp",  "COp",        "BDp", "TAp", "Fp", "p_k0"};
  return std::find(names.begin(), names.end(), field) != names.end();
}

}  // namespace hedgerow::check
