// Which variance parameters the rows can't say anything about (detail/mixed_coordinates.hpp).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "model/detail/mixed_coordinates.hpp"
#include "model/detail/multilevel_optimum.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {
namespace {

/// Pairs of levels a < b that some outer group holds together.
std::set<std::pair<std::uint32_t, std::uint32_t>> pairs_together(const Structured& term) {
  std::vector<std::vector<std::uint32_t>> levels;
  for (std::size_t i = 0; i < term.outer.size(); ++i) {
    if (term.outer[i] >= levels.size()) levels.resize(term.outer[i] + std::size_t{1});
    levels[term.outer[i]].push_back(term.inner[i]);
  }
  std::set<std::pair<std::uint32_t, std::uint32_t>> out;
  for (auto& group : levels) {
    std::sort(group.begin(), group.end());
    group.erase(std::unique(group.begin(), group.end()), group.end());
    for (std::size_t i = 0; i < group.size(); ++i)
      for (std::size_t j = i + 1; j < group.size(); ++j) out.insert({group[i], group[j]});
  }
  return out;
}

class Holder {
 public:
  explicit Holder(const Problem& problem)
      : data_(problem.data()), spec_(std::get<Multilevel>(problem.spec())), parameters_(model::parameters(problem)) {
    for (const Parameter& p : parameters_) out_.value.push_back(p.fixed);
    out_.identified.assign(parameters_.size(), true);
  }

  HeldParameters run() {
    std::size_t first = spec_.groups.size();
    for (const Structured& term : spec_.structured) {
      hold_term(term, first);
      first += term.tau2_count() + term.rho_count();
    }
    for (const auto& value : out_.value) out_.counted += value ? 0U : 1U;
    hold_absorbed();
    hold_confounded();
    return std::move(out_);
  }

 private:
  void hold(std::size_t parameter) {
    out_.value[parameter] = 0;
    out_.identified[parameter] = false;
  }

  void hold_term(const Structured& term, std::size_t first) {
    if (term.structure == Structure::gen || term.structure == Structure::gdiag) return;
    const std::size_t variances = term.tau2_count();
    if (variances == term.levels.size() && variances > 1) hold_rare_levels(term, first);
    if (term.rho_count() == 0 || is_spatial(term.structure)) return;
    const auto together = pairs_together(term);
    if (term.structure == Structure::un) {
      hold_pairs(term, first, together);
    } else if (together.empty() && !out_.value[first + variances]) {
      hold(first + variances);
      out_.warnings.push_back(
          fmt::format("{} of {} is not identified: no {} has two different levels of {}; it was set to 0",
                      parameters_[first + variances].name, term.label(), term.outer_name, term.inner_name));
    }
  }

  void hold_rare_levels(const Structured& term, std::size_t first) {
    std::vector<std::set<std::uint32_t>> groups(term.levels.size());
    for (std::size_t i = 0; i < term.inner.size(); ++i) groups[term.inner[i]].insert(term.outer[i]);
    std::vector<std::string> names;
    for (std::size_t a = 0; a < groups.size(); ++a) {
      if (groups[a].size() > 1 || out_.value[first + a]) continue;
      hold(first + a);
      names.push_back(term.levels[a]);
    }
    if (names.empty()) return;
    out_.warnings.push_back(
        fmt::format("the variance of {} in {} was set to 0: a level in fewer than two groups of {} says nothing about "
                    "the variance between them",
                    fmt::join(names, ", "), term.label(), term.outer_name));
  }

  void hold_pairs(const Structured& term, std::size_t first,
                  const std::set<std::pair<std::uint32_t, std::uint32_t>>& together) {
    const std::size_t q = term.levels.size();
    std::vector<std::string> names;
    std::size_t next = first + q;
    for (std::uint32_t a = 0; a < q; ++a) {
      for (std::uint32_t b = a + 1; b < q; ++b, ++next) {
        const bool no_variance = is_zero(first + a) || is_zero(first + b);
        if (out_.value[next] || (!no_variance && together.contains({a, b}))) continue;
        hold(next);
        if (!no_variance) names.push_back(term.levels[a] + " and " + term.levels[b]);
      }
    }
    if (names.empty()) return;
    out_.warnings.push_back(
        fmt::format("the correlation of {} in {} is not identified: no {} has both; it was set to 0",
                    fmt::join(names, ", "), term.label(), term.outer_name));
  }

  bool is_zero(std::size_t parameter) const { return out_.value[parameter] && *out_.value[parameter] == 0; }

  /// Components that the restricted likelihood cannot see: each group is a combination of the fixed effects.
  void hold_absorbed() {
    if (spec_.likelihood != Likelihood::reml) return;
    for (std::size_t l = 0; l < spec_.groups.size(); ++l) {
      if (out_.value[l] || known(l) || !in_column_space(spec_.groups[l])) continue;
      hold(l);
      out_.warnings.push_back(fmt::format(
          "sigma2 of {} is not identified: its {} group(s) are combinations of the fixed effects, so the restricted "
          "likelihood does not depend on it; it was set to 0",
          component_name(spec_, l),
          std::size_t{*std::max_element(spec_.groups[l].begin(), spec_.groups[l].end())} + 1));
    }
  }

  bool in_column_space(const std::vector<std::uint32_t>& groups) const {
    const std::size_t count = std::size_t{*std::max_element(groups.begin(), groups.end())} + 1, p = data_.p();
    if (count > p) return false;
    const stats::Orthonormal basis = stats::orthonormalise(data_.x);
    stats::Matrix along(count, basis.rank);
    stats::Vector rows(count, 0.0);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      rows[groups[i]] += 1;
      for (std::size_t j = 0; j < basis.rank; ++j) along(groups[i], j) += basis.column(j)[i];
    }
    for (std::size_t g = 0; g < count; ++g)
      if (rows[g] - stats::dot(along.row(g), along.row(g)) > 1e-10 * rows[g]) return false;
    return true;
  }

  /// Components with the same groups: only their sum has an estimate; the first gets it.
  void hold_confounded() {
    for (std::size_t l = 0; l < spec_.groups.size(); ++l) {
      if (out_.value[l] || known(l)) continue;
      for (std::size_t other = l + 1; other < spec_.groups.size(); ++other) {
        if (out_.value[other] || known(other) || !same_groups(spec_.groups[l], spec_.groups[other])) continue;
        hold(other);
        out_.identified[l] = false;
        const std::string first = component_name(spec_, l), second = component_name(spec_, other);
        out_.warnings.push_back(
            fmt::format("sigma2 of {} and {} are not identified separately: each group of the one is one group of the "
                        "other, so only "
                        "their sum has an estimate; the sum was given to {}",
                        first, second, first));
      }
    }
  }

  bool known(std::size_t l) const { return l < spec_.r.size() && spec_.r[l]; }

  static bool same_groups(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    std::vector<std::uint32_t> to(a.size(), 0), from(a.size(), 0);
    std::vector<bool> seen_a(a.size(), false), seen_b(a.size(), false);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (seen_a[a[i]] != seen_b[b[i]]) return false;
      if (!seen_a[a[i]]) {
        seen_a[a[i]] = seen_b[b[i]] = true;
        to[a[i]] = b[i];
        from[b[i]] = a[i];
      } else if (to[a[i]] != b[i] || from[b[i]] != a[i]) {
        return false;
      }
    }
    return true;
  }

  const Data& data_;
  const Multilevel& spec_;
  std::vector<Parameter> parameters_;
  HeldParameters out_;
};

}  // namespace

HeldParameters held_parameters(const Problem& problem) { return Holder(problem).run(); }

}  // namespace hedgerow::model
