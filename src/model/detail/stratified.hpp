// What Mantel-Haenszel and Peto share: the cells that are pooled, and what follows from the effects of single studies.
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// One table, or one pair of rates (b, d and the totals below unused; t1, t2 the person-times).
struct Stratum {
  double a = 0, b = 0, c = 0, d = 0;
  double t1 = 0, t2 = 0;
  double difference = 0;  ///< of the risks, from the cells as they are pooled or as they were given (add_to_difference)
  double n1() const { return a + b; }
  double n2() const { return c + d; }
  double n() const { return n1() + n2(); }
  double events() const { return a + c; }
  double others() const { return b + d; }
};

/// The cells that are pooled, after drop00, add and to: one per row; `used` is false for a row that is left out.
struct Strata {
  std::vector<Stratum> rows;
  std::vector<bool> used;
  bool rates = false;
};

Strata pooled_strata(const Counts& counts, const CountModel& spec);

/// Error: moderators, or no constant alone. Stratified methods estimate one number.
Checked check_constant_alone(const Data& data, const char* what);

/// Fit statistics and heterogeneity from the effects of single studies: sum (yi - b)^2 / vi. Sets ml, reml, q_e, i2,
/// h2, vt and counts.k_yi.
void summarise_single_studies(Fit& fit);

/// I2 and H2 from q_e with its degrees of freedom; 0 and 1 where there are none.
void heterogeneity_from_q(Fit& fit, double q, int df);

/// Percent weights of the rows in the pooled estimate (`row` in the order of the problem).
stats::Vector mantel_haenszel_weights(const Fit& fit);
stats::Vector peto_weights(const Fit& fit);

Expected<Fit> fit_mantel_haenszel(const Problem& problem);
Expected<Fit> fit_peto(const Problem& problem);

}  // namespace hedgerow::model
