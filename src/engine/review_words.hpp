// Numbers and models in words, in one way throughout the report.
#pragma once

#include <string>
#include <vector>

#include "engine/review_evidence.hpp"
#include "report/document.hpp"

namespace hedgerow::engine {

/// What a report shows of an estimate with its interval; numbers are on the analysis scale, NaN where not defined.
struct Pooled {
  double k = 0, studies = 0;
  double estimate = 0, se = 0, ci_lb = 0, ci_ub = 0, stat = 0, p = 0, ddf = 0;
  double q = 0, q_df = 0, q_p = 0, i2 = 0, i2_q = 0, tau2 = 0;
  double pi_lb = 0, pi_ub = 0;
  stats::Vector sigma2, i2_levels;
  std::vector<std::string> s_names;
  std::vector<std::string> structured;  ///< terms ~ inner | outer: "~ outcome | study: τ² AL 0.033, PD 0.012; ρ 0.61"
};
/// The intercept (or coefficient `j`) of a fit block.
Pooled pooled(const Block& fit, std::size_t j = 0);
/// The pooled result of a job with its number of studies and its first prediction interval; bounds in the order in
/// which they are shown.
Pooled pooled(const ReviewSpec& spec, const Result& result);

/// Back-transformed if the review shows another scale.
double shown_value(const ReviewSpec& spec, double value);
/// Swaps bounds whose shown values stand the other way round: vaccine efficacy falls where the risk ratio rises.
void order_shown(const ReviewSpec& spec, double& lower, double& upper);
/// "0.54"; "NA" for missing.
std::string number_text(const ReviewSpec& spec, double value);
/// "0.54 [0.34, 0.74]".
std::string interval_text(const ReviewSpec& spec, double estimate, double lower, double upper);
/// "p < 0.001", "p = 0.032".
std::string p_text(double p);
/// "0.174", or "study 0.283, study/row 0.000".
std::string variance_text(const Pooled& pooled);
/// "three-level random effects, REML; t test".
std::string model_text(const Job& job);
/// "1 effect", "56 effects".
std::string counted(double count, const std::string& one, const std::string& many);

/// Number of different texts of the study column among the rows of a result.
std::size_t count_studies(const ReviewSpec& spec, const Result& result);

/// A number as a cell: fixed digits for readers, all digits in files.
report::Cell number_cell(double value, int digits);
/// A cell with back-transformed value.
report::Cell effect_cell(const ReviewSpec& spec, double value);
/// "0.54 [0.34, 0.74]" with the estimate as its value.
report::Cell interval_cell(const ReviewSpec& spec, double estimate, double lower, double upper);
report::Cell p_cell(double p);

/// The literature that reports may cite.
const std::vector<report::Reference>& method_references();

}  // namespace hedgerow::engine
