#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "infer/heterogeneity.hpp"
#include "infer/subgroups.hpp"

namespace hedgerow::engine {
namespace {

// Groups of the rows of the model: ids, values of the column, and labels.
struct Grouping {
  std::vector<std::uint32_t> group;
  std::vector<std::string> values;
  std::vector<std::string> labels;
};

// Declared values come first, in their order; then the others in order of appearance.
Expected<Grouping> grouping(const Context& context, const AskSubgroups& ask) {
  const data::Table& table = *context.assembled.table;
  HR_TRY(const std::size_t column, table.column(ask.column));
  Grouping out;
  std::vector<std::string> present;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.missing(i, column))
      return make_error(ErrorCode::input, "the subgroup is missing; exclude the row or give its subgroup",
                        table.where(i, column));
    const std::string value(table.cell(i, column));
    if (std::find(present.begin(), present.end(), value) == present.end()) present.push_back(value);
  }
  for (const auto& [value, label] : ask.labels) {
    if (std::find(present.begin(), present.end(), value) == present.end()) continue;
    out.values.push_back(value);
    out.labels.push_back(label);
  }
  for (const std::string& value : present) {
    if (std::find(out.values.begin(), out.values.end(), value) != out.values.end()) continue;
    out.values.push_back(value);
    out.labels.push_back(value);
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto at = std::find(out.values.begin(), out.values.end(), table.cell(i, column));
    out.group.push_back(static_cast<std::uint32_t>(at - out.values.begin()));
  }
  return out;
}

Block group_block(const Context& context, const infer::Subgroup& group, const std::string& value,
                  const std::string& label, bool separate) {
  Block block;
  block.add("name", value).add("label", label).add("k", static_cast<double>(group.rows.size()));
  block.add("beta", group.estimate).add("se", group.se).add("zval", group.zval).add("pval", group.pval);
  block.add("ci_lb", group.ci_lb).add("ci_ub", group.ci_ub).add("ddf", group.ddf);
  // With common components the fit is that of all rows: its heterogeneity is not the subgroup's.
  if (!separate) return block;
  const model::Fit& fit = group.fit;
  block.add("estimator", fit.method);
  if (fit.is_multilevel()) {
    block.add("sigma2", fit.sigma2).add("s_names", std::get<model::Multilevel>(fit.problem.spec()).s_names);
  } else {
    block.add("tau2", fit.tau2).add("I2_q", infer::i2_from_q(fit.q_e, fit.q_e_df));
    block.add("H2", heterogeneity_shares(context, fit).h2);
  }
  block.add("I2", fit.is_multilevel() ? fit.i2 : heterogeneity_shares(context, fit).i2);
  block.add("QE", fit.q_e).add("QEp", fit.q_e_p).add("QE_df", static_cast<double>(fit.q_e_df));
  return block;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskSubgroups& ask) {
  HR_TRY(const Grouping groups, grouping(context, ask));
  const auto variance = ask.common_tau2 ? infer::SubgroupVariance::common : infer::SubgroupVariance::separate;
  HR_TRY(const infer::Subgroups result,
         infer::subgroups(context.fit.problem, groups.group, groups.labels, variance, context.inference));
  Block block = start_block(context, fmt::format("subgroups by {}, {} variance components", ask.column,
                                                 ask.common_tau2 ? "common" : "separate"));
  std::vector<Block> list;
  for (std::size_t g = 0; g < result.groups.size(); ++g)
    list.push_back(group_block(context, result.groups[g], groups.values[g], groups.labels[g], !ask.common_tau2));
  block.add("groups", std::move(list)).add("QB", result.q_between).add("QBp", result.q_between_p);
  block.add("QB_df", result.q_between_df1).add("QB_df2", result.q_between_df2);
  return block;
}

}  // namespace hedgerow::engine
