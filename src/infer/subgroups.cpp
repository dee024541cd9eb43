// Subgroup analysis.
//
//   separate   Q_between = sum_g w_g (b_g - sum w b / sum w)^2 ~ chi2(G - 1),  w_g = 1 / se_g^2
//   common     yi = b_1 + sum_{g > 1} b_g 1[i in g] + ui + ei;  test of b_2 = ... = b_G = 0
//
// Source: borenstein2009, chapter 19.
#include "infer/subgroups.hpp"

#include <fmt/format.h>

#include <limits>

#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Checked check_groups(const model::Problem& problem, const std::vector<std::uint32_t>& group,
                     const std::vector<std::string>& names) {
  const model::Data& data = problem.data();
  if (data.p() != 1 || !data.intercept)
    return make_error(ErrorCode::usage, "a subgroup analysis needs a model without moderators", "subgroups");
  if (group.size() != data.k())
    return make_error(ErrorCode::input,
                      fmt::format("the subgroup factor has {} values for {} effects", group.size(), data.k()),
                      "subgroups");
  if (names.size() < 2)
    return make_error(ErrorCode::usage, "there is one subgroup only: nothing to compare", "subgroups");
  std::vector<std::size_t> count(names.size());
  for (const std::uint32_t g : group) {
    if (g >= names.size())
      return make_error(ErrorCode::input, fmt::format("subgroup id {} has no name", g), "subgroups");
    ++count[g];
  }
  for (std::size_t g = 0; g < names.size(); ++g)
    if (count[g] == 0) return make_error(ErrorCode::input, "subgroup " + names[g] + " has no effect", "subgroups");
  return {};
}

void fill_in(Subgroup& out, const Coefficients& table, std::size_t j) {
  out.estimate = table.beta[j];
  out.se = table.se[j];
  out.zval = table.zval[j];
  out.pval = table.pval[j];
  out.ci_lb = table.ci_lb[j];
  out.ci_ub = table.ci_ub[j];
  out.ddf = table.ddf[j];
}

std::vector<std::vector<std::size_t>> rows_by_group(const std::vector<std::uint32_t>& group, std::size_t groups) {
  std::vector<std::vector<std::size_t>> out(groups);
  for (std::size_t i = 0; i < group.size(); ++i) out[group[i]].push_back(i);
  return out;
}

void between(Subgroups& out) {
  double total = 0;
  double mean = 0;
  for (const Subgroup& g : out.groups) {
    total += 1 / (g.se * g.se);
    mean += g.estimate / (g.se * g.se);
  }
  mean /= total;
  for (const Subgroup& g : out.groups) out.q_between += (g.estimate - mean) * (g.estimate - mean) / (g.se * g.se);
  out.q_between_df1 = static_cast<double>(out.groups.size() - 1);
  out.q_between_df2 = missing;
  out.q_between_p = stats::chi2_upper(out.q_between, out.q_between_df1);
}

Expected<Subgroups> separate(const model::Problem& problem, const std::vector<std::uint32_t>& group,
                             const std::vector<std::string>& names, const Options& options) {
  Subgroups out;
  out.variance = SubgroupVariance::separate;
  auto rows = rows_by_group(group, names.size());
  for (std::size_t g = 0; g < names.size(); ++g) {
    HR_TRY(const model::Problem part, problem.subset(rows[g]));
    auto fitted = model::fit(part);
    if (!fitted.ok()) {
      Error error = fitted.error();
      error.message = "subgroup " + names[g] + ": " + error.message;
      return error;
    }
    HR_TRY(const Coefficients table, coefficients(*fitted, options));
    Subgroup one{.name = names[g], .rows = std::move(rows[g]), .fit = fitted.take()};
    fill_in(one, table, 0);
    out.groups.push_back(std::move(one));
  }
  between(out);
  return out;
}

/// Indicators of the subgroups: all of them, or a constant and all but the first.
stats::Matrix indicators(const std::vector<std::uint32_t>& group, std::size_t groups, bool constant) {
  stats::Matrix x(group.size(), groups);
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (constant) x(i, 0) = 1;
    x(i, group[i]) = 1;
  }
  return x;
}

Expected<Subgroups> common(const model::Problem& problem, const std::vector<std::uint32_t>& group,
                           const std::vector<std::string>& names, const Options& options) {
  Subgroups out;
  out.variance = SubgroupVariance::common;
  std::vector<std::string> contrast_names = names;
  contrast_names.front() = "intrcpt";
  HR_TRY(const model::Problem contrast, problem.with_design(indicators(group, names.size(), true), contrast_names));
  HR_TRY(const model::Problem means, problem.with_design(indicators(group, names.size(), false), names));
  HR_TRY(const model::Fit contrast_fit, model::fit(contrast));
  HR_TRY(const model::Fit means_fit, model::fit(means));
  Options inference = options;
  inference.btt.reset();
  HR_TRY(const Coefficients test, coefficients(contrast_fit, inference));
  HR_TRY(const Coefficients table, coefficients(means_fit, inference));
  auto rows = rows_by_group(group, names.size());
  for (std::size_t g = 0; g < names.size(); ++g) {
    Subgroup one{.name = names[g], .rows = std::move(rows[g]), .fit = means_fit};
    fill_in(one, table, g);
    out.groups.push_back(std::move(one));
  }
  out.q_between = test.q_m;
  out.q_between_p = test.q_m_p;
  out.q_between_df1 = test.q_m_df1;
  out.q_between_df2 = test.q_m_df2;
  return out;
}

}  // namespace

Expected<Subgroups> subgroups(const model::Problem& problem, const std::vector<std::uint32_t>& group,
                              const std::vector<std::string>& names, SubgroupVariance variance,
                              const Options& options) {
  HR_CHECK(check_groups(problem, group, names));
  if (variance == SubgroupVariance::separate) return separate(problem, group, names, options);
  return common(problem, group, names, options);
}

}  // namespace hedgerow::infer
