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
  std::vector<std::size_t> begun, untouched;
  std::vector<bool> drawn(state.documents.size(), false);
  for (const std::size_t index : drawn_documents(state, stage)) {
    drawn[index] = true;
    const StageState& of = state.stage(state.documents[index], stage);
    if (waits_for_votes(of, true) && vote_of(of, reviewer) == nullptr) list.documents.push_back(index);
  }
  for (const std::size_t index : order) {
    const StageState& of = state.stage(state.documents[index], stage);
    if (of.outcome == Outcome::conflict) ++list.conflicts;
    if (of.outcome == Outcome::unseen) continue;
    if (vote_of(of, reviewer) != nullptr)
      ++list.done;
    else if (!drawn[index] && waits_for_votes(of, false))
      (of.outcome == Outcome::partial ? begun : untouched).push_back(index);
  }
  list.documents.insert(list.documents.end(), begun.begin(), begun.end());
  list.documents.insert(list.documents.end(), untouched.begin(), untouched.end());
  return list;
}

std::vector<std::size_t> drawn_documents(const State& state, Stage stage) {
  std::vector<std::size_t> drawn;
  std::vector<bool> placed(state.documents.size(), false);
  for (const std::int64_t record : state.sample(stage).records) {
    const auto document = state.document_of.find(record);
    if (document == state.document_of.end() || placed[document->second]) continue;
    if (state.stage(state.documents[document->second], stage).outcome == Outcome::unseen) continue;
    placed[document->second] = true;
    drawn.push_back(document->second);
  }
  return drawn;
}

bool waits_for_votes(const StageState& stage, bool drawn) {
  return stage.outcome == Outcome::pending || stage.outcome == Outcome::partial || (drawn && stage.automatic);
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
