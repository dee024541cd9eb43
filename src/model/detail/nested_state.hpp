// What NestedLikelihood keeps between evaluations.
#pragma once

#include "model/detail/nested_likelihood.hpp"

namespace hedgerow::model {

struct LaneLayout;

struct NestedState {
  NestedTree tree;
  Likelihood likelihood = Likelihood::reml;
  std::size_t p = 0;
  std::size_t q = 0;             ///< columns of U = [1 X y]; the intercept of X is not repeated
  bool intercept_first = false;  ///< column 0 of X is the constant
  stats::Vector v;               ///< vi in units, sorted
  std::vector<stats::Vector> u;  ///< columns 1 .. q - 1 of U, sorted, centred within innermost groups
  stats::Vector shift;           ///< per innermost group: what was subtracted from columns 1 .. q - 1
  stats::Vector leaf_sums;       ///< without a row level: packed G0 of each innermost group (or of all rows)
  double leaf_log_det = 0;       ///< without a row level: sum of log v
  stats::Matrix t;               ///< X T = the columns used
  stats::Vector beta_start;      ///< coefficients of the fit with weights 1/vi
  double unit = 1;               ///< power of 4
  double log_det_qtq = 0;        ///< log |Q'Q|, Q = X T
  double heterogeneity = 0;
  FixedEffects fixed;
  std::shared_ptr<const LaneLayout> lane_layout;  ///< for ~ 1 | group/row; v, u and shift are then empty
  std::vector<bool> absorbed;                     ///< per distinct component

  std::size_t packed() const { return q * (q + 1) / 2; }
  /// Column of U that holds column j of the transformed design.
  std::size_t design_column(std::size_t j) const { return intercept_first ? j : j + 1; }
};

/// Running product whose exponent is taken out before it can overflow: log |M| with one logarithm in all.
class ScaledProduct {
 public:
  /// The factors between two calls of normalise() must multiply to a normal double.
  void multiply(double x) { product_ *= x; }
  void normalise();
  double log() const;

 private:
  double product_ = 1;
  long exponent_ = 0;
};

/// Sums that evaluate() takes over a group: blocks of packed symmetric matrices, each followed by one entry for log
/// |M|.
struct SumLayout {
  std::size_t q = 0;
  std::size_t distinct = 0;

  std::size_t block() const { return q * (q + 1) / 2 + 1; }
  std::size_t first(std::size_t m) const { return (1 + m) * block(); }
  std::size_t second(std::size_t m, std::size_t n) const {
    return (1 + distinct + m * distinct - m * (m + 1) / 2 + n) * block();  // m <= n
  }
  std::size_t size() const { return (1 + distinct + distinct * (distinct + 1) / 2) * block(); }
};

/// Position of (i, j), i <= j, in a packed symmetric matrix of order q.
inline std::size_t packed_index(std::size_t q, std::size_t i, std::size_t j) { return i * q - i * (i + 1) / 2 + j; }

/// Totals of the recursion over all rows at variances s: the blocks of SumLayout, and log |M|.
struct NestedTotals {
  stats::Vector sums;
  double log_det = 0;
};

/// Packed sums of w U U' over the leaves below each innermost group, for models without a row level.
void prepare_leaf_sums(stats::Vector& leaf_sums, double& log_det, const NestedTree& tree, std::size_t q,
                       const stats::Vector& v, const std::vector<stats::Vector>& u);

NestedTotals nested_totals(const NestedTree& tree, std::size_t q, const stats::Vector& v,
                           const std::vector<stats::Vector>& u, const stats::Vector& shift,
                           const stats::Vector& leaf_sums, double leaf_log_det, const stats::Vector& s);

}  // namespace hedgerow::model
