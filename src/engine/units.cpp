#include "engine/detail/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "data/random.hpp"

namespace hedgerow::engine {
namespace {

using diagnose::UnitOptions;

/// The study's name is its value of the grouping column, not the label of its first effect; where the model joins
/// several of them in one cluster, no value stands for all, and the label of the first effect does.
std::vector<std::string> study_labels(const Context& context) {
  const auto texts = context.assembled.table->texts(study_column(context.job.model));
  if (!texts) return {};
  const std::vector<std::uint32_t> clusters = context.fit.problem.clusters();
  std::vector<std::string> out(context.fit.problem.cluster_count());
  std::vector<bool> seen(out.size(), false);
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    std::string& label = out[clusters[i]];
    if (seen[clusters[i]] && label != (*texts)[i]) return {};
    label = (*texts)[i];
    seen[clusters[i]] = true;
  }
  return out;
}

Expected<UnitOptions> groups_of_column(const Context& context, const std::string& column) {
  HR_TRY(const std::vector<std::string> texts, context.assembled.table->texts(column));
  UnitOptions out;
  out.by = diagnose::Unit::study;
  out.clusters.emplace();
  std::map<std::string, std::uint32_t> ids;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty())
      return make_error(ErrorCode::input, fmt::format("{} has no value in the row of {}; every effect needs one",
                                                      column, context.fit.problem.label(i)));
    const auto [at, inserted] = ids.try_emplace(texts[i], static_cast<std::uint32_t>(ids.size()));
    if (inserted) out.labels.push_back(texts[i]);
    out.clusters->push_back(at->second);
  }
  return out;
}

}  // namespace

std::string study_column(const ModelRequest& model) {
  if (model.random.empty()) return "";
  const auto formula = data::parse_random_formula(model.random.front());
  if (!formula) return "";
  return formula->is_structured() ? formula->outer : formula->nested.front();
}

Expected<UnitOptions> unit_options(const Context& context, const std::string& by) {
  UnitOptions out;
  if (by != "effect" && by != "study") return groups_of_column(context, by);
  HR_TRY(out.by, diagnose::parse_unit(by));
  if (out.by == diagnose::Unit::study) out.labels = study_labels(context);
  return out;
}

}  // namespace hedgerow::engine
