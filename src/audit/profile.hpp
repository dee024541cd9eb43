// Profiles: which groups of checks are asked, and what is usual in a field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"

namespace hedgerow::audit {

struct Profile {
  const char* name;
  const char* words;                ///< for whom
  std::vector<std::string> groups;  ///< letters of the groups that are asked; empty: all
  /// Checks whose findings are allowed, with the reason.
  std::vector<std::pair<std::string, std::string>> usual;
};

const std::vector<Profile>& profiles();
std::vector<std::string> profile_names();
/// Null if there is none.
const Profile* find_profile(std::string_view name);

/// Takes what the profile does not ask for out of a report, and allows what is usual.
void apply(const Profile& profile, Report& report);

}  // namespace hedgerow::audit
