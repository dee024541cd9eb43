// Computes a measure for all rows: binds and checks the arguments, fills in the defaults of the measure, runs its row
// function, and writes the record.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect {
namespace detail {
namespace {

// An option r stands for the argument ri.
Checked check_complete(const Measure& measure, const Inputs& inputs, const Options& options) {
  if (measure.ways.empty()) return {};
  const auto there = [&](std::string_view name) { return inputs.bound(name) || (name == "ri" && options.r); };
  std::vector<std::string> ways;
  for (const auto& way : measure.ways) {
    if (std::all_of(way.begin(), way.end(), there)) return {};
    ways.push_back(fmt::format("{}", fmt::join(way, " ")));
  }
  std::vector<std::string> lacking;
  for (const auto name : measure.ways.front()) {
    if (!there(name)) lacking.emplace_back(name);
  }
  return make_error(ErrorCode::usage,
                    fmt::format("{} lacks the argument{} {}; it needs {}", measure.name, lacking.size() == 1 ? "" : "s",
                                join(lacking, ", "), join(ways, ", or ")));
}

Expected<std::string> choose_vtype(const Measure& measure, const Options& options) {
  if (!options.vtype) return std::string(measure.vtypes.front());
  // H0 (the null hypothesis) and HO (homogeneous variances) look alike and are often taken for one another; a measure
  // that has one of them alone takes both spellings.
  const std::string other = *options.vtype == "H0" ? "HO" : *options.vtype == "HO" ? "H0" : "";
  for (const std::string& wanted : {*options.vtype, other})
    if (std::find(measure.vtypes.begin(), measure.vtypes.end(), wanted) != measure.vtypes.end()) return wanted;
  return make_error(ErrorCode::usage, fmt::format("{} has no variance of type '{}'; it has {}", measure.name,
                                                  *options.vtype, fmt::join(measure.vtypes, ", ")));
}

Expected<std::string> choose_continuity(const Measure& measure, const Options& options, const std::string& vtype) {
  const std::string& wanted = options.continuity;
  if (wanted == "cells") return wanted;
  if (measure.continuity.empty() || wanted != measure.continuity)
    return make_error(ErrorCode::usage,
                      fmt::format("{} has no continuity correction of the {}; it has cells{}{}", measure.name, wanted,
                                  measure.continuity.empty() ? "" : " and ", measure.continuity));
  if (wanted == "events" && vtype != "LS")
    return make_error(ErrorCode::usage,
                      fmt::format("continuity = 'events' is defined for variances of type LS, not {}", vtype));
  return wanted;
}

Expected<Setting> make_setting(const Measure& measure, const Options& options) {
  Setting setting;
  HR_TRY(setting.vtype, choose_vtype(measure, options));
  setting.correct = options.correct;
  setting.exact_j = options.exact_j;
  setting.r = options.r;
  if (options.r && !(std::fabs(*options.r) <= 1)) {
    return make_error(ErrorCode::usage,
                      fmt::format("r = {}: a correlation lies between -1 and 1", format_shortest(*options.r)));
  }
  setting.add = options.add.value_or(measure.default_add);
  setting.to = options.to.value_or("only0");
  setting.drop00 = options.drop00;
  HR_TRY(setting.continuity, choose_continuity(measure, options, setting.vtype));
  const std::vector<std::string> known = {"only0", "all", "if0all", "none"};
  if (std::find(known.begin(), known.end(), setting.to) == known.end()) {
    return make_error(ErrorCode::usage, fmt::format("to = '{}'{}; known are {}", setting.to,
                                                    did_you_mean(setting.to, known), join(known, ", ")));
  }
  return setting;
}

// Says why a row has no estimate or no variance: the inputs that are missing, or that the formula has no value there.
std::string reason(const Inputs& inputs, std::size_t row, bool estimate_missing) {
  std::vector<std::string> missing;
  for (const Quantity& quantity : inputs.quantities(row)) {
    if (is_missing(quantity.value)) missing.push_back(quantity.name);
  }
  const char* what = estimate_missing ? "no estimate" : "no variance";
  if (missing.empty()) return fmt::format("{}: it is not defined for these inputs", what);
  return fmt::format("{}: {} missing", what, join(missing, ", "));
}

// An estimate whose variance (or itself) is infinite carries no information that a model could use.
void drop_infinite(Estimate& estimate) {
  if (std::isinf(estimate.yi) || std::isinf(estimate.vi)) estimate.yi = estimate.vi = kMissing;
}

void compare_direction(const Measure& measure, double yi, Row& row) {
  if (measure.sign != Sign::data || row.direction() == 0 || !(yi * row.direction() < 0)) return;
  row.warn(fmt::format("sign disagreement: the inputs give {}, the declared direction is {}", format_significant(yi, 6),
                       row.direction() > 0 ? "positive" : "negative"));
}

void append(const Measure& measure, const Estimate& estimate, Row& row, Effects& effects) {
  effects.yi.push_back(estimate.yi);
  effects.vi.push_back(estimate.vi);
  effects.ni.push_back(estimate.ni);
  if (measure.two_groups) {
    effects.n1i.push_back(estimate.n1i);
    effects.n2i.push_back(estimate.n2i);
    effects.v1i.push_back(estimate.v1i);
    effects.v2i.push_back(estimate.v2i);
  }
  effects.records.push_back({std::string(measure.name) + ": " + std::string(measure.text) + row.method,
                             {},
                             std::move(row.steps),
                             std::move(row.notes)});
}

Checked run_row(const Measure& measure, const Inputs& inputs, std::size_t index, Row& row, Effects& effects) {
  HR_TRY(Estimate estimate, measure.row(row));
  drop_infinite(estimate);
  if (measure.vtypes.size() > 1) row.say("vtype " + row.setting().vtype);
  if (is_missing(estimate.yi) || is_missing(estimate.vi)) row.note(reason(inputs, index, is_missing(estimate.yi)));
  compare_direction(measure, estimate.yi, row);
  for (const std::string& warning : row.warnings) {
    effects.warnings.push_back(inputs.where(index, "") + ": " + warning);
  }
  append(measure, estimate, row, effects);
  effects.records.back().inputs = inputs.quantities(index);
  return {};
}

}  // namespace

Expected<Effects> compute_rows(const Measure& measure, const data::Table& table, const Arguments& arguments,
                               const Options& options, const std::vector<int>& directions) {
  HR_TRY(const Inputs inputs, Inputs::bind(table, arguments, measure.arguments, measure.name));
  HR_CHECK(check_complete(measure, inputs, options));
  HR_TRY(const Setting setting, make_setting(measure, options));
  const auto direction = [&](std::size_t i) { return directions.empty() ? 0 : directions[i]; };
  Averages averages;
  if (setting.vtype.starts_with("AV") || setting.vtype == "HO" || setting.to == "if0all") {
    for (std::size_t i = 0; i < inputs.rows(); ++i) {
      Row row(inputs, i, setting, averages, direction(i));
      HR_CHECK(measure.row(row));
    }
  }
  averages.finish();
  Effects effects;
  effects.measure = std::string(measure.scale);
  for (std::size_t i = 0; i < inputs.rows(); ++i) {
    Row row(inputs, i, setting, averages, direction(i));
    HR_CHECK(run_row(measure, inputs, i, row, effects));
  }
  return effects;
}

}  // namespace detail

Expected<Effects> compute(const std::string& measure, const data::Table& table, const Arguments& arguments,
                          const Options& options) {
  HR_TRY(const detail::Measure* found, detail::find_measure(measure));
  return detail::compute_rows(*found, table, arguments, options, {});
}

}  // namespace hedgerow::effect
