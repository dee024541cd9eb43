// What the log of a review knows of the items of PRISMA's checklists: sources, duplicates, screening, flow, extraction,
// appraisal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "review/prisma.hpp"
#include "review/prisma_checklist.hpp"
#include "store/store.hpp"
#include "workflow/plan.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// `standing`: the events that count. `dated`: the log has lived with the review, so that its times tell when exports
/// were read; a log that was made from files a moment ago tells nothing of that.
void add_log_facts(const State& state, std::span<const store::Event> standing, bool dated, review::ProjectFacts& facts);

/// How each planned export was searched: platform, day, strategy. `absent`: files of strategies that are not there.
void add_search_facts(const Plan& plan, const std::vector<std::string>& absent, review::ProjectFacts& facts);

/// The flow by its counts, wherever they are from.
void add_flow_facts(const review::Prisma& prisma, review::ProjectFacts& facts);

}  // namespace hedgerow::workflow
