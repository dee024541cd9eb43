#include "dedup/detail/blocking.hpp"

#include <algorithm>
#include <array>

#include "base/parallel.hpp"
#include "dedup/detail/compare.hpp"
#include "dedup/detail/text_similarity.hpp"

namespace hedgerow::dedup::detail {
namespace {

struct Keyed {
  std::uint64_t key = 0;
  std::uint32_t record = 0;
};

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = (a ^ (b + 0x9E3779B97F4A7C15ULL + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 29;
  return x * 0x94D049BB133111EBULL;
}

/// In how many records each word of a title stands. Counted by the low bits of its hash: two words that fall together
/// only make a key less selective.
class WordCounts {
 public:
  explicit WordCounts(std::span<const Prepared> records) : counts_(std::size_t{1} << kBits, 0) {
    for (const Prepared& record : records)
      for (const TitleForm& form : record.titles)
        for (const Word& word : form.words) ++counts_[slot(word.hash)];
  }
  std::uint32_t operator()(std::uint32_t hash) const { return counts_[slot(hash)]; }

 private:
  static constexpr unsigned kBits = 20;
  static std::size_t slot(std::uint32_t hash) { return hash >> (32 - kBits); }
  std::vector<std::uint32_t> counts_;
};

/// The kinds of keys keep values of different fields apart.
enum Kind : std::uint64_t {
  of_doi = 1,
  of_pmid,
  of_title,
  of_begin,
  of_end,
  of_words,
  of_page,
  of_place,
  of_author,
  of_abstract,
  of_registry
};

class KeyMaker {
 public:
  KeyMaker(const WordCounts& counts, std::vector<Keyed>& keys) : counts_(counts), keys_(keys) {}

  void make(const Prepared& record, std::uint32_t index) {
    index_ = index;
    if (!record.doi.empty()) add(of_doi, hash_text(record.doi));
    if (!record.pmid.empty()) add(of_pmid, hash_text(record.pmid));
    if (!record.registry.empty()) add(of_registry, hash_text(record.registry));
    for (const TitleForm& form : record.titles) add_title(record, form);
    add_places(record);
    if (!record.abstract_sketch.empty())
      for (std::size_t i = 0; i < 8; i += 2)
        add(of_abstract, mix(record.abstract_sketch[i], record.abstract_sketch[i + 1] + i));
  }

 private:
  void add(Kind kind, std::uint64_t value) { keys_.push_back({mix(kind, value), index_}); }

  void add_title(const Prepared& record, const TitleForm& form) {
    const std::string_view plain = form.plain;
    add(of_title, hash_text(plain));
    add(of_begin, hash_text(plain.substr(0, 20)));
    if (plain.size() > 20) add(of_end, hash_text(plain.substr(plain.size() - 20)));
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rare;  // count, hash
    for (const Word& word : form.words)
      if (!word.stop && word.size > 2) rare.emplace_back(counts_(word.hash), word.hash);
    std::sort(rare.begin(), rare.end());
    rare.erase(std::unique(rare.begin(), rare.end()), rare.end());
    // A word of one record alone ties nothing; keep it, for it may be a misspelling, and look behind it.
    const auto shared = std::find_if(rare.begin(), rare.end(), [](const auto& one) { return one.first > 1; });
    rare.erase(rare.begin(), shared);
    if (rare.size() > 5) rare.resize(5);
    for (std::size_t i = 0; i < rare.size(); ++i)
      for (std::size_t j = i + 1; j < rare.size(); ++j)
        add(of_words, mix(std::min(rare[i].second, rare[j].second), std::max(rare[i].second, rare[j].second)));
    if (!rare.empty() && !record.authors.empty())
      for (std::size_t i = 0; i < std::min<std::size_t>(rare.size(), 2); ++i)
        add(of_author, mix(record.authors[0].family, rare[i].second));
  }

  void add_places(const Prepared& record) {
    const std::uint64_t page = record.first_page.empty() ? 0 : hash_text(record.first_page);
    if (page != 0 && !record.authors.empty()) add(of_page, mix(record.authors[0].family, page));
    if (page != 0 && !record.volume.empty()) {
      std::uint64_t place = mix(page, hash_text(record.volume));
      if (!record.last_page.empty()) add(of_place, mix(place, hash_text(record.last_page)));
      for (const std::vector<std::string>& journal : record.journals)
        add(of_place, mix(place, static_cast<unsigned char>(journal[0][0])));
    }
    if (!record.authors.empty() && record.year != 0)
      add(of_author, mix(mix(record.authors[0].family, static_cast<std::uint64_t>(record.year)),
                         record.volume.empty() ? 0 : hash_text(record.volume)));
  }

  const WordCounts& counts_;
  std::vector<Keyed>& keys_;
  std::uint32_t index_ = 0;
};

std::vector<Keyed> all_keys(std::span<const Prepared> records) {
  const WordCounts counts(records);
  std::vector<Keyed> keys;
  keys.reserve(records.size() * 24);
  KeyMaker maker(counts, keys);
  for (std::size_t i = 0; i < records.size(); ++i) maker.make(records[i], static_cast<std::uint32_t>(i));
  std::sort(keys.begin(), keys.end(),
            [](const Keyed& a, const Keyed& b) { return a.key != b.key ? a.key < b.key : a.record < b.record; });
  return keys;
}

const std::string& title_of(const Prepared& record) {
  static const std::string none;
  return record.titles.empty() ? none : record.titles[0].plain;
}

void pair_block(std::span<Keyed> block, std::span<const Prepared> records, std::size_t new_from,
                std::vector<std::uint64_t>& pairs) {
  std::size_t reach = block.size();
  if (block.size() > kLargestBlock) {
    std::stable_sort(block.begin(), block.end(), [&records](const Keyed& a, const Keyed& b) {
      return title_of(records[a.record]) < title_of(records[b.record]);
    });
    reach = kNeighbours;
  }
  for (std::size_t i = 0; i < block.size(); ++i)
    for (std::size_t j = i + 1; j < std::min(block.size(), i + 1 + reach); ++j) {
      const std::uint32_t low = std::min(block[i].record, block[j].record);
      const std::uint32_t high = std::max(block[i].record, block[j].record);
      if (low != high && high >= new_from) pairs.push_back((std::uint64_t{low} << 32) | high);
    }
}

}  // namespace

std::vector<Candidate> candidates(std::span<const Prepared> records, std::size_t new_from, unsigned threads) {
  std::vector<Keyed> keys = all_keys(records);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (i == 0 || keys[i].key != keys[i - 1].key) starts.push_back(i);
  starts.push_back(keys.size());
  std::vector<std::uint64_t> pairs;
  for (std::size_t b = 0; b + 1 < starts.size(); ++b)
    if (starts[b + 1] - starts[b] > 1)
      pair_block(std::span(keys).subspan(starts[b], starts[b + 1] - starts[b]), records, new_from, pairs);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());

  std::vector<char> worth(pairs.size(), 0);
  in_parallel(pairs.size(), kPiece, threads, [&](std::size_t i) {
    worth[i] = worth_comparing(records[pairs[i] >> 32], records[pairs[i] & 0xFFFFFFFF]) ? 1 : 0;
  });
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (worth[i] != 0)
      found.push_back({static_cast<std::uint32_t>(pairs[i] >> 32), static_cast<std::uint32_t>(pairs[i])});
  return found;
}

}  // namespace hedgerow::dedup::detail
