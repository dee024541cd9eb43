// Duplicates among bibliographic records: which records describe the same document.
//
// Blocking finds candidate pairs, field-wise similarities describe each pair, a calibrated score answers same, ask or
// different, and groups follow from the pairs that are the same (never against a pair that a user called different).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.hpp"
#include "records/record.hpp"

namespace hedgerow::dedup {

enum class Answer { same, ask, different };

/// Two records (indices, first < second) with the probability that they describe one document.
struct Pair {
  std::size_t first = 0, second = 0;
  double score = 0;  ///< calibrated probability, 0 to 1
  Answer answer = Answer::different;
  std::string reason;  ///< "same DOI; title 0.98; year and first page equal", "other DOI", ...
};

/// What users decided before; it wins over every score.
struct Known {
  std::vector<std::pair<std::size_t, std::size_t>> same, different;
};

struct Options {
  double same_from = 0;  ///< thresholds of the score; 0: the calibrated defaults
  double ask_from = 0;
  Known known{};
  /// Records before this index were compared with one another already: only pairs with a record from here on count.
  std::size_t new_from = 0;
  unsigned threads = 0;  ///< 0: as many as the machine has; the result is the same with any number
};

struct Result {
  std::vector<std::size_t> group;  ///< per record: number of its group, from 0 in the order of first records
  std::vector<std::size_t> kept;   ///< per group: the record that stays, the most complete one
  std::vector<Pair> pairs;         ///< those answered same or ask, in the order of their records
  double same_from = 0, ask_from = 0;
};

/// Finds the duplicates. Cost grows almost linearly with the number of records.
Result find_duplicates(std::span<const records::Record> records, const Options& options, Progress& progress);

/// The best value of each field over a group: what a list shows for the group. The sources stay those of `kept`.
records::Record merged(std::span<const records::Record> records, std::span<const std::size_t> members,
                       std::size_t kept);

/// Counts of the usual scoring: of every true group exactly one record has to stay.
struct Score {
  long tp = 0;  ///< surplus records removed
  long fn = 0;  ///< surplus records kept
  long fp = 0;  ///< records removed that should have stayed: a whole group lost counts one
  long tn = 0;  ///< the rest
  double sensitivity() const;
  double specificity() const;
};
/// `removed`: per record; `truth`: number of its true group per record.
Score score(const std::vector<bool>& removed, std::span<const std::size_t> truth);

}  // namespace hedgerow::dedup
