// hedgerow screen status: how far screening is.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "cli/record_print.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/names.hpp"
#include "workflow/sample.hpp"
#include "workflow/summary.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;
using workflow::StageSummary;

constexpr std::size_t kStoppingWidth = 100;

Json agreement_json(const workflow::AgreementSummary& agreement) {
  Json json = {{"documents", agreement.documents},
               {"observed", agreement.observed},
               {"ac1", nullptr},
               {"kappa", nullptr},
               {"kappa_name", agreement.kappa_name}};
  if (agreement.ac1) json["ac1"] = *agreement.ac1;
  if (agreement.kappa) json["kappa"] = *agreement.kappa;
  return json;
}

Json summary_json(const StageSummary& summary) {
  Json reviewers = Json::array(), reasons = Json::array();
  for (const workflow::ReviewerSummary& one : summary.reviewers)
    reviewers.push_back({{"name", one.name},
                         {"active", one.active},
                         {"include", one.include},
                         {"exclude", one.exclude},
                         {"maybe", one.maybe},
                         {"left", one.left}});
  for (const auto& [reason, n] : summary.reasons) reasons.push_back({{"reason", reason}, {"n", n}});
  Json json = {{"reached", summary.reached()},
               {"unseen", summary.unseen},
               {"pending", summary.pending},
               {"partial", summary.partial},
               {"conflict", summary.conflict},
               {"included", summary.included},
               {"excluded", summary.excluded},
               {"automatic", summary.automatic},
               {"reviewers", std::move(reviewers)},
               {"reasons", std::move(reasons)},
               {"agreement", nullptr}};
  if (summary.agreement) json["agreement"] = agreement_json(*summary.agreement);
  return json;
}

std::string agreement_line(const workflow::AgreementSummary& agreement) {
  const auto number = [](const std::optional<double>& value) {
    return value ? format_fixed(*value, 2) : std::string("not defined");
  };
  return fmt::format("agreement of first votes: {} of {} documents with two or more, {} {}, AC1 {}\n",
                     format_fixed(100 * agreement.observed, 1) + "%", agreement.documents, agreement.kappa_name,
                     number(agreement.kappa), number(agreement.ac1));
}

void print_stage(const char* title, const StageSummary& summary) {
  fmt::print("{}\n", title);
  fmt::print("  {} reached it: {} included, {} excluded{}, {} in conflict, {} with a vote missing, {} untouched\n",
             summary.reached(), summary.included, summary.excluded,
             summary.automatic > 0 ? fmt::format(" ({} by a stopping rule)", summary.automatic) : "", summary.conflict,
             summary.partial, summary.pending);
  for (const auto& [reason, n] : summary.reasons)
    if (n > 0) fmt::print("    {:>5}  {}\n", n, reason);
  std::vector<std::vector<std::string>> rows;
  for (const workflow::ReviewerSummary& one : summary.reviewers)
    if (one.active)
      rows.push_back({"  " + one.name, std::to_string(one.include), std::to_string(one.exclude),
                      std::to_string(one.maybe), std::to_string(one.left)});
    else
      rows.push_back({"  " + one.name + " (removed)", "", "", "", ""});
  if (!rows.empty()) fmt::print("{}", text_table({"  reviewer", "include", "exclude", "maybe", "left"}, rows));
  if (summary.agreement) fmt::print("  {}", agreement_line(*summary.agreement));
}

struct StatusFlags {
  ReviewFlags review;
  double target = 0.95, confidence = 0.95;
};

Json stopping_json(const workflow::StopFigures& figures) {
  const screening::StopStatement statement = screening::stop_statement(figures.state);
  return {{"target", figures.state.target},
          {"confidence", figures.state.confidence},
          {"rule", statement.rule},
          {"p", statement.p},
          {"reached", statement.reached},
          {"least_recall", statement.least_recall},
          {"unread", figures.unread},
          {"found", figures.found},
          {"open", figures.open},
          {"samples", figures.begun},
          {"drawn", figures.drawn},
          {"drawn_decided", figures.decided},
          {"drawn_used", figures.state.draws.drawn},
          {"drawn_from", figures.drawn == 0 ? 0 : figures.state.draws.unread_before},
          {"drawn_relevant", figures.state.draws.found},
          {"outside", figures.outside},
          {"enough", figures.enough},
          {"text", statement.text}};
}

// What the sample is and how far it is read; the statement; what would be enough.
void print_stopping(const workflow::StopFigures& figures) {
  if (figures.documents == 0 || figures.documents == figures.unread) return;
  const screening::StopStatement statement = screening::stop_statement(figures.state);
  std::string words = statement.text;
  if (figures.drawn > 0)
    words += fmt::format(" {} drawn at random, {} of them decided; {} used, in the order of drawing.", figures.drawn,
                         figures.decided, figures.state.draws.drawn);
  if (figures.outside > 0)
    words += fmt::format(" {} unread document{} not there when the sample was drawn: draw again.", figures.outside,
                         figures.outside == 1 ? " was" : "s were");
  if (figures.begun > 1)
    words += fmt::format(" This is sample {} of the stage; p knows nothing of the earlier ones.", figures.begun);
  if (figures.open > 0)
    words += fmt::format(" {} in conflict or with a vote missing count as not relevant.", figures.open);
  if (!statement.reached && figures.enough > 0)
    words += fmt::format(" If none of the draws to come is relevant, {} in all are enough.", figures.enough);
  fmt::print("{}", wrap("stopping: " + words, kStoppingWidth, "  "));
}

Checked status(const StatusFlags& asked) {
  const ReviewFlags& flags = asked.review;
  for (const auto& [name, value] : {std::pair{"--target", asked.target}, std::pair{"--confidence", asked.confidence}})
    if (!(value > 0 && value < 1))
      return make_error(ErrorCode::usage, fmt::format("{}: {} is not between 0 and 1; 0.95 is usual", name, value));
  HR_TRY(const workflow::ReviewStore review, open_review(flags));
  const workflow::State& state = review.state;
  const StageSummary abstract = workflow::summarise(state, workflow::Stage::abstract);
  const StageSummary fulltext = workflow::summarise(state, workflow::Stage::fulltext);
  const auto stopping = [&](workflow::Stage stage) {
    return workflow::stop_figures(state, stage, asked.target, asked.confidence);
  };
  const workflow::StopFigures stop_abstract = stopping(workflow::Stage::abstract),
                              stop_fulltext = stopping(workflow::Stage::fulltext);
  if (flags.json) {
    Json of_abstract = summary_json(abstract), of_fulltext = summary_json(fulltext);
    of_abstract["stopping"] = stopping_json(stop_abstract);
    of_fulltext["stopping"] = stopping_json(stop_fulltext);
    fmt::print("{}", dump({{"schema", "hedgerow.screen-status/1"},
                           {"records", state.document_of.size()},
                           {"documents", state.documents.size()},
                           {"abstract", std::move(of_abstract)},
                           {"fulltext", std::move(of_fulltext)}}));
    return {};
  }
  fmt::print("{} records, {} documents\n\n", state.document_of.size(), state.documents.size());
  print_stage("Title and abstract", abstract);
  print_stopping(stop_abstract);
  fmt::print("\n");
  print_stage("Full text", fulltext);
  if (stop_fulltext.drawn > 0) print_stopping(stop_fulltext);
  if (abstract.conflict + fulltext.conflict > 0)
    fmt::print(stderr, "\n'hedgerow screen resolve' lists the conflicts\n");
  return {};
}

}  // namespace

void add_screen_status_command(CLI::App& screen, Action& action) {
  CLI::App& command =
      *screen.add_subcommand("status", "How far screening is: outcomes, reviewers, agreement, whether to stop");
  const auto flags = std::make_shared<StatusFlags>();
  command.add_option("--target", flags->target, "Recall that is enough for stopping (default 0.95)");
  command.add_option("--confidence", flags->confidence, "Of the statement about it (default 0.95)");
  add_review_flags(command, flags->review, false);
  command.footer(
      "\nThe statement about stopping rests on documents drawn at random ('hedgerow screen sample').\n"
      "\nExamples:\n"
      "  hedgerow screen status\n"
      "  hedgerow screen status --target 0.9 --json");
  command.callback([&action, flags] {
    action = [flags] {
      const Checked done = status(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
