// One case of a corpus through the engine.
#pragma once

#include <string>
#include <vector>

#include "compare.hpp"
#include "corpus.hpp"

namespace hedgerow::check {

enum class Outcome { passed, failed, unsupported };

/// A difference with the step that it belongs to ("fit" for the main call).
struct Failure {
  std::string step;
  Difference difference;
};

struct CaseResult {
  std::string id;
  Outcome outcome = Outcome::passed;
  std::vector<Failure> failures;
  std::vector<std::string> unsupported;     ///< reasons: what has no translation, or what the engine says it can't do
  std::vector<std::string> not_applicable;  ///< steps of R code that no Job expresses
  /// Steps compared at the reference's own variance parameters, where the likelihood is as high as at ours.
  std::vector<std::string> at_reference;
  std::size_t numbers = 0;  ///< compared
  double worst = 0;
  bool higher_likelihood = false;  ///< ours is above the reference, so parameters were not compared
};

CaseResult check_case(const std::string& folder, const Json& test_case);

}  // namespace hedgerow::check
