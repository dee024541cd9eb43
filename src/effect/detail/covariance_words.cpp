// What a sampling covariance rests on, in sentences.
#include "effect/detail/covariance_words.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace hedgerow::effect::detail {
namespace {

std::string correlation_text(const Correlation& rho) {
  return rho.by_level ? "correlations of " + rho.by_level->source
                      : fmt::format("correlation {} (assumed)", format_shortest(rho.value));
}

std::string clusters_text(const CovarianceRules& rules, const stats::BlockMatrix& v) {
  std::size_t dependent = 0;
  std::size_t largest = 1;
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const std::size_t m = v.block(b).size();
    if (m > 1) ++dependent;
    largest = std::max(largest, m);
  }
  const std::string cluster = rules.subgroup.empty() ? rules.cluster : rules.cluster + " and " + rules.subgroup;
  return fmt::format("sampling errors are dependent within {} ({} of {} have more than one effect, at most {})",
                     cluster, dependent, v.blocks(), largest);
}

void describe_groups(const CovarianceRules& rules, const std::string& measure, const ShareSource& source,
                     std::vector<std::string>& out) {
  const std::string columns = rules.grp2.empty() ? rules.grp1 : rules.grp1 + ", " + rules.grp2;
  const auto say = [&](std::size_t rows, const std::string& how) {
    if (rows > 0) out.push_back(fmt::format("effects that share a group ({}), {} rows: {}", columns, rows, how));
  };
  std::string exact = "exact covariance of " + measure + " from the numbers of the groups";
  if (measure == "SMD")
    exact += rules.shared == SharedGroups::pairwise
                 ? ", each d over the SD of its own two groups"
                 : ", as if each d were over the SD of all groups of its cluster (Gleser and Olkin)";
  say(source.exact, exact);
  say(source.weights,
      fmt::format("correlation from the weights {}", rules.w2.empty() ? rules.w1 : rules.w1 + ", " + rules.w2));
  say(source.sizes, "correlation from the sizes of the groups");
  say(source.equal, "correlation as if the groups were equally large (assumed)");
}

}  // namespace

std::vector<std::string> describe_rules(const CovarianceRules& rules, const std::string& measure,
                                        const ShareSource& source, const stats::BlockMatrix& v) {
  std::vector<std::string> out{clusters_text(rules, v)};
  if (!rules.rvars.empty())
    out.push_back(fmt::format("{} from the columns {}", rules.covariances ? "covariances" : "correlations",
                              join(rules.rvars, ", ")));
  if (rules.rho_obs)
    out.push_back(fmt::format("different {}{}: {}", rules.obs, rules.type.empty() ? "" : " of one " + rules.type,
                              correlation_text(*rules.rho_obs)));
  if (rules.rho_type) out.push_back(fmt::format("different {}: {}", rules.type, correlation_text(*rules.rho_type)));
  if (rules.phi && !rules.time1.empty())
    out.push_back(fmt::format("different {}: correlation {}^lag (assumed)", rules.time1, format_shortest(*rules.phi)));
  if (!rules.grp1.empty()) describe_groups(rules, measure, source, out);
  if (rules.rvars.empty() && rules.obs.empty() && rules.type.empty() && rules.time1.empty() && rules.grp1.empty())
    out.push_back("no rule tells the effects of a cluster apart: correlation 1");
  return out;
}

}  // namespace hedgerow::effect::detail
