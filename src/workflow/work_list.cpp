#include "workflow/work_list.hpp"

#include <algorithm>
#include <numeric>

namespace hedgerow::workflow {

const Decision* vote_of(const StageState& stage, const std::string& reviewer) {
  for (const Decision& vote : stage.votes)
    if (vote.reviewer == reviewer) return &vote;
  return nullptr;
}

WorkList work_list(const State& state, Stage stage, const std::string& reviewer, std::span<const std::size_t> order) {
  std::vector<std::size_t> plain;
  if (order.empty()) {
    plain.resize(state.documents.size());
    std::iota(plain.begin(), plain.end(), std::size_t{0});
    order = plain;
  }
  WorkList list;
  std::vector<std::size_t> untouched;
  for (const std::size_t index : order) {
    const StageState& of = state.stage(state.documents[index], stage);
    if (of.outcome == Outcome::conflict) ++list.conflicts;
    if (of.outcome == Outcome::unseen) continue;
    if (vote_of(of, reviewer) != nullptr)
      ++list.done;
    else if (of.outcome == Outcome::partial)
      list.documents.push_back(index);
    else if (of.outcome == Outcome::pending)
      untouched.push_back(index);
  }
  list.documents.insert(list.documents.end(), untouched.begin(), untouched.end());
  return list;
}

std::vector<std::size_t> conflicts(const State& state, Stage stage) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < state.documents.size(); ++i)
    if (state.stage(state.documents[i], stage).outcome == Outcome::conflict) found.push_back(i);
  return found;
}

Stage current_stage(const Document& document) {
  const bool by_other_methods = document.origin == Origin::website || document.origin == Origin::organisation ||
                                document.origin == Origin::citations;
  return by_other_methods || document.abstract.outcome == Outcome::included ? Stage::fulltext : Stage::abstract;
}

}  // namespace hedgerow::workflow
