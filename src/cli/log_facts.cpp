#include "cli/log_facts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "cli/extraction_facts.hpp"
#include "review/agreement_pair.hpp"
#include "workflow/agreement_step.hpp"
#include "workflow/prisma_step.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

using workflow::Document;
using workflow::Outcome;
using workflow::Stage;
using workflow::State;

bool decided(const workflow::StageState& of) {
  return !of.automatic && (of.outcome == Outcome::included || of.outcome == Outcome::excluded);
}

std::size_t people(const workflow::StageState& of) {
  std::set<std::string> names;
  for (const workflow::Decision& vote : of.votes) names.insert(vote.reviewer);
  if (of.resolution) names.insert(of.resolution->reviewer);
  return names.size();
}

/// First votes of two people; nothing if more or fewer voted. "Maybe" goes on to the next stage, as an inclusion does.
std::optional<std::array<std::size_t, 4>> votes_of_two(const State& state, Stage stage) {
  const review::Ratings ratings = workflow::first_votes(state, stage, workflow::MaybeIs::include);
  if (ratings.raters.size() != 2) return std::nullopt;
  const stats::Matrix counts = review::pair_table(ratings, 0, 1);
  std::array<std::size_t, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::size_t>(counts(1 - i / 2, 1 - i % 2));
  return out;
}

audit::StageFacts stage_facts(const State& state, Stage stage) {
  audit::StageFacts out;
  out.votes = votes_of_two(state, stage);
  out.votes_needed = (stage == Stage::abstract ? state.abstract : state.fulltext).votes_needed;
  for (const Document& document : state.documents) {
    const workflow::StageState& of = state.stage(document, stage);
    out.unread += of.outcome == Outcome::pending && of.first.empty();
    if (!decided(of)) continue;
    ++out.decided;
    out.by_one += people(of) == 1;
    if (of.outcome != Outcome::excluded || !of.reason.empty()) continue;
    if (out.without_reason++ == 0) out.example = document.kept;
  }
  return out;
}

/// included, excluded, or neither of the two, at the last stage that the document reached.
Outcome last_outcome(const Document& document) {
  return document.fulltext.outcome == Outcome::unseen ? document.abstract.outcome : document.fulltext.outcome;
}

bool declared_different(const State& state, std::size_t a, std::size_t b) {
  return std::any_of(state.different.begin(), state.different.end(), [&](const auto& pair) {
    const auto one = state.document_of.find(pair.first), other = state.document_of.find(pair.second);
    if (one == state.document_of.end() || other == state.document_of.end()) return false;
    return (one->second == a && other->second == b) || (one->second == b && other->second == a);
  });
}

std::vector<audit::Twins> twins(const workflow::ReviewStore& review) {
  std::map<std::string, std::size_t> first;
  std::set<std::pair<std::size_t, std::size_t>> told;
  std::vector<audit::Twins> out;
  for (const store::StoredRecord& head : review.heads) {
    const auto document = review.state.document_of.find(head.id);
    if (document == review.state.document_of.end()) continue;
    for (const auto& [name, value] : {std::pair("DOI", head.record.doi), std::pair("PMID", head.record.pmid)}) {
      if (value.empty()) continue;
      const std::string shared = fmt::format("{} {}", name, value);
      const std::size_t one = first.emplace(shared, document->second).first->second, other = document->second;
      if (one == other || declared_different(review.state, one, other) || !told.emplace(one, other).second) continue;
      const Document &a = review.state.documents[one], &b = review.state.documents[other];
      const std::set<Outcome> ends = {last_outcome(a), last_outcome(b)};
      out.push_back({a.kept, b.kept, shared, ends == std::set<Outcome>{Outcome::included, Outcome::excluded}});
    }
  }
  return out;
}

std::vector<std::int64_t> retracted(const workflow::ReviewStore& review) {
  std::vector<std::int64_t> out;
  for (const Document& document : review.state.documents) {
    if (document.fulltext.outcome != Outcome::included) continue;
    const auto marked = [&](std::int64_t record) { return review.head(record).record.retracted; };
    if (std::any_of(document.records.begin(), document.records.end(), marked)) out.push_back(document.kept);
  }
  return out;
}

/// Whether some record has the DOI, PMID or title.
bool found_by_search(const workflow::ReviewStore& review, const std::string& known) {
  const std::string wanted = fold_for_search(known);
  return std::any_of(review.heads.begin(), review.heads.end(), [&](const store::StoredRecord& head) {
    const records::Record& record = head.record;
    // "https://doi.org/10.1000/x" ends with the DOI.
    return (!record.doi.empty() && wanted.ends_with(to_lower(record.doi))) ||
           (!record.pmid.empty() && (wanted == record.pmid || wanted == "pmid " + record.pmid)) ||
           (!record.title.empty() && fold_for_search(record.title) == wanted);
  });
}

/// The files of strategies that can be read; a missing one is the business of the checklists.
std::vector<audit::SearchText> strategies(const std::string& folder, const workflow::Plan& plan) {
  std::vector<audit::SearchText> out;
  for (const workflow::PlannedImport& planned : plan.imports) {
    if (planned.strategy.empty()) continue;
    if (const auto text = read_file(folder + "/" + planned.strategy))
      out.push_back({planned.database, *text, {planned.strategy, 0, "", ""}});
  }
  return out;
}

}  // namespace

Expected<audit::LogFacts> log_facts(const workflow::ReviewStore& review, const workflow::Plan& plan,
                                    const std::string& folder, const audit::Place& place) {
  audit::LogFacts out;
  out.place = place;
  out.abstract = stage_facts(review.state, Stage::abstract);
  out.fulltext = stage_facts(review.state, Stage::fulltext);
  out.twins = twins(review);
  out.retracted = retracted(review);
  out.strategies = strategies(folder, plan);
  const auto events = workflow::standing_events(review.events);
  out.counts = workflow::prisma_of(review.state, events).counts;
  for (const workflow::PlannedImport& planned : plan.imports) {
    out.last_search = std::max(out.last_search, planned.searched);
    if (!planned.searched.empty() && (out.first_search.empty() || planned.searched < out.first_search))
      out.first_search = planned.searched;
  }
  for (const std::string& known : plan.known) out.known.emplace_back(known, found_by_search(review, known));
  HR_TRY(out.extraction, extraction_facts(folder, events));
  for (const store::Event& event : events)
    if (event.kind == "vote" || event.kind == "resolve") out.last_decision = std::max(out.last_decision, event.time);
  out.last_decision = out.last_decision.substr(0, 10);
  return out;
}

}  // namespace hedgerow::cli
