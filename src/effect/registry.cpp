// The list of families, and the names of all that they hold.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"
#include "effect/mixed.hpp"

namespace hedgerow::effect {
namespace detail {
namespace {

Family join_families() {
  Family all;
  for (const auto make : {mean_difference_family,
                          smd_family,
                          change_family,
                          standardised_change_family,
                          prepost_control_family,
                          two_group_forms,
                          paired_forms,
                          two_by_two_family,
                          association_family,
                          tetrachoric_family,
                          table_to_smd_family,
                          matched_pairs_family,
                          diagnostic_family,
                          hazard_ratio_family,
                          heterozygosity_family,
                          proportion_family,
                          rate_family,
                          single_rate_family,
                          correlation_family,
                          reliability_family,
                          two_group_correlation_family,
                          smd_to_odds_family,
                          common_language_family,
                          regression_correlation_family,
                          explained_variance_family,
                          single_mean_family}) {
    Family family = make();
    std::move(family.begin(), family.end(), std::back_inserter(all));
  }
  return all;
}

bool is_form(const Measure& measure) { return std::islower(static_cast<unsigned char>(measure.name.front())) != 0; }

std::vector<std::string> names_of(bool form) {
  std::vector<std::string> names;
  for (const Measure& measure : registry()) {
    if (is_form(measure) == form) names.emplace_back(measure.name);
  }
  return names;
}

}  // namespace

const Family& registry() {
  static const Family all = join_families();
  return all;
}

Expected<const Measure*> find_measure(const std::string& name) {
  std::vector<std::string> names;
  for (const Measure& measure : registry()) {
    if (measure.name == name) return &measure;
    names.emplace_back(measure.name);
  }
  return make_error(ErrorCode::usage, fmt::format("unknown measure '{}'{}; known are {}", name,
                                                  did_you_mean(name, names), join(names, ", ")));
}

}  // namespace detail

std::vector<std::string> measures() { return detail::names_of(false); }

std::vector<std::string> forms() { return detail::names_of(true); }

}  // namespace hedgerow::effect
