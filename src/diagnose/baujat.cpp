#include "diagnose/baujat.hpp"

#include <cmath>

#include "base/missing.hpp"
#include "diagnose/refit.hpp"
#include "diagnose/residuals.hpp"
#include "model/blup.hpp"
#include "model/marginal.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Matrix;
using stats::Vector;

/// Influence of a unit on its own fitted values.
Expected<double> influence_on_fitted(const model::Fit& fit, const Refitter& refitter,
                                     const std::vector<std::size_t>& rows, const infer::Options& inference) {
  HR_TRY(const model::Fit without, refitter.without(rows));
  infer::Options plain = inference;
  plain.btt.reset();
  HR_TRY(const infer::Coefficients tests, infer::coefficients(without, plain));
  const Matrix& x = fit.problem.data().x;
  Vector shift;
  Matrix s(rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    shift.push_back(stats::dot(x.row(rows[i]), without.beta) - stats::dot(x.row(rows[i]), fit.beta));
    const Vector vb_x = stats::multiply(tests.vb, x.row(rows[i]));
    for (std::size_t j = 0; j < rows.size(); ++j) s(i, j) = stats::dot(vb_x, x.row(rows[j]));
  }
  return rows.size() == 1 ? shift[0] * shift[0] / s(0, 0) : squared_distance(s, shift).x2;
}

}  // namespace

Expected<Baujat> baujat(const model::Fit& fit, const infer::Options& inference) {
  if (fit.is_counts())
    return make_error(ErrorCode::not_defined,
                      "a model of counts has no residuals of single effects; ask the two-level model of the effects");
  UnitOptions options;
  options.by = fit.is_multilevel() ? Unit::study : Unit::effect;
  HR_TRY(const Units units, units_of(fit, options));
  HR_TRY(const model::Marginal marginal, model::Marginal::create(fit));
  HR_TRY(const Refitter refitter, Refitter::create(fit));
  const Vector fitted = model::fitted_values(fit);
  Baujat out;
  out.labels = units.labels;
  for (const auto& rows : units.rows) {
    Vector e;
    for (const std::size_t i : rows) e.push_back(fit.problem.data().yi[i] - fitted[i]);
    const Matrix m = marginal.block(rows);
    out.x.push_back(rows.size() == 1 ? e[0] * e[0] / m(0, 0) : squared_distance(m, e).x2);
    const Expected<double> y = influence_on_fitted(fit, refitter, rows, inference);
    out.y.push_back(y ? *y : kMissing);
    out.errors.push_back(y ? "" : describe(y.error()));
  }
  return out;
}

Expected<Radial> radial(const model::Fit& fit, bool center, const infer::Options& inference) {
  const model::Data& data = fit.problem.data();
  bool constant = data.p() == 1 && !fit.is_counts();
  for (std::size_t i = 0; constant && i < data.k(); ++i) constant = data.x(i, 0) == 1;
  if (!constant)
    return make_error(
        ErrorCode::not_defined,
        "a radial plot shows one mean of single effects; ask it of a model of effects without moderators");
  HR_TRY(const infer::Coefficients tests, infer::coefficients(fit, inference));
  const Vector m = model::marginal_variances(fit);
  Radial out;
  const double c = center ? tests.beta.front() : 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!(m[i] > 0))
      return make_error(
          ErrorCode::not_defined,
          "effect " + fit.problem.label(i) + " has no variance, so its place in a radial plot is infinite", "vi");
    out.labels.push_back(fit.problem.label(i));
    out.x.push_back(1 / std::sqrt(m[i]));
    out.y.push_back((data.yi[i] - c) / std::sqrt(m[i]));
  }
  out.estimate = tests.beta.front() - c;
  out.ci_lb = tests.ci_lb.front() - c;
  out.ci_ub = tests.ci_ub.front() - c;
  return out;
}

}  // namespace hedgerow::diagnose
