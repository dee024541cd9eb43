// How far screening is: counts of a stage, of each reviewer, and the agreement of their first votes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/state.hpp"

namespace hedgerow::workflow {

struct ReviewerSummary {
  std::string name;
  bool active = true;
  std::size_t include = 0, exclude = 0, maybe = 0;  ///< votes that count
  std::size_t left = 0;                             ///< documents that wait for this reviewer
};

/// Agreement of first votes. A "maybe" is a class of its own.
struct AgreementSummary {
  std::size_t documents = 0;  ///< with first votes of two reviewers or more
  double observed = 0;        ///< mean agreement over pairs of votes
  std::optional<double> ac1;  ///< Gwet's AC1; empty where it is not defined
  std::optional<double> kappa;
  std::string kappa_name;  ///< "Cohen's kappa" for two reviewers, "Fleiss' kappa" for more
};

/// The six outcomes of a stage add up to the number of documents.
struct StageSummary {
  std::size_t unseen = 0, pending = 0, partial = 0, conflict = 0, included = 0, excluded = 0;
  std::size_t automatic = 0;  ///< of the excluded: by a stopping rule
  std::size_t reached() const { return pending + partial + conflict + included + excluded; }
  std::size_t decided() const { return included + excluded; }
  std::vector<std::pair<std::string, std::size_t>> reasons;  ///< of the excluded: the declared order, then the others
  std::vector<ReviewerSummary> reviewers;
  std::optional<AgreementSummary> agreement;
};

StageSummary summarise(const State& state, Stage stage);

/// The number of the outcome that is named.
std::size_t count_of(const StageSummary& summary, Outcome outcome);

}  // namespace hedgerow::workflow
