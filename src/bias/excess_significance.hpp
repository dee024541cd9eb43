// Test of excess significance: are more studies significant than their power allows?
//
//   Study i is significant if z_i = (y_i - H0) / root(vi) is beyond the critical value; O of k are. Its power is
//   1 - b_i = P(|Z + d_i / s_i| > c / s_i),  d_i = (theta - H0) / root(vi), s_i^2 = 1 + tau2 / vi:  the power averaged
//   over a normal distribution of true effects is a normal tail again, so nothing is integrated. E = sum of the powers.
//
//   exact  O is compared with the sum of independent trials with these probabilities (Poisson-binomial distribution),
//          computed whole by recursion, so any k can be had
//   chi2   X2 = (O - E)^2 / (E (1 - E / k)), df 1; its signed root for one-sided alternatives
//   binom  O is compared with the binomial distribution of k trials of probability E / k
//
//   The limit estimate is the theta, on the side of H0 where power and mean effect are, at which p = tes_alpha (half of
//   it for each of the two limits of a two-sided test). There is none if p is above tes_alpha already at H0.
//
// Source:     ioannidis2007; exact test: francis2013; definitions of metafor's tes for what is left open there.
// Conditions: two-level or common-effect fit, vi > 0; with moderators theta_i is the fitted value and has no limit.
// Tests:      bias/excess_significance_test.cpp (all subsets by hand; metafor 5.1-12).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

enum class Alternative { two_sided, greater, less };
/// "two.sided", "greater", "less".
Expected<Alternative> parse_alternative(const std::string& text);
std::string name(Alternative alternative);

enum class ExcessTest { exact, chi2, binom };
Expected<ExcessTest> parse_excess_test(const std::string& text);
std::string name(ExcessTest test);

struct ExcessOptions {
  double h0 = 0;                                     ///< null value of the single studies' tests
  Alternative alternative = Alternative::two_sided;  ///< of the single tests
  double alpha = 0.05;                               ///< of the single tests
  std::optional<double> theta{}, tau2{};             ///< default: those of the fit
  std::optional<ExcessTest> test{};                  ///< default: exact if at most 1e6 subsets are at stake, else chi2
  Alternative tes_alternative = Alternative::greater;  ///< of the test of O against E
  double tes_alpha = 0.1;                              ///< of the limit estimate
};

struct ExcessSignificance {
  std::size_t k = 0, observed = 0;  ///< studies, and those that are significant (O)
  double expected = 0;              ///< E
  ExcessTest test = ExcessTest::exact;
  double x2 = 0;  ///< NaN but for chi2
  double pval = 0;
  stats::Vector power;    ///< k
  std::vector<bool> sig;  ///< k
  stats::Vector theta;    ///< one value, or the k fitted values
  double tau2 = 0;
  stats::Vector theta_lim;  ///< one value, two for a two-sided test, none with moderators; NaN: not to be had
};

/// Errors: see Conditions; alpha or tes_alpha outside (0, 1); tau2 negative.
Expected<ExcessSignificance> excess_significance(const model::Fit& fit, const ExcessOptions& options = {});

}  // namespace hedgerow::bias
