// Results: one section per analysis with its figures, subgroups, moderators, bias tests, sensitivity.
#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/audit_pages.hpp"
#include "engine/figures.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_tables.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Section;
using report::Text;

/// Whole tables, written once; each analysis shows its part.
struct Tables {
  report::Table subgroups, moderators, bias, variants, leave_out, imputed_sd;
};

Tables whole_tables(Pages& pages) {
  const ReviewEvidence& evidence = pages.evidence();
  const auto filed = [&](report::Table table, const std::string& name) {
    return table.rows.empty() ? table : pages.with_file(std::move(table), name);
  };
  return {filed(subgroups_table(evidence), "subgroups"),
          filed(moderators_table(evidence), "moderators"),
          filed(bias_table(evidence), "bias"),
          filed(variants_table(evidence), "sensitivity"),
          filed(leave_out_table(evidence), "leave-one-out"),
          filed(imputed_sd_table(evidence), "imputed-sd")};
}

void add_item(report::DefinitionList& list, const std::string& term, const std::string& text) {
  if (!text.empty()) list.items.emplace_back(Text(term), Text(text));
}

/// "0.283 (95% CI 0.081 to 0.702)" from a block of confint.
std::string variance_interval(const Result& result, std::size_t component, double estimate) {
  const Answer* answer = result.answer(kConfint);
  std::string out = format_fixed(estimate, 4);
  if (!answer || answer->error) return out;
  const std::vector<Block>& random = answer->block.blocks("random");
  const std::size_t components = result.fit->vector("sigma2").size();
  const std::string name = components == 0   ? "tau^2"
                           : components == 1 ? "sigma^2"
                                             : fmt::format("sigma^2.{}", component + 1);
  for (const Block& one : random)
    if (one.text("name") == name)
      out += fmt::format(" (95% CI {}{} to {}{})", one.text("lb_sign"), format_fixed(one.number("ci_lb"), 4),
                         one.text("ub_sign"), format_fixed(one.number("ci_ub"), 4));
  return out;
}

std::string answer_interval(const ReviewSpec& spec, const Answer& answer) {
  const stats::Vector lower = answer.block.vector("pi_lb"), upper = answer.block.vector("pi_ub");
  if (lower.empty() || is_missing(lower.front())) return "not defined for these data";
  double from = lower.front(), to = upper.front();
  order_shown(spec, from, to);
  return fmt::format("{} to {}", number_text(spec, from), number_text(spec, to));
}

/// What a prediction interval is for, and how it is computed.
std::string prediction_words(const Result& result, const Answer& answer) {
  const std::size_t at = static_cast<std::size_t>(&answer - result.answers.data());
  const auto& ask = std::get<AskPredict>(result.job.questions[at].ask);
  std::string what = "true effect in a new study";
  if (!result.job.model.random.empty())
    what = ask.target == "study" ? "mean of a new study" : "new effect in a new study";
  const std::string& type = ask.predtype;
  if (type == "riley") return what + "; t with k − p − 1 degrees of freedom (Higgins, Thompson and Spiegelhalter)";
  if (type == "k_minus_1") return what + "; t with k − 1 degrees of freedom";
  if (type == "nnf") return what + "; with the uncertainty of τ² (Nagashima, Noma and Furukawa)";
  if (type == "kr") return what + "; Kenward-Roger";
  if (type == "kr_pr") return what + "; Kenward-Roger with one degree of freedom less (Partlett and Riley)";
  if (type == "simple") return what + "; without the uncertainty of the mean";
  return what + "; quantile of the " + (type.empty() ? "test" : type + " distribution");
}

void add_predictions(report::DefinitionList& list, const ReviewSpec& spec, const Result& result) {
  for (const Answer& answer : result.answers) {
    if (answer.ask != "predict") continue;
    const std::string text = answer.error ? describe(*answer.error) : answer_interval(spec, answer);
    list.items.emplace_back(Text("Prediction interval"),
                            Text(fmt::format("{} ({})", text, prediction_words(result, answer))));
  }
}

std::string certificate_text(const Block& fit) {
  const Block* certificate = fit.child("certificate");
  if (!certificate) return "";
  std::string out = certificate->text("algorithm");
  if (const double iterations = certificate->number("iterations"); iterations > 0)
    out += fmt::format(", {}, largest gradient {:.0e}", counted(iterations, "iteration", "iterations"),
                       certificate->number("gradient_norm"));
  return out;
}

report::DefinitionList model_list(const ReviewSpec& spec, const ReviewResult& result) {
  report::DefinitionList list;
  const Block& fit = *result.result.fit;
  const Pooled p = pooled(spec, result.result);
  const SubsetSpec* subset = spec.subset(spec.analysis(result.what.analysis)->choice.subset);
  add_item(list, "Rows", subset ? subset->title : "all effects");
  add_item(list, "Model", model_text(result.what.job));
  if (fit.number("p") == 1) {
    add_item(list, spec.effects.name,
             fmt::format("{} (95% CI {} to {}), {}", number_text(spec, p.estimate), number_text(spec, p.ci_lb),
                         number_text(spec, p.ci_ub), p_text(p.p)));
  }
  add_predictions(list, spec, result.result);
  add_item(list, "Sampling errors", join(result.result.effects.v_assumed, "; "));
  if (p.sigma2.empty() && p.structured.empty()) {
    if (!is_missing(p.tau2)) add_item(list, "τ²", variance_interval(result.result, 0, p.tau2));
    if (!is_missing(p.i2))
      add_item(list, "I²", fmt::format("{}% (from Q: {}%)", format_fixed(p.i2, 1), format_fixed(p.i2_q, 1)));
  }
  for (std::size_t i = 0; i < p.sigma2.size(); ++i)
    add_item(
        list, fmt::format("σ² of {}", p.s_names[i]),
        variance_interval(result.result, i, p.sigma2[i]) +
            (i < p.i2_levels.size() ? fmt::format("; {}% of the variance (I²)", format_fixed(p.i2_levels[i], 1)) : ""));
  for (const std::string& term : p.structured) add_item(list, "Variances of a structured term", term);
  add_item(list, "Heterogeneity test",
           fmt::format("Q({}) = {}, {}", format_fixed(p.q_df, 0), format_fixed(p.q, 2), p_text(p.q_p)));
  add_item(list, "Fitted by", certificate_text(fit));
  return list;
}

std::string first_prediction(const Result& result) {
  for (const Answer& answer : result.answers)
    if (answer.ask == "predict" && !answer.error) return answer.name;
  return "";
}

// What figures are asked for: an empty text would leave the choice to the measure.
std::string figure_scale(const ReviewSpec& spec) {
  return spec.effects.transf.empty() ? std::string("none") : spec.effects.transf;
}

// The review's own name of the effect; without one the figure names the measure.
std::string axis_name(const ReviewSpec& spec) { return spec.effects.name == "Effect" ? "" : spec.effects.name; }

ForestRequest forest_request(const ReviewSpec& spec, const ReviewResult& result) {
  ForestRequest request;
  request.axis_title = axis_name(spec);
  for (const auto& entry : spec.effects.forest_columns) request.columns.push_back(entry);
  request.favours_left = spec.effects.favours_left;
  request.favours_right = spec.effects.favours_right;
  request.transf = figure_scale(spec);
  request.prediction = first_prediction(result.result);
  return request;
}

Checked add_forest(Pages& pages, const ReviewResult& result, Section& section) {
  HR_TRY(scene::Scene scene, forest_figure(result.result, forest_request(pages.spec(), result)));
  HR_TRY(report::Figure figure,
         pages.figure(
             "forest-" + result.what.analysis, std::move(scene),
             Text(fmt::format("Forest plot: {}. Squares are effects with 95% intervals, their area the weight; the "
                              "diamond is the pooled result, the bar below it the prediction interval.",
                              result.what.title))));
  section.add(std::move(figure));
  return {};
}

Checked add_subgroups(Pages& pages, const AnalysisSpec& analysis, const ReviewResult& result, const Tables& tables,
                      Section& section) {
  if (analysis.subgroups.empty()) return {};
  Section inner{"subgroups-" + analysis.id, "Subgroups", {}, {}};
  report::Table table = of_analysis(tables.subgroups, analysis.id);
  table.caption = Text("Subgroup analyses; the difference between groups is tested by Q.");
  table.notes.push_back(
      Text(analysis.subgroups.front().ask.common_tau2 ? "One τ² for all groups." : "Each group has its own τ²."));
  inner.add(std::move(table));
  for (const SubgroupSpec& subgroup : analysis.subgroups) {
    const Answer* answer = result.result.answer(subgroup_name(subgroup.id));
    if (!subgroup.forest || !answer || answer->error) continue;
    ForestRequest request = forest_request(pages.spec(), result);
    request.subgroups = answer->name;
    HR_TRY(scene::Scene scene, forest_figure(result.result, request));
    HR_TRY(report::Figure figure, pages.figure(fmt::format("forest-{}-{}", analysis.id, subgroup.id), std::move(scene),
                                               Text(fmt::format("Forest plot by subgroups: {}.", subgroup.title))));
    inner.add(std::move(figure));
  }
  section.sections.push_back(std::move(inner));
  return {};
}

Checked add_moderators(Pages& pages, const AnalysisSpec& analysis, const Tables& tables, Section& section) {
  if (analysis.moderators.empty()) return {};
  Section inner{"moderators-" + analysis.id, "Moderators", {}, {}};
  report::Table table = of_analysis(tables.moderators, analysis.id);
  table.caption = Text("Meta-regressions, one moderator at a time.");
  if (!analysis.choice.model.random.empty())
    table.notes.push_back(Text("R² is not defined for models with several variance components."));
  inner.add(std::move(table));
  for (const ModeratorSpec& moderator : analysis.moderators) {
    const ReviewResult& result = pages.evidence().result(moderator_id(analysis.id, moderator.id));
    if (!moderator.bubble || result.error) continue;
    BubbleRequest request;
    request.axis_title = axis_name(pages.spec());
    request.transf = figure_scale(pages.spec());
    HR_TRY(scene::Scene scene, bubble_figure(result.result, request));
    HR_TRY(report::Figure figure,
           pages.figure(fmt::format("bubble-{}-{}", analysis.id, moderator.id), std::move(scene),
                        Text(fmt::format("Effects against the moderator: {}.", moderator.title))));
    inner.add(std::move(figure));
  }
  section.sections.push_back(std::move(inner));
  return {};
}

std::string trim_fill_name(const AnalysisSpec& analysis, const Result& result) {
  for (const BiasSpec& bias : analysis.bias) {
    const Answer* answer = result.answer(bias_name(bias.id));
    if (answer && answer->ask == "trim_and_fill" && !answer->error) return answer->name;
  }
  return "";
}

void add_bias_notes(const AnalysisSpec& analysis, const Result& result, report::Table& table) {
  for (const BiasSpec& bias : analysis.bias) {
    const Answer* answer = result.answer(bias_name(bias.id));
    if (!answer || answer->error) continue;
    for (const std::string& note : answer->block.texts("notes"))
      table.notes.push_back(Text(fmt::format("{}: {}", bias.title, note)));
  }
}

Checked add_bias(Pages& pages, const AnalysisSpec& analysis, const ReviewResult& result, const Tables& tables,
                 Section& section) {
  if (analysis.bias.empty() && !analysis.funnel) return {};
  Section inner{"bias-" + analysis.id, "Small-study effects", {}, {}};
  if (analysis.funnel) {
    FunnelRequest request;
    request.axis_title = axis_name(pages.spec());
    request.transf = figure_scale(pages.spec());
    request.trim_and_fill = trim_fill_name(analysis, result.result);
    HR_TRY(scene::Scene scene, funnel_figure(result.result, request));
    const std::string filled = request.trim_and_fill.empty() ? "" : " Open points are filled in by trim and fill.";
    HR_TRY(
        report::Figure figure,
        pages.figure("funnel-" + analysis.id, std::move(scene),
                     Text(fmt::format("Contour-enhanced funnel plot: {}. The shades are p-values of single effects.{}",
                                      result.what.title, filled))));
    inner.add(std::move(figure));
  }
  if (!analysis.bias.empty()) {
    report::Table table = of_analysis(tables.bias, analysis.id);
    table.caption = Text("Tests of small-study effects, of which selective publication is one cause.");
    add_bias_notes(analysis, result.result, table);
    inner.add(std::move(table));
  }
  section.sections.push_back(std::move(inner));
  return {};
}

std::string leave_out_sentence(const ReviewSpec& spec, const std::string& unit, const Answer& answer) {
  if (answer.error) return fmt::format("Leaving out one {} is not possible: {}.", unit, describe(*answer.error));
  const Block& block = answer.block;
  std::string out =
      fmt::format("Leaving out one {} at a time, the estimate stays between {} (without {}) and {} (without {}).", unit,
                  number_text(spec, block.number("min")), block.text("min_label"),
                  number_text(spec, block.number("max")), block.text("max_label"));
  const std::vector<std::string> changes = block.texts("changes_significance");
  out += changes.empty() ? " No single one decides whether the interval includes no effect."
                         : fmt::format(" Whether the interval includes no effect hangs on: {}.", join(changes, ", "));
  return out;
}

std::string grid_sentence(const ReviewSpec& spec, const Block& block, const Block& one, bool single) {
  const stats::Vector values = block.vector("value");
  std::string out =
      fmt::format("{}With {} from {} to {} the estimate lies between {} and {}.", single ? "" : one.text("name") + ": ",
                  block.text("parameter"), format_shortest(values.front()), format_shortest(values.back()),
                  number_text(spec, one.number("min")), number_text(spec, one.number("max")));
  const std::vector<std::string> changes = one.texts("changes_significance"), sign = one.texts("changes_sign");
  out += changes.empty() ? " No value changes whether the interval includes no effect."
                         : fmt::format(" Whether the interval includes no effect changes at {}.", join(changes, ", "));
  if (!sign.empty()) out += fmt::format(" The direction changes at {}.", join(sign, ", "));
  return out;
}

/// What an assumed correlation does: a sentence per coefficient, values without a fit with the reason, the figure.
Checked add_grid(Pages& pages, const ReviewResult& result, const AskCovarianceGrid& grid, Section& inner) {
  const Answer* answer = result.result.answer(grid_name(grid.parameter));
  if (!answer) return {};
  if (answer->error) {
    inner.add(report::Paragraph{Text(fmt::format("No grid of {}: {}.", grid.parameter, describe(*answer->error)))});
    return {};
  }
  const Block& block = answer->block;
  const std::vector<Block>& ones = block.blocks("conclusions");
  Text text;
  for (const Block& one : ones) text.text(grid_sentence(pages.spec(), block, one, ones.size() == 1) + " ");
  const std::vector<std::string> errors = block.texts("errors");
  for (std::size_t i = 0; i < errors.size(); ++i)
    if (!errors[i].empty())
      text.text(fmt::format("No fit at {}: {}. ", format_shortest(block.vector("value")[i]), errors[i]));
  inner.add(report::Paragraph{std::move(text)});
  HR_TRY(scene::Scene scene, covariance_grid_figure(result.result, answer->name, ""));
  HR_TRY(report::Figure figure,
         pages.figure(fmt::format("grid-{}-{}", result.what.analysis, grid.parameter), std::move(scene),
                      Text(fmt::format("Estimate with its interval and variance components against the assumed {}. The "
                                       "dashed line marks the analysis.",
                                       grid.parameter))));
  inner.add(std::move(figure));
  return {};
}

Checked add_sensitivity(Pages& pages, const AnalysisSpec& analysis, const ReviewResult& result, const Tables& tables,
                        Section& section) {
  if (analysis.leave_out.empty() && analysis.variants.empty() && analysis.grids.empty() && analysis.imputed_sd.empty())
    return {};
  Section inner{"sensitivity-" + analysis.id, "Sensitivity", {}, {}};
  if (!analysis.variants.empty()) {
    report::Table table = of_analysis(tables.variants, analysis.id);
    table.caption = Text("The same question with other choices; the change is against the first row.");
    inner.add(std::move(table));
  }
  for (const std::string& unit : analysis.leave_out)
    if (const Answer* answer = result.result.answer(leave_out_name(unit)))
      inner.add(report::Paragraph{Text(leave_out_sentence(pages.spec(), unit, *answer))});
  if (!analysis.leave_out.empty()) {
    report::Table table = of_analysis(tables.leave_out, analysis.id);
    table.caption = Text("Pooled result without each effect or study.");
    inner.add(report::Details{"Leave-one-out as a table", {std::move(table)}});
  }
  if (!analysis.imputed_sd.empty()) {
    report::Table table = of_analysis(tables.imputed_sd, analysis.id);
    table.caption = Text("Effects whose SD is missing: left out, or with the SD imputed by each rule.");
    inner.add(std::move(table));
  }
  for (const AskCovarianceGrid& grid : analysis.grids) HR_CHECK(add_grid(pages, result, grid, inner));
  section.sections.push_back(std::move(inner));
  return {};
}

Expected<Section> analysis_section(Pages& pages, const AnalysisSpec& analysis, const Tables& tables) {
  const ReviewResult& result = pages.evidence().result(analysis.id);
  Section section{"analysis-" + analysis.id, analysis.title, {}, {}};
  if (result.result.fit->number("p") == 1) {
    Text text(result_sentence(pages.spec(), result));
    text.text(" " + prediction_sentence(pages.spec(), result));
    section.add(report::Paragraph{std::move(text)});
  }
  if (!analysis.note.empty()) section.add(report::Paragraph{Text(analysis.note)});
  section.add(model_list(pages.spec(), result));
  if (analysis.forest) HR_CHECK(add_forest(pages, result, section));
  HR_CHECK(add_subgroups(pages, analysis, result, tables, section));
  HR_CHECK(add_moderators(pages, analysis, tables, section));
  HR_CHECK(add_bias(pages, analysis, result, tables, section));
  HR_CHECK(add_sensitivity(pages, analysis, result, tables, section));
  const std::string subject = fmt::format("analysis \"{}\"", analysis.id);
  for (report::Block& block : audit_callout(pages.evidence().audit, {"MO", "BI", "DA", "DE"}, subject))
    section.add(std::move(block));
  return section;
}

}  // namespace

Expected<Section> results_section(Pages& pages) {
  Section out{"results", "Results", {}, {}};
  const Tables tables = whole_tables(pages);
  for (const AnalysisSpec& analysis : pages.spec().analyses) {
    HR_TRY(Section section, analysis_section(pages, analysis, tables));
    out.sections.push_back(std::move(section));
  }
  return out;
}

}  // namespace hedgerow::engine
