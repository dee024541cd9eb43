#include "infer/robust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "base/text.hpp"
#include "infer/robust_tests.hpp"
#include "infer/sandwich.hpp"

namespace hedgerow::infer {
namespace {

constexpr std::array<const char*, 6> kAdjustments{"CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3"};
constexpr std::array<const char*, 5> kTests{"z", "naive-t", "naive-tp", "Satterthwaite", "saddlepoint"};
constexpr std::array<const char*, 8> kWaldTests{"chi-sq", "Naive-F", "Naive-Fp", "HTA", "HTB", "HTZ", "EDF", "EDT"};

/// Position of a name among those of an enumeration.
template <std::size_t N>
Expected<std::size_t> position(const std::string& text, const std::array<const char*, N>& names, const char* what) {
  const std::vector<std::string> known(names.begin(), names.end());
  for (std::size_t i = 0; i < N; ++i)
    if (to_lower(text) == to_lower(known[i])) return i;
  return make_error(ErrorCode::usage, fmt::format("'{}' is not {}{}; right would be one of {}", text, what,
                                                  did_you_mean(text, known), join(known, ", ")));
}

/// Effects that share a random effect or sampling error must share their cluster, else the clusters depend on one
/// another.
Checked check_independent(const model::Fit& fit, const std::vector<std::uint32_t>& clusters) {
  const std::vector<std::uint32_t> together = fit.problem.clusters();
  std::vector<std::size_t> first(fit.k(), fit.k());
  for (std::size_t i = 0; i < fit.k(); ++i) {
    std::size_t& known = first[together[i]];
    if (known == fit.k()) known = i;
    if (clusters[known] != clusters[i])
      return make_error(
          ErrorCode::not_defined,
          fmt::format("the clusters cut through effects that depend on one another under the model (such as {} and "
                      "{}), so they are not independent; cluster by the outermost group of the random effects or by "
                      "something that contains it (crossed effects and known correlations between groups have none)",
                      fit.problem.label(known), fit.problem.label(i)));
  }
  return {};
}

}  // namespace

Expected<Adjustment> parse_adjustment(const std::string& text) {
  HR_TRY(const std::size_t at, position(text, kAdjustments, "a robust adjustment"));
  return static_cast<Adjustment>(at);
}
std::string name(Adjustment adjustment) { return kAdjustments[static_cast<std::size_t>(adjustment)]; }

Expected<RobustTest> parse_robust_test(const std::string& text) {
  HR_TRY(const std::size_t at, position(text, kTests, "a robust test of a coefficient"));
  return static_cast<RobustTest>(at);
}
std::string name(RobustTest test) { return kTests[static_cast<std::size_t>(test)]; }

Expected<WaldTest> parse_wald_test(const std::string& text) {
  HR_TRY(const std::size_t at, position(text, kWaldTests, "a robust test of several coefficients"));
  return static_cast<WaldTest>(at);
}
std::string name(WaldTest test) { return kWaldTests[static_cast<std::size_t>(test)]; }

Expected<std::vector<std::uint32_t>> robust_clusters(const model::Fit& fit, const RobustOptions& options) {
  std::vector<std::uint32_t> clusters = fit.problem.clusters();
  std::uint32_t count = 0;
  if (options.clusters) {
    const std::vector<std::uint32_t>& row = fit.problem.data().row;
    std::unordered_map<std::uint32_t, std::uint32_t> dense;
    for (std::size_t i = 0; i < fit.k(); ++i) {
      const std::size_t at = row.empty() ? i : row[i];
      if (at >= options.clusters->size())
        return make_error(ErrorCode::usage, fmt::format("{} cluster labels, but there is an effect in row {}",
                                                        options.clusters->size(), at + 1));
      if ((*options.clusters)[at] == kNoCluster)
        return make_error(ErrorCode::input, fmt::format("effect {} has no cluster", fit.problem.label(i)));
      clusters[i] = dense.emplace((*options.clusters)[at], static_cast<std::uint32_t>(dense.size())).first->second;
    }
    count = static_cast<std::uint32_t>(dense.size());
    HR_CHECK(check_independent(fit, clusters));
  } else {
    for (const std::uint32_t c : clusters) count = std::max(count, c + 1);
  }
  if (count < 2)
    return make_error(ErrorCode::not_defined,
                      "cluster-robust inference needs at least two clusters; there is one: use the model-based test");
  return clusters;
}

Expected<Robust> robust(const model::Fit& fit, const RobustOptions& options) {
  HR_TRY(const Sandwich sandwich, Sandwich::create(fit, options));
  return robust(fit, sandwich, options.level);
}

Expected<Robust> robust(const model::Fit& fit, const Sandwich& sandwich, double level) {
  Robust out;
  out.adjustment = sandwich.options().adjustment;
  out.beta = fit.beta;
  out.n_clusters = sandwich.n_clusters();
  out.vb = sandwich.covariance();
  stats::Vector l(fit.p(), 0.0);
  for (std::size_t c = 0; c < fit.p(); ++c) {
    const std::string& label = fit.problem.data().names[c];
    l[c] = 1;
    const RobustContrast test = robust_contrast(sandwich, l, fit.beta[c], level);
    l[c] = 0;
    if (!(test.se > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("the robust variance of '{}' is zero: single clusters identify it alone", label));
    out.se.push_back(test.se);
    out.zval.push_back(test.statistic);
    out.pval.push_back(test.pval);
    out.ci_lb.push_back(fit.beta[c] - test.margin);
    out.ci_ub.push_back(fit.beta[c] + test.margin);
    out.ddf.push_back(test.ddf);
    if (test.conf_ddf < 4)
      out.warnings.push_back(
          fmt::format("'{}': {} degrees of freedom; below 4 the p-value and the interval are not reliable", label,
                      format_significant(test.conf_ddf, 3)));
  }
  return out;
}

}  // namespace hedgerow::infer
