#include "review/agreement_many.hpp"

#include <algorithm>
#include <numeric>

#include "stats/distributions.hpp"

namespace hedgerow::review {
namespace {

constexpr double kNoChance = 1e-12;

/// What every coefficient needs: agreement of each item, and the mean share of each class.
struct Observed {
  double n = 0, n_twice = 0, pa = 0;
  stats::Vector pa_i, r_i;  ///< by entry
  stats::Vector pi;         ///< by class
};

Observed observe(const std::vector<ItemCounts>& items, const stats::Matrix& weights) {
  Observed out;
  const std::size_t q = weights.rows();
  out.pi.assign(q, 0.0);
  for (const ItemCounts& item : items) {
    const double r = std::accumulate(item.by_class.begin(), item.by_class.end(), 0.0);
    double pairs = 0;
    for (std::size_t k = 0; k < q; ++k) {
      double alike = -1.0;
      for (std::size_t l = 0; l < q; ++l) alike += weights(k, l) * item.by_class[l];
      pairs += item.by_class[k] * alike;
      out.pi[k] += item.times * item.by_class[k] / r;
    }
    out.r_i.push_back(r);
    out.pa_i.push_back(r >= 2 ? pairs / (r * (r - 1.0)) : 0.0);
    out.n += item.times;
    if (r >= 2) {
      out.n_twice += item.times;
      out.pa += item.times * out.pa_i.back();
    }
  }
  for (double& share : out.pi) share /= out.n;
  out.pa /= out.n_twice;
  return out;
}

void set_interval(Coefficient& out, double df, double level) {
  if (!std::isfinite(out.se)) return;
  if (out.se < 1e-9) {
    out.se = 0.0;
    out.note = "every item has the same agreement: the standard error is 0 and says nothing";
    return;
  }
  const double half = stats::interval_quantile(level, df) * out.se;
  out.lower = std::max(-1.0, *out.estimate - half);
  out.upper = std::min(1.0, *out.estimate + half);
}

/// Chance agreement, and its linear part in each entry.
struct Chance {
  double pe = 0;
  stats::Vector pe_i;
};

Coefficient beyond_chance(const char* id, const char* name, const std::vector<ItemCounts>& items,
                          const Observed& observed, const Chance& chance, double level) {
  Coefficient out;
  out.id = id;
  out.name = name;
  out.n = static_cast<std::size_t>(std::llround(observed.n_twice));
  if (out.n == 0) {
    out.note = "no item was rated twice";
    return out;
  }
  const double rest = 1.0 - chance.pe;
  if (!(rest > kNoChance)) {
    out.note = "not defined: one class only, so chance alone would agree always";
    return out;
  }
  const double c = (observed.pa - chance.pe) / rest;
  out.estimate = c;
  if (observed.n < 2) return out;
  double squares = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double own =
        observed.r_i[i] >= 2 ? observed.n / observed.n_twice * (observed.pa_i[i] - chance.pe) / rest : 0.0;
    squares += items[i].times * std::pow(own - 2.0 * (1.0 - c) * (chance.pe_i[i] - chance.pe) / rest - c, 2);
  }
  out.se = std::sqrt(squares / (observed.n * (observed.n - 1.0)));
  set_interval(out, observed.n - 1.0, level);
  return out;
}

/// Linear part sum_k factor_k r_ik / r_i for every entry.
stats::Vector linear_parts(const std::vector<ItemCounts>& items, const Observed& observed,
                           const stats::Vector& factor) {
  stats::Vector out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < factor.size(); ++k) sum += factor[k] * items[i].by_class[k] / observed.r_i[i];
    out.push_back(sum);
  }
  return out;
}

double total(const stats::Matrix& weights) {
  double out = 0;
  for (std::size_t k = 0; k < weights.rows(); ++k)
    for (std::size_t l = 0; l < weights.cols(); ++l) out += weights(k, l);
  return out;
}

bool is_identity(const stats::Matrix& weights) { return weights == identity_weights(weights.rows()); }

/// p of Fleiss's test where every item has the same number of ratings.
double fleiss_p(double kappa, const Observed& observed) {
  const double m = observed.r_i.front();
  for (const double r : observed.r_i)
    if (r != m) return kUnknown;
  double s = 0, skew = 0;
  for (const double p : observed.pi) {
    s += p * (1.0 - p);
    skew += p * (1.0 - p) * (1.0 - 2.0 * p);
  }
  const double variance = 2.0 * (s * s - skew) / (observed.n * m * (m - 1.0) * s * s);
  return variance > 0 ? stats::two_sided_p(kappa / std::sqrt(variance), kUnknown) : kUnknown;
}

/// Share of each class for each rater, raters without a rating left out.
struct RaterShares {
  std::vector<std::size_t> raters;
  stats::Matrix share;  ///< raters x classes
  stats::Vector n;      ///< ratings of each
};

RaterShares rater_shares(const Ratings& ratings) {
  RaterShares out;
  const std::size_t q = ratings.classes.size();
  std::vector<stats::Vector> counts;
  for (std::size_t g = 0; g < ratings.raters.size(); ++g) {
    stats::Vector count(q, 0.0);
    for (const auto& row : ratings.codes)
      if (row[g] != kNotRated) count[static_cast<std::size_t>(row[g])] += 1.0;
    const double n = std::accumulate(count.begin(), count.end(), 0.0);
    if (n == 0) continue;
    out.raters.push_back(g);
    out.n.push_back(n);
    counts.push_back(std::move(count));
  }
  out.share = stats::Matrix(counts.size(), q);
  for (std::size_t g = 0; g < counts.size(); ++g)
    for (std::size_t k = 0; k < q; ++k) out.share(g, k) = counts[g][k] / out.n[g];
  return out;
}

/// Conger's chance agreement is bilinear in the raters' shares; its linear part in item i follows from the derivative
/// of each share, (n / n_g) (d_igk - e_ig p_gk), halved because beyond_chance() doubles it.
Chance conger_chance(const Ratings& ratings, const stats::Matrix& weights, double n_items) {
  const RaterShares s = rater_shares(ratings);
  const std::size_t r = s.raters.size(), q = weights.rows();
  stats::Matrix others(r, q);  // sum over l of w_kl times the sum of the other raters' shares of l
  Chance out;
  const double pairs = static_cast<double>(r) * (static_cast<double>(r) - 1.0);
  for (std::size_t g = 0; g < r; ++g)
    for (std::size_t k = 0; k < q; ++k) {
      for (std::size_t l = 0; l < q; ++l)
        for (std::size_t h = 0; h < r; ++h)
          if (h != g) others(g, k) += weights(k, l) * s.share(h, l);
      out.pe += s.share(g, k) * others(g, k) / pairs;
    }
  for (const auto& row : ratings.codes) {
    if (std::all_of(row.begin(), row.end(), [](int code) { return code == kNotRated; })) continue;
    double change = 0;
    for (std::size_t g = 0; g < r; ++g) {
      const int code = row[s.raters[g]];
      if (code == kNotRated) continue;
      double mean = 0;
      for (std::size_t k = 0; k < q; ++k) mean += s.share(g, k) * others(g, k);
      change += n_items / s.n[g] * (others(g, static_cast<std::size_t>(code)) - mean);
    }
    out.pe_i.push_back(out.pe + change / pairs);
  }
  return out;
}

}  // namespace

std::vector<ItemCounts> item_counts(const Ratings& ratings) {
  std::vector<ItemCounts> out;
  for (const auto& row : ratings.codes) {
    ItemCounts item{stats::Vector(ratings.classes.size(), 0.0), 1};
    bool any = false;
    for (const int code : row) {
      if (code == kNotRated) continue;
      item.by_class[static_cast<std::size_t>(code)] += 1.0;
      any = true;
    }
    if (any) out.push_back(std::move(item));
  }
  return out;
}

std::vector<ItemCounts> item_counts(const stats::Matrix& table) {
  std::vector<ItemCounts> out;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t j = 0; j < table.cols(); ++j) {
      if (table(i, j) <= 0) continue;
      ItemCounts item{stats::Vector(table.rows(), 0.0), table(i, j)};
      item.by_class[i] += 1.0;
      item.by_class[j] += 1.0;
      out.push_back(std::move(item));
    }
  return out;
}

Coefficient fleiss_kappa(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level) {
  const Observed observed = observe(items, weights);
  const std::size_t q = weights.rows();
  stats::Vector factor(q, 0.0);
  Chance chance;
  for (std::size_t k = 0; k < q; ++k) {
    for (std::size_t l = 0; l < q; ++l) factor[k] += weights(k, l) * observed.pi[l];
    chance.pe += factor[k] * observed.pi[k];
  }
  chance.pe_i = linear_parts(items, observed, factor);
  Coefficient out = beyond_chance("fleiss_kappa", "Fleiss's kappa", items, observed, chance, level);
  if (out.estimate && is_identity(weights)) out.p = fleiss_p(*out.estimate, observed);
  return out;
}

Coefficient gwet_ac(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level) {
  const Observed observed = observe(items, weights);
  const auto q = static_cast<double>(weights.rows());
  const double scale = weights.rows() > 1 ? total(weights) / (q * (q - 1.0)) : kUnknown;
  stats::Vector factor;
  Chance chance;
  for (const double share : observed.pi) {
    factor.push_back(scale * (1.0 - share));
    chance.pe += scale * share * (1.0 - share);
  }
  chance.pe_i = linear_parts(items, observed, factor);
  const bool plain = is_identity(weights);
  return beyond_chance(plain ? "ac1" : "ac2", plain ? "Gwet's AC1" : "Gwet's AC2", items, observed, chance, level);
}

Coefficient uniform_kappa(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level) {
  const Observed observed = observe(items, weights);
  const auto q = static_cast<double>(weights.rows());
  Chance chance{total(weights) / (q * q), {}};
  chance.pe_i.assign(items.size(), chance.pe);
  return beyond_chance("uniform_kappa", "PABAK (Brennan-Prediger)", items, observed, chance, level);
}

Coefficient conger_kappa(const Ratings& ratings, const stats::Matrix& weights, double level) {
  const std::vector<ItemCounts> items = item_counts(ratings);
  const Observed observed = observe(items, weights);
  const Chance chance = conger_chance(ratings, weights, observed.n);
  return beyond_chance("conger_kappa", "Conger's kappa", items, observed, chance, level);
}

Coefficient mean_agreement(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level) {
  const Observed observed = observe(items, weights);
  Coefficient out;
  out.id = "pa";
  out.name = "Observed agreement of pairs";
  out.n = static_cast<std::size_t>(std::llround(observed.n_twice));
  if (out.n == 0) {
    out.note = "no item was rated twice";
    return out;
  }
  out.estimate = observed.pa;
  if (out.n < 2) return out;
  double squares = 0;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (observed.r_i[i] >= 2) squares += items[i].times * std::pow(observed.pa_i[i] - observed.pa, 2);
  out.se = std::sqrt(squares / (observed.n_twice * (observed.n_twice - 1.0)));
  set_interval(out, observed.n_twice - 1.0, level);
  if (std::isfinite(out.lower)) out.lower = std::max(0.0, out.lower);
  return out;
}

}  // namespace hedgerow::review
