#include "review/agreement_alpha.hpp"

#include <algorithm>
#include <map>

#include "base/random.hpp"

namespace hedgerow::review {
namespace {

using Unit = std::vector<std::size_t>;  // classes of the ratings of an item

/// Positions of the classes, so that a distance is a function of two of them.
stats::Vector mean_ranks(const stats::Vector& counts) {
  stats::Vector out;
  double before = 0;
  for (const double count : counts) {
    out.push_back(before + count / 2.0);
    before += count;
  }
  return out;
}

double distance(Scale scale, double v, double w) {
  switch (scale) {
    case Scale::nominal:
      return v == w ? 0.0 : 1.0;
    case Scale::ordinal:
    case Scale::interval:
      return (v - w) * (v - w);
    case Scale::ratio:
      break;
  }
  return v + w == 0.0 ? 0.0 : (v - w) * (v - w) / ((v + w) * (v + w));
}

/// Sum of d over ordered pairs of ratings with these counts of positions.
double pair_sum(Scale scale, const stats::Vector& at, const stats::Vector& counts, double n) {
  double out = 0;
  if (scale == Scale::nominal) {
    for (const double count : counts) out += count * (n - count);
    return out;
  }
  if (scale == Scale::ratio) {
    for (std::size_t c = 0; c < at.size(); ++c)
      for (std::size_t k = 0; k < at.size(); ++k) out += counts[c] * counts[k] * distance(scale, at[c], at[k]);
    return out;
  }
  double mean = 0;
  for (std::size_t c = 0; c < at.size(); ++c) mean += counts[c] * at[c] / n;
  for (std::size_t c = 0; c < at.size(); ++c) out += counts[c] * (at[c] - mean) * (at[c] - mean);
  return 2.0 * n * out;  // sum over pairs (v - w)^2 = 2 n sum (v - mean)^2
}

/// Alpha of these patterns of ratings, each so many times; nothing without variation. Thousands of screened records
/// have a handful of patterns, so a draw costs no more than its random numbers.
std::optional<double> alpha_of(const std::vector<Unit>& patterns, const stats::Vector& times, Scale scale,
                               const stats::Vector& values) {
  stats::Vector counts(values.size(), 0.0);
  double n = 0;
  for (std::size_t u = 0; u < patterns.size(); ++u)
    for (const std::size_t c : patterns[u]) {
      counts[c] += times[u];
      n += times[u];
    }
  const stats::Vector at = scale == Scale::ordinal ? mean_ranks(counts) : values;
  double within = 0;
  for (std::size_t u = 0; u < patterns.size(); ++u) {
    if (times[u] == 0.0) continue;
    const Unit& unit = patterns[u];
    double sum = 0;
    for (std::size_t i = 0; i < unit.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) sum += 2.0 * distance(scale, at[unit[i]], at[unit[j]]);
    within += times[u] * sum / (static_cast<double>(unit.size()) - 1.0);
  }
  const double all = pair_sum(scale, at, counts, n);
  if (!(all > 0)) return std::nullopt;
  return 1.0 - (n - 1.0) * within / all;
}

void set_limits(Coefficient& out, stats::Vector draws, double level) {
  if (draws.size() < 100) {
    out.note = "no interval: too few draws of items vary";
    return;
  }
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double p) {  // linear between order statistics
    const double h = p * (static_cast<double>(draws.size()) - 1.0);
    const auto i = static_cast<std::size_t>(h);
    return i + 1 < draws.size() ? draws[i] + (h - std::floor(h)) * (draws[i + 1] - draws[i]) : draws.back();
  };
  out.lower = at((1.0 - level) / 2.0);
  out.upper = at((1.0 + level) / 2.0);
  double mean = 0, squares = 0;
  for (const double draw : draws) mean += draw / static_cast<double>(draws.size());
  for (const double draw : draws) squares += (draw - mean) * (draw - mean);
  out.se = std::sqrt(squares / (static_cast<double>(draws.size()) - 1.0));
}

const char* name_of(Scale scale) {
  switch (scale) {
    case Scale::nominal:
      return "Krippendorff's alpha (nominal)";
    case Scale::ordinal:
      return "Krippendorff's alpha (ordinal)";
    case Scale::interval:
      return "Krippendorff's alpha (interval)";
    case Scale::ratio:
      break;
  }
  return "Krippendorff's alpha (ratio)";
}

/// Why the scale can't be used, or "".
std::string obstacle(const Ratings& ratings, Scale scale) {
  if (scale != Scale::interval && scale != Scale::ratio) return "";
  if (ratings.values.empty()) return "not defined: the classes are no numbers";
  if (scale == Scale::ratio && *std::min_element(ratings.values.begin(), ratings.values.end()) < 0)
    return "not defined: a ratio scale has no values below 0";
  return "";
}

}  // namespace

Coefficient krippendorff_alpha(const Ratings& ratings, Scale scale, double level, const Bootstrap& bootstrap) {
  Coefficient out;
  out.id = "alpha";
  out.name = name_of(scale);
  out.note = obstacle(ratings, scale);
  if (!out.note.empty()) return out;
  std::map<Unit, std::size_t> known;
  std::vector<Unit> patterns;
  std::vector<std::size_t> units;  // the pattern of each item
  for (const auto& row : ratings.codes) {
    Unit unit;
    for (const int code : row)
      if (code != kNotRated) unit.push_back(static_cast<std::size_t>(code));
    if (unit.size() < 2) continue;
    const auto [at, is_new] = known.emplace(unit, patterns.size());
    if (is_new) patterns.push_back(unit);
    units.push_back(at->second);
  }
  out.n = units.size();
  stats::Vector values = ratings.values;
  if (values.empty())
    for (std::size_t c = 0; c < ratings.classes.size(); ++c) values.push_back(static_cast<double>(c));
  stats::Vector times(patterns.size(), 0.0);
  for (const std::size_t u : units) times[u] += 1.0;
  out.estimate = alpha_of(patterns, times, scale, values);
  if (!out.estimate) {
    out.note = units.empty() ? "no item was rated twice" : "not defined: all ratings are equal";
    return out;
  }
  if (units.size() < 2) return out;
  stats::Vector draws;
  for (std::size_t b = 0; b < bootstrap.replicates; ++b) {
    RandomStream stream(bootstrap.seed, b);
    std::fill(times.begin(), times.end(), 0.0);
    for (std::size_t i = 0; i < units.size(); ++i) times[units[stream.below(units.size())]] += 1.0;
    if (const auto alpha = alpha_of(patterns, times, scale, values)) draws.push_back(*alpha);
  }
  set_limits(out, std::move(draws), level);
  return out;
}

}  // namespace hedgerow::review
