// hedgerow plot forest | funnel | bubble | influence | cumulative | grid | gosh | baujat | radial.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/grid_flags.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "engine/figures.hpp"
#include "engine/run.hpp"

namespace hedgerow::cli {
namespace {

struct PlotFlags {
  Flags flags;
  std::string title, axis_title, favours_left, favours_right, subgroups, transf, side, estimator = "L0", rule = "model",
                                                                                       by = "effect";
  std::vector<std::string> columns;
  bool common_tau2 = false, no_prediction = false, trim_and_fill = false, center = false;
  std::string study;
  engine::AskGosh gosh;
  GridFlags grid;
  engine::AskCumulative cumulative;
};

using Draw = std::function<Expected<scene::Scene>(const engine::Result&, const PlotFlags&)>;

int draw(const PlotFlags& plot, std::vector<engine::Question> questions, const Draw& figure) {
  auto job = make_job(plot.flags);
  if (!job) return report(job.error());
  job->questions = std::move(questions);
  const auto result = engine::run(*job);
  if (!result) return report(result.error());
  if (plot.flags.json) {
    const auto printed = emit("", engine::to_json(*result));
    if (!printed) return report(printed.error());
  }
  const auto scene = figure(*result, plot);
  if (!scene) return report(scene.error());
  const std::string path = plot.flags.output.empty() ? "plot.svg" : plot.flags.output;
  const auto bytes = engine::render(*scene, path);
  if (!bytes) return report(bytes.error());
  const auto written = emit(path, *bytes);
  if (!written) return report(written.error());
  fmt::print(stderr, "{}{}\n", print_notes(*result), path);
  return 0;
}

std::shared_ptr<PlotFlags> plot_flags(CLI::App& command) {
  auto plot = std::make_shared<PlotFlags>();
  add_data_flags(command, plot->flags);
  add_effect_flags(command, plot->flags);
  add_model_flags(command, plot->flags);
  add_output_flags(command, plot->flags);
  command.get_option("--output")->description("File to write: .svg, .pdf or .png (default plot.svg)");
  command.add_option("--title", plot->title, "Title");
  command.add_option("--axis-title", plot->axis_title, "Title of the effect axis");
  return plot;
}

void add_axis_transf(CLI::App& command, PlotFlags& plot) {
  command.add_option("--transf", plot.transf,
                     "Numbers of the axis: exp, ilogit, ztor, iarcsin, ...; none: as analysed (default: as the measure "
                     "is shown)");
}

// "Sets=sets" -> header and column; "sets" alone is both.
std::vector<std::pair<std::string, std::string>> column_pairs(const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& text : texts) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos)
      out.emplace_back(text, text);
    else
      out.emplace_back(text.substr(0, at), text.substr(at + 1));
  }
  return out;
}

Expected<scene::Scene> draw_forest(const engine::Result& result, const PlotFlags& plot) {
  engine::ForestRequest request;
  request.title = plot.title;
  request.axis_title = plot.axis_title;
  request.columns = column_pairs(plot.columns);
  request.favours_left = plot.favours_left;
  request.favours_right = plot.favours_right;
  request.transf = plot.transf;
  if (!plot.subgroups.empty()) request.subgroups = "subgroups";
  if (!plot.no_prediction && plot.flags.method != "EE") request.prediction = "predict";
  return engine::forest_figure(result, request);
}

void add_forest(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("forest", "Forest plot");
  const auto plot = plot_flags(command);
  command.add_option("--column", plot->columns, "Column of the table left of the plot: name or 'Header=name'");
  command.add_option("--favours-left", plot->favours_left, "Text below the axis, left of the null");
  command.add_option("--favours-right", plot->favours_right, "Text below the axis, right of the null");
  command.add_option("--subgroups", plot->subgroups, "Subgroups by this column");
  command.add_flag("--common-tau2", plot->common_tau2, "One tau2 for all subgroups");
  command.add_flag("--no-prediction", plot->no_prediction, "Without prediction interval");
  add_axis_transf(command, *plot);
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot forest data.csv --yi yi --vi vi --slab author -o forest.svg\n"
      "  hedgerow plot forest data.csv --yi yi --vi vi --subgroups sex --column 'N=n' --favours-right 'Favours "
      "exercise' -o forest.pdf\n"
      "  hedgerow plot forest bcg.csv --yi yi --vi vi --transf exp --test knha -o forest.png");
  command.callback([&action, plot] {
    action = [plot] {
      std::vector<engine::Question> questions{{"predict", engine::AskPredict{}},
                                              {"weights", engine::AskRows{"weights"}}};
      if (!plot->subgroups.empty())
        questions.push_back({"subgroups", engine::AskSubgroups{plot->subgroups, plot->common_tau2, {}}});
      return draw(*plot, questions, draw_forest);
    };
  });
}

Expected<scene::Scene> draw_influence(const engine::Result& result, const PlotFlags& plot) {
  return engine::influence_figure(result, "influence", plot.title);
}

void add_influence(CLI::App& parent, Action& action) {
  CLI::App& command =
      *parent.add_subcommand("influence", "Case diagnostics: what each effect or study does to the fit");
  const auto plot = plot_flags(command);
  command.add_option("--by", plot->by, "effect, study, or a column of the table")->capture_default_str();
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot influence data.csv --yi yi --vi vi --slab author -o influence.svg\n"
      "  hedgerow plot influence data.csv --yi yi --vi vi --random '~ 1 | study/es' --by study -o influence.png");
  command.callback([&action, plot] {
    action = [plot] { return draw(*plot, {{"influence", engine::AskInfluence{plot->by, true}}}, draw_influence); };
  });
}

Expected<scene::Scene> draw_cumulative(const engine::Result& result, const PlotFlags& plot) {
  return engine::cumulative_figure(result, {"cumulative", plot.title, plot.axis_title, plot.transf});
}

void add_cumulative(CLI::App& parent, Action& action) {
  CLI::App& command =
      *parent.add_subcommand("cumulative", "Forest plot of the model on the first unit, the first two, and so on");
  const auto plot = plot_flags(command);
  command.add_option("--order", plot->cumulative.order, "Columns that order the rows, e.g. 'year, trial'");
  command.add_flag("--decreasing", plot->cumulative.decreasing, "From the largest value down");
  command.add_flag("--collapse", plot->cumulative.collapse, "Units with equal values enter together");
  command.add_option("--by", plot->cumulative.by, "effect, study, or a column of the table")->capture_default_str();
  add_axis_transf(command, *plot);
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot cumulative data.csv --yi yi --vi vi --slab author --order year -o cumulative.svg\n"
      "  hedgerow plot cumulative bcg.csv --measure OR --ai tpos --bi tneg --ci cpos --di cneg --model MH --order year "
      "-o bcg.pdf");
  command.callback([&action, plot] {
    action = [plot] { return draw(*plot, {{"cumulative", plot->cumulative}}, draw_cumulative); };
  });
}

Expected<scene::Scene> draw_grid(const engine::Result& result, const PlotFlags& plot) {
  return engine::covariance_grid_figure(result, result.answers.front().name, plot.title);
}

int ask_and_draw_grid(const PlotFlags& plot) {
  const auto questions = grid_questions(plot.grid);
  if (!questions) return report(questions.error());
  if (questions->size() != 1)
    return report(make_error(
        ErrorCode::usage,
        fmt::format("the figure shows one grid; found {} (--rho-grid, --phi-grid, --r-grid, ...)", questions->size()),
        "plot grid"));
  return draw(plot, *questions, draw_grid);
}

void add_grid(CLI::App& parent, Action& action) {
  CLI::App& command =
      *parent.add_subcommand("grid", "Estimate and components against an assumed correlation of sampling errors");
  const auto plot = plot_flags(command);
  add_grid_flags(command, plot->grid);
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot grid data.csv --yi yi --vi vi --random '~ 1 | study/es' --v-cluster study --v-obs es --rho 0.6 "
      "--rho-grid 0:0.9:0.1 -o rho.svg");
  command.callback([&action, plot] { action = [plot] { return ask_and_draw_grid(*plot); }; });
}

void add_gosh(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("gosh", "Estimate and I2 on all subsets of the studies");
  const auto plot = plot_flags(command);
  add_axis_transf(command, *plot);
  command.add_option("--subsets", plot->gosh.subsets, "Random subsets instead of all (default: all up to a million)");
  command.add_option("--seed", plot->gosh.seed, "Seed of random subsets")->capture_default_str();
  command.add_option("--study", plot->study,
                     "Study whose subsets have a colour of their own (default: the one that moves the result most)");
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot gosh data.csv --yi yi --vi vi --slab author --method DL -o gosh.png\n"
      "  hedgerow plot gosh data.csv --yi yi --vi vi --slab author --subsets 20000 --study 'Aronson 1948' -o gosh.svg");
  command.callback([&action, plot] {
    action = [plot] {
      return draw(*plot, {{"gosh", plot->gosh}}, [](const engine::Result& result, const PlotFlags& p) {
        return engine::gosh_figure(result, {"gosh", p.title, p.axis_title, p.study, p.transf});
      });
    };
  });
}

void add_baujat(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("baujat", "Contribution to heterogeneity against influence");
  const auto plot = plot_flags(command);
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot baujat data.csv --yi yi --vi vi --slab author -o baujat.svg");
  command.callback([&action, plot] {
    action = [plot] {
      return draw(*plot, {{"baujat", engine::AskBaujat{}}}, [](const engine::Result& result, const PlotFlags& p) {
        return engine::baujat_figure(result, "baujat", p.title);
      });
    };
  });
}

void add_radial(CLI::App& parent, Action& action) {
  CLI::App& command =
      *parent.add_subcommand("radial", "Radial (Galbraith) plot: standardised effects against precision");
  const auto plot = plot_flags(command);
  add_axis_transf(command, *plot);
  command.add_flag("--center", plot->center, "Effects minus the estimate");
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot radial data.csv --yi yi --vi vi --slab author --method EE -o radial.svg");
  command.callback([&action, plot] {
    action = [plot] {
      return draw(*plot, {{"radial", engine::AskRadial{plot->center}}},
                  [](const engine::Result& result, const PlotFlags& p) {
                    return engine::radial_figure(result, {"radial", p.title, p.axis_title, p.transf});
                  });
    };
  });
}

void add_funnel(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("funnel", "Contour-enhanced funnel plot");
  const auto plot = plot_flags(command);
  add_axis_transf(command, *plot);
  command.add_flag("--trim-and-fill", plot->trim_and_fill, "Show the studies that trim and fill adds");
  command.add_option("--estimator", plot->estimator, "L0, R0 or Q0")->capture_default_str();
  command.add_option("--rule", plot->rule, "What trims: model or common")->capture_default_str();
  command.add_option("--side", plot->side, "left or right; default: chosen from the data");
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot funnel data.csv --yi yi --vi vi -o funnel.svg\n"
      "  hedgerow plot funnel data.csv --yi yi --vi vi --trim-and-fill --rule common -o funnel.png");
  command.callback([&action, plot] {
    action = [plot] {
      std::vector<engine::Question> questions;
      if (plot->trim_and_fill)
        questions.push_back({"trim_and_fill", engine::AskTrimFill{plot->estimator, plot->side, plot->rule}});
      return draw(*plot, questions, [](const engine::Result& result, const PlotFlags& p) {
        return engine::funnel_figure(result, {p.title, p.axis_title, p.trim_and_fill ? "trim_and_fill" : "", p.transf});
      });
    };
  });
}

void add_bubble(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("bubble", "Bubble plot of a meta-regression on one moderator");
  const auto plot = plot_flags(command);
  add_axis_transf(command, *plot);
  command.footer(
      "\nExamples:\n"
      "  hedgerow plot bubble data.csv --yi yi --vi vi --mods '~ year' --test knha -o year.svg");
  command.callback([&action, plot] {
    action = [plot] {
      return draw(*plot, {}, [](const engine::Result& result, const PlotFlags& p) {
        return engine::bubble_figure(result, {p.title, p.axis_title, p.transf});
      });
    };
  });
}

}  // namespace

void add_plot_command(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("plot", "Draw a figure: forest, funnel, bubble, influence, gosh, baujat, ...");
  command.require_subcommand(1);
  add_forest(command, action);
  add_influence(command, action);
  add_cumulative(command, action);
  add_grid(command, action);
  add_funnel(command, action);
  add_bubble(command, action);
  add_gosh(command, action);
  add_baujat(command, action);
  add_radial(command, action);
}

}  // namespace hedgerow::cli
