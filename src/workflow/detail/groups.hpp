// Groups of linked records: connected components of the links, where no group may hold a pair declared different.
//
// Of each pair of records the last word counts: linked, taken back, or different. Links are then applied one by one,
// those of users before those of the program, older ones first; a link that would bring two records together that are
// declared different is left out. So a user's "different" always holds, and of a chain of links the weakest gives way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hedgerow::workflow::detail {

/// The words about pairs of the records 0 to n - 1, in the order in which they were said.
class PairWords {
 public:
  void link(std::size_t a, std::size_t b, bool manual);
  void unlink(std::size_t a, std::size_t b);
  void different(std::size_t a, std::size_t b);

  /// Pairs whose last word is "different", each with its smaller record first, sorted.
  std::vector<std::pair<std::size_t, std::size_t>> different_pairs() const;
  /// Per record, the smallest record of its group. Cost: almost linear in records and links.
  std::vector<std::size_t> groups(std::size_t n) const;

 private:
  enum class Word { none, automatic, manual, different };
  struct Last {
    Word word = Word::none;
    std::size_t when = 0;
  };
  void say(std::size_t a, std::size_t b, Word word);

  std::unordered_map<std::uint64_t, Last> last_;  ///< key: both records, the smaller one in the upper half
  std::size_t said_ = 0;
};

}  // namespace hedgerow::workflow::detail
