// Flags that ask questions after a fit: what counts studies (bias), what refits subsets and permutations (sensitivity),
// predicted effects and covariances (fit).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct BiasExtras {
  std::vector<std::string> fail_safe;
  std::string target, theta, tes_tau2;
  bool excess = false, henmi_copas = false;
  engine::AskFailSafe fsn;
  bool orwin_unweighted = false;
  engine::AskExcessSignificance tes;
};
void add_bias_flags(CLI::App& app, BiasExtras& extras);
/// Errors: a target or theta that is no number.
Expected<std::vector<engine::Question>> extra_bias_questions(const BiasExtras& extras);

struct RefitExtras {
  bool gosh = false, permutation = false, baujat = false, radial = false;
  engine::AskGosh subsets;
  engine::AskPermutation permute;
  engine::AskRadial plot;
};
void add_refit_flags(CLI::App& app, RefitExtras& extras);
std::vector<engine::Question> refit_questions(const RefitExtras& extras);

struct RowExtras {
  bool blup = false;
  std::string vcov;
};
void add_row_flags(CLI::App& app, RowExtras& extras);
std::vector<engine::Question> row_questions(const RowExtras& extras);

}  // namespace hedgerow::cli
