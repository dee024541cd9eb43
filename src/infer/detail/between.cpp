// Variance between the predicted things:
//
//   v(x) = sum of sigma2_l + sum over terms of  G(a, a)      a the inner level
//                                              z(x)'G z(x)  random coefficients, z the columns of x that vary
//
// A prediction without new moderators is for the rows of the data, whose levels are known. With new moderators the
// level has to be named where the variances differ, because a level of a factor can't be read off a design in general.
#include "infer/detail/between.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/text.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer::detail {
namespace {

using model::Structure;
using model::Structured;
using stats::Vector;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

bool has_coefficients(const Structured& term) {
  return term.structure == Structure::gen || term.structure == Structure::gdiag;
}

double sum_of_components(const model::Fit& fit, const model::Multilevel& spec, Target target) {
  double out = std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), 0.0);
  const bool nothing_else = fit.sigma2.size() + fit.structured.size() < 2;
  if (target == Target::new_study && !fit.sigma2.empty() && !nothing_else)
    out -= fit.sigma2[spec.outermost_first().back()];
  return out;
}

/// Columns of the design that have random coefficients, in the order of the term's; empty if one is not in the design.
std::vector<std::size_t> design_columns(const model::Data& data, const Structured& term) {
  std::vector<std::size_t> out;
  for (const std::string& name : term.levels) {
    const auto at = std::find(data.names.begin(), data.names.end(), name);
    if (at == data.names.end()) return {};
    out.push_back(static_cast<std::size_t>(at - data.names.begin()));
  }
  return out;
}

Vector coefficient_variances(const model::Fit& fit, const Structured& term, const stats::Matrix& g,
                             const stats::Matrix& x_new) {
  const std::vector<std::size_t> columns = design_columns(fit.problem.data(), term);
  Vector out(x_new.rows(), missing);
  for (std::size_t r = 0; r < x_new.rows() && !columns.empty(); ++r) {
    Vector z;
    for (const std::size_t j : columns) z.push_back(x_new(r, j));
    out[r] = stats::quadratic_form(g, z);
  }
  return out;
}

/// Variances at named levels: one name for all rows, or one for each.
Expected<Vector> named_variances(const Structured& term, const stats::Matrix& g, const std::vector<std::string>& names,
                                 std::size_t rows) {
  if (names.size() != 1 && names.size() != rows)
    return make_error(ErrorCode::usage,
                      fmt::format("{} levels of '{}' for {} predictions; give one level, or one for each prediction",
                                  names.size(), term.inner_name, rows),
                      "levels");
  Vector out;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::string& name = names[names.size() == 1 ? 0 : r];
    const auto at = std::find(term.levels.begin(), term.levels.end(), name);
    if (at == term.levels.end())
      return make_error(ErrorCode::usage,
                        fmt::format("'{}' is no level of '{}'{}; these are {}", name, term.inner_name,
                                    did_you_mean(name, term.levels), join(term.levels, ", ")),
                        "levels");
    const auto level = static_cast<std::size_t>(at - term.levels.begin());
    out.push_back(g(level, level));
  }
  return out;
}

Expected<Vector> term_variances(const model::Fit& fit, std::size_t t, const stats::Matrix& x_new,
                                const PredictOptions& options) {
  const Structured& term = std::get<model::Multilevel>(fit.problem.spec()).structured[t];
  const stats::Matrix& g = fit.structured[t].g;
  const std::vector<std::string> names = t < options.levels.size() ? options.levels[t] : std::vector<std::string>();
  if (!names.empty() && !has_coefficients(term)) return named_variances(term, g, names, x_new.rows());
  if (options.own_rows && x_new.rows() == fit.k()) {
    Vector out;
    for (std::size_t i = 0; i < fit.k(); ++i) out.push_back(model::effect_variance(term, g, i));
    return out;
  }
  if (has_coefficients(term)) return coefficient_variances(fit, term, g, x_new);
  return Vector(x_new.rows(), fit.structured[t].tau2.size() == 1 ? fit.structured[t].tau2.front() : missing);
}

/// The variances that were given for the new rows, those of the rows of data, or the only one.
Expected<Vector> scale_variances(const model::Fit& fit, std::size_t rows, const PredictOptions& options) {
  const Vector& given = options.variances;
  if (!given.empty() && given.size() != 1 && given.size() != rows)
    return make_error(ErrorCode::usage,
                      fmt::format("{} rows of moderators of the scale for {} predictions; give one, or one for each",
                                  given.size(), rows),
                      "newscale");
  if (given.size() == 1) return Vector(rows, given.front());
  if (!given.empty()) return given;
  if (options.own_rows && rows == fit.k()) return fit.scale.tau2;
  const bool constant = std::get<model::LocationScale>(fit.problem.spec()).intercept && fit.scale.alpha.size() == 1;
  return Vector(rows, constant ? fit.scale.tau2.front() : missing);
}

/// Dense ids of the pairs (outer, inner).
std::vector<std::uint32_t> pairs(const Structured& term) {
  std::map<std::vector<double>, std::uint32_t> ids;
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < term.outer.size(); ++i) {
    std::vector<double> key{static_cast<double>(term.outer[i])};
    if (has_coefficients(term))
      key.insert(key.end(), term.z.row(i).begin(), term.z.row(i).end());
    else
      key.push_back(static_cast<double>(term.inner[i]));
    out.push_back(ids.try_emplace(std::move(key), static_cast<std::uint32_t>(ids.size())).first->second);
  }
  return out;
}

}  // namespace

Expected<Vector> between_variances(const model::Fit& fit, const stats::Matrix& x_new, const PredictOptions& options) {
  const auto* univariate = std::get_if<model::Univariate>(&fit.problem.spec());
  if (univariate != nullptr)
    return Vector(x_new.rows(), univariate->method == model::Tau2Method::ee ? missing : fit.tau2);
  if (const auto* counts = std::get_if<model::CountModel>(&fit.problem.spec()))
    return Vector(x_new.rows(), counts->random ? fit.tau2 : missing);
  if (fit.is_location_scale()) return scale_variances(fit, x_new.rows(), options);
  if (const auto* counts = std::get_if<model::CountModel>(&fit.problem.spec()))
    return Vector(x_new.rows(), counts->random ? fit.tau2 : missing);
  const auto& spec = std::get<model::Multilevel>(fit.problem.spec());
  // Without random effects a new effect is its mean: its interval is that of the mean, as metafor has it for rma.mv.
  if (fit.sigma2.empty() && fit.structured.empty()) return Vector(x_new.rows(), 0.0);
  Vector out(x_new.rows(), sum_of_components(fit, spec, options.target));
  for (std::size_t t = 0; t < fit.structured.size(); ++t) {
    HR_TRY(const Vector added, term_variances(fit, t, x_new, options));
    for (std::size_t r = 0; r < out.size(); ++r) out[r] += added[r];
  }
  return out;
}

std::vector<std::vector<std::uint32_t>> groupings(const model::Multilevel& spec) {
  std::vector<std::vector<std::uint32_t>> out = spec.groups;
  for (const Structured& term : spec.structured) {
    out.push_back(term.outer);
    out.push_back(pairs(term));
  }
  return out;
}

}  // namespace hedgerow::infer::detail
