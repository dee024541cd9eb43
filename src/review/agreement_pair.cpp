#include "review/agreement_pair.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stats/distributions.hpp"
#include "stats/tails.hpp"

namespace hedgerow::review {
namespace {

/// Below this, 1 - pe is rounding: all ratings are of one class.
constexpr double kNoChance = 1e-12;

struct Margins {
  double n = 0;
  stats::Vector row, col;  ///< shares
};

Margins margins(const stats::Matrix& counts) {
  Margins out{0, stats::Vector(counts.rows()), stats::Vector(counts.cols())};
  for (std::size_t i = 0; i < counts.rows(); ++i)
    for (std::size_t j = 0; j < counts.cols(); ++j) {
      out.n += counts(i, j);
      out.row[i] += counts(i, j);
      out.col[j] += counts(i, j);
    }
  for (double& share : out.row) share /= out.n;
  for (double& share : out.col) share /= out.n;
  return out;
}

double same(const stats::Matrix& counts) {
  double out = 0;
  for (std::size_t i = 0; i < counts.rows(); ++i) out += counts(i, i);
  return out;
}

Coefficient start(const char* id, std::string name, const Margins& m) {
  Coefficient out;
  out.id = id;
  out.name = std::move(name);
  out.n = static_cast<std::size_t>(std::llround(m.n));
  if (out.n == 0) out.note = "no item was rated by both";
  return out;
}

/// Variances of kappa times n (1 - pe)^2: as estimated, and under independence.
struct KappaParts {
  double po = 0, pe = 0, spread = 0, spread_null = 0;
};

KappaParts kappa_parts(const stats::Matrix& counts, const stats::Matrix& weights, const Margins& m) {
  const std::size_t q = counts.rows();
  KappaParts out;
  stats::Vector by_row(q), by_col(q);
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      by_row[i] += weights(i, j) * m.col[j];
      by_col[j] += weights(i, j) * m.row[i];
      out.po += weights(i, j) * counts(i, j) / m.n;
      out.pe += weights(i, j) * m.row[i] * m.col[j];
    }
  if (1.0 - out.pe < kNoChance) return out;
  const double kappa = (out.po - out.pe) / (1.0 - out.pe);
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      const double expected = by_row[i] + by_col[j];
      out.spread += counts(i, j) / m.n * std::pow(weights(i, j) - expected * (1.0 - kappa), 2);
      out.spread_null += m.row[i] * m.col[j] * std::pow(weights(i, j) - expected, 2);
    }
  out.spread -= std::pow(kappa - out.pe * (1.0 - kappa), 2);
  out.spread_null -= out.pe * out.pe;
  return out;
}

}  // namespace

stats::Matrix pair_table(const Ratings& ratings, std::size_t a, std::size_t b) {
  stats::Matrix out(ratings.classes.size(), ratings.classes.size(), 0.0);
  for (const auto& row : ratings.codes)
    if (row[a] != kNotRated && row[b] != kNotRated)
      out(static_cast<std::size_t>(row[a]), static_cast<std::size_t>(row[b])) += 1.0;
  return out;
}

Coefficient observed_agreement(const stats::Matrix& counts, double level) {
  const Margins m = margins(counts);
  Coefficient out = start("po", "Observed agreement", m);
  if (out.n == 0) return out;
  const double po = same(counts) / m.n;
  out.estimate = po;
  out.se = std::sqrt(po * (1.0 - po) / m.n);
  const Limits limits = wilson(same(counts), m.n, level);
  out.lower = limits.lower;
  out.upper = limits.upper;
  return out;
}

Coefficient cohen_kappa(const stats::Matrix& counts, const stats::Matrix& weights, double level) {
  const Margins m = margins(counts);
  Coefficient out = start("kappa", "Cohen's kappa", m);
  if (out.n == 0) return out;
  const KappaParts parts = kappa_parts(counts, weights, m);
  const double rest = 1.0 - parts.pe;
  if (rest < kNoChance) {
    out.note = "not defined: both raters used one and the same class only, so chance alone would agree always";
    return out;
  }
  const double kappa = (parts.po - parts.pe) / rest;
  out.estimate = kappa;
  out.se = std::sqrt(std::max(0.0, parts.spread) / m.n) / rest;
  if (out.se < 1e-9) out.se = 0.0;
  const double z = stats::interval_quantile(level, kUnknown);
  out.lower = std::max(-1.0, kappa - z * out.se);
  out.upper = std::min(1.0, kappa + z * out.se);
  const double se_null = std::sqrt(std::max(0.0, parts.spread_null) / m.n) / rest;
  if (se_null > 0) out.p = stats::two_sided_p(kappa / se_null, kUnknown);
  if (out.se == 0.0) {
    out.lower = out.upper = kUnknown;
    out.note =
        "the standard error of a perfect agreement is 0 and says nothing; see the interval of the observed "
        "agreement";
  }
  return out;
}

Coefficient kappa_max(const stats::Matrix& counts) {
  const Margins m = margins(counts);
  Coefficient out = start("kappa_max", "Highest kappa that the margins allow", m);
  if (out.n == 0) return out;
  double pe = 0, po = 0;
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    pe += m.row[i] * m.col[i];
    po += std::min(m.row[i], m.col[i]);
  }
  if (1.0 - pe < kNoChance)
    out.note = "not defined: one class only";
  else
    out.estimate = (po - pe) / (1.0 - pe);
  return out;
}

Coefficient pabak(const stats::Matrix& counts, double level) {
  const auto q = static_cast<double>(counts.rows());
  Coefficient out = observed_agreement(counts, level);
  out.id = "pabak";
  out.name = "PABAK";
  if (!out.estimate) return out;
  if (counts.rows() < 2) {
    out.estimate.reset();
    out.se = out.lower = out.upper = kUnknown;
    out.note = "not defined: one class only";
    return out;
  }
  const auto adjust = [&](double share) { return (q * share - 1.0) / (q - 1.0); };
  out.estimate = adjust(*out.estimate);
  out.se *= q / (q - 1.0);
  out.lower = adjust(out.lower);
  out.upper = adjust(out.upper);
  return out;
}

std::vector<Coefficient> agreement_by_class(const stats::Matrix& counts, const std::vector<std::string>& classes,
                                            double level) {
  const Margins m = margins(counts);
  std::vector<Coefficient> out;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Coefficient entry = start("agreement_on", fmt::format("Agreement on '{}'", classes[c]), m);
    entry.id += ":" + classes[c];
    double used = 0;
    for (std::size_t j = 0; j < classes.size(); ++j) used += counts(c, j) + (j == c ? 0.0 : counts(j, c));
    if (m.n > 0 && used > 0) {
      const double p = counts(c, c) / used;
      const auto adjust = [](double share) { return 2.0 * share / (1.0 + share); };
      const Limits limits = wilson(counts(c, c), used, level);
      entry.estimate = adjust(p);
      entry.se = 2.0 / std::pow(1.0 + p, 2) * std::sqrt(p * (1.0 - p) / used);
      entry.lower = adjust(limits.lower);
      entry.upper = adjust(limits.upper);
      entry.n = static_cast<std::size_t>(std::llround(used));
    } else if (m.n > 0) {
      entry.n = 0;
      entry.note = "not defined: nobody used this class";
    }
    out.push_back(std::move(entry));
  }
  return out;
}

std::vector<Coefficient> indices(const stats::Matrix& counts) {
  if (counts.rows() != 2) return {};
  const Margins m = margins(counts);
  Coefficient bias = start("bias_index", "Bias index", m),
              prevalence = start("prevalence_index", "Prevalence index", m);
  if (bias.n > 0) {
    const double b = counts(0, 1), c = counts(1, 0);
    bias.estimate = std::abs(b - c) / m.n;
    const auto discordant = static_cast<std::size_t>(std::llround(b + c));
    const auto fewer = static_cast<std::size_t>(std::llround(std::min(b, c)));
    bias.p = discordant == 0 ? 1.0 : std::min(1.0, 2.0 * stats::binomial_cdf(fewer, discordant, 0.5));
    bias.note = "p: McNemar's exact test of equal margins";
    prevalence.estimate = std::abs(counts(0, 0) - counts(1, 1)) / m.n;
  }
  return {bias, prevalence};
}

}  // namespace hedgerow::review
