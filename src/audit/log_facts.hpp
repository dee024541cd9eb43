// What the log of a review says about its screening and extraction, for the checks that look at it. The command line
// fills it, because the audit knows nothing of the log itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/finding.hpp"

namespace hedgerow::audit {

struct StageFacts {
  std::size_t votes_needed = 2;
  std::size_t decided = 0;         ///< documents that people decided
  std::size_t by_one = 0;          ///< of them by one person alone
  std::size_t unread = 0;          ///< without any vote, and not set aside
  std::size_t without_reason = 0;  ///< excluded without a reason
  std::int64_t example = 0;        ///< record of such a document
  /// First votes of two people, where only two voted: include-include, include-exclude, exclude-include,
  /// exclude-exclude.
  std::optional<std::array<std::size_t, 4>> votes{};
};

/// Two documents with one identifier.
struct Twins {
  std::int64_t one = 0, other = 0;  ///< records
  std::string shared;               ///< "DOI 10.1000/x"
  bool opposite = false;            ///< one is included and the other excluded
};

/// A search as it was run.
struct SearchText {
  std::string database, text;
  Place place;
};

/// Two extractions of the log.
struct ExtractionFacts {
  std::string one, other;            ///< who extracted
  std::size_t compared = 0;          ///< values
  std::size_t different = 0;         ///< of them
  std::size_t consequential = 0;     ///< differences that change the pooled effect
  std::size_t undecided = 0;         ///< differences, and rows of one alone, that no third person decided
  std::vector<std::string> worst{};  ///< "Smith 2015, sd1i: 4.2 | 42, effect 0.31 -> 0.03", the worst three
};

struct LogFacts {
  Place place;  ///< the store, or the table of decisions
  StageFacts abstract, fulltext;
  std::vector<Twins> twins;
  std::vector<std::int64_t> retracted;  ///< included documents that are marked so, by their kept records
  std::vector<SearchText> strategies;
  std::vector<std::pair<std::string, long>> counts;  ///< of the flow, by the names of PRISMA
  std::string last_search, last_decision;            ///< days, "2026-01-31"; may be empty
  std::string first_search{};
  std::vector<std::pair<std::string, bool>> known{};  ///< studies that the search should find, and whether it did
  std::optional<ExtractionFacts> extraction{};
};

}  // namespace hedgerow::audit
