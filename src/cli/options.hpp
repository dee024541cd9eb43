// Flags that several commands share, and the Job that they make.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "cli/convention_flags.hpp"
#include "cli/count_flags.hpp"
#include "cli/covariance_flags.hpp"
#include "cli/interval_flags.hpp"
#include "cli/scale_flags.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

/// Values of the shared flags; a command binds the groups that it needs.
struct Flags {
  std::string file;
  std::string subset;
  std::vector<std::string> prepare;
  std::string yi, vi, sei, ni, slab, measure, vtype, j = "exact", add, to, r;
  std::map<std::string, std::string> arguments;
  bool no_correct = false, drop00 = false;
  std::string continuity = "cells", q_centre = "inverse";
  std::string method = "REML", mods, weights, tau2, sigma2, test = "z", level = "0.95", dfs = "residual", btt;
  std::vector<std::string> random, structure, known, fix;
  std::string robust, cluster, robust_test = "Satterthwaite", conf_test, wald_test = "HTZ";
  std::string working_model, effect_id, subgroup, rho = "0.6";
  CovarianceFlags v;
  IntervalFlags intervals;
  ConventionFlags conventions;
  CountFlags counts;
  ScaleFlags scale;
  bool unweighted = false, drop_redundant = false;
  std::string transf;  ///< the scale of what is shown; empty: that of the measure
  bool json = false;
  std::string output;  ///< -o; empty: standard output
};

void add_data_flags(CLI::App& app, Flags& flags);
void add_effect_flags(CLI::App& app, Flags& flags);
void add_model_flags(CLI::App& app, Flags& flags);
void add_output_flags(CLI::App& app, Flags& flags);
/// --transf of results; `effects` and the plots have flags of this name of their own.
void add_transf_flag(CLI::App& app, Flags& flags);

/// The Job of the flags, without questions. Errors name the flag.
Expected<engine::Job> make_job(const Flags& flags);

}  // namespace hedgerow::cli
