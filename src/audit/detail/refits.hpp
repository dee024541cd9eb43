// Printed effects of studies pooled again by the usual models, within what rounding hides.
//
// An effect printed as 0.46 [0.31; 0.61] is not known better than its digits. Each model is fitted to the middles of
// the ranges, and again to values drawn from them: its numbers may lie as far from those of the middles as twice the
// farthest of 64 draws (for many studies five standard deviations of what rounding does).
//
// Models: a common effect and eight estimators of tau2, with z, t and Knapp and Hartung's test; three levels by REML
// and ML with z and t where studies have several rows.
//
// Tests: audit/pooled_refits_test.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "audit/range.hpp"
#include "audit/sheet.hpp"
#include "audit/subject.hpp"

namespace hedgerow::audit::detail {

/// Quantities of a pooled table that a model gives, as programs differ: I2 from tau2 or from Q; prediction intervals,
/// mean -+ q root of (tau2 + se^2), with q normal or of t with k - 2 or k - 1 degrees of freedom.
inline constexpr std::array kRefitted{"estimate", "se",    "ci_lb", "ci_ub", "tau2",  "tau",   "q",    "i2",
                                      "i2",       "pi_lb", "pi_lb", "pi_lb", "pi_ub", "pi_ub", "pi_ub"};
inline constexpr std::size_t kFirstPrediction = 9;
using RefitNumbers = std::array<double, kRefitted.size()>;  ///< NaN: the model has no such number

struct Refit {
  std::string method, test;  ///< "DL", "z"
  bool multilevel = false;
  RefitNumbers numbers{};  ///< at the middles of the ranges
  RefitNumbers hidden{};   ///< how far rounding may move each of them

  /// "DL, z"; "three levels, REML, t"
  std::string name() const;
  Range range(std::size_t number) const;
};

/// Half the widths of the ranges that printed effects and their standard errors stand for.
struct HiddenDigits {
  stats::Vector yi, sei;
};
HiddenDigits hidden_digits(const Sheet& sheet, const Analysis& analysis);

/// Every model, with the numbers as they are shown: ratios as such. Models that have no estimate are left out. A model
/// that is not `near` even with four times the room of the first eight draws keeps that of these draws.
std::vector<Refit> refits(
    const Analysis& analysis, const HiddenDigits& digits,
    const std::function<bool(const Refit&)>& near = [](const Refit&) { return true; });
/// The same models on other data, with the room for rounding of the given ones, in their order; a model without an
/// estimate has NaN.
std::vector<Refit> refits_of(const Analysis& changed, const std::vector<Refit>& like);

}  // namespace hedgerow::audit::detail
