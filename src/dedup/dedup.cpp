// The whole way from records to groups.
#include "dedup/dedup.hpp"

#include <algorithm>
#include <set>

#include "base/parallel.hpp"
#include "dedup/detail/blocking.hpp"
#include "dedup/detail/complete.hpp"
#include "dedup/detail/groups.hpp"
#include "dedup/detail/model.hpp"

namespace hedgerow::dedup {
namespace {

using detail::Candidate;
using detail::Prepared;

std::vector<Prepared> prepare_all(std::span<const records::Record> records, unsigned threads) {
  std::vector<Prepared> prepared(records.size());
  in_parallel(records.size(), detail::kPiece, threads,
              [&](std::size_t i) { prepared[i] = detail::prepare(records[i]); });
  return prepared;
}

/// The candidates whose score is at least `from`, in their order.
std::vector<Pair> score_pairs(std::span<const Candidate> found, std::span<const Prepared> prepared, double from,
                              unsigned threads) {
  std::vector<double> scores(found.size());
  in_parallel(found.size(), detail::kPiece, threads, [&](std::size_t i) {
    scores[i] = detail::pair_score(detail::compare(prepared[found[i].first], prepared[found[i].second]));
  });
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (scores[i] < from) continue;
    Pair pair;
    pair.first = found[i].first;
    pair.second = found[i].second;
    pair.score = scores[i];
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

/// Same and ask by the thresholds, but for what users decided and for pairs that no weight may call the same.
void answer_pairs(std::vector<Pair>& pairs, std::span<const Prepared> prepared, const Result& result,
                  const Known& known, unsigned threads) {
  std::set<std::pair<std::size_t, std::size_t>> different;
  for (const auto& [a, b] : known.different) different.emplace(std::min(a, b), std::max(a, b));
  in_parallel(pairs.size(), detail::kPiece, threads, [&](std::size_t i) {
    Pair& pair = pairs[i];
    const detail::Comparison compared = detail::compare(prepared[pair.first], prepared[pair.second]);
    pair.reason = detail::reason(compared);
    pair.answer = pair.score >= result.same_from && detail::may_be_same(compared) ? Answer::same : Answer::ask;
    if (different.count({pair.first, pair.second}) > 0) pair.answer = Answer::different;
  });
  std::erase_if(pairs, [](const Pair& pair) { return pair.answer == Answer::different; });
}

std::vector<std::size_t> most_complete(std::span<const records::Record> records, std::span<const std::size_t> group) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (group[i] == kept.size()) {
      kept.push_back(i);
    } else if (detail::completeness(records[i]) > detail::completeness(records[kept[group[i]]])) {
      kept[group[i]] = i;
    }
  }
  return kept;
}

}  // namespace

Result find_duplicates(std::span<const records::Record> records, const Options& options, Progress& progress) {
  Result result;
  result.same_from = options.same_from > 0 ? options.same_from : detail::kSameFrom;
  result.ask_from = std::min(options.ask_from > 0 ? options.ask_from : detail::kAskFrom, result.same_from);

  progress.step("reading fields", 0, 4);
  const std::vector<Prepared> prepared = prepare_all(records, options.threads);
  progress.step("finding candidates", 1, 4);
  const std::vector<Candidate> found = detail::candidates(prepared, options.new_from, options.threads);
  progress.step("comparing pairs", 2, 4);
  result.pairs = score_pairs(found, prepared, result.ask_from, options.threads);
  answer_pairs(result.pairs, prepared, result, options.known, options.threads);

  progress.step("grouping", 3, 4);
  std::vector<Pair> links;
  for (const Pair& pair : result.pairs)
    if (pair.answer == Answer::same) links.push_back(pair);
  result.group = detail::group_records(records.size(), links, options.known, [&prepared](std::size_t a, std::size_t b) {
    return detail::pair_score(detail::compare(prepared[a], prepared[b])) < detail::kClearlyDifferent;
  });
  result.kept = most_complete(records, result.group);
  progress.step("done", 4, 4);
  return result;
}

}  // namespace hedgerow::dedup
