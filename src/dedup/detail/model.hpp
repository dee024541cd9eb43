// The calibrated probability that two records describe one document.
//
//   P(same) = 1 / (1 + exp(-sum_k w_k x_k)),   x_k in [0, 1] from the comparison of the pair
//
// Logistic regression whose weights have a sign each (agreement never counts against, difference never for) and are
// shrunk towards a prior. Weights: weights.cpp, made by bench/fit_dedup.cpp; how well: docs/methods/duplicates.md.
// Source: fellegi1969 (the idea of evidence field by field).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "dedup/detail/compare.hpp"

namespace hedgerow::dedup::detail {

inline constexpr std::size_t kFeatures = 49;
using Features = std::array<double, kFeatures>;

struct Weight {
  const char* name = "";
  double weight = 0;   ///< fitted
  double prior = 0;    ///< what the fit is shrunk towards: for evidence that few labelled sets show (DOI, PMID)
  int sign = 0;        ///< 1: the weight is not below 0, -1: not above it, 0: free
  bool fixed = false;  ///< the weight is its prior: the labels of the open sets contradict one another here
};

/// In the order of Features.
std::span<const Weight, kFeatures> weights();

Features features(const Comparison& pair);
double probability(const Features& x, std::span<const double, kFeatures> w);

/// Score of two registrations with one number of their register; with two numbers it is 0.
inline constexpr double kOneRegistration = 0.999;
/// The score of a pair: the probability, held down where no weight may decide. Different DOIs and different titles are
/// never "same"; nor is a pair without a title that no identifier ties together, nor one in whose titles a word or a
/// number stands for another one, unless a page, an identifier or the abstract ties them.
double pair_score(const Comparison& pair);
/// The rules of the sentence above: whether the pair may be called the same.
bool may_be_same(const Comparison& pair);

/// Thresholds chosen by bench/fit_dedup.cpp.
inline constexpr double kSameFrom = 0.94;
inline constexpr double kAskFrom = 0.3;
/// Two records below it are not brought into one group by a chain of others.
inline constexpr double kClearlyDifferent = 0.02;

/// "same DOI; title equal; first author, year, journal, volume and first page equal; issue differs".
std::string reason(const Comparison& pair);

}  // namespace hedgerow::dedup::detail
