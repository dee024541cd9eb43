#include "engine/review_tables.hpp"

#include <fmt/core.h>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Align;
using report::Cell;
using report::Column;
using report::Row;
using report::Table;

Column text_column(const std::string& header, const std::string& name) { return {header, Align::left, name, false}; }
Column number_column(const std::string& header, const std::string& name) { return {header, Align::right, name, false}; }
Column file_column(const std::string& name) { return {name, Align::right, name, true}; }

std::string estimate_header(const ReviewSpec& spec) { return fmt::format("{} [95% CI]", spec.effects.name); }

void add_estimate_columns(const ReviewSpec& spec, Table& table) {
  table.columns.push_back(number_column(estimate_header(spec), "estimate"));
  for (const char* name : {"se", "ci_lb", "ci_ub", "stat", "ddf"}) table.columns.push_back(file_column(name));
  table.columns.push_back(number_column("p", "pval"));
}

void add_estimate_cells(const ReviewSpec& spec, const Pooled& p, Row& row) {
  row.cells.push_back(interval_cell(spec, p.estimate, p.ci_lb, p.ci_ub));
  row.cells.push_back(number_cell(p.se, 3));
  row.cells.push_back(effect_cell(spec, p.ci_lb));
  row.cells.push_back(effect_cell(spec, p.ci_ub));
  row.cells.push_back(number_cell(p.stat, 2));
  row.cells.push_back(number_cell(p.ddf, 1));
  row.cells.push_back(p_cell(p.p));
}

void add_heterogeneity_columns(Table& table) {
  table.columns.push_back(number_column("τ² or σ²", "variance_text"));
  table.columns.push_back(file_column("tau2"));
  table.columns.push_back(number_column("I² (%)", "I2"));
  table.columns.push_back(file_column("I2_q"));
  table.columns.push_back(number_column("Q (df)", "QE"));
  table.columns.push_back(file_column("QE_df"));
  table.columns.push_back(number_column("p of Q", "QEp"));
}

void add_heterogeneity_cells(const Pooled& p, Row& row) {
  row.cells.push_back(Cell(variance_text(p)));
  row.cells.push_back(number_cell(p.tau2, 3));
  row.cells.push_back(number_cell(p.i2, 1));
  row.cells.push_back(number_cell(p.i2_q, 1));
  row.cells.push_back(
      Cell(report::Text(fmt::format("{} ({})", format_fixed(p.q, 1), format_fixed(p.q_df, 0))), format_shortest(p.q)));
  row.cells.push_back(number_cell(p.q_df, 0));
  row.cells.push_back(p_cell(p.q_p));
}

Cell prediction_cell(const ReviewSpec& spec, const Pooled& p) {
  if (is_missing(p.pi_lb)) return Cell("–");
  return Cell(fmt::format("{} to {}", number_text(spec, p.pi_lb), number_text(spec, p.pi_ub)));
}

Row result_row(const ReviewEvidence& evidence, const ReviewResult& result) {
  Row row;
  const Pooled p = pooled(evidence.spec, result.result);
  row.cells = {Cell(report::Text().link(result.what.title, "#analysis-" + result.what.analysis), result.what.analysis),
               Cell(model_text(result.what.job)), number_cell(p.k, 0), number_cell(p.studies, 0)};
  add_estimate_cells(evidence.spec, p, row);
  row.cells.push_back(prediction_cell(evidence.spec, p));
  row.cells.push_back(effect_cell(evidence.spec, p.pi_lb));
  row.cells.push_back(effect_cell(evidence.spec, p.pi_ub));
  add_heterogeneity_cells(p, row);
  if (result.what.analysis == evidence.spec.headline) row.row_class = report::RowClass::total;
  return row;
}

/// A row that says why there is no estimate.
Row refused_row(const std::string& first, const std::string& second, const Error& error, std::size_t columns) {
  Row row;
  row.cells = {Cell(first), Cell(second), Cell("not estimable: " + describe(error))};
  row.cells.resize(columns);
  return row;
}

Row group_row(const ReviewEvidence& evidence, const AnalysisSpec& analysis, const SubgroupSpec& subgroup,
              const Block& group) {
  Row row;
  Pooled p = pooled(group);
  order_shown(evidence.spec, p.ci_lb, p.ci_ub);
  row.cells = {Cell(analysis.id), Cell(subgroup.title), Cell(group.text("label")), number_cell(p.k, 0)};
  add_estimate_cells(evidence.spec, p, row);
  add_heterogeneity_cells(p, row);
  row.cells.emplace_back("");
  return row;
}

Row between_row(const AnalysisSpec& analysis, const SubgroupSpec& subgroup, const Block& block, std::size_t columns) {
  Row row;
  row.cells = {Cell(analysis.id), Cell(subgroup.title), Cell("difference between groups")};
  row.cells.resize(columns - 4);
  row.cells.push_back(Cell(
      report::Text(fmt::format("{} ({})", format_fixed(block.number("QB"), 2), format_fixed(block.number("QB_df"), 0))),
      format_shortest(block.number("QB"))));
  row.cells.push_back(number_cell(block.number("QB_df"), 0));
  row.cells.push_back(p_cell(block.number("QBp")));
  row.cells.resize(columns - 1);
  row.cells.emplace_back("between");
  row.row_class = report::RowClass::total;
  return row;
}

std::string test_text(const Block& fit) {
  const stats::Vector df = fit.vector("QM_df");
  const bool f = df.size() == 2 && !is_missing(df[1]);
  return f ? fmt::format("F({}, {}) = {}, {}", format_fixed(df[0], 0), format_significant(df[1], 4),
                         format_fixed(fit.number("QM"), 2), p_text(fit.number("QMp")))
           : fmt::format("QM({}) = {}, {}", format_fixed(df.empty() ? kMissing : df[0], 0),
                         format_fixed(fit.number("QM"), 2), p_text(fit.number("QMp")));
}

void add_moderator_rows(const ReviewEvidence& evidence, const ReviewResult& result, Table& table) {
  if (result.error) {
    table.rows.push_back(refused_row(result.what.analysis, result.what.title, *result.error, table.columns.size()));
    return;
  }
  const Block& fit = *result.result.fit;
  const std::vector<std::string> names = fit.texts("coef_names");
  // The slope of a logarithm is a ratio of ratios; other slopes have no scale but that of the analysis.
  ReviewSpec slopes = evidence.spec;
  if (slopes.effects.transf != "exp") slopes.effects.transf.clear();
  for (std::size_t j = 0; j < names.size(); ++j) {
    Row row;
    Pooled p = pooled(fit, j);
    if (names[j] == "intrcpt") order_shown(evidence.spec, p.ci_lb, p.ci_ub);
    row.cells = {Cell(result.what.analysis), Cell(report::Text(j == 0 ? result.what.title : ""), result.what.part),
                 Cell(names[j])};
    row.cells.push_back(number_cell(p.k, 0));
    add_estimate_cells(names[j] == "intrcpt" ? evidence.spec : slopes, p, row);
    row.cells.push_back(j == 0 ? Cell(test_text(fit)) : Cell(report::Text(), test_text(fit)));
    row.cells.push_back(j == 0 ? Cell(variance_text(p)) : Cell(report::Text(), variance_text(p)));
    row.cells.push_back(number_cell(fit.number("R2"), 1));
    if (j > 0) row.cells.back().shown = report::Text();
    table.rows.push_back(std::move(row));
  }
}

Row variant_row(const ReviewEvidence& evidence, const ReviewResult& result, double base) {
  Row row;
  const Pooled p = pooled(evidence.spec, result.result);
  row.cells = {Cell(result.what.analysis), Cell(result.what.title), Cell(model_text(result.what.job)),
               number_cell(p.k, 0)};
  add_estimate_cells(evidence.spec, p, row);
  row.cells.push_back(number_cell(p.estimate - base, 3));
  row.cells.push_back(prediction_cell(evidence.spec, p));
  row.cells.push_back(effect_cell(evidence.spec, p.pi_lb));
  row.cells.push_back(effect_cell(evidence.spec, p.pi_ub));
  row.cells.push_back(Cell(variance_text(p)));
  return row;
}

void add_leave_out_rows(const ReviewEvidence& evidence, const AnalysisSpec& analysis, const std::string& unit,
                        Table& table) {
  const Answer* answer = evidence.result(analysis.id).result.answer(leave_out_name(unit));
  if (!answer || answer->error) return;
  const Block& block = answer->block;
  const std::vector<std::string> labels = block.texts("label");
  const stats::Vector estimate = block.vector("estimate"), se = block.vector("se"), p = block.vector("pval"),
                      tau2 = block.vector("tau2"), i2 = block.vector("I2");
  stats::Vector lb = block.vector("ci_lb"), ub = block.vector("ci_ub");
  for (std::size_t i = 0; i < labels.size() && i < estimate.size(); ++i) {
    Row row;
    order_shown(evidence.spec, lb[i], ub[i]);
    row.cells = {Cell(analysis.id), Cell(unit), Cell(labels[i])};
    row.cells.push_back(interval_cell(evidence.spec, estimate[i], lb[i], ub[i]));
    row.cells.push_back(number_cell(se[i], 3));
    row.cells.push_back(effect_cell(evidence.spec, lb[i]));
    row.cells.push_back(effect_cell(evidence.spec, ub[i]));
    row.cells.push_back(p_cell(p[i]));
    row.cells.push_back(number_cell(i < tau2.size() ? tau2[i] : kMissing, 3));
    row.cells.push_back(number_cell(i < i2.size() ? i2[i] : kMissing, 1));
    table.rows.push_back(std::move(row));
  }
}

void add_imputed_rows(const ReviewEvidence& evidence, const AnalysisSpec& analysis, Table& table) {
  const Answer* answer = evidence.result(analysis.id).result.answer(kImputedSd);
  if (!answer) return;
  if (answer->error) {
    table.rows.push_back(refused_row(analysis.id, "imputed SDs", *answer->error, table.columns.size()));
    return;
  }
  const Block& block = answer->block;
  const std::vector<std::string> rules = block.texts("rule"), errors = block.texts("errors");
  const stats::Vector k = block.vector("k"), estimate = block.vector("estimate"), se = block.vector("se"),
                      p = block.vector("pval"), tau2 = block.vector("tau2");
  stats::Vector lb = block.vector("ci_lb"), ub = block.vector("ci_ub");
  for (std::size_t i = 0; i < rules.size() && i < estimate.size(); ++i) {
    Row row;
    order_shown(evidence.spec, lb[i], ub[i]);
    row.cells = {Cell(analysis.id), Cell(rules[i] == "without" ? "left out" : rules[i]), number_cell(k[i], 0)};
    row.cells.push_back(errors[i].empty() ? interval_cell(evidence.spec, estimate[i], lb[i], ub[i]) : Cell(errors[i]));
    row.cells.push_back(number_cell(se[i], 3));
    row.cells.push_back(effect_cell(evidence.spec, lb[i]));
    row.cells.push_back(effect_cell(evidence.spec, ub[i]));
    row.cells.push_back(p_cell(p[i]));
    row.cells.push_back(number_cell(tau2[i], 3));
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

Table results_table(const ReviewEvidence& evidence) {
  Table table;
  table.id = "table-results";
  table.caption = report::Text("All analyses.");
  table.columns = {text_column("Analysis", "analysis"), text_column("Model", "model"), number_column("Effects", "k"),
                   number_column("Studies", "studies")};
  add_estimate_columns(evidence.spec, table);
  table.columns.push_back(number_column("Prediction interval", "prediction_interval"));
  table.columns.push_back(file_column("pi_lb"));
  table.columns.push_back(file_column("pi_ub"));
  add_heterogeneity_columns(table);
  for (const AnalysisSpec& analysis : evidence.spec.analyses)
    if (analysis.choice.model.mods.empty() && evidence.result(analysis.id).result.fit)
      table.rows.push_back(result_row(evidence, evidence.result(analysis.id)));
  return table;
}

Table subgroups_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {text_column("Analysis", "analysis"), text_column("Subgroups", "subgroups"),
                   text_column("Group", "group"), number_column("Effects", "k")};
  add_estimate_columns(evidence.spec, table);
  add_heterogeneity_columns(table);
  table.columns.push_back(file_column("row"));
  for (const AnalysisSpec& analysis : evidence.spec.analyses)
    for (const SubgroupSpec& subgroup : analysis.subgroups) {
      const Answer* answer = evidence.result(analysis.id).result.answer(subgroup_name(subgroup.id));
      if (!answer) continue;
      if (answer->error) {
        table.rows.push_back(refused_row(analysis.id, subgroup.title, *answer->error, table.columns.size()));
        continue;
      }
      for (const Block& group : answer->block.blocks("groups"))
        table.rows.push_back(group_row(evidence, analysis, subgroup, group));
      table.rows.push_back(between_row(analysis, subgroup, answer->block, table.columns.size()));
    }
  return table;
}

Table moderators_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {text_column("Analysis", "analysis"), text_column("Moderator", "moderator"),
                   text_column("Coefficient", "coefficient"), number_column("Effects", "k")};
  add_estimate_columns(evidence.spec, table);
  table.columns.push_back(text_column("Test of the moderator", "test"));
  table.columns.push_back(number_column("Residual τ² or σ²", "variance_text"));
  table.columns.push_back(number_column("R² (%)", "R2"));
  if (!evidence.spec.effects.transf.empty() && evidence.spec.effects.transf != "exp")
    table.notes.push_back(report::Text("Intercepts are transformed; slopes are on the scale of the analysis."));
  for (const ReviewResult& result : evidence.results)
    if (result.what.kind == ReviewJob::Kind::moderator) add_moderator_rows(evidence, result, table);
  return table;
}

Table variants_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {text_column("Analysis", "analysis"), text_column("Variant", "variant"),
                   text_column("Model", "model"), number_column("Effects", "k")};
  add_estimate_columns(evidence.spec, table);
  table.columns.push_back(number_column("Change", "change"));
  table.columns.push_back(number_column("Prediction interval", "prediction_interval"));
  table.columns.push_back(file_column("pi_lb"));
  table.columns.push_back(file_column("pi_ub"));
  table.columns.push_back(number_column("τ² or σ²", "variance_text"));
  for (const AnalysisSpec& analysis : evidence.spec.analyses) {
    if (analysis.variants.empty()) continue;
    const ReviewResult& base = evidence.result(analysis.id);
    const double estimate = pooled(*base.result.fit).estimate;
    table.rows.push_back(variant_row(evidence, base, estimate));
    table.rows.back().row_class = report::RowClass::total;
    for (const VariantSpec& variant : analysis.variants) {
      const ReviewResult& result = evidence.result(variant_id(analysis.id, variant.id));
      table.rows.push_back(result.error ? refused_row(analysis.id, variant.title, *result.error, table.columns.size())
                                        : variant_row(evidence, result, estimate));
    }
  }
  return table;
}

Table leave_out_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {text_column("Analysis", "analysis"),
                   text_column("Unit", "unit"),
                   text_column("Left out", "left_out"),
                   number_column(estimate_header(evidence.spec), "estimate"),
                   file_column("se"),
                   file_column("ci_lb"),
                   file_column("ci_ub"),
                   number_column("p", "pval"),
                   number_column("τ²", "tau2"),
                   number_column("I² (%)", "I2")};
  for (const AnalysisSpec& analysis : evidence.spec.analyses)
    for (const std::string& unit : analysis.leave_out) add_leave_out_rows(evidence, analysis, unit, table);
  return table;
}

Table imputed_sd_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {text_column("Analysis", "analysis"),
                   text_column("Missing SDs", "rule"),
                   number_column("Effects", "k"),
                   number_column(estimate_header(evidence.spec), "estimate"),
                   file_column("se"),
                   file_column("ci_lb"),
                   file_column("ci_ub"),
                   number_column("p", "pval"),
                   number_column("τ²", "tau2")};
  for (const AnalysisSpec& analysis : evidence.spec.analyses)
    if (!analysis.imputed_sd.empty()) add_imputed_rows(evidence, analysis, table);
  return table;
}

Table of_analysis(const Table& table, const std::string& analysis) {
  Table out = table;
  out.columns.erase(out.columns.begin());
  out.rows.clear();
  for (const Row& row : table.rows) {
    const Cell& first = row.cells.front();
    if ((first.value.empty() ? first.shown.plain() : first.value) != analysis) continue;
    out.rows.push_back(row);
    out.rows.back().cells.erase(out.rows.back().cells.begin());
  }
  return out;
}

}  // namespace hedgerow::engine
