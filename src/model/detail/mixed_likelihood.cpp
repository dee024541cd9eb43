#include "model/detail/mixed_likelihood.hpp"

#include "model/detail/structure_covariance.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {

using stats::Matrix;
using stats::Vector;

MixedEvaluation MixedLikelihood::evaluate_at(const MixedPoint& point, bool derivatives) const {
  HR_ASSERT(point.terms.empty());
  return evaluate(point.sigma2, derivatives);
}

Expected<Matrix> MixedLikelihood::expected_information_at(const MixedPoint& point) const {
  HR_ASSERT(point.terms.empty());
  return expected_information(point.sigma2);
}

MixedPoint mixed_point(const Problem& problem, const Vector& theta) {
  const auto& spec = std::get<Multilevel>(problem.spec());
  MixedPoint out;
  auto next = theta.begin() + static_cast<std::ptrdiff_t>(spec.groups.size());
  out.sigma2.assign(theta.begin(), next);
  for (const Structured& term : spec.structured) {
    const StructureCovariance form(term);
    const auto middle = next + static_cast<std::ptrdiff_t>(term.tau2_count());
    const auto end = middle + static_cast<std::ptrdiff_t>(term.rho_count());
    out.terms.push_back(form.point({next, middle}, {middle, end}));
    next = end;
  }
  HR_ASSERT(next == theta.end());
  return out;
}

double marginal_entry(const Problem& problem, const MixedPoint& point, std::size_t i, std::size_t j) {
  const Data& data = problem.data();
  const auto& spec = std::get<Multilevel>(problem.spec());
  double out = i == j ? data.vi[i] : (data.v ? (*data.v)(i, j) : 0.0);
  for (std::size_t l = 0; l < spec.groups.size(); ++l) {
    const std::uint32_t a = spec.groups[l][i], b = spec.groups[l][j];
    const bool known = l < spec.r.size() && spec.r[l];
    out += point.sigma2[l] * (known ? (*spec.r[l])(a, b) : (a == b ? 1.0 : 0.0));
  }
  for (std::size_t t = 0; t < spec.structured.size(); ++t) {
    const Structured& term = spec.structured[t];
    if (term.outer[i] != term.outer[j]) continue;
    const Matrix& g = point.terms[t].g;
    const bool coefficients = term.structure == Structure::gen || term.structure == Structure::gdiag;
    out +=
        coefficients ? stats::dot(stats::multiply(g, term.z.row(i)), term.z.row(j)) : g(term.inner[i], term.inner[j]);
  }
  return out;
}

}  // namespace hedgerow::model
