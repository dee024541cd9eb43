// hedgerow screen rule, reviewer: how a stage is screened and by whom.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/records_store.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct RuleFlags {
  ReviewFlags review;
  std::string stage;
  std::size_t votes = 0;
  std::vector<std::string> reasons;
  bool no_reasons = false;
};

Json rule_json(const workflow::StageRule& rule) {
  return {{"votes_needed", rule.votes_needed}, {"reasons", rule.reasons}};
}

void print_rules(const workflow::State& state, bool json) {
  if (json) {
    fmt::print("{}", dump({{"schema", "hedgerow.screen-rules/1"},
                           {"abstract", rule_json(state.abstract)},
                           {"fulltext", rule_json(state.fulltext)}}));
    return;
  }
  for (const workflow::Stage stage : {workflow::Stage::abstract, workflow::Stage::fulltext}) {
    const workflow::StageRule& rule = stage == workflow::Stage::abstract ? state.abstract : state.fulltext;
    fmt::print("{}: {} vote{} needed\n", workflow::name(stage), rule.votes_needed, rule.votes_needed == 1 ? "" : "s");
    for (std::size_t i = 0; i < rule.reasons.size(); ++i) fmt::print("  {} {}\n", i + 1, rule.reasons[i]);
  }
}

Checked change_rule(const RuleFlags& flags) {
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  const bool asked = flags.votes > 0 || !flags.reasons.empty() || flags.no_reasons;
  if (asked) {
    HR_TRY(const std::string author, author_of(flags.review));
    HR_TRY(const workflow::Stage stage, stage_flag(flags.stage));
    workflow::RuleRequest request{stage, std::nullopt, std::nullopt};
    if (flags.votes > 0) request.votes_needed = flags.votes;
    if (!flags.reasons.empty() || flags.no_reasons) request.reasons = flags.reasons;
    HR_TRY(const store::Event event, workflow::rule_event(author, request));
    if (const auto added = review.append(std::span(&event, 1)); !added) return added.error();
  }
  print_rules(review.state, flags.review.json);
  return {};
}

struct ReviewerFlags {
  ReviewFlags review;
  std::string name;
};

Checked change_reviewers(const ReviewerFlags& flags, bool add) {
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  if (!flags.name.empty()) {
    HR_TRY(const std::string author, author_of(flags.review));
    HR_TRY(const store::Event event, add ? workflow::add_reviewer_event(review, author, flags.name)
                                         : workflow::remove_reviewer_event(review, author, flags.name));
    if (const auto added = review.append(std::span(&event, 1)); !added) return added.error();
  }
  const workflow::State& state = review.state;
  if (flags.review.json)
    fmt::print("{}", dump({{"schema", "hedgerow.screen-reviewers/1"},
                           {"reviewers", state.reviewers},
                           {"removed", state.removed_reviewers}}));
  else
    fmt::print("reviewers: {}{}\n", state.reviewers.empty() ? "none yet" : join(state.reviewers, ", "),
               state.removed_reviewers.empty() ? "" : "; removed: " + join(state.removed_reviewers, ", "));
  return {};
}

void add_reviewer_command(CLI::App& parent, Action& action, const char* word, const char* what, bool add, bool named) {
  CLI::App& command = *parent.add_subcommand(word, what);
  const auto flags = std::make_shared<ReviewerFlags>();
  if (named) command.add_option("name", flags->name, "Name, as in --author")->required();
  add_review_flags(command, flags->review, named);
  command.callback([&action, flags, add] {
    action = [flags, add] {
      const Checked done = change_reviewers(*flags, add);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace

void add_screen_team_commands(CLI::App& screen, Action& action) {
  CLI::App& rule = *screen.add_subcommand("rule", "Show or change how a stage is screened");
  const auto flags = std::make_shared<RuleFlags>();
  rule.add_option("--stage", flags->stage, "abstract or fulltext");
  rule.add_option("--votes", flags->votes, "Votes that a decision needs")->check(CLI::PositiveNumber);
  rule.add_option("--reason", flags->reasons, "A reason of exclusion; given once for each, the most important first");
  rule.add_flag("--no-reasons", flags->no_reasons, "Reasons are free texts");
  rule.get_option("--no-reasons")->excludes("--reason");
  add_review_flags(rule, flags->review, true);
  rule.footer(
      "\nExamples:\n"
      "  hedgerow screen rule\n"
      "  hedgerow screen rule --stage abstract --votes 1\n"
      "  hedgerow screen rule --stage fulltext --reason 'wrong population' --reason 'wrong design'");
  rule.callback([&action, flags] {
    action = [flags] {
      const Checked done = change_rule(*flags);
      return done ? 0 : report(done.error());
    };
  });

  CLI::App& reviewer = *screen.add_subcommand("reviewer", "Who screens");
  reviewer.require_subcommand(1);
  add_reviewer_command(reviewer, action, "add", "Somebody screens from now on", true, true);
  add_reviewer_command(reviewer, action, "remove", "Their votes count no more; the log and the agreement keep them",
                       false, true);
  add_reviewer_command(reviewer, action, "list", "Names", true, false);
}

}  // namespace hedgerow::cli
