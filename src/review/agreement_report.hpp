// Every coefficient that has a meaning for the scale of the ratings, for each pair of raters and for all of them.
#pragma once

#include "review/agreement.hpp"
#include "review/agreement_alpha.hpp"

namespace hedgerow::review {

enum class WeightKind { none, linear, quadratic, own };

struct AgreementOptions {
  std::optional<Scale> scale;  ///< absent: ordinal with weights, interval with icc, else as guess_scale() says
  WeightKind weights = WeightKind::none;
  stats::Matrix own_weights;  ///< for WeightKind::own
  bool icc = false;
  double level = 0.95;
  Bootstrap bootstrap;
};

struct PairAgreement {
  std::string a, b;
  stats::Matrix table;  ///< empty on interval and ratio scales
  std::size_t n = 0;    ///< items that both rated
  std::vector<Coefficient> coefficients;
};

struct AgreementReport {
  std::string group;
  Scale scale = Scale::nominal;
  WeightKind weights = WeightKind::none;
  std::vector<std::string> raters, classes;
  std::size_t items = 0, items_twice = 0, items_complete = 0, ratings = 0;
  std::vector<PairAgreement> pairs;  ///< those with an item in common
  std::vector<Coefficient> all;      ///< of all raters together
};

/// Nominal if a class is a word or there are at most ten numbers, else interval.
Scale guess_scale(const Ratings& ratings);
const char* scale_name(Scale scale);

/// Errors: weights that do not fit, an interval or ratio scale of words.
Expected<AgreementReport> agreement(const Ratings& ratings, const AgreementOptions& options,
                                    const std::string& group = "");

}  // namespace hedgerow::review
