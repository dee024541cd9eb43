// Linear combinations of coefficients and predictions.
//
//   estimate   L b - rhs,  Var = L Var(b) L'
//   prediction xb +- q sqrt(Var(xb) + tau2), q and the variance by kind (definitions of the kinds in inference.hpp)
//   multilevel tau2 is the variance of a new effect of a new study, or of a new study (infer/detail/between.hpp)
//
// Source: higgins2009 (prediction), riley2011 (k - 2 degrees of freedom), partlett2017 (with Knapp-Hartung).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "infer/detail/between.hpp"
#include "infer/detail/robust_inference.hpp"
#include "infer/detail/wald.hpp"
#include "infer/inference.hpp"
#include "infer/kenward_roger.hpp"
#include "infer/nnf.hpp"
#include "infer/robust_tests.hpp"
#include "infer/small_sample.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct PredictionName {
  const char* text;
  Prediction kind;
};
constexpr std::array<PredictionName, 9> prediction_names{{{"by_test", Prediction::by_test},
                                                          {"z", Prediction::z},
                                                          {"t", Prediction::t},
                                                          {"riley", Prediction::riley},
                                                          {"k_minus_1", Prediction::k_minus_1},
                                                          {"simple", Prediction::simple},
                                                          {"kr", Prediction::kr},
                                                          {"kr_pr", Prediction::kr_pr},
                                                          {"nnf", Prediction::nnf}}};

Checked check_columns(const stats::Matrix& l, const model::Fit& fit, const char* what) {
  if (l.cols() == fit.p() && l.rows() > 0) return {};
  return make_error(ErrorCode::usage,
                    fmt::format("{} is {} x {}; it must have a row or more and {} columns, one for each of: {}", what,
                                l.rows(), l.cols(), fit.p(), join(fit.problem.data().names, ", ")),
                    what);
}

Expected<stats::Vector> full_rhs(std::span<const double> rhs, std::size_t m) {
  if (rhs.empty()) return stats::Vector(m, 0.0);
  if (rhs.size() == 1) return stats::Vector(m, rhs[0]);
  if (rhs.size() == m) return stats::Vector(rhs.begin(), rhs.end());
  return make_error(ErrorCode::usage, fmt::format("rhs has {} values for {} linear combinations", rhs.size(), m),
                    "rhs");
}

/// Degrees of freedom of the prediction interval of a row whose mean has `ddf` (NaN for the normal distribution).
double prediction_df(const model::Fit& fit, Prediction kind, bool normal_test, double ddf) {
  const double estimated = static_cast<double>(parameter_count(fit)) - static_cast<double>(fit.p());
  switch (kind) {
    case Prediction::by_test:
      return normal_test ? missing : ddf;
    case Prediction::z:
    case Prediction::simple:
      return missing;
    case Prediction::t:
      return std::max(1.0, ddf);
    case Prediction::riley:
      return std::max(1.0, ddf - estimated);
    case Prediction::k_minus_1:
    case Prediction::nnf:
      return std::max(1.0, static_cast<double>(fit.problem.cluster_count()) - 1);
    case Prediction::kr:
      return ddf;
    case Prediction::kr_pr:
      return std::max(1.0, ddf - 1);
  }
  HR_ASSERT(false);
}

bool is_kenward_roger(Prediction kind) { return kind == Prediction::kr || kind == Prediction::kr_pr; }

// Coefficients whose error and df are Kenward and Roger's.
Checked adjust_by_kenward_roger(const model::Fit& fit, Coefficients& base) {
  HR_TRY(const KenwardRoger adjusted, kenward_roger(fit));
  base.vb(0, 0) = adjusted.se * adjusted.se;
  base.ddf.front() = adjusted.df;
  base.small_sample.reset();
  base.sandwich.reset();
  return {};
}

}  // namespace

double detail::combined_df(std::span<const double> row, const stats::Vector& ddf) {
  double out = missing;
  for (std::size_t j = 0; j < row.size(); ++j)
    if (row[j] != 0 && !(out <= ddf[j])) out = ddf[j];
  return out;
}

double detail::combined_df(std::span<const double> row, const Coefficients& base) {
  if (base.sandwich) return robust_conf_df(*base.sandwich, row);
  return base.small_sample ? base.small_sample->df(row) : combined_df(row, base.ddf);
}

Expected<Prediction> parse_prediction(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& entry : prediction_names) {
    if (to_lower(text) == entry.text) return entry.kind;
    names.emplace_back(entry.text);
  }
  return make_error(ErrorCode::usage,
                    fmt::format("unknown kind of prediction interval '{}'{}; known are {}", text,
                                did_you_mean(text, names), join(names, ", ")),
                    "prediction");
}

std::string name(Prediction prediction) {
  for (const auto& entry : prediction_names)
    if (entry.kind == prediction) return entry.text;
  HR_ASSERT(false);
}

Expected<Contrasts> contrasts(const model::Fit& fit, const stats::Matrix& l, const Options& options,
                              std::span<const double> rhs) {
  HR_CHECK(check_columns(l, fit, "X"));
  HR_TRY(const stats::Vector offset, full_rhs(rhs, l.rows()));
  HR_TRY(const Coefficients base, coefficients(fit, options));
  if (base.sandwich) return detail::robust_contrasts(base, l, offset, options.level);
  Contrasts out;
  double smallest = missing;
  for (std::size_t r = 0; r < l.rows(); ++r) {
    const double estimate = stats::dot(l.row(r), base.beta) - offset[r];
    const double se = std::sqrt(stats::quadratic_form(base.vb, l.row(r)));
    const double ddf = detail::combined_df(l.row(r), base);
    const double margin = detail::critical_value(options.level, ddf) * se;
    out.estimate.push_back(estimate);
    out.se.push_back(se);
    out.zval.push_back(estimate / se);
    out.pval.push_back(detail::p_value(estimate / se, ddf));
    out.ci_lb.push_back(estimate - margin);
    out.ci_ub.push_back(estimate + margin);
    out.ddf.push_back(ddf);
    if (!(smallest <= ddf)) smallest = ddf;
  }
  const detail::Wald wald = detail::wald_test(l, out.estimate, base, smallest);
  out.q_m = wald.statistic;
  out.q_m_p = wald.pval;
  out.q_m_df1 = static_cast<double>(l.rows());
  out.q_m_df2 = wald.df2;
  return out;
}

stats::Matrix default_prediction_rows(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  const bool one_variance = !fit.is_location_scale() || fit.scale.alpha.size() == 1;
  if (data.p() == 1 && data.intercept && one_variance) return stats::Matrix(1, 1, 1.0);
  return data.x;
}

Expected<Predicted> predict(const model::Fit& fit, const stats::Matrix& x_new, const Options& options,
                            const PredictOptions& prediction) {
  HR_CHECK(check_columns(x_new, fit, "newmods"));
  HR_TRY(Coefficients base, coefficients(fit, options));
  if (is_kenward_roger(prediction.kind)) HR_CHECK(adjust_by_kenward_roger(fit, base));
  const bool normal = !base.sandwich && std::isnan(base.ddf.front());
  if (normal) base.ddf = degrees_of_freedom(fit, options.dfs);
  HR_TRY(const stats::Vector between, detail::between_variances(fit, x_new, prediction));
  Predicted out;
  for (std::size_t r = 0; r < x_new.rows(); ++r) {
    const double pred = stats::dot(x_new.row(r), base.beta);
    const double variance = stats::quadratic_form(base.vb, x_new.row(r));
    double row_df = detail::combined_df(x_new.row(r), base);
    if (std::isnan(row_df)) row_df = static_cast<double>(fit.k() - fit.p());
    const double mean_df = normal ? missing : row_df;
    const double margin = detail::critical_value(options.level, mean_df) * std::sqrt(variance);
    const double pi_df = prediction_df(fit, prediction.kind, normal, row_df);
    // A common-effect model has no prediction interval, but its next effect varies as much as its mean.
    const double pi_variance =
        std::isnan(between[r]) && !fit.is_multilevel() && !fit.is_location_scale() ? 0 : between[r];
    const double pi_se = std::sqrt(pi_variance + (prediction.kind == Prediction::simple ? 0 : variance));
    const double pi_margin = std::isnan(between[r]) ? missing : detail::critical_value(options.level, pi_df) * pi_se;
    out.pred.push_back(pred);
    out.se.push_back(std::sqrt(variance));
    out.ci_lb.push_back(pred - margin);
    out.ci_ub.push_back(pred + margin);
    out.pi_lb.push_back(pred - pi_margin);
    out.pi_ub.push_back(pred + pi_margin);
    out.pi_se.push_back(pi_se);
    out.ddf.push_back(mean_df);
    out.pi_ddf.push_back(pi_df);
  }
  if (prediction.kind == Prediction::nnf) {
    HR_TRY(const PredictionLimits limits, nnf_prediction(fit, options.level));
    std::fill(out.pi_lb.begin(), out.pi_lb.end(), limits.lb);
    std::fill(out.pi_ub.begin(), out.pi_ub.end(), limits.ub);
    std::fill(out.pi_se.begin(), out.pi_se.end(), missing);
  }
  return out;
}

}  // namespace hedgerow::infer
