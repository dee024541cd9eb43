#include "workflow/model_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "workflow/names.hpp"

namespace hedgerow::workflow {
namespace {

// Raised when the program orders the same documents otherwise: orders kept by an older one then count no more.
constexpr int kRevision = 1;
// A kept order may lack one decision in so many.
constexpr std::size_t kDecisionsPerMissing = 100;

// What the model learns of a document: 1 relevant, -1 not, 0 undecided. Not from what a stopping rule excluded.
int relevance(const StageState& stage) {
  if (stage.automatic) return 0;
  return stage.outcome == Outcome::included ? 1 : stage.outcome == Outcome::excluded ? -1 : 0;
}

// Records never change once they are stored, so the events that brought them stand for their texts.
std::string key_of(const ReviewStore& review) {
  std::string made_from = fmt::format("{} {}\n", kRevision, screening::hedgerow_configuration().name);
  for (const store::Event& event : review.events)
    if (event.kind == "create" || event.kind == "import")
      made_from += fmt::format("{} {} {} {}\n", event.id, event.time, event.author, event.detail);
  for (const Document& document : review.state.documents) made_from += std::to_string(document.kept) + " ";
  return checksum(made_from);
}

// The decided documents' kept records.
KeptOrder decided(const State& state, Stage stage) {
  KeptOrder found;
  for (const Document& document : state.documents) {
    const int relevant = relevance(state.stage(document, stage));
    if (relevant != 0) (relevant > 0 ? found.included : found.excluded).push_back(document.kept);
  }
  return found;
}

// Whether the decisions of an order are nearly those of now.
bool is_young(const KeptOrder& kept, const KeptOrder& now) {
  const auto differing = [](std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<std::int64_t> difference;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference));
    return difference.size();
  };
  const std::size_t missing = differing(kept.included, now.included) + differing(kept.excluded, now.excluded);
  return missing * kDecisionsPerMissing <= kept.included.size() + kept.excluded.size();
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
Expected<KeptOrder> ModelOrder::ranked(const ReviewStore& review) {
  HR_CHECK(add_texts(review));
  std::vector<bool> current(kept_.size(), false);
  for (const Document& document : review.state.documents) {
    const std::size_t number = number_of_.at(document.kept);
    current[number] = true;
    const int relevant = relevance(review.state.stage(document, stage_));
    if (screener_.label(number).relevant != relevant) screener_.set_label(number, {relevant, 1});
  }
  KeptOrder found = decided(review.state, stage_);
  for (const screening::Ranked& one : screener_.rank())
    if (current[one.record]) found.order.push_back(kept_[one.record]);
  return found;
}

Expected<std::vector<std::size_t>> ModelOrder::order(const ReviewStore& review) {
  const std::string documents = key_of(review);
  const KeptOrder now = decided(review.state, stage_);
  if (documents != key_ || now.included != included_ || now.excluded != excluded_) {
    const bool first = kept_.empty();
    const std::string file = file_of(review, stage_);
    std::optional<KeptOrder> kept;
    if (first) kept = read_order(file, documents);
    if (!kept || !is_young(*kept, now)) {
      HR_TRY(kept, ranked(review));
      if (first) keep_order(file, documents, *kept);
    }
    last_ = std::move(kept->order);
    key_ = documents;
    included_ = now.included;
    excluded_ = now.excluded;
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
