#include "workflow/model_order.hpp"

#include <algorithm>

namespace hedgerow::workflow {
namespace {

int relevance(Outcome outcome) { return outcome == Outcome::included ? 1 : outcome == Outcome::excluded ? -1 : 0; }

}  // namespace

// Documents that the screener does not know yet, with the texts of their kept records.
Checked ModelOrder::add_texts(const ReviewStore& review) {
  std::vector<std::int64_t> missing;
  for (const Document& document : review.state.documents)
    if (!number_of_.contains(document.kept)) missing.push_back(document.kept);
  if (missing.empty()) return {};
  std::sort(missing.begin(), missing.end());
  HR_TRY(const std::vector<store::StoredRecord> records, review.store.records());
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

Expected<std::vector<std::size_t>> ModelOrder::order(const ReviewStore& review) {
  HR_CHECK(add_texts(review));
  std::vector<bool> current(kept_.size(), false);
  for (const Document& document : review.state.documents) {
    const std::size_t number = number_of_.at(document.kept);
    current[number] = true;
    const StageState& stage = review.state.stage(document, stage_);
    const int relevant = stage.automatic ? 0 : relevance(stage.outcome);
    if (screener_.label(number).relevant != relevant) screener_.set_label(number, {relevant, 1});
  }
  std::vector<std::size_t> order;
  std::vector<bool> placed(review.state.documents.size(), false);
  for (const screening::Ranked& ranked : screener_.rank()) {
    if (!current[ranked.record]) continue;
    const std::size_t document = review.state.document_of.at(kept_[ranked.record]);
    order.push_back(document);
    placed[document] = true;
  }
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (!placed[i]) order.push_back(i);
  return order;
}

}  // namespace hedgerow::workflow
