// Flags of `fit` for tests of its coefficients and comparisons with other models.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct TestFlags {
  std::vector<std::string> combinations, terms, compared, compared_random;
  std::string adjust = "none";
  bool vif = false;
};

/// --contrast, --contrast-adjust, --test-term, --compare, --compare-random, --vif.
void add_test_flags(CLI::App& app, TestFlags& flags);

/// Questions about the model of the job; the models compared differ from it in moderators or random effects.
std::vector<engine::Question> test_questions(const TestFlags& flags, const engine::Job& job);

}  // namespace hedgerow::cli
