// The order of a work list by the model: the most promising documents first.
//
// The model learns from documents whose stage is decided, never from single votes: so every reviewer gets the same
// order, and no order tells how a colleague voted. Documents that a colleague has begun still come first (work_list).
//
// The order follows from the texts of the documents and the decisions on them. The last one is kept in a file beside
// the store. A new process reads it in milliseconds, unless a document came or more decisions did than one in a hundred
// of those that it was made from (up to 99 decisions: any); then the model is trained anew. A session that goes on
// trains after every decision, which costs it some milliseconds.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/expected.hpp"
#include "screening/rank.hpp"
#include "workflow/order_file.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

class ModelOrder {
 public:
  explicit ModelOrder(Stage stage) : stage_(stage) {}

  /// All documents: undecided ones by the model, then the others. Features are made when first needed, and again when
  /// documents came; a further call costs some milliseconds. Errors: those of the store.
  Expected<std::vector<std::size_t>> order(const ReviewStore& review);

  /// Where the order of a stage is kept: the path of the store and "-order-abstract" or "-order-fulltext".
  static std::string file_of(const ReviewStore& review, Stage stage);

 private:
  Checked add_texts(const ReviewStore& review);
  Expected<KeptOrder> ranked(const ReviewStore& review);

  Stage stage_;
  screening::Screener screener_;
  std::vector<std::int64_t> kept_;                           ///< per number of the screener
  std::unordered_map<std::int64_t, std::size_t> number_of_;  ///< kept record -> number
  std::string key_;                                          ///< documents of the last call
  std::vector<std::int64_t> included_, excluded_;            ///< and its decisions
  std::vector<std::int64_t> last_;                           ///< its order: kept records
};

}  // namespace hedgerow::workflow
