// hedgerow appraise: ratings by an instrument, scores and judgements, consensus, agreement, figures; list; template.
#include "cli/appraise.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/appraise_store.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "cli/review_commands.hpp"
#include "data/readers.hpp"
#include "engine/figures.hpp"
#include "plot/appraisal_figures.hpp"

namespace hedgerow::cli {
namespace {

struct AppraiseFlags {
  std::string file, instrument, output, figure, summary, palette = "colour-blind", title, bands;
  std::vector<std::string> studies, raters{"A", "B"};
  int cut = -1;
  bool json = false, csv = false, unweighted = false, by_rater = false;
};

/// "9-10=excellent,6-8=good,..."
Checked set_bands(const std::string& text, review::Instrument& instrument) {
  if (text.empty()) return {};
  instrument.bands.clear();
  for (const std::string& part : split(text, ',')) {
    const std::size_t equals = part.find('='), dash = part.find('-');
    const auto from = parse_number(trim(part.substr(0, std::min(dash, equals))));
    const auto to = dash < equals ? parse_number(trim(part.substr(dash + 1, equals - dash - 1))) : from;
    if (equals == std::string::npos || !from || !to)
      return make_error(
          ErrorCode::usage,
          fmt::format("bands are written as '9-10=excellent,6-8=good,4-5=fair,0-3=poor'; found '{}'", part), "--bands");
    instrument.bands.push_back(
        {static_cast<int>(*from), static_cast<int>(*to), std::string(trim(part.substr(equals + 1)))});
  }
  return review::check_bands(instrument);
}

Checked draw(const AppraiseFlags& flags, const AppraisalView& view) {
  const auto palette =
      flags.palette == "cochrane" ? plot::TrafficPalette::cochrane : plot::TrafficPalette::colour_blind;
  const auto& shown = flags.by_rater ? view.raters : view.agreed.assessments;
  plot::TrafficData data = plot::traffic_data(view.instrument, shown);
  if (!flags.title.empty()) data.title = flags.title;
  if (!flags.figure.empty()) {
    HR_TRY(const std::string bytes, engine::render(plot::traffic_light(data, {.palette = palette}), flags.figure));
    HR_CHECK(emit(flags.figure, bytes));
    fmt::print(stderr, "{}\n", flags.figure);
  }
  if (flags.summary.empty()) return {};
  const std::vector<double> weights = flags.unweighted ? std::vector<double>() : plot::traffic_weights(shown);
  HR_TRY(const std::string bytes,
         engine::render(plot::rob_summary(data, weights, {.palette = palette}), flags.summary));
  HR_CHECK(emit(flags.summary, bytes));
  fmt::print(stderr, "{}\n", flags.summary);
  return {};
}

Checked appraise(const AppraiseFlags& flags) {
  if (flags.file.empty())
    return make_error(ErrorCode::usage,
                      "give a table of ratings with --instrument; or list, template, import, status, "
                      "consensus (see --help)");
  HR_TRY(review::Instrument instrument, load_instrument(flags.instrument));
  HR_CHECK(set_bands(flags.bands, instrument));
  HR_TRY(const review::RatedTable rated, load_ratings(instrument, flags.file));
  HR_TRY(const AppraisalView view, appraisal_view(std::move(instrument), rated.cells, flags.cut));
  for (const std::string& remark : view.remarks) fmt::print(stderr, "note: {}\n", remark);
  if (!rated.unused.empty())
    fmt::print(stderr, "note: columns that are no part of the instrument: {}\n", join(rated.unused, ", "));
  HR_CHECK(emit(flags.output, flags.json  ? appraisal_json(view)
                              : flags.csv ? appraisal_csv(view)
                                          : appraisal_text(view)));
  return draw(flags, view);
}

Checked list_instruments(bool json) {
  std::vector<std::vector<std::string>> rows;
  std::string out;
  for (const std::string& id : review::builtin_instruments()) {
    HR_TRY(const review::Instrument one, review::builtin_instrument(id));
    const std::string parts =
        one.domains.empty() ? fmt::format("{} items", one.items.size()) : fmt::format("{} domains", one.domains.size());
    rows.push_back({id, one.name, parts, one.source});
  }
  if (!json) return emit("", text_table({"id", "name", "parts", "source"}, rows));
  for (const auto& row : rows)
    out += fmt::format("{}\n  {{\"id\": \"{}\", \"name\": \"{}\", \"parts\": \"{}\", \"source\": \"{}\"}}",
                       out.empty() ? "" : ",", row[0], row[1], row[2], row[3]);
  return emit("", "[" + out + "\n]\n");
}

Checked make_template(const AppraiseFlags& flags) {
  HR_TRY(const review::Instrument instrument, load_instrument(flags.instrument));
  if (flags.studies.empty()) return make_error(ErrorCode::usage, "which studies? --studies a,b", "--studies");
  return emit(flags.output, review::rating_form(instrument, flags.studies, flags.raters));
}

template <class Run>
void on_call(CLI::App& command, Action& action, Run run) {
  command.callback([&action, run] {
    action = [run] {
      const Checked done = run();
      return done ? 0 : report(done.error());
    };
  });
}

void add_main_flags(CLI::App& command, AppraiseFlags& flags) {
  command.add_option("file", flags.file, "Ratings: CSV or XLSX, long or wide (docs/methods/appraisal.md)");
  command.add_option("--instrument", flags.instrument, "Id (hedgerow appraise list) or a TOML file");
  command.add_option("--figure", flags.figure, "Traffic-light table: .svg, .pdf or .png");
  command.add_option("--summary", flags.summary, "Summary bars: .svg, .pdf or .png");
  command.add_option("--palette", flags.palette, "colour-blind or cochrane")
      ->check(CLI::IsMember({"colour-blind", "cochrane"}))
      ->capture_default_str();
  command.add_option("--title", flags.title, "Of the figures");
  command.add_flag("--by-rater", flags.by_rater, "Figures show every rater instead of the consensus");
  command.add_flag("--unweighted", flags.unweighted, "Summary bars without the column Weight");
  command.add_option("--bands", flags.bands, "Words for scores: 9-10=excellent,6-8=good,4-5=fair,0-3=poor");
  command.add_option("--cut", flags.cut, "Score from which a study counts as low risk (column low_risk)");
  command.add_flag("--csv", flags.csv, "Consensus as a table");
  command.add_flag("--json", flags.json, "For programs");
  command.add_option("-o,--output", flags.output, "File; default standard output");
}

}  // namespace

Expected<review::Instrument> load_instrument(const std::string& name) {
  if (name.size() < 5 || name.substr(name.size() - 5) != ".toml") return review::builtin_instrument(name);
  HR_TRY(const std::string bytes, read_file(name));
  return review::parse_instrument(bytes, name);
}

Expected<review::RatedTable> load_ratings(const review::Instrument& instrument, const std::string& path) {
  if (path.find(".xlsx") != std::string::npos) {
    HR_TRY(const data::Table table, data::read_table(path));
    return review::read_rated(instrument, table);
  }
  HR_TRY(std::string bytes, read_file(path));
  return review::read_rated_csv(instrument, std::move(bytes), path);
}

Expected<AppraisalView> appraisal_view(review::Instrument instrument, const std::vector<review::RatedCell>& cells,
                                       int cut) {
  AppraisalView view;
  view.instrument = std::move(instrument);
  view.cut = cut < 0 ? review::default_cut(view.instrument) : cut;
  view.raters = review::assess(view.instrument, cells);
  view.agreed = review::consensus(view.instrument, cells);
  view.remarks = review::remarks(view.instrument, view.raters);
  HR_TRY(view.agreement, review::rater_agreement(view.instrument, view.raters));
  return view;
}

void add_appraise_command(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("appraise", "Appraisal of studies: PEDro, RoB 2, ROBINS-I, NOS, JBI, QUADAS-2");
  const auto flags = std::make_shared<AppraiseFlags>();
  add_main_flags(command, *flags);
  command.callback([&action, &command, flags] {  // it runs after that of a subcommand, whose action has to stay
    if (!command.get_subcommands().empty()) return;
    action = [flags] {
      const Checked done = appraise(*flags);
      return done ? 0 : report(done.error());
    };
  });
  CLI::App& list = *command.add_subcommand("list", "Instruments of the program");
  list.add_flag("--json", flags->json, "For programs");
  on_call(list, action, [flags] { return list_instruments(flags->json); });
  CLI::App& form = *command.add_subcommand("template", "A form to fill in");
  form.add_option("--instrument", flags->instrument, "Id or a TOML file")->required();
  form.add_option("--studies", flags->studies, "a,b,c")->delimiter(',')->required();
  form.add_option("--raters", flags->raters, "Who rates")->delimiter(',')->capture_default_str();
  form.add_option("-o,--output", flags->output, "File; default standard output");
  on_call(form, action, [flags] { return make_template(*flags); });
  add_appraise_store_commands(command, action);
  command.footer(
      "\nExamples:\n"
      "  hedgerow appraise template --instrument pedro --studies Smith2019,Lee2021 --raters anna,ben -o ratings.csv\n"
      "  hedgerow appraise ratings.csv --instrument pedro --cut 6\n"
      "  hedgerow appraise rob.csv --instrument rob2 --figure rob.svg --summary bars.pdf --palette cochrane\n"
      "  hedgerow appraise import ratings.csv --instrument rob2 --review .");
}

}  // namespace hedgerow::cli
