// hedgerow agree: agreement of raters, from a table of ratings or from the first votes of a review.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "cli/agree_print.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"
#include "data/named_matrix.hpp"
#include "data/readers.hpp"
#include "review/agreement_read.hpp"
#include "workflow/agreement_step.hpp"
#include "workflow/names.hpp"

namespace hedgerow::cli {
namespace {

using Groups = std::vector<std::pair<std::string, review::Ratings>>;

/// At most so many bootstrap draws for each reason of exclusion: there may be a dozen over thousands of records.
constexpr std::size_t kReasonReplicates = 500;

struct AgreeFlags {
  std::string file, folder, stage = "abstract", maybe = "class", weights, scale, bands = "cochrane",
                            icc_bands = "koo-li", output;
  review::RatingColumns columns;
  double level = 0.95;
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;
  bool reasons = false, icc = false, json = false;
};

Expected<Groups> from_store(const AgreeFlags& flags) {
  HR_TRY(const store::Store store, store::Store::open(flags.folder + "/hedgerow.db"));
  HR_TRY(const auto events, store.events());
  HR_TRY(const auto heads, store.record_heads());
  HR_TRY(const workflow::State state, workflow::fold(events, heads));
  const workflow::Stage stage = *workflow::stage_named(flags.stage);
  const workflow::MaybeIs maybe = flags.maybe == "include"   ? workflow::MaybeIs::include
                                  : flags.maybe == "exclude" ? workflow::MaybeIs::exclude
                                                             : workflow::MaybeIs::its_own;
  Groups out{{"first votes, stage " + flags.stage, workflow::first_votes(state, stage, maybe)}};
  if (!flags.reasons) return out;
  for (auto& [reason, ratings] : workflow::first_reasons(state, stage))
    out.emplace_back("excluded for: " + reason, std::move(ratings));
  return out;
}

Expected<Groups> groups_of(const AgreeFlags& flags) {
  if (flags.file.empty() == flags.folder.empty())
    return make_error(ErrorCode::usage, "give a table of ratings, or --review DIR with --stage: one of the two");
  if (!flags.folder.empty()) return from_store(flags);
  HR_TRY(const data::Table table, data::read_table(flags.file));
  HR_TRY(Groups groups, review::read_ratings(table, flags.columns));
  if (!flags.columns.by.empty())
    for (auto& group : groups) group.first = flags.columns.by + " = " + group.first;
  return groups;
}

Expected<review::AgreementOptions> options_of(const AgreeFlags& flags, const Groups& groups) {
  review::AgreementOptions out;
  out.icc = flags.icc;
  out.level = flags.level;
  out.bootstrap = {flags.replicates, flags.seed};
  for (const review::Scale scale :
       {review::Scale::nominal, review::Scale::ordinal, review::Scale::interval, review::Scale::ratio})
    if (flags.scale == review::scale_name(scale)) out.scale = scale;
  if (flags.weights.empty()) return out;
  out.weights = flags.weights == "linear"      ? review::WeightKind::linear
                : flags.weights == "quadratic" ? review::WeightKind::quadratic
                                               : review::WeightKind::own;
  if (out.weights != review::WeightKind::own || groups.empty()) return out;
  HR_TRY(const data::NamedMatrix matrix, data::read_named_matrix(flags.weights));
  HR_TRY(out.own_weights, data::select_levels(matrix, groups.front().second.classes, "the ratings"));
  return out;
}

int agree(const AgreeFlags& flags) {
  const auto groups = groups_of(flags);
  if (!groups) return report(groups.error());
  const auto options = options_of(flags, *groups);
  if (!options) return report(options.error());
  const auto bands = review::parse_bands(flags.bands), icc_bands = review::parse_bands(flags.icc_bands);
  if (!bands) return report(bands.error());
  if (!icc_bands) return report(icc_bands.error());
  std::vector<review::AgreementReport> reports;
  for (const auto& [name, ratings] : *groups) {
    review::AgreementOptions own = *options;
    if (flags.reasons && !reports.empty()) own.bootstrap.replicates = std::min(flags.replicates, kReasonReplicates);
    auto made = review::agreement(ratings, own, name);
    if (!made) return report(made.error());
    reports.push_back(made.take());
  }
  const AgreementWords words{flags.level, *bands, *icc_bands};
  const auto written = emit(flags.output, flags.json ? agreement_json(reports, words) : agreement_text(reports, words));
  return written ? 0 : report(written.error());
}

void add_flags(CLI::App& command, AgreeFlags& flags) {
  command.add_option("file", flags.file, "Table of ratings: CSV or XLSX");
  command.add_option("--raters", flags.columns.raters, "Wide table: columns of the raters, a,b,c")->delimiter(',');
  command.add_option("--item", flags.columns.item, "Column of the item")->capture_default_str();
  command.add_option("--rater", flags.columns.rater, "Column of the rater (long table)")->capture_default_str();
  command.add_option("--value", flags.columns.value, "Column of the rating (long table)")->capture_default_str();
  command.add_option("--classes", flags.columns.classes, "All classes in their order, low,some,high")->delimiter(',');
  command.add_option("--by", flags.columns.by, "A column: agreement for each of its values");
  command.add_option("--scale", flags.scale, "nominal, ordinal, interval or ratio")
      ->check(CLI::IsMember({"nominal", "ordinal", "interval", "ratio"}));
  command.add_option("--weights", flags.weights, "linear, quadratic, or a matrix of weights (CSV)");
  command.add_flag("--icc", flags.icc, "Intraclass correlations; the ratings are numbers");
  command.add_option("--review", flags.folder, "Review folder: the first votes of its store");
  command.add_option("--stage", flags.stage, "abstract or fulltext")
      ->check(CLI::IsMember({"abstract", "fulltext"}))
      ->capture_default_str();
  command.add_flag("--reasons", flags.reasons, "Also for each reason of exclusion");
  command.add_option("--maybe", flags.maybe, "A vote 'maybe' is a class of its own, include or exclude")
      ->check(CLI::IsMember({"class", "include", "exclude"}))
      ->capture_default_str();
  command.add_option("--bands", flags.bands, "Words for kappa and its kin: cochrane, landis-koch, none, 0.4=fair,...")
      ->capture_default_str();
  command.add_option("--icc-bands", flags.icc_bands, "Words for intraclass correlations: koo-li, none, ...")
      ->capture_default_str();
  command.add_option("--level", flags.level, "Of the intervals")->check(CLI::Range(0.5, 0.9999))->capture_default_str();
  command.add_option("--replicates", flags.replicates, "Bootstrap draws for Krippendorff's alpha")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command.add_option("--seed", flags.seed, "Of the bootstrap")->capture_default_str();
  command.add_flag("--json", flags.json, "For programs");
  command.add_option("-o,--output", flags.output, "File; default standard output");
}

}  // namespace

void add_agree_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("agree", "Agreement of raters: kappa, AC1, alpha, ICC, with intervals");
  const auto flags = std::make_shared<AgreeFlags>();
  add_flags(command, *flags);
  command.footer(
      "\nExamples:\n"
      "  hedgerow agree votes.csv --by stage                 columns item, rater, value\n"
      "  hedgerow agree ratings.csv --raters anna,ben,chris --weights linear --classes low,some,high\n"
      "  hedgerow agree totals.csv --raters anna,ben --icc\n"
      "  hedgerow agree --review . --stage abstract --reasons");
  command.callback([&action, flags] { action = [flags] { return agree(*flags); }; });
}

}  // namespace hedgerow::cli
