#include "model/detail/mixed_coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double infinite = std::numeric_limits<double>::infinity();
/// A correlation matrix whose smallest eigenvalue is below this is not one.
constexpr double indefinite = -1e-12;

std::span<const double> part(const Vector& v, std::size_t first, std::size_t count) {
  return {v.data() + first, count};
}

bool grows_with_square(Structure s) { return s == Structure::spgau || s == Structure::sprat; }

/// CAR: correlations are powers of the time between; in units of the shortest time the exponents are 1 or more.
Structured in_time_units(Structured term, double& unit) {
  if (term.structure != Structure::car) return term;
  unit = StructureCovariance(term).smallest_distance();
  for (std::size_t a = 0; a < term.z.rows(); ++a)
    for (std::size_t j = 0; j < term.z.cols(); ++j) term.z(a, j) /= unit;
  return term;
}

bool all_free(const std::vector<std::optional<double>>& values) {
  return std::none_of(values.begin(), values.end(), [](const auto& v) { return v.has_value(); });
}

}  // namespace

TermCoordinates::TermCoordinates(const Structured& term, std::span<const std::optional<double>> tau2,
                                 std::span<const std::optional<double>> rho)
    : form_(in_time_units(term, time_unit_)), tau2_(tau2.begin(), tau2.end()), rho_(rho.begin(), rho.end()) {
  set_kind(term);
}

void TermCoordinates::set_kind(const Structured& term) {
  const Structure s = term.structure;
  const std::vector<bool> present = term.present();
  for (std::size_t a = 0; a < form_.levels(); ++a)
    if (present[a] && !(form_.heteroscedastic() && tau2_[a] && *tau2_[a] == 0)) active_.push_back(a);
  const std::size_t q = active_.size();
  if (s == Structure::un || s == Structure::gen) {
    bool free = q > 0;
    for (std::size_t i = 0; i < q; ++i) {
      free = free && !tau2_[active_[i]];
      for (std::size_t j = i + 1; j < q; ++j) free = free && !rho_[form_.pair(active_[i], active_[j])];
    }
    if (free) {
      kind_ = Kind::cholesky;
      lower_.assign(q * (q + 1) / 2, -infinite);
      upper_.assign(lower_.size(), infinite);
      return;
    }
  }
  if (s == Structure::cs && q > 1 && all_free(tau2_) && all_free(rho_)) {
    kind_ = Kind::eigenvalues;
    lower_.assign(2, 0.0);
    upper_.assign(2, infinite);
    return;
  }
  const bool no_correlation = s == Structure::id || s == Structure::diag || s == Structure::gdiag;
  kind_ = no_correlation ? Kind::variances : Kind::direct;
  set_direct_bounds(term.lowest_rho());
}

void TermCoordinates::set_direct_bounds(double lowest) {
  for (const auto& t : tau2_) {
    if (t) continue;
    lower_.push_back(0);
    upper_.push_back(infinite);
  }
  for (const auto& r : rho_) {
    if (r) continue;
    const Structure s = form_.structure();
    if (!is_spatial(s)) {
      lower_.push_back(lowest);
      upper_.push_back(1);
      continue;
    }
    growing_ = !tau2_[0];
    const bool compact = s == Structure::splin || s == Structure::spsph;
    lower_.push_back(std::log(form_.smallest_distance() * (compact ? 1.0 : 0.05)));
    // Beyond, the likelihood differs from its limit by less than rounding does.
    upper_.push_back(std::log(form_.largest_distance() * (grows_with_square(s) ? 3e3 : 1e7)));
  }
}

std::optional<std::size_t> TermCoordinates::range_coordinate() const {
  if (!is_spatial(form_.structure()) || rho_[0]) return std::nullopt;
  return size() - 1;
}

Vector TermCoordinates::at_infinite_range(std::span<const double> at) const {
  Vector out(at.begin(), at.end());
  const double u = std::exp(out.back()) / form_.largest_distance();
  if (growing_) out[0] *= growth(std::exp(out.back())) / (grows_with_square(form_.structure()) ? u * u : u);
  out.back() = upper_.back();
  return out;
}

double TermCoordinates::growth(double range) const {
  if (!growing_) return 1;
  const double u = range / form_.largest_distance();
  return 1 + (grows_with_square(form_.structure()) ? u * u : u);
}

/// By log range.
double TermCoordinates::growth_slope(double range) const {
  if (!growing_) return 0;
  const double u = range / form_.largest_distance();
  return grows_with_square(form_.structure()) ? 2 * u * u : u;
}

/// `spread`: variances where all levels share one, else standard deviations.
void TermCoordinates::direct_parameters(std::span<const double> at, Vector& spread, Vector& rho) const {
  std::size_t next = 0;
  const bool sd = kind_ == Kind::direct && form_.heteroscedastic();
  for (const auto& t : tau2_) spread.push_back(t ? (sd ? std::sqrt(*t) : *t) : at[next++]);
  for (const auto& r : rho_) {
    if (!r)
      rho.push_back(is_spatial(form_.structure()) ? std::exp(at[next++]) : at[next++]);
    else
      rho.push_back(form_.structure() == Structure::car ? std::pow(*r, time_unit_) : *r);
  }
}

TermPoint TermCoordinates::cholesky_point(std::span<const double> at) const {
  const std::size_t n = form_.levels(), q = active_.size();
  Matrix l(q, q);
  for (std::size_t i = 0, next = 0; i < q; ++i)
    for (std::size_t j = 0; j <= i; ++j) l(i, j) = at[next++];
  TermPoint out;
  out.g = Matrix(n, n);
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j)
      for (std::size_t h = 0; h <= std::min(i, j); ++h) out.g(active_[i], active_[j]) += l(i, h) * l(j, h);
  for (std::size_t i = 0; i < q; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      Matrix d(n, n);
      for (std::size_t b = j; b < q; ++b) {
        d(active_[i], active_[b]) += l(b, j);
        d(active_[b], active_[i]) += l(b, j);
      }
      out.dg.push_back(std::move(d));
    }
  }
  return out;
}

/// G = a (I - J / q) + b J / q.
TermPoint TermCoordinates::eigenvalue_point(std::span<const double> at) const {
  const std::size_t n = form_.levels();
  const auto q = static_cast<double>(active_.size());
  TermPoint out;
  out.g = Matrix(n, n);
  out.dg.assign(2, Matrix(n, n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      out.dg[0](a, b) = (a == b ? 1.0 : 0.0) - 1 / q;
      out.dg[1](a, b) = 1 / q;
      out.g(a, b) = at[0] * out.dg[0](a, b) + at[1] * out.dg[1](a, b);
    }
  }
  return out;
}

std::optional<TermPoint> TermCoordinates::direct_point(std::span<const double> at) const {
  Vector spread, rho;
  direct_parameters(at, spread, rho);
  const Structure s = form_.structure();
  if ((s == Structure::un || s == Structure::gen) && active_.size() > 2 &&
      stats::symmetric_eigen(form_.correlation(rho)).values.front() < indefinite)
    return std::nullopt;
  const bool sd = kind_ == Kind::direct && form_.heteroscedastic();
  const double range = rho.empty() ? 1.0 : rho[0];
  const double grown = growing_ ? growth(range) : 1.0;
  const double lambda = spread[0];
  if (growing_) spread[0] *= grown;
  TermPoint all = sd ? form_.point_by_sd(spread, rho) : form_.point(spread, rho);
  TermPoint out;
  out.g = std::move(all.g);
  for (std::size_t a = 0; a < tau2_.size(); ++a)
    if (!tau2_[a]) out.dg.push_back(std::move(all.dg[a]));
  if (growing_) {
    for (std::size_t i = 0; i < out.g.rows() * out.g.cols(); ++i) {
      out.dg[0].data()[i] *= grown;
      all.dg[1].data()[i] *= range;
      all.dg[1].data()[i] += lambda * growth_slope(range) * out.dg[0].data()[i] / grown;
    }
  } else if (range_coordinate()) {
    for (std::size_t i = 0; i < out.g.rows() * out.g.cols(); ++i) all.dg[1].data()[i] *= range;
  }
  for (std::size_t n = 0; n < rho_.size(); ++n)
    if (!rho_[n]) out.dg.push_back(std::move(all.dg[tau2_.size() + n]));
  return out;
}

std::optional<TermPoint> TermCoordinates::point(std::span<const double> at) const {
  if (kind_ == Kind::cholesky) return cholesky_point(at);
  if (kind_ == Kind::eigenvalues) return eigenvalue_point(at);
  return direct_point(at);
}

Vector TermCoordinates::parameters(std::span<const double> at) const {
  if (kind_ == Kind::eigenvalues) {
    const auto q = static_cast<double>(active_.size());
    const double tau2 = (at[1] + (q - 1) * at[0]) / q;
    const double rho = tau2 > 0 ? (at[1] - at[0]) / (at[1] + (q - 1) * at[0]) : 0.0;
    return {tau2, std::clamp(rho, -1 / (q - 1), 1.0)};
  }
  if (kind_ == Kind::cholesky) {
    const Matrix g = cholesky_point(at).g;
    Vector out, rho(rho_.size(), 0.0);
    for (std::size_t a = 0; a < g.rows(); ++a) out.push_back(g(a, a));
    for (std::size_t a = 0; a < g.rows(); ++a) {
      for (std::size_t b = a + 1; b < g.rows(); ++b) {
        const double scale = std::sqrt(g(a, a)) * std::sqrt(g(b, b));
        rho[form_.pair(a, b)] = scale > 0 ? std::clamp(g(a, b) / scale, -1.0, 1.0) : 0.0;
      }
    }
    out.insert(out.end(), rho.begin(), rho.end());
    return out;
  }
  Vector out, rho;
  direct_parameters(at, out, rho);
  if (growing_) out[0] *= growth(rho[0]);
  if (kind_ == Kind::direct && form_.heteroscedastic())
    for (double& sd : out) sd *= sd;
  for (std::size_t a = 0; a < tau2_.size(); ++a) out[a] = tau2_[a].value_or(out[a]);
  if (form_.structure() == Structure::car) rho[0] = rho_[0].value_or(std::pow(rho[0], 1 / time_unit_));
  for (std::size_t n = 0; n < rho.size(); ++n) rho[n] = rho_[n].value_or(rho[n]);
  out.insert(out.end(), rho.begin(), rho.end());
  return out;
}

Vector TermCoordinates::coordinates(std::span<const double> tau2, std::span<const double> rho) const {
  Vector out;
  if (kind_ == Kind::eigenvalues) {
    const auto q = static_cast<double>(active_.size());
    out = {tau2[0] * (1 - rho[0]), tau2[0] * (1 + (q - 1) * rho[0])};
  } else if (kind_ == Kind::cholesky) {
    const std::size_t q = active_.size();
    const Matrix g = form_.covariance(tau2, rho);
    Matrix l(q, q);
    for (std::size_t i = 0; i < q; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = g(active_[i], active_[j]);
        for (std::size_t h = 0; h < j; ++h) sum -= l(i, h) * l(j, h);
        if (i == j)
          l(i, j) = std::sqrt(std::max(sum, 0.0));
        else
          l(i, j) = l(j, j) > 1e-8 * std::sqrt(g(active_[j], active_[j])) ? sum / l(j, j) : 0.0;
        out.push_back(l(i, j));
      }
    }
  } else {
    const bool sd = kind_ == Kind::direct && form_.heteroscedastic();
    for (std::size_t a = 0; a < tau2_.size(); ++a)
      if (!tau2_[a]) out.push_back(sd ? std::sqrt(tau2[a]) : tau2[a] / (growing_ ? growth(rho[0]) : 1.0));
    for (std::size_t n = 0; n < rho_.size(); ++n) {
      if (rho_[n]) continue;
      if (is_spatial(form_.structure()))
        out.push_back(std::log(rho[n]));
      else
        out.push_back(form_.structure() == Structure::car ? std::pow(rho[n], time_unit_) : rho[n]);
    }
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::clamp(out[i], lower_[i], upper_[i]);
  return out;
}

MixedCoordinates::MixedCoordinates(const Problem& problem, const HeldParameters& held) {
  const auto& spec = std::get<Multilevel>(problem.spec());
  const std::size_t components = spec.groups.size();
  sigma2_.assign(held.value.begin(), held.value.begin() + static_cast<std::ptrdiff_t>(components));
  for (std::size_t l = 0; l < components; ++l) {
    if (sigma2_[l]) continue;
    lower_.push_back(0);
    upper_.push_back(infinite);
    direction_.push_back(l);
  }
  std::size_t next = components, direction = components;
  for (const Structured& term : spec.structured) {
    const std::span<const std::optional<double>> all(held.value);
    terms_.emplace_back(term, all.subspan(next, term.tau2_count()),
                        all.subspan(next + term.tau2_count(), term.rho_count()));
    next += term.tau2_count() + term.rho_count();
    first_.push_back(lower_.size());
    for (std::size_t i = 0; i < terms_.back().size(); ++i) {
      lower_.push_back(terms_.back().lower()[i]);
      upper_.push_back(terms_.back().upper()[i]);
      direction_.push_back(direction++);
    }
  }
}

std::optional<MixedPoint> MixedCoordinates::point(const Vector& at) const {
  MixedPoint out;
  std::size_t next = 0;
  for (const auto& s : sigma2_) out.sigma2.push_back(s ? *s : at[next++]);
  for (const TermCoordinates& term : terms_) {
    auto there = term.point(part(at, next, term.size()));
    if (!there) return std::nullopt;
    out.terms.push_back(std::move(*there));
    next += term.size();
  }
  return out;
}

Vector MixedCoordinates::parameters(const Vector& at) const {
  Vector out;
  std::size_t next = 0;
  for (const auto& s : sigma2_) out.push_back(s ? *s : at[next++]);
  for (const TermCoordinates& term : terms_) {
    const Vector values = term.parameters(part(at, next, term.size()));
    out.insert(out.end(), values.begin(), values.end());
    next += term.size();
  }
  return out;
}

Vector MixedCoordinates::coordinates(const Vector& parameters) const {
  Vector out;
  for (std::size_t l = 0; l < sigma2_.size(); ++l)
    if (!sigma2_[l]) out.push_back(std::max(0.0, parameters[l]));
  std::size_t next = sigma2_.size();
  for (const TermCoordinates& term : terms_) {
    const std::size_t variances = term.structure().tau2_count(), correlations = term.structure().rho_count();
    const Vector values =
        term.coordinates(part(parameters, next, variances), part(parameters, next + variances, correlations));
    out.insert(out.end(), values.begin(), values.end());
    next += variances + correlations;
  }
  return out;
}

Matrix MixedCoordinates::bend(const Vector& at, const std::vector<Matrix>& g_score) const {
  Matrix out(size(), size());
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const std::size_t n = terms_[t].size(), from = first_[t];
    double scale = 0;
    for (std::size_t i = 0; i < n; ++i) scale = std::max(scale, std::fabs(at[from + i]));
    for (std::size_t i = 0; i < n; ++i) {
      // Central differences of dG, whose error is far below what a Newton step needs; inside the box.
      Vector low(at.begin() + static_cast<std::ptrdiff_t>(from), at.begin() + static_cast<std::ptrdiff_t>(from + n));
      Vector high(low);
      const double h = 1e-5 * std::max(std::fabs(low[i]), scale > 0 ? 0.1 * scale : 1.0);
      low[i] = std::max(terms_[t].lower()[i], low[i] - h);
      high[i] = std::min(terms_[t].upper()[i], high[i] + h);
      const auto below = terms_[t].point(low), above = terms_[t].point(high);
      if (!below || !above || !(high[i] > low[i])) continue;
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::size_t e = 0; e < g_score[t].rows() * g_score[t].cols(); ++e)
          sum += g_score[t].data()[e] * (above->dg[j].data()[e] - below->dg[j].data()[e]);
        out(from + i, from + j) += 0.5 * sum / (high[i] - low[i]);
        out(from + j, from + i) += 0.5 * sum / (high[i] - low[i]);
      }
    }
  }
  return out;
}

}  // namespace hedgerow::model
