// The PRISMA flow of a review: every box is a question to what its log says now.
//
//   duplicates      = records from databases and registries - documents that they are about
//   records_screened= those documents, not removed, decided by title and abstract
//   ...             (docs/methods/prisma.md has every box)
//
// All identities of PRISMA hold whatever the log says. A record of another method whose document a database has too is
// counted in the database arm alone; a record whose document the previous review has is a duplicate.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "review/prisma.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// The counts. `standing`: the events that count; their `count` events add what no record stands for.
review::Prisma prisma_of(const State& state, std::span<const store::Event> standing);

/// The records behind a box ("records_excluded", "dbr_excluded", "duplicates"), by their ids; of a document the kept
/// one. Errors: a name that is no box of records (with the nearest).
Expected<std::vector<std::int64_t>> records_behind(const State& state, const std::string& box);

}  // namespace hedgerow::workflow
