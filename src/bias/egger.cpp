#include "bias/egger.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "infer/robust.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::bias {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::array<std::pair<Predictor, const char*>, 7> kPredictors{{{Predictor::sei, "sei"},
                                                                        {Predictor::vi, "vi"},
                                                                        {Predictor::ni, "ni"},
                                                                        {Predictor::ninv, "ninv"},
                                                                        {Predictor::sqrtni, "sqrtni"},
                                                                        {Predictor::sqrtninv, "sqrtninv"},
                                                                        {Predictor::pr, "pr"}}};

constexpr std::array<std::pair<RegressionModel, const char*>, 4> kModels{{{RegressionModel::rma, "rma"},
                                                                          {RegressionModel::lm, "lm"},
                                                                          {RegressionModel::egger, "egger"},
                                                                          {RegressionModel::multilevel, "multilevel"}}};

template <class Table, class Key>
std::string name_in(const Table& table, Key key) {
  for (const auto& [value, label] : table)
    if (value == key) return label;
  return "";
}

template <class Key, class Table>
Expected<Key> parse_in(const Table& table, const std::string& text, const char* what) {
  std::vector<std::string> names;
  for (const auto& [value, label] : table) {
    if (text == label) return value;
    names.emplace_back(label);
  }
  return make_error(ErrorCode::usage, fmt::format("'{}' is not {}; right would be one of {}{}", text, what,
                                                  join(names, ", "), did_you_mean(text, names)));
}

std::string label_of(const model::Data& data, std::size_t i) {
  return i < data.slab.size() ? data.slab[i] : fmt::format("{}", i + 1);
}

/// A sample size of every effect; `what` names the column in the message.
Expected<Vector> sizes(const model::Data& data, const Vector& n, const char* what, Predictor predictor) {
  if (n.empty())
    return make_error(ErrorCode::not_defined,
                      fmt::format("predictor {} needs {}, which these data don't have; give the "
                                  "column, or use predictor sei",
                                  name(predictor), what));
  for (std::size_t i = 0; i < n.size(); ++i)
    if (!(n[i] > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("predictor {} needs {} > 0 for every effect; effect '{}' has {}", name(predictor),
                                    what, label_of(data, i), is_missing(n[i]) ? "none" : format_shortest(n[i])));
  return n;
}

bool has_only_a_constant(const model::Data& data) {
  if (data.p() != 1) return false;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (data.x(i, 0) != 1) return false;
  return true;
}

/// The intercept is the effect at x = 0; for ni and sqrtni that is the least precise study, not the most precise.
bool limit_is_defined(const model::Data& data, Predictor predictor) {
  return has_only_a_constant(data) && predictor != Predictor::ni && predictor != Predictor::sqrtni;
}

/// The design with the predictor as its last column.
Expected<Matrix> extended_design(const model::Data& data, const Vector& x, Predictor predictor) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  if (!(*high - *low > 1e-12 * std::abs(*high)))
    return make_error(ErrorCode::not_defined,
                      fmt::format("predictor {} is {} for every effect, so asymmetry can't be told from the mean",
                                  name(predictor), format_significant(*high, 6)));
  const std::size_t p = data.p();
  Matrix out(data.k(), p + 1);
  for (std::size_t i = 0; i < data.k(); ++i) {
    std::ranges::copy(data.x.row(i), out.row(i).begin());
    out(i, p) = x[i];
  }
  if (!stats::dependent_columns(out).empty())
    return make_error(ErrorCode::not_defined, fmt::format("predictor {} is a linear combination of the moderators ({})",
                                                          name(predictor), join(data.names, ", ")));
  return out;
}

void set_test_of_last(RegressionTest& out) {
  out.zval = out.fit_zval.back();
  out.pval = out.fit_pval.back();
  out.ddf = out.fit_ddf.back();
}

/// Weighted least squares with weights 1/vi and an estimated dispersion.
Checked fit_lm(RegressionTest& out, const model::Data& data, const Matrix& design, double level) {
  Vector weights(data.k());
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!(data.vi[i] > 0))
      return make_error(ErrorCode::not_defined,
                        fmt::format("effect '{}' has a sampling variance of zero, so its weight 1/vi is infinite; "
                                    "use model rma",
                                    label_of(data, i)));
    weights[i] = 1 / data.vi[i];
  }
  if (data.k() <= design.cols())
    return make_error(ErrorCode::not_defined,
                      fmt::format("model {} needs more than {} effects to estimate its dispersion; there are {}",
                                  out.model, design.cols(), data.k()));
  const auto fit = stats::weighted_least_squares(design, data.yi, weights);
  if (!fit) return make_error(ErrorCode::not_defined, "the regression has no unique solution: its design is singular");
  const auto df = static_cast<double>(data.k() - design.cols());
  const double dispersion = fit->rss / df;
  for (std::size_t c = 0; c < design.cols(); ++c) {
    const double se = std::sqrt(dispersion * fit->xtwx_inv(c, c));
    const double half = stats::interval_quantile(level, df) * se;
    out.fit_coef.push_back(fit->beta[c]);
    out.fit_se.push_back(se);
    out.fit_zval.push_back(fit->beta[c] / se);
    out.fit_pval.push_back(stats::two_sided_p(out.fit_zval[c], df));
    out.fit_ci_lb.push_back(fit->beta[c] - half);
    out.fit_ci_ub.push_back(fit->beta[c] + half);
    out.fit_ddf.push_back(df);
  }
  out.method = "WLS";
  out.tau2 = kMissing;
  return {};
}

/// A table of coefficients of either kind (infer::Coefficients, infer::Robust).
template <class Coefficients>
void take_coefficients(RegressionTest& out, const Coefficients& from) {
  out.fit_coef = from.beta;
  out.fit_se = from.se;
  out.fit_zval = from.zval;
  out.fit_pval = from.pval;
  out.fit_ci_lb = from.ci_lb;
  out.fit_ci_ub = from.ci_ub;
  out.fit_ddf = from.ddf;
}

/// The fit's own model with the predictor among the moderators.
Checked fit_own_model(RegressionTest& out, const model::Fit& fit, Matrix design, const RegressionOptions& options) {
  HR_TRY(const model::Problem problem, fit.problem.with_design(std::move(design), out.fit_names));
  HR_TRY(const model::Fit refit, model::fit(problem));
  out.method = refit.method;
  out.tau2 = refit.is_multilevel() ? kMissing : refit.tau2;
  out.sigma2 = refit.sigma2;
  std::ranges::copy(refit.certificate.warnings, std::back_inserter(out.notes));
  if (options.model == RegressionModel::multilevel) {
    HR_TRY(const infer::Robust table, infer::robust(refit, {.level = options.inference.level}));
    take_coefficients(out, table);
    out.n_clusters = table.n_clusters;
    std::ranges::copy(table.warnings, std::back_inserter(out.notes));
    return {};
  }
  infer::Options inference = options.inference;
  inference.btt.reset();
  HR_TRY(const infer::Coefficients table, infer::coefficients(refit, inference));
  take_coefficients(out, table);
  if (refit.is_multilevel())
    out.notes.emplace_back(
        "The test rests on the random effects alone; model multilevel adds a covariance that is robust to dependence "
        "within studies.");
  return {};
}

Checked check_model(const model::Fit& fit, RegressionModel model) {
  const bool least_squares = model == RegressionModel::lm || model == RegressionModel::egger;
  if (least_squares && fit.is_multilevel())
    return make_error(
        ErrorCode::not_defined,
        fmt::format("model {} takes effects as independent, but this model has several effects per study; use "
                    "model multilevel (the same regression with the random effects and a CR2 test by study)",
                    name(model)));
  if (model == RegressionModel::egger && !has_only_a_constant(fit.problem.data()))
    return make_error(ErrorCode::not_defined,
                      "the classical Egger regression has no moderators; use model lm or rma, which keep them");
  return {};
}

}  // namespace

Expected<Predictor> parse_predictor(const std::string& text) {
  return parse_in<Predictor>(kPredictors, text, "a predictor of the regression test");
}
std::string name(Predictor predictor) { return name_in(kPredictors, predictor); }

Expected<RegressionModel> parse_regression_model(const std::string& text) {
  return parse_in<RegressionModel>(kModels, text, "a model of the regression test");
}
std::string name(RegressionModel model) { return name_in(kModels, model); }

Expected<Vector> predictor_values(const model::Data& data, Predictor predictor) {
  if (predictor == Predictor::vi) return data.vi;
  Vector out(data.k());
  if (predictor == Predictor::sei) {
    std::ranges::transform(data.vi, out.begin(), [](double v) { return std::sqrt(v); });
    return out;
  }
  if (predictor == Predictor::pr) {
    HR_TRY(const Vector n1i, sizes(data, data.n1i, "n1i", predictor));
    HR_TRY(const Vector n2i, sizes(data, data.n2i, "n2i", predictor));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::sqrt(1 / n1i[i] + 1 / n2i[i]);
    return out;
  }
  HR_TRY(const Vector ni, sizes(data, data.ni, "ni", predictor));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool root = predictor == Predictor::sqrtni || predictor == Predictor::sqrtninv;
    const bool inverse = predictor == Predictor::ninv || predictor == Predictor::sqrtninv;
    const double base = root ? std::sqrt(ni[i]) : ni[i];
    out[i] = inverse ? 1 / base : base;
  }
  return out;
}

Expected<RegressionTest> regression_test(const model::Fit& fit, const RegressionOptions& options) {
  const model::Data& data = fit.problem.data();
  HR_CHECK(check_model(fit, options.model));
  HR_TRY(const Vector x, predictor_values(data, options.predictor));
  HR_TRY(Matrix design, extended_design(data, x, options.predictor));
  RegressionTest out;
  out.model = name(options.model);
  out.predictor = name(options.predictor);
  out.k = data.k();
  out.fit_names = data.names;
  out.fit_names.push_back(out.predictor);
  if (options.model == RegressionModel::lm || options.model == RegressionModel::egger) {
    HR_CHECK(fit_lm(out, data, design, options.inference.level));
  } else {
    HR_CHECK(fit_own_model(out, fit, std::move(design), options));
  }
  if (options.model == RegressionModel::egger) out.fit_names = {"slope", "bias"};
  set_test_of_last(out);
  if (is_missing(out.zval) || is_missing(out.pval))
    return make_error(
        ErrorCode::not_defined,
        fmt::format("the coefficient of {} is {} with standard error {} on {} effects, so there is no test: "
                    "the effects lie on a line, or they are too few",
                    out.predictor, format_significant(out.fit_coef.back(), 4), format_significant(out.fit_se.back(), 4),
                    data.k()));
  for (std::size_t c = 0; c < out.fit_pval.size(); ++c)
    if (is_missing(out.fit_pval[c]))
      out.notes.push_back(
          fmt::format("The coefficient of {} has no test: its degrees of freedom are not defined with so "
                      "few effects that carry weight.",
                      out.fit_names[c]));
  const bool limit = limit_is_defined(data, options.predictor);
  out.est = limit ? out.fit_coef[0] : kMissing;
  out.ci_lb = limit ? out.fit_ci_lb[0] : kMissing;
  out.ci_ub = limit ? out.fit_ci_ub[0] : kMissing;
  if (data.k() < 10)
    out.notes.push_back(
        fmt::format("{} effects: with fewer than 10 the test has too little power to be of use.", data.k()));
  return out;
}

}  // namespace hedgerow::bias
