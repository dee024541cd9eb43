#include "workflow/agreement_step.hpp"

#include <algorithm>
#include <set>

namespace hedgerow::workflow {
namespace {

/// Reviewers with a first vote in the stage: active ones in their order, then removed ones, then others.
std::vector<std::string> voters(const State& state, Stage stage) {
  std::set<std::string> found;
  for (const Document& document : state.documents)
    for (const Decision& vote : state.stage(document, stage).first) found.insert(vote.reviewer);
  std::vector<std::string> out;
  for (const auto* list : {&state.reviewers, &state.removed_reviewers})
    for (const std::string& name : *list)
      if (found.erase(name) > 0) out.push_back(name);
  out.insert(out.end(), found.begin(), found.end());
  return out;
}

template <class Code>
review::Ratings ratings_of(const State& state, Stage stage, std::vector<std::string> classes, const Code& code) {
  review::Ratings out;
  out.classes = std::move(classes);
  out.raters = voters(state, stage);
  for (const Document& document : state.documents) {
    const StageState& votes = state.stage(document, stage);
    if (votes.first.empty()) continue;
    out.items.push_back(std::to_string(document.kept));
    std::vector<int> row(out.raters.size(), review::kNotRated);
    for (const Decision& vote : votes.first) {
      const auto at = std::find(out.raters.begin(), out.raters.end(), vote.reviewer);
      row[static_cast<std::size_t>(at - out.raters.begin())] = code(vote);
    }
    out.codes.push_back(std::move(row));
  }
  return out;
}

/// Reasons of first votes: declared ones first.
std::vector<std::string> used_reasons(const State& state, Stage stage) {
  std::set<std::string> found;
  for (const Document& document : state.documents)
    for (const Decision& vote : state.stage(document, stage).first)
      if (vote.vote == Vote::exclude && !vote.reason.empty()) found.insert(vote.reason);
  std::vector<std::string> out;
  for (const std::string& reason : (stage == Stage::abstract ? state.abstract : state.fulltext).reasons)
    if (found.erase(reason) > 0) out.push_back(reason);
  out.insert(out.end(), found.begin(), found.end());
  return out;
}

}  // namespace

review::Ratings first_votes(const State& state, Stage stage, MaybeIs maybe) {
  std::vector<std::string> classes{"exclude", "include"};
  if (maybe == MaybeIs::its_own) classes = {"exclude", "maybe", "include"};
  const int include = maybe == MaybeIs::its_own ? 2 : 1;
  review::Ratings out = ratings_of(state, stage, classes, [&](const Decision& decision) {
    if (decision.vote == Vote::include) return include;
    if (decision.vote == Vote::exclude) return 0;
    return maybe == MaybeIs::exclude ? 0 : 1;
  });
  if (maybe != MaybeIs::its_own) return out;
  const auto is_maybe = [](const std::vector<int>& row) { return std::find(row.begin(), row.end(), 1) != row.end(); };
  if (std::any_of(out.codes.begin(), out.codes.end(), is_maybe)) return out;
  return first_votes(state, stage, MaybeIs::exclude);  // nobody said maybe: two classes, and their coefficients
}

std::vector<std::pair<std::string, review::Ratings>> first_reasons(const State& state, Stage stage) {
  std::vector<std::pair<std::string, review::Ratings>> out;
  for (const std::string& reason : used_reasons(state, stage))
    out.emplace_back(reason, ratings_of(state, stage, {"no", "yes"}, [&](const Decision& decision) {
                       return decision.vote == Vote::exclude && decision.reason == reason ? 1 : 0;
                     }));
  return out;
}

}  // namespace hedgerow::workflow
