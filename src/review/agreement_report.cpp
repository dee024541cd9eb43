#include "review/agreement_report.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "review/agreement_icc.hpp"
#include "review/agreement_many.hpp"
#include "review/agreement_pair.hpp"

namespace hedgerow::review {
namespace {

constexpr std::size_t kFewNumbers = 10;

bool is_metric(Scale scale) { return scale == Scale::interval || scale == Scale::ratio; }

stats::Matrix weights_of(const AgreementOptions& options, std::size_t q) {
  switch (options.weights) {
    case WeightKind::linear:
      return linear_weights(q);
    case WeightKind::quadratic:
      return quadratic_weights(q);
    case WeightKind::own:
      return options.own_weights;
    case WeightKind::none:
      break;
  }
  return identity_weights(q);
}

void add(std::vector<Coefficient>& out, std::vector<Coefficient> more) {
  for (Coefficient& one : more) out.push_back(std::move(one));
}

std::vector<Coefficient> class_coefficients(const stats::Matrix& table, const Ratings& ratings,
                                            const AgreementOptions& options) {
  const std::size_t q = ratings.classes.size();
  std::vector<Coefficient> out{observed_agreement(table, options.level),
                               cohen_kappa(table, identity_weights(q), options.level)};
  if (options.weights != WeightKind::none) {
    Coefficient weighted = cohen_kappa(table, weights_of(options, q), options.level);
    weighted.id = "weighted_kappa";
    weighted.name = "Weighted kappa";
    out.push_back(std::move(weighted));
  }
  out.push_back(kappa_max(table));
  out.push_back(pabak(table, options.level));
  out.push_back(gwet_ac(item_counts(table), identity_weights(q), options.level));
  if (options.weights != WeightKind::none)
    out.push_back(gwet_ac(item_counts(table), weights_of(options, q), options.level));
  add(out, agreement_by_class(table, ratings.classes, options.level));
  add(out, indices(table));
  return out;
}

PairAgreement pair_agreement(const Ratings& ratings, std::size_t a, std::size_t b, const AgreementReport& report,
                             const AgreementOptions& options) {
  PairAgreement out{ratings.raters[a], ratings.raters[b], {}, 0, {}};
  for (const auto& row : ratings.codes) out.n += row[a] != kNotRated && row[b] != kNotRated;
  if (out.n == 0) return out;
  if (!is_metric(report.scale)) {
    out.table = pair_table(ratings, a, b);
    out.coefficients = class_coefficients(out.table, ratings, options);
  }
  if (is_metric(report.scale) || options.icc) {
    const stats::Matrix values = complete_values(ratings, {a, b});
    if (ratings.raters.size() > 2) add(out.coefficients, icc(mean_squares(values), options.level));
    add(out.coefficients, differences(values, options.level));
  }
  return out;
}

std::vector<Coefficient> overall(const Ratings& ratings, const AgreementReport& report,
                                 const AgreementOptions& options) {
  std::vector<Coefficient> out;
  const std::size_t q = ratings.classes.size();
  if (!is_metric(report.scale) && (ratings.raters.size() > 2 || report.items_complete < report.items)) {
    const std::vector<ItemCounts> items = item_counts(ratings);
    const stats::Matrix weights = weights_of(options, q);
    out = {mean_agreement(items, identity_weights(q), options.level), fleiss_kappa(items, weights, options.level),
           conger_kappa(ratings, weights, options.level), uniform_kappa(items, weights, options.level),
           gwet_ac(items, weights, options.level)};
    if (options.weights != WeightKind::none)
      for (const std::size_t i : {1U, 2U, 3U}) out[i].name += " (weighted)";
  }
  out.push_back(krippendorff_alpha(ratings, report.scale, options.level, options.bootstrap));
  if (is_metric(report.scale) || options.icc) {
    std::vector<std::size_t> all;
    for (std::size_t g = 0; g < ratings.raters.size(); ++g) all.push_back(g);
    add(out, icc(mean_squares(complete_values(ratings, all)), options.level));
  }
  return out;
}

Expected<Scale> chosen_scale(const Ratings& ratings, const AgreementOptions& options) {
  Scale scale = guess_scale(ratings);
  if (options.weights != WeightKind::none) scale = Scale::ordinal;
  if (options.icc) scale = options.weights == WeightKind::none ? Scale::interval : Scale::ordinal;
  if (options.scale) scale = *options.scale;
  if ((is_metric(scale) || options.icc) && ratings.values.empty())
    return make_error(ErrorCode::input, fmt::format("an intraclass correlation and an interval or ratio scale need "
                                                    "numbers; '{}' is none",
                                                    ratings.classes.empty() ? "" : ratings.classes.back()));
  if (is_metric(scale) && options.weights != WeightKind::none)
    return make_error(ErrorCode::usage, "weights are for classes: choose the scale ordinal or nominal");
  return scale;
}

}  // namespace

Scale guess_scale(const Ratings& ratings) {
  return ratings.values.empty() || ratings.classes.size() <= kFewNumbers ? Scale::nominal : Scale::interval;
}

const char* scale_name(Scale scale) {
  switch (scale) {
    case Scale::nominal:
      return "nominal";
    case Scale::ordinal:
      return "ordinal";
    case Scale::interval:
      return "interval";
    case Scale::ratio:
      break;
  }
  return "ratio";
}

Expected<AgreementReport> agreement(const Ratings& ratings, const AgreementOptions& options, const std::string& group) {
  AgreementReport out;
  out.group = group;
  HR_TRY(out.scale, chosen_scale(ratings, options));
  if (options.weights == WeightKind::own) HR_CHECK(check_weights(options.own_weights, ratings.classes.size()));
  out.weights = options.weights;
  out.raters = ratings.raters;
  out.classes = ratings.classes;
  out.items = ratings.items.size();
  out.ratings = ratings.count();
  for (const auto& row : ratings.codes) {
    const auto rated = row.size() - static_cast<std::size_t>(std::count(row.begin(), row.end(), kNotRated));
    out.items_twice += rated >= 2;
    out.items_complete += rated == ratings.raters.size();
  }
  for (std::size_t a = 0; a < ratings.raters.size(); ++a)
    for (std::size_t b = a + 1; b < ratings.raters.size(); ++b) {
      PairAgreement pair = pair_agreement(ratings, a, b, out, options);
      if (pair.n > 0) out.pairs.push_back(std::move(pair));
    }
  out.all = overall(ratings, out, options);
  return out;
}

}  // namespace hedgerow::review
