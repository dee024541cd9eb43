#include "model/parameters.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace hedgerow::model {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::optional<double> fixed_value(const std::vector<std::optional<double>>& fixed, std::size_t index) {
  return index < fixed.size() ? fixed[index] : std::nullopt;
}

std::string numbered(const std::string& word, std::size_t index, std::size_t count) {
  return count > 1 ? fmt::format("{}.{}", word, index + 1) : word;
}

std::string term_word(const char* first, const char* second, std::size_t term) {
  if (term < 2) return term == 0 ? first : second;
  return fmt::format("{}[{}]", first, term + 1);
}

void add_structured(std::vector<Parameter>& out, const Structured& term, std::size_t t) {
  const std::string tau2 = term_word("tau2", "gamma2", t);
  const std::string rho = term_word("rho", "phi", t);
  for (std::size_t i = 0; i < term.tau2_count(); ++i)
    out.push_back(
        {Parameter::Kind::tau2, t, i, numbered(tau2, i, term.tau2_count()), fixed_value(term.tau2, i), 0.0, infinite});
  for (std::size_t i = 0; i < term.rho_count(); ++i)
    out.push_back({Parameter::Kind::rho, t, i, numbered(rho, i, term.rho_count()), fixed_value(term.rho, i),
                   term.lowest_rho(), is_spatial(term.structure) ? infinite : 1.0});
}

void hold(std::vector<std::optional<double>>& fixed, std::size_t count, std::size_t index, double value) {
  fixed.resize(count);
  fixed[index] = value;
}

}  // namespace

std::vector<Parameter> parameters(const Problem& problem) {
  std::vector<Parameter> out;
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr) return out;
  for (std::size_t l = 0; l < spec->groups.size(); ++l)
    out.push_back({Parameter::Kind::sigma2, l, 0, numbered("sigma2", l, spec->groups.size()),
                   fixed_value(spec->sigma2, l), 0.0, infinite});
  for (std::size_t t = 0; t < spec->structured.size(); ++t) add_structured(out, spec->structured[t], t);
  return out;
}

stats::Vector parameter_values(const Fit& fit) {
  stats::Vector out = fit.sigma2;
  for (const StructuredFit& term : fit.structured) {
    out.insert(out.end(), term.tau2.begin(), term.tau2.end());
    out.insert(out.end(), term.rho.begin(), term.rho.end());
  }
  return out;
}

Expected<Problem> with_fixed(const Problem& problem, std::size_t parameter, double value) {
  const std::vector<Parameter> all = parameters(problem);
  if (parameter >= all.size())
    return make_error(ErrorCode::usage,
                      fmt::format("there is no variance parameter {}; the model has {}", parameter + 1, all.size()));
  const Parameter& p = all[parameter];
  if (!(value >= p.lower && value <= p.upper) || !std::isfinite(value))
    return make_error(ErrorCode::usage,
                      fmt::format("{} is asked at {}: it lies from {} to {}", p.name, value, p.lower, p.upper));
  auto spec = std::get<Multilevel>(problem.spec());
  if (p.kind == Parameter::Kind::sigma2) {
    hold(spec.sigma2, spec.groups.size(), p.term, value);
  } else {
    Structured& term = spec.structured[p.term];
    if (p.kind == Parameter::Kind::tau2)
      hold(term.tau2, term.tau2_count(), p.index, value);
    else
      hold(term.rho, term.rho_count(), p.index, value);
  }
  return problem.with_spec(std::move(spec));
}

}  // namespace hedgerow::model
