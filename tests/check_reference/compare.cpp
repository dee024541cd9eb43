#include "compare.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::check {
namespace {

/// A number of JSON: null is missing, "Inf" infinite, a truth value 0 or 1; nothing for other texts.
std::optional<double> number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_null()) return kMissing;
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  if (value.is_string() && value == "Inf") return HUGE_VAL;
  if (value.is_string() && value == "-Inf") return -HUGE_VAL;
  return {};
}

/// All numbers in order; nothing if a text is among them.
bool flatten(const Json& value, std::vector<double>& out) {
  if (value.is_array())
    return std::all_of(value.begin(), value.end(), [&](const Json& element) { return flatten(element, out); });
  const auto x = number(value);
  if (x) out.push_back(*x);
  return x.has_value();
}

/// The same of our answer, where a label may be a number written as text.
bool flatten_labels(const Json& value, std::vector<double>& out) {
  if (value.is_array())
    return std::all_of(value.begin(), value.end(), [&](const Json& element) { return flatten_labels(element, out); });
  const auto x = value.is_string() && !number(value) ? parse_number(value.get<std::string>()) : number(value);
  if (x) out.push_back(*x);
  return x.has_value();
}

bool all_missing(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return is_missing(x); });
}

std::string show(double value) { return is_missing(value) ? "null" : format_significant(value, 15); }

bool agrees(double expected, double got, Tolerance tolerance, bool p_value) {
  if (is_missing(expected) || is_missing(got)) return is_missing(expected) && is_missing(got);
  if (std::isinf(expected) || std::isinf(got)) return expected == got;
  const bool tiny_p = p_value && expected > 0 && expected < 1e-8;
  // An absolute tolerance says nothing about a tiny p-value.
  if (tiny_p) return got > 0 && std::fabs(std::log(got) - std::log(expected)) <= 1e-4 * std::fabs(std::log(expected));
  return std::fabs(got - expected) <= std::max(tolerance.absolute, tolerance.relative * std::fabs(expected));
}

/// A standard deviation is known to what its variance is known to: the root of a variance of 1e-12 is 1e-6.
bool variances_agree(double expected, double got, Tolerance tolerance) {
  return agrees(expected * expected, got * got, tolerance, false);
}

void compare_one(Comparison& out, const std::string& field, double expected, double got, Tolerance tolerance,
                 bool p_value) {
  ++out.numbers;
  if (!agrees(expected, got, tolerance, p_value)) out.differences.push_back({field, show(expected), show(got)});
  const bool tiny_p = p_value && std::fabs(expected) < 1e-8;
  if (tiny_p || !std::isfinite(expected) || !std::isfinite(got)) return;
  const double floor = tolerance.relative > 0 ? tolerance.absolute / tolerance.relative : 0;
  const double scale = std::max(std::fabs(expected), floor);
  if (scale > 0) out.worst = std::max(out.worst, std::fabs(got - expected) / scale);
}

std::string last_part(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

void compare_field(Comparison& out, const std::string& path, const Json& expected, const Json* got,
                   const Yardstick& yardstick) {
  if (expected.is_object()) {
    for (const auto& [name, value] : expected.items()) {
      const Json* inner = got && got->is_object() && got->contains(name) ? &got->at(name) : nullptr;
      compare_field(out, path.empty() ? name : path + "." + name, value, inner, yardstick);
    }
    return;
  }
  if (path == "side" && got && *got != expected) out.differences.push_back({path, expected.dump(), got->dump()});
  std::vector<double> want, have;
  if (!flatten(expected, want) || want.empty()) return;
  if (!got) {
    if (!all_missing(want)) out.absent.push_back(path);
    return;
  }
  if (!flatten_labels(*got, have)) {
    out.differences.push_back({path, expected.dump(), got->dump()});
    return;
  }
  // One number of degrees of freedom stands for all coefficients.
  const bool one_for_all = last_part(path) == "ddf" && want.size() == 1 && !have.empty();
  if (one_for_all) want.resize(have.size(), want[0]);
  if (want.size() != have.size()) {
    out.differences.push_back({path, fmt::format("{} numbers", want.size()), fmt::format("{} numbers", have.size())});
    return;
  }
  const Tolerance tolerance = tolerance_of(yardstick, path);
  for (std::size_t i = 0; i < want.size(); ++i) {
    const std::string field = want.size() > 1 ? fmt::format("{}[{}]", path, i + 1) : path;
    if (last_part(path) == "pi_se" && variances_agree(want[i], have[i], tolerance)) continue;
    compare_one(out, field, want[i], have[i], tolerance, is_p_value(last_part(path)));
  }
}

/// The rows of a table of intervals as functions of the variance in its first row.
double derived(const std::string& row, double variance, double vt) {
  if (row.substr(0, 3) == "tau" && row.find("^2") == std::string::npos) return std::sqrt(variance);
  if (row.substr(0, 5) == "sigma" && row.find("^2") == std::string::npos) return std::sqrt(variance);
  if (row == "I^2(%)") return 100 * variance / (variance + vt);
  if (row == "H^2") return variance / vt + 1;
  return variance;
}

/// The engine's interval of this name, or null.
const Json* find_row(const Json& rows, const std::string& name) {
  if (!rows.is_array()) return nullptr;
  for (const Json& row : rows)
    if (row.value("name", "") == name) return &row;
  return nullptr;
}

/// What a bound is known to, when the variance of its component is known to `root_tolerance`.
Tolerance bound_tolerance(Tolerance tolerance, const std::string& row, double variance, double root_tolerance,
                          double vt) {
  const double here = derived(row, variance, vt);
  const double above = derived(row, variance + root_tolerance, vt);
  const double below = derived(row, std::max(0.0, variance - root_tolerance), vt);
  const double spread = std::max(std::fabs(above - here), std::fabs(here - below));
  if (std::isfinite(spread)) tolerance.absolute = std::max(tolerance.absolute, spread);
  return tolerance;
}

/// Where the corpus says that a bound lies beyond the range that was searched ("<", ">"), any bound out there is right.
bool lies_beyond(const Json& table, std::string_view column, double limit, double got) {
  const Json signs = table.value(column == "ci_lb" ? "lb_sign" : "ub_sign", Json::array());
  if (!signs.is_array() || signs.empty()) return false;
  return (signs[0] == ">" && got >= limit) || (signs[0] == "<" && got <= limit);
}

}  // namespace

void Comparison::add(const Comparison& other) {
  differences.insert(differences.end(), other.differences.begin(), other.differences.end());
  absent.insert(absent.end(), other.absent.begin(), other.absent.end());
  numbers += other.numbers;
  worst = std::max(worst, other.worst);
}

Comparison compare(const Json& expected, const Json& got, const Yardstick& yardstick) {
  Comparison out;
  compare_field(out, "", expected, &got, yardstick);
  return out;
}

Comparison compare_intervals(const Json& table, const Json& got, const Yardstick& yardstick, double root_tolerance,
                             double vt) {
  Comparison out;
  const Json& expected = table.at("random");
  const Json& names = expected.at("names");
  for (const char* column : {"estimate", "ci_lb", "ci_ub"}) {
    const double variance = number(expected.at(column).at(0)).value_or(kMissing);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string name = names[i].get<std::string>();
      const double want = number(expected.at(column).at(i)).value_or(kMissing);
      const Json* row = find_row(got, name);
      if (!row) {
        if (!is_missing(want)) out.absent.push_back(fmt::format("{}[{}]", column, name));
        continue;
      }
      Tolerance tolerance = tolerance_of(yardstick, "random");
      const bool bound = std::string_view(column) != "estimate";
      const double have = number(row->at(column)).value_or(kMissing);
      if (bound && lies_beyond(table, column, want, have)) continue;
      // A root of a variance is known to what the variance is known to, which is little near zero.
      const double variance_tolerance = std::max(bound ? root_tolerance : 0, tolerance.absolute);
      tolerance = bound_tolerance(tolerance, name, variance, variance_tolerance, vt);
      compare_one(out, fmt::format("{}[{}]", column, name), want, have, tolerance, false);
    }
  }
  return out;
}

}  // namespace hedgerow::check
