#include "workflow/sample.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "workflow/names.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

constexpr std::uint64_t kDrawStream = 1;

// What can be drawn, and whether it came after the sample was begun.
struct Pool {
  std::vector<std::size_t> unread;   ///< documents
  std::vector<std::size_t> undrawn;  ///< of them those that are not in the sample
  std::size_t came_later = 0;        ///< of the undrawn ones
};

bool came_after(const State& state, const Document& document, std::int64_t event) {
  return std::all_of(document.records.begin(), document.records.end(),
                     [&](std::int64_t record) { return state.imports[state.import_of.at(record)].event > event; });
}

Pool pool_of(const State& state, Stage stage) {
  const RandomSample& sample = state.sample(stage);
  std::vector<bool> drawn(state.documents.size(), false);
  for (const std::size_t index : drawn_documents(state, stage)) drawn[index] = true;
  Pool pool;
  for (std::size_t i = 0; i < state.documents.size(); ++i) {
    if (!is_unread(state.stage(state.documents[i], stage))) continue;
    pool.unread.push_back(i);
    if (drawn[i]) continue;
    pool.undrawn.push_back(i);
    if (sample.event != 0 && came_after(state, state.documents[i], sample.event)) ++pool.came_later;
  }
  return pool;
}

// Unread documents that had no chance to be drawn.
std::size_t outside(const Pool& pool, const RandomSample& sample) {
  const std::size_t left = sample.unread - sample.records.size();
  return std::max(pool.came_later, pool.undrawn.size() - std::min(left, pool.undrawn.size()));
}

bool is_decided(const StageState& stage) {
  return !stage.automatic && (stage.outcome == Outcome::included || stage.outcome == Outcome::excluded);
}

void count_documents(const State& state, Stage stage, StopFigures& figures) {
  for (const Document& document : state.documents) {
    const StageState& of = state.stage(document, stage);
    if (of.outcome == Outcome::unseen) continue;
    ++figures.documents;
    figures.unread += is_unread(of) ? 1U : 0U;
    figures.found += of.outcome == Outcome::included ? 1U : 0U;
    figures.open += of.outcome == Outcome::partial || of.outcome == Outcome::conflict ? 1U : 0U;
  }
}

}  // namespace

bool is_unread(const StageState& stage) { return stage.outcome == Outcome::pending || stage.automatic; }

Expected<store::Event> sample_event(const ReviewStore& review, const SampleRequest& request) {
  const RandomSample& sample = review.state.sample(request.stage);
  Pool pool = pool_of(review.state, request.stage);
  const bool continues =
      sample.event != 0 && pool.came_later == 0 && pool.undrawn.size() == sample.unread - sample.records.size();
  std::vector<std::size_t>& from = continues ? pool.undrawn : pool.unread;
  if (from.empty())
    return make_error(ErrorCode::usage, fmt::format("nothing is left to draw in the stage '{}': every document was "
                                                    "{}",
                                                    name(request.stage), continues ? "read or drawn" : "read"));
  if (request.number < 1 || request.number > from.size())
    return make_error(ErrorCode::usage, fmt::format("{} documents can't be drawn: {} are unread in the stage '{}'",
                                                    request.number, from.size(), name(request.stage)));
  RandomStream random(request.seed, kDrawStream);
  nlohmann::json records = nlohmann::json::array();
  for (std::size_t i = 0; i < request.number; ++i) {
    std::swap(from[i], from[i + random.below(from.size() - i)]);
    records.push_back(review.state.documents[from[i]].kept);
  }
  nlohmann::json detail = {{"records", std::move(records)}, {"unread", from.size()}, {"seed", request.seed}};
  if (continues) detail["continues"] = sample.event;
  store::Event event;
  event.kind = "sample";
  event.author = request.author;
  event.stage = name(request.stage);
  event.detail = detail.dump();
  return event;
}

StopFigures stop_figures(const State& state, Stage stage, double target, double confidence) {
  StopFigures figures;
  count_documents(state, stage, figures);
  figures.state.documents = figures.documents;
  figures.state.read = figures.documents - figures.unread;
  figures.state.found = figures.found;
  figures.state.target = target;
  figures.state.confidence = confidence;
  const RandomSample& sample = state.sample(stage);
  figures.begun = sample.begun;
  screening::RandomDraws draws{figures.unread, figures.found, 0, 0};
  if (sample.event != 0) {
    const std::vector<std::size_t> drawn = drawn_documents(state, stage);
    figures.drawn = drawn.size();
    figures.outside = outside(pool_of(state, stage), sample);
    bool in_order = true;
    for (const std::size_t index : drawn) {
      const StageState& of = state.stage(state.documents[index], stage);
      in_order = in_order && is_decided(of);
      figures.decided += is_decided(of) ? 1U : 0U;
      if (in_order) figures.state.draw_labels.push_back(of.outcome == Outcome::included ? 1 : 0);
    }
    if (figures.outside > 0) figures.state.draw_labels.clear();
    if (figures.outside == 0) {
      draws.unread_before = sample.unread;
      draws.drawn = figures.state.draw_labels.size();
      draws.found =
          static_cast<std::size_t>(std::count(figures.state.draw_labels.begin(), figures.state.draw_labels.end(), 1));
      draws.found_before = figures.found - draws.found;
    }
  }
  figures.state.draws = draws;
  if (figures.unread > 0) figures.enough = screening::draws_to_reach(draws, target, confidence);
  return figures;
}

}  // namespace hedgerow::workflow
