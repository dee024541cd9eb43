// What check-reference prints.
#pragma once

#include <string>
#include <vector>

#include "check_case.hpp"

namespace hedgerow::check {

struct FamilyResult {
  std::string name;
  std::vector<CaseResult> cases;

  std::size_t count(Outcome outcome) const;
  std::size_t not_applicable_steps() const;
  double worst() const;  ///< largest relative error of a number in a passed case
};

/// A line per family, then the failures; with `verbose` also what is unsupported or not applicable, and why.
std::string text_report(const std::vector<FamilyResult>& families, bool verbose);
std::string json_report(const std::vector<FamilyResult>& families);

}  // namespace hedgerow::check
