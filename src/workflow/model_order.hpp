// The order of a work list by the model: the most promising documents first.
//
// The model learns from documents whose stage is decided, never from single votes: so every reviewer gets the same
// order, and no order tells how a colleague voted. Documents that a colleague has begun still come first (work_list).
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/expected.hpp"
#include "screening/rank.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

class ModelOrder {
 public:
  explicit ModelOrder(Stage stage) : stage_(stage) {}

  /// All documents: undecided ones by the model, then the others. Features are made at the first call, and again when
  /// documents came; a further call costs some milliseconds. Errors: those of the store.
  Expected<std::vector<std::size_t>> order(const ReviewStore& review);

 private:
  Checked add_texts(const ReviewStore& review);

  Stage stage_;
  screening::Screener screener_;
  std::vector<std::int64_t> kept_;                           ///< per number of the screener
  std::unordered_map<std::int64_t, std::size_t> number_of_;  ///< kept record -> number
};

}  // namespace hedgerow::workflow
