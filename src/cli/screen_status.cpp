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
#include "workflow/summary.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;
using workflow::StageSummary;

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

Checked status(const ReviewFlags& flags) {
  HR_TRY(const workflow::ReviewStore review, open_review(flags));
  const workflow::State& state = review.state;
  const StageSummary abstract = workflow::summarise(state, workflow::Stage::abstract);
  const StageSummary fulltext = workflow::summarise(state, workflow::Stage::fulltext);
  if (flags.json) {
    fmt::print("{}", dump({{"schema", "hedgerow.screen-status/1"},
                           {"records", state.document_of.size()},
                           {"documents", state.documents.size()},
                           {"abstract", summary_json(abstract)},
                           {"fulltext", summary_json(fulltext)}}));
    return {};
  }
  fmt::print("{} records, {} documents\n\n", state.document_of.size(), state.documents.size());
  print_stage("Title and abstract", abstract);
  fmt::print("\n");
  print_stage("Full text", fulltext);
  if (abstract.conflict + fulltext.conflict > 0)
    fmt::print(stderr, "\n'hedgerow screen resolve' lists the conflicts\n");
  return {};
}

}  // namespace

void add_screen_status_command(CLI::App& screen, Action& action) {
  CLI::App& command = *screen.add_subcommand("status", "How far screening is: outcomes, reviewers, agreement");
  const auto flags = std::make_shared<ReviewFlags>();
  add_review_flags(command, *flags, false);
  command.callback([&action, flags] {
    action = [flags] {
      const Checked done = status(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
