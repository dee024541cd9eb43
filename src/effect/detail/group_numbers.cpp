// Groups that several effects share: do their numbers agree?
#include "effect/detail/group_numbers.hpp"

#include <fmt/core.h>

#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::effect::detail {
namespace {

/// What a number says of a group, whichever of the two conditions the group is.
struct Role {
  bool second = false;
  std::string what;
};

/// m1i -> {first, "m"}, sd2i -> {second, "sd"}; the cells of a table of counts are ai, bi and ci, di.
std::optional<Role> role_of(const std::string& name) {
  if (name == "ai" || name == "ci") return Role{name == "ci", "events"};
  if (name == "bi" || name == "di") return Role{name == "di", "non-events"};
  if (name.size() < 3 || name.back() != 'i') return std::nullopt;
  const char condition = name[name.size() - 2];
  if (condition != '1' && condition != '2') return std::nullopt;
  return Role{condition == '2', name.substr(0, name.size() - 2)};
}

using Numbers = std::map<std::string, double>;

Numbers numbers_of(const Record& record, bool second) {
  Numbers out;
  for (const Quantity& quantity : record.inputs) {
    const auto role = role_of(quantity.name);
    if (role && role->second == second && !is_missing(quantity.value)) out[role->what] = quantity.value;
  }
  return out;
}

/// "n 25 and 30", or nothing where all that both rows give is the same.
std::string difference(const Numbers& a, const Numbers& b) {
  for (const auto& [what, value] : a) {
    const auto other = b.find(what);
    if (other != b.end() && other->second != value)
      return fmt::format("{} {} and {}", what, format_shortest(value), format_shortest(other->second));
  }
  return {};
}

struct Seen {
  std::size_t row = 0;
  Numbers numbers;
};
using Arm = std::tuple<std::uint32_t, std::string_view, std::string_view, std::string_view, double>;

/// The group of a condition, and what tells its outcomes and times apart. Without grp2 the second group has no label.
Arm arm_of(const CovarianceColumns& c, std::size_t i, bool second) {
  const auto text = [i](const std::vector<std::string_view>& column) {
    return column.empty() ? std::string_view() : column[i];
  };
  const double time = c.time1.empty() ? 0 : (second ? c.time2 : c.time1)[i];
  return {c.cluster[i], text(second ? c.grp2 : c.grp1), text(c.type), text(c.obs), time};
}

}  // namespace

std::vector<std::string> contradictions(const CovarianceColumns& columns, const Effects& effects,
                                        const BlockNames& names) {
  std::vector<std::string> out;
  if (columns.grp1.empty() || effects.records.size() != columns.cluster.size()) return out;
  std::map<Arm, Seen> seen;
  std::set<Arm> told;
  for (std::size_t i = 0; i < columns.cluster.size(); ++i) {
    for (const bool second : {false, true}) {
      const Arm arm = arm_of(columns, i, second);
      Numbers numbers = numbers_of(effects.records[i], second);
      if (numbers.empty()) continue;
      const auto [first, is_new] = seen.try_emplace(arm, Seen{i, numbers});
      if (is_new) continue;
      const std::string found = difference(first->second.numbers, numbers);
      if (found.empty() || !told.insert(arm).second) continue;
      const std::string_view group = std::get<1>(arm);
      out.push_back(fmt::format(
          "{}:{}: {} of {} has other numbers here than in {} ({}). If these are different outcomes or times, tell them "
          "apart by type, obs or time1; if they are different people, give them different groups",
          names.table.source(), names.table.line(i),
          group.empty() ? std::string("the second group") : fmt::format("group '{}'", group), names.cluster_of(i),
          names.row(first->second.row), found));
    }
  }
  return out;
}

}  // namespace hedgerow::effect::detail
