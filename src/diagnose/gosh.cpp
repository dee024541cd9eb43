#include "diagnose/gosh.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/missing.hpp"
#include "base/random.hpp"
#include "diagnose/refit.hpp"
#include "model/parameters.hpp"

namespace hedgerow::diagnose {
namespace {

using Subset = std::vector<bool>;
using stats::Vector;

/// What is kept of a subset's fit.
struct Row {
  double q_e = kMissing, i2 = kMissing, h2 = kMissing;
  Vector parameters, beta;
};

bool only_constant(const model::Data& data) {
  if (data.p() != 1) return false;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (data.x(i, 0) != 1) return false;
  return true;
}

std::size_t size_of(const Subset& subset) {
  return static_cast<std::size_t>(std::count(subset.begin(), subset.end(), true));
}

class Fitter {
 public:
  Fitter(const model::Fit& fit, const Units& units) : fit_(fit), units_(units) {
    const auto* spec = std::get_if<model::Univariate>(&fit.problem.spec());
    if (spec == nullptr || !only_constant(fit.problem.data()) || !spec->weighted || !spec->weights.empty() ||
        spec->q_about)
      return;
    by_q_ = spec->method == model::Tau2Method::ee || (spec->method == model::Tau2Method::dl && !spec->tau2);
    dl_ = spec->method == model::Tau2Method::dl;
    for (double v : fit.problem.data().vi) by_q_ = by_q_ && v > 0;
  }

  /// Nothing if the subset has no fit.
  Expected<Row> row(const Subset& subset) const { return by_q_ ? summed(subset) : refitted(subset); }

 private:
  /// Common-effect and DerSimonian-Laird means from sums about the subset's own mean, so that no digits cancel.
  Row summed(const Subset& subset) const {
    const model::Data& data = fit_.problem.data();
    double w = 0, w2 = 0, wy = 0, q = 0;
    for (std::size_t i = 0; i < data.k(); ++i) {
      if (!subset[i]) continue;
      const double weight = 1 / data.vi[i];
      w += weight;
      w2 += weight * weight;
      wy += weight * data.yi[i];
    }
    double mean = wy / w;
    const double df = static_cast<double>(size_of(subset)) - 1;
    if (df > 0)
      for (std::size_t i = 0; i < data.k(); ++i)
        if (subset[i]) q += (data.yi[i] - mean) * (data.yi[i] - mean) / data.vi[i];
    double tau2 = 0;
    if (dl_ && df > 0) tau2 = std::max(0.0, (q - df) / (w - w2 / w));
    if (tau2 > 0) {
      w = wy = 0;
      for (std::size_t i = 0; i < data.k(); ++i) {
        if (!subset[i]) continue;
        w += 1 / (data.vi[i] + tau2);
        wy += data.yi[i] / (data.vi[i] + tau2);
      }
      mean = wy / w;
    }
    return {q, q > df && df > 0 ? 100 * (q - df) / q : 0, df > 0 ? q / df : 1, {tau2}, {mean}};
  }

  Expected<Row> refitted(const Subset& subset) const {
    std::vector<std::size_t> rows;
    for (std::size_t j = 0; j < subset.size(); ++j)
      if (subset[j]) rows.insert(rows.end(), units_.rows[j].begin(), units_.rows[j].end());
    std::ranges::sort(rows);
    HR_TRY(const model::Problem problem, fit_.problem.subset(rows, model::Labels::drop));
    HR_TRY(const model::Fit fit, model::fit(problem));
    if (const std::string reason = missing_estimate(fit); !reason.empty())
      return make_error(ErrorCode::not_defined, reason);
    return Row{fit.q_e, fit.i2, fit.h2, variance_values(fit), fit.beta};
  }

  const model::Fit& fit_;
  const Units& units_;
  bool by_q_ = false, dl_ = false;
};

/// All subsets of at least p units: by size, then as binary numbers whose last digit is the first unit.
std::vector<Subset> all_subsets(std::size_t units, std::size_t p) {
  std::vector<std::uint64_t> masks;
  for (std::uint64_t mask = 1; mask < (std::uint64_t{1} << units); ++mask)
    if (static_cast<std::size_t>(std::popcount(mask)) >= p) masks.push_back(mask);
  std::ranges::stable_sort(masks, {}, [](std::uint64_t mask) { return std::popcount(mask); });
  std::vector<Subset> out;
  out.reserve(masks.size());
  for (std::uint64_t mask : masks) {
    Subset subset(units);
    for (std::size_t j = 0; j < units; ++j) subset[j] = (mask >> j) & 1U;
    out.push_back(std::move(subset));
  }
  return out;
}

/// Each unit is in or out by a toss; subsets of fewer than p units are tossed again.
std::vector<Subset> random_subsets(std::size_t units, std::size_t p, std::size_t count, std::uint64_t seed) {
  std::vector<Subset> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    RandomStream random(seed, i);
    Subset subset(units);
    do {
      for (std::size_t j = 0; j < units; ++j) subset[j] = random.sign() > 0;
    } while (size_of(subset) < p);
    out.push_back(std::move(subset));
  }
  std::ranges::stable_sort(out, {}, size_of);
  return out;
}

double subset_count(std::size_t units, std::size_t p) {
  double total = 0, ways = 1;
  for (std::size_t j = 0; j <= units; ++j) {
    if (j >= p) total += ways;
    ways *= static_cast<double>(units - j) / static_cast<double>(j + 1);
  }
  return total;
}

std::string text_of(const Subset& subset) {
  std::string out;
  for (bool in : subset) out += in ? '1' : '0';
  return out;
}

Expected<Units> own_units(const model::Fit& fit) {
  UnitOptions options;
  options.by = fit.is_multilevel() ? Unit::study : Unit::effect;
  return units_of(fit, options);
}

}  // namespace

Expected<Gosh> gosh(const model::Fit& fit, const GoshOptions& options) {
  Gosh out;
  HR_TRY(const Units units, own_units(fit));
  const std::size_t p = fit.p();
  if (units.size() < p)
    return make_error(ErrorCode::not_defined,
                      fmt::format("GOSH needs at least as many studies as coefficients; there are "
                                  "{} and {}",
                                  units.size(), p));
  const double possible = subset_count(units.size(), p);
  const double wanted = options.subsets == 0 ? kAllSubsets : static_cast<double>(options.subsets);
  out.exact = possible <= wanted;
  const std::vector<Subset> subsets =
      out.exact ? all_subsets(units.size(), p)
                : random_subsets(units.size(), p, static_cast<std::size_t>(wanted), options.seed);
  out.units = units.labels;
  out.parameter_names = variance_names(fit.problem);
  out.parameters = stats::Matrix(subsets.size(), out.parameter_names.size(), kMissing);
  out.beta = stats::Matrix(subsets.size(), p, kMissing);
  const Fitter fitter(fit, units);
  for (std::size_t s = 0; s < subsets.size(); ++s) {
    const Expected<Row> found = fitter.row(subsets[s]);
    const Row row = found ? *found : Row{};
    out.k.push_back(static_cast<double>(size_of(subsets[s])));
    out.q_e.push_back(row.q_e);
    out.i2.push_back(row.i2);
    out.h2.push_back(row.h2);
    out.fitted.push_back(found.ok());
    out.included.push_back(text_of(subsets[s]));
    // A subset may lack a level of a term, and with it a parameter.
    if (row.parameters.size() == out.parameter_names.size())
      std::ranges::copy(row.parameters, out.parameters.row(s).begin());
    std::ranges::copy(row.beta, out.beta.row(s).begin());
  }
  return out;
}

}  // namespace hedgerow::diagnose
