#include "workflow/model_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "workflow/names.hpp"
#include "workflow/order_file.hpp"

namespace hedgerow::workflow {
namespace {

// Raised when the program orders the same documents otherwise: orders kept by an older one then count no more.
constexpr int kRevision = 1;

// What the model learns of a document: 1 relevant, -1 not, 0 undecided. Not from what a stopping rule excluded.
int relevance(const StageState& stage) {
  if (stage.automatic) return 0;
  return stage.outcome == Outcome::included ? 1 : stage.outcome == Outcome::excluded ? -1 : 0;
}

// Records never change once they are stored, so the events that brought them stand for their texts.
std::string key_of(const ReviewStore& review, Stage stage) {
  std::string made_from = fmt::format("{} {}\n", kRevision, screening::hedgerow_configuration().name);
  for (const store::Event& event : review.events)
    if (event.kind == "create" || event.kind == "import")
      made_from += fmt::format("{} {} {} {}\n", event.id, event.time, event.author, event.detail);
  for (const Document& document : review.state.documents) {
    made_from += std::to_string(document.kept);
    const int relevant = relevance(review.state.stage(document, stage));
    made_from += relevant > 0 ? "+" : relevant < 0 ? "-" : " ";
  }
  return checksum(made_from);
}

}  // namespace

std::string ModelOrder::file_of(const ReviewStore& review, Stage stage) {
  return review.store.path() + "-order-" + name(stage);
}

// Documents that the screener does not know yet, with the texts of their kept records.
Checked ModelOrder::add_texts(const ReviewStore& review) {
  std::vector<std::int64_t> missing;
  for (const Document& document : review.state.documents)
    if (!number_of_.contains(document.kept)) missing.push_back(document.kept);
  if (missing.empty()) return {};
  std::sort(missing.begin(), missing.end());
  HR_TRY(const std::vector<store::StoredRecord> records, review.store.record_texts());
  std::vector<screening::Text> texts;
  for (const store::StoredRecord& stored : records) {
    if (!std::binary_search(missing.begin(), missing.end(), stored.id)) continue;
    texts.push_back(screening::text_of(stored.record));
    number_of_[stored.id] = kept_.size();
    kept_.push_back(stored.id);
  }
  screener_.add(texts);
  return {};
}

// The undecided documents by the model as it is after the decisions so far.
Expected<std::vector<std::int64_t>> ModelOrder::ranked(const ReviewStore& review) {
  HR_CHECK(add_texts(review));
  std::vector<bool> current(kept_.size(), false);
  for (const Document& document : review.state.documents) {
    const std::size_t number = number_of_.at(document.kept);
    current[number] = true;
    const int relevant = relevance(review.state.stage(document, stage_));
    if (screener_.label(number).relevant != relevant) screener_.set_label(number, {relevant, 1});
  }
  std::vector<std::int64_t> found;
  for (const screening::Ranked& one : screener_.rank())
    if (current[one.record]) found.push_back(kept_[one.record]);
  return found;
}

Expected<std::vector<std::size_t>> ModelOrder::order(const ReviewStore& review) {
  if (std::string key = key_of(review, stage_); key != key_) {
    const bool first = kept_.empty();
    std::optional<std::vector<std::int64_t>> kept;
    if (first) kept = read_order(file_of(review, stage_), key);
    if (!kept) {
      HR_TRY(kept, ranked(review));
      if (first) keep_order(file_of(review, stage_), key, *kept);
    }
    last_ = std::move(*kept);
    key_ = std::move(key);
  }
  std::vector<std::size_t> order;
  std::vector<bool> placed(review.state.documents.size(), false);
  for (const std::int64_t record : last_) {
    const auto document = review.state.document_of.find(record);
    if (document == review.state.document_of.end() || placed[document->second]) continue;
    order.push_back(document->second);
    placed[document->second] = true;
  }
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (!placed[i]) order.push_back(i);
  return order;
}

}  // namespace hedgerow::workflow
