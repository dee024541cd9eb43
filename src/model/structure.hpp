// Random effects with a covariance structure, ~ inner | outer: rows of one outer group share effects that are
// correlated by their inner level, coordinates or covariates.
//
//   M_ij += [outer_i = outer_j] G(a, b)    a, b the inner levels of rows i and j (GEN: z_i' G z_j)
//
//   CS     G = tau2 (rho, 1 on the diagonal)                     ID, DIAG   CS, HCS with rho = 0
//   HCS    G_ab = sqrt(tau2_a tau2_b) rho                        UN         every variance and correlation free
//   AR     G_ab = tau2 rho^|a - b| by position of the level      HAR        the same with a tau2 per level
//   CAR    G_ab = tau2 rho^|t_a - t_b|, 0 <= rho < 1, t the inner variable
//   SPEXP  tau2 exp(-d / rho)   SPGAU  tau2 exp(-d^2 / rho^2)   SPLIN  tau2 (1 - d / rho) [d < rho]
//   SPRAT  tau2 / (1 + (d / rho)^2)      SPSPH  tau2 (1 - 1.5 d / rho + 0.5 (d / rho)^3) [d < rho]
//   GEN    random coefficients of the columns z, G unstructured  GDIAG      the same, uncorrelated
//
// Source: the definitions of metafor's rma.mv (viechtbauer2010); pinheiro2000 for the spatial ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

enum class Structure { cs, hcs, un, id, diag, ar, har, car, spexp, spgau, splin, sprat, spsph, gen, gdiag };
/// "UN" <-> Structure::un.
Expected<Structure> parse_structure(const std::string& text);
std::string name(Structure structure);
bool is_spatial(Structure structure);

/// One term ~ inner | outer over k rows.
struct Structured {
  Structure structure = Structure::cs;
  std::string inner_name, outer_name;  ///< "outcome", "trial"
  std::vector<std::uint32_t> outer;    ///< k, group of each row, dense from 0
  std::vector<std::uint32_t> inner;    ///< k, index into `levels`; unused for GEN and GDIAG
  std::vector<std::string> levels;     ///< names of the inner levels in their order; for GEN, GDIAG of the columns of z
  /// GEN, GDIAG: k x q covariates with random coefficients. Spatial: levels x d coordinates. CAR: levels x 1 times.
  stats::Matrix z;
  std::vector<std::optional<double>> tau2{};  ///< fixed variances; empty: all estimated
  std::vector<std::optional<double>> rho{};   ///< fixed correlations; empty: all estimated

  /// Number of variances and of correlations (or ranges) that the structure has.
  std::size_t tau2_count() const;
  std::size_t rho_count() const;
  /// Per level: whether it has a row with a random effect. Of GEN and GDIAG all have.
  std::vector<bool> present() const;
  /// Lowest correlation at which G over the levels present is positive semidefinite.
  double lowest_rho() const;
  /// "~outcome | trial".
  std::string label() const { return "~" + inner_name + " | " + outer_name; }
};

/// Variance that a term with covariance g adds to a row.
double effect_variance(const Structured& term, const stats::Matrix& g, std::size_t row);

}  // namespace hedgerow::model
