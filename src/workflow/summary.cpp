#include "workflow/summary.hpp"

#include <algorithm>

#include "review/agreement_many.hpp"
#include "review/agreement_pair.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

constexpr double kLevel = 0.95;

void count_outcome(const StageState& of, StageSummary& summary) {
  std::size_t* const counters[] = {&summary.unseen,   &summary.pending,  &summary.partial,
                                   &summary.conflict, &summary.included, &summary.excluded};
  ++*counters[static_cast<std::size_t>(of.outcome)];
  if (of.automatic) ++summary.automatic;
  if (of.outcome != Outcome::excluded || of.reason.empty()) return;
  for (auto& [reason, n] : summary.reasons)
    if (reason == of.reason) {
      ++n;
      return;
    }
  summary.reasons.emplace_back(of.reason, 1);
}

ReviewerSummary count_reviewer(const State& state, Stage stage, const std::string& name) {
  ReviewerSummary summary;
  summary.name = name;
  for (const Document& document : state.documents) {
    const Decision* vote = vote_of(state.stage(document, stage), name);
    if (vote == nullptr) continue;
    ++(vote->vote == Vote::include ? summary.include : vote->vote == Vote::exclude ? summary.exclude : summary.maybe);
  }
  summary.left = work_list(state, stage, name).documents.size();
  return summary;
}

review::Ratings first_votes(const State& state, Stage stage) {
  review::Ratings ratings;
  ratings.classes = {"exclude", "include"};
  ratings.raters = state.reviewers;
  ratings.raters.insert(ratings.raters.end(), state.removed_reviewers.begin(), state.removed_reviewers.end());
  for (const Document& document : state.documents) {
    const std::vector<Decision>& first = state.stage(document, stage).first;
    if (first.size() < 2) continue;
    std::vector<int> codes(ratings.raters.size(), review::kNotRated);
    for (const Decision& vote : first) {
      const auto rater = std::find(ratings.raters.begin(), ratings.raters.end(), vote.reviewer);
      HR_ASSERT(rater != ratings.raters.end());
      codes[static_cast<std::size_t>(rater - ratings.raters.begin())] = vote.vote == Vote::exclude   ? 0
                                                                        : vote.vote == Vote::include ? 1
                                                                                                     : 2;
      if (vote.vote == Vote::maybe && ratings.classes.size() == 2) ratings.classes.emplace_back("maybe");
    }
    ratings.items.push_back(std::to_string(document.kept));
    ratings.codes.push_back(std::move(codes));
  }
  return ratings;
}

std::optional<AgreementSummary> agreement_of(const State& state, Stage stage) {
  const review::Ratings ratings = first_votes(state, stage);
  if (ratings.items.empty()) return std::nullopt;
  AgreementSummary summary;
  summary.documents = ratings.items.size();
  const auto items = review::item_counts(ratings);
  const stats::Matrix weights = review::identity_weights(ratings.classes.size());
  summary.observed = review::mean_agreement(items, weights, kLevel).estimate.value_or(0);
  summary.ac1 = review::gwet_ac(items, weights, kLevel).estimate;
  const bool two = ratings.raters.size() == 2;
  const review::Coefficient kappa = two ? review::cohen_kappa(review::pair_table(ratings, 0, 1), weights, kLevel)
                                        : review::fleiss_kappa(items, weights, kLevel);
  summary.kappa = kappa.estimate;
  summary.kappa_name = kappa.name;
  return summary;
}

}  // namespace

StageSummary summarise(const State& state, Stage stage) {
  StageSummary summary;
  for (const std::string& reason : (stage == Stage::abstract ? state.abstract : state.fulltext).reasons)
    summary.reasons.emplace_back(reason, 0);
  for (const Document& document : state.documents) count_outcome(state.stage(document, stage), summary);
  for (const std::string& name : state.reviewers) summary.reviewers.push_back(count_reviewer(state, stage, name));
  for (const std::string& name : state.removed_reviewers) {
    summary.reviewers.push_back({});
    summary.reviewers.back().name = name;
    summary.reviewers.back().active = false;
  }
  summary.agreement = agreement_of(state, stage);
  return summary;
}

std::size_t count_of(const StageSummary& summary, Outcome outcome) {
  const std::size_t counters[] = {summary.unseen,   summary.pending,  summary.partial,
                                  summary.conflict, summary.included, summary.excluded};
  return counters[static_cast<std::size_t>(outcome)];
}

}  // namespace hedgerow::workflow
