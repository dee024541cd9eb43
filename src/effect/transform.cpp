// Looks a transformation up, checks that it has what it needs, and applies it; formulas in detail/transform_table.cpp
// and, for .int and .mode, in detail/transform_normal.cpp.

#include "effect/transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/detail/transform_table.hpp"

namespace hedgerow::effect {
namespace {

using detail::One;
using detail::Transformation;
using stats::Vector;

enum class Kind { plain, integrated, mode };

constexpr std::string_view kIntegrated = ".int";
constexpr std::string_view kMode = ".mode";

bool has_mode(std::string_view name) { return name == "exp" || name == "ilogit" || name == "ztor"; }

struct Chosen {
  const Transformation* transformation = nullptr;
  Kind kind = Kind::plain;
};

Chosen choose(std::string_view name) {
  if (const Transformation* plain = detail::find_transformation(name)) return {plain, Kind::plain};
  const auto stem = [&](std::string_view ending) { return name.substr(0, name.size() - ending.size()); };
  if (name.ends_with(kIntegrated)) return {detail::find_transformation(stem(kIntegrated)), Kind::integrated};
  if (name.ends_with(kMode) && has_mode(stem(kMode))) return {detail::find_transformation(stem(kMode)), Kind::mode};
  return {};
}

std::string bare_name(const std::string& name) {
  const std::string_view prefix = "transf.";
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

const std::pair<std::string_view, Vector TransformArguments::*> kLists[] = {
    {"ni", &TransformArguments::ni}, {"n1i", &TransformArguments::n1i},  {"n2i", &TransformArguments::n2i},
    {"ti", &TransformArguments::ti}, {"pc", &TransformArguments::pc},    {"pi", &TransformArguments::pi},
    {"sd", &TransformArguments::sd}, {"tau2", &TransformArguments::tau2}};

bool given(const TransformArguments& arguments, std::string_view name) {
  const auto* found = std::ranges::find(kLists, name, [](const auto& list) { return list.first; });
  return found != std::end(kLists) && !(arguments.*(found->second)).empty();
}

Expected<Chosen> find(const std::string& name, const TransformArguments& arguments) {
  const std::string bare = bare_name(name);
  const Chosen chosen = choose(bare);
  if (!chosen.transformation) {
    const auto names = transforms();
    return make_error(ErrorCode::usage, fmt::format("unknown transformation '{}'{}; known are {}", name,
                                                    did_you_mean(bare, names), join(names, ", ")));
  }
  const std::string_view needs = chosen.transformation->needs;
  if (!needs.empty() && !given(arguments, needs))
    return make_error(ErrorCode::usage, fmt::format("the transformation {} needs {}", bare, needs));
  if (chosen.kind != Kind::plain && arguments.tau2.empty())
    return make_error(ErrorCode::usage, fmt::format("the transformation {} needs tau2", bare));
  for (const double tau2 : arguments.tau2)
    if (tau2 < 0) return make_error(ErrorCode::usage, "tau2 is a variance: it can't be negative");
  return chosen;
}

double harmonic_mean(const Vector& values) {
  double sum = 0;
  double count = 0;
  for (const double value : values) {
    if (is_missing(value)) continue;
    sum += 1 / value;
    count += 1;
  }
  return count / sum;
}

/// ipft.hm and iirft.hm: one size stands for those of all studies.
bool takes_harmonic_mean(const Chosen& chosen) { return chosen.transformation->name.ends_with(".hm"); }

TransformArguments with_harmonic_means(const Chosen& chosen, const TransformArguments& arguments) {
  TransformArguments out = arguments;
  if (!takes_harmonic_mean(chosen)) return out;
  for (Vector* sizes : {&out.ni, &out.ti})
    if (!sizes->empty()) *sizes = {harmonic_mean(*sizes)};
  return out;
}

double element(const Vector& list, std::size_t i) {
  if (list.empty()) return kMissing;
  return list.size() == 1 ? list[0] : list[i];
}

One arguments_of(const TransformArguments& all, std::size_t i) {
  return {.ni = element(all.ni, i),
          .n1i = element(all.n1i, i),
          .n2i = element(all.n2i, i),
          .ti = element(all.ti, i),
          .pc = element(all.pc, i),
          .pi = element(all.pi, i),
          .sd = element(all.sd, i)};
}

double apply(const Chosen& chosen, double x, const TransformArguments& all, const One& with, std::size_t i) {
  if (is_missing(x)) return x;
  const Transformation& h = *chosen.transformation;
  if (chosen.kind == Kind::mode) return detail::mode(h, x, element(all.tau2, i));
  if (chosen.kind == Kind::plain) return h.function(x, with);
  return detail::integrated(h, x, element(all.tau2, i), with, all.lower.value_or(h.lower), all.upper.value_or(h.upper));
}

Checked check_lengths(const TransformArguments& arguments, std::size_t n, bool any_sizes) {
  for (const auto& [name, list] : kLists) {
    const std::size_t size = (arguments.*list).size();
    if (size <= 1 || size == n || (any_sizes && (name == "ni" || name == "ti"))) continue;
    return make_error(ErrorCode::usage,
                      fmt::format("{} has {} numbers for {} values: give one, or one for each", name, size, n));
  }
  return {};
}

/// h'(x) by central differences of halved steps, extrapolated [ridders1982]; the best of the table by its own error.
template <typename Function>
double derivative(const Function& h, double x) {
  constexpr int kRows = 10;
  double table[kRows][kRows] = {};
  double step = 0.1 * std::max(1.0, std::fabs(x));
  double best = kMissing;
  double error = INFINITY;
  for (int i = 0; i < kRows; ++i, step /= 1.6) {
    table[0][i] = (h(x + step) - h(x - step)) / (2 * step);
    double factor = 1;
    for (int j = 1; j <= i; ++j) {
      factor *= 1.6 * 1.6;
      table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1);
      const double found =
          std::max(std::fabs(table[j][i] - table[j - 1][i]), std::fabs(table[j][i] - table[j - 1][i - 1]));
      if (found > error) continue;
      error = found;
      best = table[j][i];
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> transforms() {
  std::vector<std::string> names;
  for (const Transformation& one : detail::transformations()) {
    names.emplace_back(one.name);
    const std::string_view name = one.name;
    if (has_mode(name)) names.push_back(std::string(name) + std::string(kMode));
    for (const std::string_view whole : {"exp", "ilogit", "ztor", "pnorm", "ve"})
      if (name == whole) names.push_back(std::string(name) + std::string(kIntegrated));
    if (std::isfinite(one.lower)) names.push_back(std::string(name) + std::string(kIntegrated));
  }
  return names;
}

bool takes_tau2(std::string_view name) { return name.ends_with(kIntegrated) || name.ends_with(kMode); }

Expected<double> transform(const std::string& name, double value, std::span<const double> ni) {
  TransformArguments arguments;
  arguments.ni.assign(ni.begin(), ni.end());
  return transform(name, value, arguments);
}

Expected<double> transform(const std::string& name, double value, const TransformArguments& arguments) {
  HR_TRY(const Chosen chosen, find(name, arguments));
  return apply(chosen, value, arguments, arguments_of(with_harmonic_means(chosen, arguments), 0), 0);
}

Expected<Vector> transform(const std::string& name, std::span<const double> values,
                           const TransformArguments& arguments) {
  HR_TRY(const Chosen chosen, find(name, arguments));
  HR_CHECK(check_lengths(arguments, values.size(), takes_harmonic_mean(chosen)));
  const TransformArguments each = with_harmonic_means(chosen, arguments);
  Vector out;
  out.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    out.push_back(apply(chosen, values[i], each, arguments_of(each, i), i));
  return out;
}

Expected<Transformed> transform_delta(const std::string& name, std::span<const double> yi, std::span<const double> vi,
                                      const TransformArguments& arguments) {
  if (yi.size() != vi.size()) return make_error(ErrorCode::usage, "yi and vi must have the same length");
  Transformed out;
  HR_TRY(out.yi, transform(name, yi, arguments));
  HR_TRY(const Chosen chosen, find(name, arguments));
  const TransformArguments each = with_harmonic_means(chosen, arguments);
  for (std::size_t i = 0; i < yi.size(); ++i) {
    const One with = arguments_of(each, i);
    const double slope = derivative([&](double x) { return apply(chosen, x, each, with, i); }, yi[i]);
    out.vi.push_back(vi[i] * slope * slope);
  }
  return out;
}

}  // namespace hedgerow::effect
