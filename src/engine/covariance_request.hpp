// What makes the sampling errors of effects dependent: the part of a Job from which the matrix V is made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/named_matrix.hpp"

namespace hedgerow::engine {

/// Rules with the names of metafor's vcalc (effect/sampling_covariance.hpp has the formulas), a matrix from a file, or
/// correlations of one sample as in rcalc. Texts are columns of the table; empty: not used.
struct CovarianceRequest {
  std::string cluster;             ///< study: effects of different clusters are independent
  std::string subgroup;            ///< independent samples within a cluster
  std::string obs;                 ///< tells effects of one outcome apart; needs rho
  std::string type;                ///< tells outcomes apart; needs rho
  std::string time1, time2;        ///< times of the two conditions (of both, without time2); need phi
  std::string grp1, grp2, w1, w2;  ///< groups compared and, where they can't be known from the effects, their sizes
  /// One correlation, for different obs or for different types; with both {within a type, between types}.
  std::vector<double> rho;
  std::string rho_obs, rho_type;  ///< files with correlations by level, instead of the numbers of rho
  std::optional<double> phi;
  std::vector<std::string> rvars;  ///< columns with each cluster's matrix; of covariances if the effects have no vi
  std::string file;                ///< of a k x k matrix V, instead of the rules
  /// A matrix that is already in memory; used instead of reading `file`. Not part of the JSON form.
  std::shared_ptr<const data::NamedMatrix> matrix{};
  std::string var1, var2;               ///< effects are correlations of these variables (COR or ZCOR)
  std::string nfun = "min";             ///< common sample size of a cluster's correlations: min, harmonic, mean
  std::string shared = "automatic";     ///< effects that share a group: automatic, exact, pairwise, weights
  std::string not_definite = "refuse";  ///< refuse, nearest, keep
  /// As `matrix`, for rho_obs and rho_type.
  std::shared_ptr<const data::NamedMatrix> rho_obs_matrix{}, rho_type_matrix{};
};

}  // namespace hedgerow::engine
