#include "audit/detail/refits.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "audit/detail/fitted.hpp"
#include "audit/detail/printed.hpp"
#include "base/missing.hpp"
#include "base/random.hpp"
#include "infer/inference.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr std::size_t kDraws = 64, kFirstDraws = 8;
constexpr double kBeyondFirst = 4;
constexpr double kBeyondDraws = 2;
constexpr double kZ = 1.959963984540054;

struct Kind {
  const char* method;
  bool multilevel;
  std::vector<const char*> tests;
};

/// The most usual first.
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = [] {
    std::vector<Kind> out;
    for (const char* method : {"DL", "REML", "PM", "ML", "HE", "SJ", "HS", "EB"})
      out.push_back({method, false, {"z", "knha", "t"}});
    out.push_back({"EE", false, {"z", "t"}});
    for (const char* method : {"REML", "ML"}) out.push_back({method, true, {"z", "t"}});
    return out;
  }();
  return all;
}

bool has_levels(const Analysis& analysis) {
  const std::set<std::string> studies(analysis.study.begin(), analysis.study.end());
  return studies.size() > 1 && studies.size() < analysis.study.size();
}

RefitNumbers none() {
  RefitNumbers out;
  out.fill(kMissing);
  return out;
}

/// Quantiles of prediction intervals: normal, t with k - 2 and with k - 1 degrees of freedom.
using Quantiles = std::array<double, 3>;

Quantiles quantiles_of(std::size_t k) {
  const double df = static_cast<double>(k) - 1;
  return {kZ, df > 1 ? stats::t_quantile(0.975, df - 1) : kMissing, df > 0 ? stats::t_quantile(0.975, df) : kMissing};
}

/// The numbers of one fit by each test.
std::vector<RefitNumbers> numbers_of(Analysis analysis, const Kind& kind, const Quantiles& quantiles) {
  std::vector<RefitNumbers> out(kind.tests.size(), none());
  analysis.method = kind.method;
  analysis.independent = !kind.multilevel;
  const auto fit = fitted(analysis);
  // Without a row no study may have two, and there are no three levels any more.
  if (!fit || kind.multilevel == fit->is_two_level()) return out;
  const bool ratio = is_ratio(analysis.measure);
  const auto shown = [&](double x) { return ratio ? std::exp(x) : x; };
  const double df = static_cast<double>(analysis.yi.size()) - 1;
  for (std::size_t t = 0; t < out.size(); ++t) {
    infer::Options options;
    options.test = *infer::parse_test(kind.tests[t]);
    const auto mean = infer::coefficients(*fit, options);
    if (!mean || is_missing(mean->ci_lb[0])) continue;
    const double tau2 = kind.multilevel ? kMissing : fit->tau2;
    const double between = fit->is_two_level() ? fit->tau2 : fit->sigma2[0] + fit->sigma2[1];
    const double spread = std::sqrt(between + mean->se[0] * mean->se[0]);
    const auto bound = [&](double q) { return shown(mean->beta[0] + q * spread); };
    out[t] = {shown(mean->beta[0]),
              mean->se[0],
              shown(mean->ci_lb[0]),
              shown(mean->ci_ub[0]),
              tau2,
              std::sqrt(tau2),
              fit->q_e,
              kind.multilevel ? kMissing : fit->i2,
              fit->q_e > 0 ? 100 * std::max(0.0, 1 - df / fit->q_e) : 0,
              bound(-quantiles[0]),
              bound(-quantiles[1]),
              bound(-quantiles[2]),
              bound(quantiles[0]),
              bound(quantiles[1]),
              bound(quantiles[2])};
  }
  return out;
}

double drawn(double middle, double half, RandomStream& random) { return middle + half * (2 * random.uniform() - 1); }

Analysis drawn(const Analysis& analysis, const HiddenDigits& digits, RandomStream& random) {
  Analysis out = analysis;
  for (std::size_t i = 0; i < out.yi.size(); ++i) {
    out.yi[i] = drawn(analysis.yi[i], digits.yi[i], random);
    const double se = std::sqrt(analysis.vi[i]);
    // Rounding to zero hides everything; a thousandth of the standard error keeps the draw a possible one.
    out.vi[i] = std::pow(std::max(drawn(se, digits.sei[i], random), 1e-3 * se), 2);
  }
  return out;
}

void widen(RefitNumbers& hidden, const RefitNumbers& middle, const RefitNumbers& other) {
  for (std::size_t n = 0; n < hidden.size(); ++n)
    if (!is_missing(other[n])) hidden[n] = std::max(hidden[n], kBeyondDraws * std::fabs(other[n] - middle[n]));
}

double half(const Range& range) { return 0.5 * range.width(); }

}  // namespace

std::string Refit::name() const { return (multilevel ? "three levels, " : "") + method + ", " + test; }

Range Refit::range(std::size_t number) const {
  return {numbers[number] - hidden[number], numbers[number] + hidden[number]};
}

HiddenDigits hidden_digits(const Sheet& sheet, const Analysis& analysis) {
  HiddenDigits out;
  for (const std::size_t row : analysis.rows) {
    const auto range = [&](const char* quantity) {
      const auto number = sheet.number(row, quantity);
      return number ? number->range : exactly(0);
    };
    const bool modelled = sheet.number(row, "yi").has_value(), ratio = !modelled && is_ratio(analysis.measure);
    const auto scaled = [&](const Range& x) { return ratio ? log(x) : x; };
    out.yi.push_back(half(scaled(range(modelled ? "yi" : "estimate"))));
    if (sheet.has("vi"))
      out.sei.push_back(half(sqrt(range("vi"))));
    else if (sheet.has("sei"))
      out.sei.push_back(half(range("sei")));
    else
      out.sei.push_back((half(scaled(range("ci_lb"))) + half(scaled(range("ci_ub")))) / (2 * kZ));
  }
  return out;
}

std::vector<Refit> refits(const Analysis& analysis, const HiddenDigits& digits,
                          const std::function<bool(const Refit&)>& near) {
  std::vector<Refit> out;
  const Quantiles quantiles = quantiles_of(analysis.yi.size());
  std::vector<Analysis> draws;
  for (std::size_t d = 0; d < kDraws; ++d) {
    RandomStream random(1, d);
    draws.push_back(drawn(analysis, digits, random));
  }
  for (const Kind& kind : kinds()) {
    if (kind.multilevel && !has_levels(analysis)) continue;
    std::vector<Refit> models;
    const std::vector<RefitNumbers> middle = numbers_of(analysis, kind, quantiles);
    for (std::size_t t = 0; t < middle.size(); ++t)
      models.push_back({kind.method, kind.tests[t], kind.multilevel, middle[t], {}});
    const auto draw = [&](std::size_t first, std::size_t last) {
      for (std::size_t d = first; d < last; ++d) {
        const std::vector<RefitNumbers> other = numbers_of(draws[d], kind, quantiles);
        for (std::size_t t = 0; t < models.size(); ++t) widen(models[t].hidden, middle[t], other[t]);
      }
    };
    draw(0, kFirstDraws);
    const bool worth = std::any_of(models.begin(), models.end(), [&](Refit model) {
      for (double& room : model.hidden) room *= kBeyondFirst;
      return near(model);
    });
    if (worth) draw(kFirstDraws, kDraws);
    std::copy_if(models.begin(), models.end(), std::back_inserter(out),
                 [](const Refit& model) { return !is_missing(model.numbers.front()); });
  }
  return out;
}

std::vector<Refit> refits_of(const Analysis& changed, const std::vector<Refit>& like) {
  std::vector<Refit> out = like;
  const Quantiles quantiles = quantiles_of(changed.yi.size());
  for (const Kind& kind : kinds()) {
    const std::vector<RefitNumbers> numbers = numbers_of(changed, kind, quantiles);
    for (Refit& refit : out) {
      if (refit.method != kind.method || refit.multilevel != kind.multilevel) continue;
      for (std::size_t t = 0; t < numbers.size(); ++t)
        if (refit.test == kind.tests[t]) refit.numbers = numbers[t];
    }
  }
  return out;
}

}  // namespace hedgerow::audit::detail
