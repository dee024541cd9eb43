// PRISMA 2020 flow: the counts, and the identities that they must satisfy.
//
//   identified       = database_results + register_results
//   records_screened = identified - duplicates - excluded_automatic - excluded_other - records_pending
//   sought           = records_screened - records_excluded        (where one record is one report)
//   assessed         = sought - notretrieved - pending
//   new_reports      = assessed - sum(excluded) + the same of the other arm - awaiting - ongoing
//   new_studies     <= new_reports
//   total            = previous + new
//
// Source:     Page2021; names as in the CSV of the R package PRISMA2020. Ours beside them: what a review under way has
// not decided yet (pending), what is neither included nor excluded (awaiting, ongoing), and who excluded.
// Conditions: a count that was not given is unknown, and an identity with an unknown count is not checked.
// Units:      a record is a title in a database, a report a document, a study an investigation (it can have several
// reports).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::review {

/// A number for each database, or for each reason of exclusion.
using NamedCounts = std::vector<std::pair<std::string, long>>;

/// A count by name: the names of `prisma_names()`, in that order.
struct Prisma {
  std::vector<std::pair<std::string, long>> counts;
  NamedCounts databases, registers;          ///< records by source
  NamedCounts dbr_excluded, other_excluded;  ///< reports excluded, by main reason

  std::optional<long> find(const std::string& name) const;
};

/// Name of a count, and what it counts in words.
struct PrismaName {
  std::string name;
  std::string words;
};
const std::vector<PrismaName>& prisma_names();

/// Sets a count. Errors: a name that PRISMA 2020 does not have (with the nearest), a negative number, a second value.
Checked set_count(Prisma& prisma, const std::string& name, long count, const std::string& where);

/// An identity that does not hold, in words with its numbers.
struct PrismaProblem {
  std::string message;
};
std::vector<PrismaProblem> check(const Prisma& prisma);

/// Number of identities that could be checked.
int checked_identities(const Prisma& prisma);

/// Which of the four templates the counts ask for.
struct PrismaTemplate {
  bool updated = false;        ///< there is a previous version of the review
  bool other_methods = false;  ///< records came from elsewhere than databases and registers too
};
PrismaTemplate template_of(const Prisma& prisma);

/// Counts from a table with the columns `item` and `count`; "database: PubMed" and "excluded: wrong design" fill the
/// lists.
Expected<Prisma> read_prisma(const data::Table& table);

}  // namespace hedgerow::review
