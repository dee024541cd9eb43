#include "engine/figures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/detail/shown_by_size.hpp"
#include "plot/forest.hpp"
#include "scene/cairo_writer.hpp"
#include "scene/svg.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::engine {
namespace {

std::string p_text(double p) {
  const std::string text = format_p(p);
  return text.front() == '<' ? "p < " + text.substr(1) : "p = " + text;
}

std::string q_text(const Block& block) {
  const double df = block.number("QE_df");
  if (!(df > 0)) return "";
  return fmt::format("Q = {}, df = {}, {}", format_fixed(block.number("QE"), 2), format_fixed(df, 0),
                     p_text(block.number("QEp")));
}

// Mantel-Haenszel, Peto and Firth estimate one common effect: their tau2 is no estimate.
bool is_common_effect_of_counts(const std::string& estimator) {
  return estimator == "MH" || estimator == "PETO" || estimator == "FIRTH";
}

// "Heterogeneity: τ² = 0.17; I² = 49.7%; Q = 67.64, df = 34, p < 0.001".
std::string heterogeneity_text(const Block& block) {
  std::vector<std::string> parts;
  const stats::Vector sigma2 = block.vector("sigma2");
  const std::vector<std::string> names = block.texts("s_names");  // none in models of counts, whose sigma2 is another
  for (std::size_t i = 0; i < names.size(); ++i)
    parts.push_back(fmt::format("σ² ({}) = {}", names[i], format_fixed(sigma2[i], 3)));
  const std::string estimator = block.text("estimator");
  const bool common = estimator == "EE" || is_common_effect_of_counts(estimator);
  if (names.empty() && !common && !is_missing(block.number("tau2")))
    parts.push_back("τ² = " + format_fixed(block.number("tau2"), 3));
  if (!is_missing(block.number("I2"))) parts.push_back("I² = " + format_fixed(block.number("I2"), 1) + "%");
  const std::string q = q_text(block);
  if (!q.empty()) parts.push_back(q);
  return "Heterogeneity: " + join(parts, "; ");
}

std::string counts_label(const CountRequest& counts) {
  if (counts.model == "MH") return "Mantel-Haenszel";
  if (counts.model == "PETO") return "Peto's method";
  if (counts.model == "FIRTH") return "Logistic regression (Firth)";
  return counts.model == "BB" ? "Beta-binomial model" : fmt::format("Mixed model of counts ({})", counts.model);
}

std::string model_label(const Result& result) {
  const Block& fit = *result.fit;
  if (result.job.model.counts) return counts_label(*result.job.model.counts);
  const std::string estimator = fit.text("estimator");
  if (!fit.texts("s_names").empty() || !fit.blocks("structured").empty())
    return fmt::format("Multilevel model ({})", estimator);
  return estimator == "EE" ? "Common-effect model" : fmt::format("Random-effects model ({})", estimator);
}

// The part of the forest plot's rows that does not depend on subgroups.
struct Rows {
  std::vector<plot::ForestRow> rows;  ///< one per row of the model
  stats::Vector weights;              ///< percent, empty if not asked for
};

Expected<Rows> forest_rows(const Result& result, const ForestRequest& request) {
  Rows out;
  const data::Table& table = *result.effects.table;
  std::vector<std::size_t> columns;
  for (const auto& [header, name] : request.columns) {
    HR_TRY(columns.emplace_back(), table.column(name));
  }
  if (const Answer* weights = result.answer("weights"); weights && !weights->error)
    out.weights = weights->block.vector("weights");
  const double z = stats::interval_quantile(result.job.inference.level, kMissing);
  for (std::size_t i = 0; i < result.used.size(); ++i) {
    const std::uint32_t at = result.used[i];
    plot::ForestRow row;
    row.label = result.effects.label(at);
    for (std::size_t column : columns) row.left.emplace_back(table.cell(result.effects.row[at], column));
    row.yi = result.effects.effects.yi[at];
    const double half = z * std::sqrt(result.effects.effects.vi[at]);
    row.ci_lb = row.yi - half;
    row.ci_ub = row.yi + half;
    if (!out.weights.empty()) row.weight = out.weights[i];
    out.rows.push_back(std::move(row));
  }
  return out;
}

plot::ForestSummary summary(const Block& block, const std::string& label) {
  plot::ForestSummary out;
  out.label = label;
  out.yi = block.vector("beta").front();
  out.ci_lb = block.vector("ci_lb").front();
  out.ci_ub = block.vector("ci_ub").front();
  return out;
}

double weight_of(const Rows& rows, const std::vector<std::size_t>& members) {
  if (rows.weights.empty()) return kMissing;
  double sum = 0;
  for (std::size_t i : members) sum += rows.weights[i];
  return sum;
}

Expected<std::vector<plot::ForestBlock>> subgroup_blocks(const Result& result, const Rows& rows, const Answer& answer) {
  if (answer.error) return *answer.error;
  const auto& ask =
      std::get<AskSubgroups>(result.job.questions[static_cast<std::size_t>(&answer - result.answers.data())].ask);
  HR_TRY(const std::size_t column, result.effects.table->column(ask.column));
  std::vector<plot::ForestBlock> out;
  for (const Block& group : answer.block.blocks("groups")) {
    plot::ForestBlock block;
    block.heading = group.text("label");
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < result.used.size(); ++i) {
      if (result.effects.table->cell(result.effects.row[result.used[i]], column) != group.text("name")) continue;
      members.push_back(i);
      block.rows.push_back(rows.rows[i]);
    }
    block.summaries.push_back(summary(group, "Subgroup mean"));
    block.summaries.back().weight = weight_of(rows, members);
    if (group.find("QE")) block.notes.push_back(heterogeneity_text(group));
    out.push_back(std::move(block));
  }
  return out;
}

Checked add_summaries(const Result& result, const ForestRequest& request, plot::ForestData& data) {
  const Block& fit = *result.fit;
  if (fit.number("p") > 1) {
    data.notes.push_back("No overall mean: the model has moderators (" + result.job.model.mods + ")");
  } else {
    plot::ForestSummary all = summary(fit, model_label(result));
    if (const Answer* prediction = result.answer(request.prediction)) {
      if (prediction->error) return *prediction->error;
      all.pi_lb = prediction->block.vector("pi_lb").front();
      all.pi_ub = prediction->block.vector("pi_ub").front();
      all.pi_label = fmt::format("{}% prediction interval", format_significant(100 * result.job.inference.level, 4));
    }
    data.summaries.push_back(std::move(all));
  }
  data.notes.push_back(heterogeneity_text(fit));
  if (const Answer* subgroups = result.answer(request.subgroups); subgroups && !subgroups->error)
    data.notes.push_back(
        fmt::format("Subgroup differences: Q = {}, df = {}, {}", format_fixed(subgroups->block.number("QB"), 2),
                    format_fixed(subgroups->block.number("QB_df"), 0), p_text(subgroups->block.number("QBp"))));
  return {};
}

Expected<std::string> unknown_format(const std::string& path) {
  return make_error(ErrorCode::usage, "figures are written as .svg, .pdf or .png", path);
}

}  // namespace

Expected<scene::Scene> forest_figure(const Result& result, const ForestRequest& request) {
  if (!result.fit) return make_error(ErrorCode::usage, "a forest plot needs a model");
  HR_TRY(Rows rows, forest_rows(result, request));
  const std::optional<ShownBySize> by_size = shown_by_size(result, request.transf);
  if (by_size) HR_CHECK(show_by_size(result, *by_size, rows.rows));
  plot::ForestData data;
  data.title = request.title;
  for (const auto& [header, name] : request.columns) {
    HR_TRY(const std::size_t column, result.effects.table->column(name));
    data.left_columns.push_back({header, "", result.effects.table->is_numeric(column)});
  }
  if (const Answer* subgroups = result.answer(request.subgroups)) {
    HR_TRY(data.blocks, subgroup_blocks(result, rows, *subgroups));
  } else {
    data.blocks.push_back({"", rows.rows, {}, {}});
  }
  HR_CHECK(add_summaries(result, request, data));
  plot::ForestOptions options;
  HR_CHECK(set_scale(result, by_size ? "none" : request.transf, request.axis_title, options));
  if (by_size) HR_CHECK(show_by_size(result, *by_size, request.axis_title, data, options));
  options.favours_left = request.favours_left;
  options.favours_right = request.favours_right;
  return plot::forest(data, options);
}

Expected<scene::Scene> leave_one_out_figure(const Result& result, const std::string& name, const std::string& title) {
  const Answer* answer = result.answer(name);
  if (!answer) return make_error(ErrorCode::usage, fmt::format("the result has no answer '{}'", name));
  if (answer->error) return *answer->error;
  const Block& block = answer->block;
  const std::vector<std::string> labels = block.texts("label");
  const stats::Vector estimate = block.vector("estimate"), lb = block.vector("ci_lb"), ub = block.vector("ci_ub");
  const stats::Vector i2 = block.vector("I2");
  if (estimate.size() != labels.size())
    return make_error(ErrorCode::not_supported, "the leave-one-out figure shows models without moderators");
  std::vector<plot::LeaveOneOutRow> rows;
  for (std::size_t i = 0; i < labels.size(); ++i)
    rows.push_back({labels[i], estimate[i], lb[i], ub[i], {format_fixed(i2[i], 1)}});
  plot::ForestSummary all = summary(*result.fit, model_label(result));
  all.right = {format_fixed(result.fit->number("I2"), 1)};
  plot::ForestOptions options;
  HR_CHECK(set_scale(result, "", "", options));
  return plot::leave_one_out_forest(rows, all, {{"I² (%)"}}, options, title);
}

Expected<std::string> render(const scene::Scene& scene, const std::string& path) {
  if (path.ends_with(".svg")) return scene::svg(scene);
  if (path.ends_with(".pdf")) return scene::pdf(scene);
  if (path.ends_with(".png")) return scene::png(scene);
  return unknown_format(path);
}

}  // namespace hedgerow::engine
