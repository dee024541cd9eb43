// Duplicates in a review: the records of the store compared, the answers as events of its log.
//
// A new search is compared with everything seen before. What was decided stays decided: pairs that people linked stay
// linked, pairs that they called different (or whose link they took back) are never linked by a score again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "dedup/dedup.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

/// A pair of records that a person should decide on.
struct Question {
  std::int64_t first = 0, second = 0;  ///< ids of records
  double score = 0;
  std::string reason;
};

struct DedupPlan {
  std::vector<store::Event> links;  ///< to append: new automatic links, the most certain first
  std::vector<Question> questions;  ///< between documents that are still apart, the most likely first
  std::size_t records = 0;
  std::size_t documents_before = 0, documents_after = 0;
};

/// Compares all records of the review. `options.known` and `options.new_from` are filled in from the log. Errors: those
/// of the store.
Expected<DedupPlan> plan_dedup(const ReviewStore& review, const std::string& author, dedup::Options options,
                               Progress& progress);

/// A person's word on a pair. Errors: no such record, twice the same record, something that holds already.
Expected<store::Event> decide_event(const ReviewStore& review, const std::string& author, std::int64_t first,
                                    std::int64_t second, bool same);

}  // namespace hedgerow::workflow
