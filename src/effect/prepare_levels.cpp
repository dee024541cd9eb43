// The step levels: a column as a factor whose levels stand in the order that the user names.
//
// Without it levels are in alphabetical or numerical order (data/formula.hpp). The first level is the reference that
// the coefficients of the others are compared with, and structured random effects list their levels in this order.

#include <algorithm>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Prepared> levels_table(const data::Table& table, const PrepareStep& step) {
  const auto named = step.options.find("levels");
  std::vector<std::string> levels;
  if (named != step.options.end())
    for (const std::string& level : split(named->second, ',')) levels.emplace_back(trim(level));
  if (levels.empty() || std::find(levels.begin(), levels.end(), "") != levels.end())
    return make_error(ErrorCode::usage, "levels needs the levels in their order, as in levels = '2, 1'");
  HR_TRY(data::Table out, table.with_levels(step.columns.at("column"), std::move(levels)));
  return Prepared{std::move(out), {}, {}};
}

}  // namespace

PrepareFamily factor_steps() {
  return {{"levels",
           "a column as a factor with its levels in this order, the reference first",
           {{"column"}},
           {{"column"}},
           {"levels"},
           {},
           nullptr,
           levels_table}};
}

}  // namespace hedgerow::effect::detail
