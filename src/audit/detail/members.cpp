#include "audit/detail/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

std::map<std::string, std::size_t> study_rows(const Sheet& studies) {
  std::map<std::string, std::size_t> out;
  for (std::size_t row = 0; row < studies.rows(); ++row) out.emplace(studies.text(row, "study"), row);
  return out;
}

bool at_level(const std::string& value, const std::string& level) {
  if (one_word(value) == one_word(level)) return true;
  const auto number = parse_number(value);
  const std::vector<double> bounds = numbers_in(level);
  if (!number || bounds.empty() || bounds.size() > 2 || level.find_first_of("<>") != std::string::npos) return false;
  return *number >= bounds.front() && *number <= bounds.back();
}

/// Level of each member by one column; empty if a member is at none or at several.
std::vector<std::string> levels_by(const Sheet& studies, const std::string& quantity,
                                   const std::vector<Member>& members, const std::vector<std::string>& levels) {
  const auto rows = study_rows(studies);
  std::vector<std::string> out;
  for (const Member& member : members) {
    const std::string value = studies.text(rows.at(member.study), quantity);
    std::vector<std::string> fits;
    for (const std::string& level : levels)
      if (!value.empty() && at_level(value, level)) fits.push_back(level);
    if (fits.size() != 1) return {};
    out.push_back(fits.front());
  }
  return out;
}

}  // namespace

std::vector<Member> members_of(const Subject& subject, const std::string& outcome) {
  const auto studies = subject.of(SheetKind::studies);
  if (studies.empty()) return {};
  const auto rows = study_rows(*studies.front());
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row) {
      if (pooled->text(row, "outcome") != outcome || pooled->text(row, "members").empty()) continue;
      std::vector<Member> out;
      for (const std::string& name : split(pooled->text(row, "members"), ';')) {
        const auto place = rows.find(std::string(trim(name)));
        if (place == rows.end()) return {};
        const auto n = studies.front()->number(place->second, "n");
        if (!n || !n->is_integer()) return {};
        out.push_back({place->first, std::lround(n->value)});
      }
      return out;
    }
  return {};
}

std::optional<std::vector<Member>> members_at(const Subject& subject, const std::vector<Member>& members,
                                              const std::vector<std::string>& levels, const std::string& level) {
  const auto studies = subject.of(SheetKind::studies);
  if (studies.empty() || members.empty()) return std::nullopt;
  std::vector<std::string> columns = studies.front()->numbered("moderator");
  for (const char* usual : {"sex", "design", "country", "duration", "group"}) columns.emplace_back(usual);
  for (const std::string& quantity : columns) {
    if (!studies.front()->has(quantity)) continue;
    const std::vector<std::string> at = levels_by(*studies.front(), quantity, members, levels);
    if (at.empty()) continue;
    std::vector<Member> out;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (at[i] == level) out.push_back(members[i]);
    return out;
  }
  return std::nullopt;
}

bool feasible(const std::vector<Member>& members, long k, long n) {
  const long extra = k - static_cast<long>(members.size());
  if (members.empty() || extra < 0) return false;
  long rest = n;
  for (const Member& member : members) rest -= member.n;
  // reachable[j]: sums of j further effects.
  std::set<long> sums{0};
  for (long j = 0; j < extra; ++j) {
    std::set<long> next;
    for (const long sum : sums)
      for (const Member& member : members)
        if (sum + member.n <= rest) next.insert(sum + member.n);
    sums = std::move(next);
  }
  return sums.count(rest) > 0;
}

std::vector<std::vector<Member>> feasible_sets(const std::vector<Member>& members, long k, long n) {
  constexpr std::size_t kMost = 12;
  std::vector<std::vector<Member>> out;
  if (members.size() > kMost) return out;
  for (unsigned set = 1; set < (1U << members.size()); ++set) {
    std::vector<Member> some;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (set & (1U << i)) some.push_back(members[i]);
    if (feasible(some, k, n)) out.push_back(std::move(some));
  }
  return out;
}

std::string list(const std::vector<Member>& members) {
  std::vector<std::string> out;
  for (const Member& member : members) out.push_back(fmt::format("{} ({})", member.study, member.n));
  return join(out, ", ");
}

}  // namespace hedgerow::audit::detail
