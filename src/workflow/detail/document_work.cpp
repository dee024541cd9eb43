#include "workflow/detail/document_work.hpp"

#include <algorithm>

namespace hedgerow::workflow::detail {
namespace {

auto vote_of(std::vector<Decision>& votes, const std::string& reviewer) {
  return std::find_if(votes.begin(), votes.end(), [&](const Decision& vote) { return vote.reviewer == reviewer; });
}

Outcome outcome_of(const std::vector<Decision>& votes, std::size_t needed) {
  if (votes.empty()) return Outcome::pending;
  if (votes.size() < needed) return Outcome::partial;
  const auto all = [&](Vote wanted) {
    return std::all_of(votes.begin(), votes.end(), [&](const Decision& vote) { return vote.vote == wanted; });
  };
  return all(Vote::include) ? Outcome::included : all(Vote::exclude) ? Outcome::excluded : Outcome::conflict;
}

// Of the reasons given by those who exclude, the first in the declared order; an undeclared one comes after them.
std::string main_reason(const std::vector<Decision>& votes, const std::vector<std::string>& order) {
  std::string best;
  std::size_t best_place = order.size() + 1;
  for (const Decision& vote : votes) {
    if (vote.vote != Vote::exclude || vote.reason.empty()) continue;
    const auto place = static_cast<std::size_t>(std::find(order.begin(), order.end(), vote.reason) - order.begin());
    if (place >= best_place) continue;
    best = vote.reason;
    best_place = place;
  }
  return best;
}

}  // namespace

void StageWork::vote(const Decision& decision) {
  withdraw(decision.reviewer);
  votes.push_back(decision);
  if (vote_of(first, decision.reviewer) == first.end()) first.push_back(decision);
}

void StageWork::withdraw(const std::string& reviewer) {
  if (const auto old = vote_of(votes, reviewer); old != votes.end()) votes.erase(old);
}

void StageWork::reopen() {
  votes.clear();
  resolution.reset();
  automatic.reset();
}

StageState finish(const StageWork& work, const StageRule& rule, const std::vector<std::string>& reviewers, bool asked) {
  StageState state;
  state.first = work.first;
  state.resolution = work.resolution;
  for (const Decision& vote : work.votes)
    if (std::find(reviewers.begin(), reviewers.end(), vote.reviewer) != reviewers.end()) state.votes.push_back(vote);
  if (!asked) return state;
  // A referee's word outranks the votes, and one vote of a person outranks a stopping rule.
  if (state.resolution) {
    state.outcome = state.resolution->vote == Vote::include ? Outcome::included : Outcome::excluded;
  } else if (state.votes.empty() && work.automatic) {
    state.outcome = Outcome::excluded;
    state.automatic = true;
    state.reason = work.automatic->reason;
    return state;
  } else {
    state.outcome = outcome_of(state.votes, rule.votes_needed);
  }
  if (state.outcome != Outcome::excluded) return state;
  if (state.resolution) state.reason = state.resolution->reason;
  if (state.reason.empty()) state.reason = main_reason(state.votes, rule.reasons);
  return state;
}

}  // namespace hedgerow::workflow::detail
