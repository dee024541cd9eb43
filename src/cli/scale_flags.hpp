// Flags of location-scale models, of intervals of tau2, and of shares of true effects beyond a threshold.
#pragma once

#include <string>
#include <vector>

#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct ScaleFlags {
  std::string formula, link = "log", alpha, att;
};

void add_scale_flags(CLI::App& app, ScaleFlags& flags);
/// Sets ModelRequest::scale and the omnibus test of its coefficients. Errors name the flag.
Checked apply_scale_flags(const ScaleFlags& flags, engine::Job& job);

/// Questions of `fit` beside the fit.
struct VarianceFlags {
  std::vector<std::string> intervals;  ///< kinds of intervals of tau2
  std::string above, below;            ///< thresholds
  std::size_t replicates = 1000, seed = 1;
};

void add_variance_flags(CLI::App& app, VarianceFlags& flags);
Expected<std::vector<engine::Question>> variance_questions(const VarianceFlags& flags);

}  // namespace hedgerow::cli
