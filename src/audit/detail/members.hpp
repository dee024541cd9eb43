// Which studies stand behind a printed row, and whether its counts can be made of them.
//
// A row of k effects and n participants (summed over effects) of studies with n_i people needs whole numbers k_i >= 1
// with sum k_i = k and sum k_i n_i = n.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/subject.hpp"

namespace hedgerow::audit::detail {

struct Member {
  std::string study;
  long n = 0;
};

/// Studies of an outcome: those of the pooled row's `members`, with their sizes of the studies sheet. Empty if either
/// is not there, or a member has no size.
std::vector<Member> members_of(const Subject& subject, const std::string& outcome);

/// Those of them whose entry in some column of the studies sheet is this level of the moderator: the same word
/// (men and male, women and female are), or a number within the level's range ("60-70 days"). Nothing unless one column
/// puts every member into exactly one of the levels.
std::optional<std::vector<Member>> members_at(const Subject& subject, const std::vector<Member>& members,
                                              const std::vector<std::string>& levels, const std::string& level);

/// Whether k effects can hold n participants, each member with at least one effect.
bool feasible(const std::vector<Member>& members, long k, long n);

/// All sets of members that could, if there are few enough to try.
std::vector<std::vector<Member>> feasible_sets(const std::vector<Member>& members, long k, long n);

/// "A (17), B (25)"
std::string list(const std::vector<Member>& members);

}  // namespace hedgerow::audit::detail
