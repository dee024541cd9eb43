#include "bias/excess_significance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "bias/independent.hpp"
#include "model/blup.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"
#include "stats/tails.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

constexpr double kMostSubsets = 1e6;

constexpr std::array<std::pair<Alternative, const char*>, 3> kAlternatives{
    {{Alternative::two_sided, "two.sided"}, {Alternative::greater, "greater"}, {Alternative::less, "less"}}};
constexpr std::array<std::pair<ExcessTest, const char*>, 3> kTests{
    {{ExcessTest::exact, "exact"}, {ExcessTest::chi2, "chi2"}, {ExcessTest::binom, "binom"}}};

template <class Table, class Key>
std::string name_in(const Table& table, Key key) {
  for (const auto& [value, label] : table)
    if (value == key) return label;
  return "";
}

template <class Key, class Table>
Expected<Key> parse_in(const Table& table, const std::string& text, const char* what) {
  std::vector<std::string> names;
  for (const auto& [value, label] : table) {
    if (text == label) return value;
    names.emplace_back(label);
  }
  return make_error(ErrorCode::usage, fmt::format("'{}' is not {}; right would be one of {}{}", text, what,
                                                  join(names, ", "), did_you_mean(text, names)));
}

/// Powers of the tests and their complements, each to full relative precision.
struct Powers {
  Vector power, complement;
};

class Studies {
 public:
  Studies(const model::Data& data, const ExcessOptions& options, double tau2)
      : data_(data), options_(options), tau2_(tau2) {
    const bool two_sided = options.alternative == Alternative::two_sided;
    critical_ = -stats::normal_quantile(two_sided ? options.alpha / 2 : options.alpha);
  }

  std::size_t k() const { return data_.k(); }

  bool significant(std::size_t i) const {
    const double z = (data_.yi[i] - options_.h0) / std::sqrt(data_.vi[i]);
    if (options_.alternative == Alternative::two_sided) return std::fabs(z) >= critical_;
    return options_.alternative == Alternative::greater ? z >= critical_ : -z >= critical_;
  }

  /// `theta` has one value or k.
  Powers powers(const Vector& theta) const {
    Powers out;
    for (std::size_t i = 0; i < k(); ++i) {
      const double spread = std::sqrt(1 + tau2_ / data_.vi[i]), c = critical_ / spread;
      double d = (theta[theta.size() > 1 ? i : 0] - options_.h0) / std::sqrt(data_.vi[i]) / spread;
      if (options_.alternative == Alternative::less) d = -d;
      if (options_.alternative != Alternative::two_sided) {
        out.power.push_back(stats::normal_upper(c - d));
        out.complement.push_back(stats::normal_cdf(c - d));
        continue;
      }
      d = std::fabs(d);
      out.power.push_back(stats::normal_upper(c - d) + stats::normal_upper(c + d));
      out.complement.push_back(stats::normal_cdf(c - d) - stats::normal_cdf(-c - d));
    }
    return out;
  }

 private:
  const model::Data& data_;
  const ExcessOptions& options_;
  double tau2_, critical_ = 0;
};

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Probabilities not above that of O, with a margin for rounding as in other programs.
double two_sided_sum(const Vector& probability, double limit) {
  double sum = 0;
  for (double p : probability)
    if (p <= limit) sum += p;
  return std::min(1.0, sum);
}

double exact_p(const Powers& powers, std::size_t observed, Alternative alternative) {
  const Vector p = stats::success_counts(powers.power, powers.complement);
  const std::span<const double> all(p);
  if (alternative == Alternative::greater) return std::min(1.0, sum_of(all.subspan(observed)));
  if (alternative == Alternative::less) return std::min(1.0, sum_of(all.first(observed + 1)));
  constexpr double kMargin = 1.4901161193847656e-08;
  return two_sided_sum(p, p[observed] + kMargin);
}

double binomial_p(double expected, std::size_t observed, std::size_t k, Alternative alternative) {
  const double p = expected / static_cast<double>(k);
  if (alternative == Alternative::greater) return stats::binomial_upper(observed, k, p);
  if (alternative == Alternative::less) return stats::binomial_cdf(observed, k, p);
  Vector density;
  for (std::size_t j = 0; j <= k; ++j) density.push_back(stats::binomial_density(j, k, p));
  return two_sided_sum(density, density[observed] * (1 + 1e-7));
}

struct Tested {
  double x2 = kMissing, pval = kMissing;
};

Tested tested(ExcessTest test, const Powers& powers, std::size_t observed, Alternative alternative) {
  const double expected = sum_of(powers.power), rest = sum_of(powers.complement);
  const std::size_t k = powers.power.size();
  if (test == ExcessTest::exact) return {kMissing, exact_p(powers, observed, alternative)};
  if (test == ExcessTest::binom) return {kMissing, binomial_p(expected, observed, k, alternative)};
  const double variance = expected * rest / static_cast<double>(k);
  const double excess = static_cast<double>(observed) - expected;
  // Powers that are all 0 or all 1 leave nothing to chance: O is E, or can't be.
  if (!(variance > 0)) return std::fabs(excess) < 0.5 ? Tested{0, 1} : Tested{HUGE_VAL, 0};
  const double z = excess / std::sqrt(variance);
  if (alternative == Alternative::two_sided) return {z * z, stats::two_sided_p(z, kMissing)};
  return {z * z, stats::normal_upper(alternative == Alternative::greater ? z : -z)};
}

/// Subsets that an enumeration would visit, which other programs limit.
bool too_many_subsets(std::size_t k, std::size_t observed, Alternative alternative) {
  const std::size_t from = alternative == Alternative::greater ? observed : 0;
  const std::size_t to = alternative == Alternative::less ? observed : k;
  double total = 0, ways = 1;  // ways: k over j
  for (std::size_t j = 0; j <= k && total <= kMostSubsets; ++j) {
    if (j >= from && j <= to) total += ways;
    ways *= static_cast<double>(k - j) / static_cast<double>(j + 1);
  }
  return total > kMostSubsets;
}

/// The theta at which the one-sided p-value is `alpha`.
double limit_estimate(const Studies& studies, const ExcessOptions& options, ExcessTest test, std::size_t observed,
                      Alternative side, double alpha, double theta) {
  double direction = theta >= options.h0 ? 1 : -1;
  if (options.alternative == Alternative::greater) direction = 1;
  if (options.alternative == Alternative::less) direction = -1;
  const auto difference = [&](double distance) {
    const Vector at{options.h0 + direction * distance};
    const double p = tested(test, studies.powers(at), observed, side).pval - alpha;
    return side == Alternative::greater ? p : -p;
  };
  // p rises with the power for `greater` and falls for `less`: the difference is below 0 at H0 and grows from there.
  if (!(difference(0) < 0)) return kMissing;
  double high = std::max(std::fabs(theta - options.h0), 1e-8);
  for (int doubled = 0; !(difference(high) > 0); ++doubled) {
    if (doubled == 60) return kMissing;
    high *= 2;
  }
  const auto root = stats::find_root(difference, 0, high);
  return root ? options.h0 + direction * *root : kMissing;
}

Checked check(const model::Fit& fit, const ExcessOptions& options) {
  HR_CHECK(check_independent(fit, "the test of excess significance"));
  if (!(options.alpha > 0 && options.alpha < 1))
    return make_error(ErrorCode::usage, fmt::format("alpha is between 0 and 1, found {}", options.alpha), "alpha");
  if (!(options.tes_alpha > 0 && options.tes_alpha < 1))
    return make_error(ErrorCode::usage, fmt::format("tes_alpha is between 0 and 1, found {}", options.tes_alpha),
                      "tes_alpha");
  if (options.tau2 && !(*options.tau2 >= 0))
    return make_error(ErrorCode::usage, fmt::format("tau2 can't be below 0, found {}", *options.tau2), "tau2");
  return {};
}

}  // namespace

Expected<Alternative> parse_alternative(const std::string& text) {
  return parse_in<Alternative>(kAlternatives, text, "an alternative");
}
std::string name(Alternative alternative) { return name_in(kAlternatives, alternative); }

Expected<ExcessTest> parse_excess_test(const std::string& text) {
  return parse_in<ExcessTest>(kTests, text, "a test of excess significance");
}
std::string name(ExcessTest test) { return name_in(kTests, test); }

Expected<ExcessSignificance> excess_significance(const model::Fit& fit, const ExcessOptions& options) {
  HR_CHECK(check(fit, options));
  const model::Data& data = fit.problem.data();
  ExcessSignificance out;
  out.k = data.k();
  out.tau2 = options.tau2.value_or(fit.tau2);
  const bool single = options.theta || check_no_moderators(fit, "").ok();
  if (options.theta)
    out.theta = {*options.theta};
  else
    out.theta = single ? fit.beta : model::fitted_values(fit);
  const Studies studies(data, options, out.tau2);
  for (std::size_t i = 0; i < out.k; ++i) {
    out.sig.push_back(studies.significant(i));
    if (out.sig.back()) ++out.observed;
  }
  const Powers powers = studies.powers(out.theta);
  out.power = powers.power;
  out.expected = sum_of(out.power);
  const bool many = too_many_subsets(out.k, out.observed, options.tes_alternative);
  out.test = options.test.value_or(many ? ExcessTest::chi2 : ExcessTest::exact);
  const Tested main = tested(out.test, powers, out.observed, options.tes_alternative);
  out.x2 = main.x2;
  out.pval = main.pval;
  if (!single) return out;
  const auto limit = [&](Alternative side, double alpha) {
    return limit_estimate(studies, options, out.test, out.observed, side, alpha, out.theta.front());
  };
  if (options.tes_alternative == Alternative::two_sided)
    out.theta_lim = {limit(Alternative::greater, options.tes_alpha / 2),
                     limit(Alternative::less, options.tes_alpha / 2)};
  else
    out.theta_lim = {limit(options.tes_alternative, options.tes_alpha)};
  return out;
}

}  // namespace hedgerow::bias
