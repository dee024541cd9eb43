// hedgerow screen decide, withdraw, resolve, reopen: one decision by flags, for scripts and for people.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/records_store.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/listing.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct DecideFlags {
  ReviewFlags review;
  std::int64_t record = 0;
  std::string vote, reason, note, stage;
  bool all = false, list = false;
};

Expected<workflow::VoteRequest> vote_request(const DecideFlags& flags) {
  workflow::VoteRequest request;
  HR_TRY(request.author, author_of(flags.review));
  request.record = flags.record;
  request.reason = flags.reason;
  request.note = flags.note;
  if (!flags.stage.empty()) {
    HR_TRY(request.stage, stage_flag(flags.stage));
  }
  const auto vote = workflow::vote_named(flags.vote);
  const std::vector<std::string> words = {"include", "exclude", "maybe"};
  if (!vote)
    return make_error(ErrorCode::usage, fmt::format("'{}' is no decision; there are include, exclude, maybe{}",
                                                    flags.vote, did_you_mean(flags.vote, words)));
  request.vote = *vote;
  return request;
}

// Appends the event and says what it changed.
Checked carry_out(workflow::ReviewStore& review, const store::Event& event, bool json) {
  HR_TRY(const std::int64_t id, review.append(std::span(&event, 1)));
  const auto stage = workflow::stage_named(event.stage);
  std::string outcome;
  if (event.record != 0 && stage) {
    HR_TRY(const std::size_t index, review.document_of(event.record));
    outcome = workflow::name(review.state.stage(review.state.documents[index], *stage).outcome);
  }
  if (json) {
    Json out = {{"schema", "hedgerow.screen-event/1"}, {"event", id}, {"kind", event.kind}, {"stage", event.stage}};
    if (event.record != 0) out["record"] = event.record;
    if (!event.value.empty()) out["value"] = event.value;
    if (!event.reason.empty()) out["reason"] = event.reason;
    if (!outcome.empty()) out["outcome"] = outcome;
    fmt::print("{}", dump(out));
    return {};
  }
  if (event.record == 0)
    fmt::print("event {}: {} {}\n", id, event.kind, event.stage);
  else
    fmt::print("event {}: record {}: {}{}{}; {} is {}\n", id, event.record, event.kind,
               event.value.empty() ? "" : " " + event.value, event.reason.empty() ? "" : " (" + event.reason + ")",
               event.stage, outcome);
  return {};
}

Checked decide(const DecideFlags& flags) {
  HR_TRY(const workflow::VoteRequest request, vote_request(flags));
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const store::Event event, workflow::vote_event(review, request));
  return carry_out(review, event, flags.review.json);
}

Checked withdraw(const DecideFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  std::optional<workflow::Stage> stage;
  if (!flags.stage.empty()) {
    HR_TRY(stage, stage_flag(flags.stage));
  }
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const store::Event event, workflow::withdraw_event(review, author, flags.record, stage));
  return carry_out(review, event, flags.review.json);
}

Checked reopen(const DecideFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Stage stage, stage_flag(flags.stage));
  if ((flags.record == 0) != flags.all)
    return make_error(ErrorCode::usage, "name a record, or --all for the whole stage");
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const store::Event event, workflow::reopen_event(review, author, flags.record, stage));
  return carry_out(review, event, flags.review.json);
}

Json conflict_json(const workflow::ReviewStore& review, const workflow::Document& document, workflow::Stage stage) {
  const workflow::StageState& of = review.state.stage(document, stage);
  Json votes = Json::array();
  for (const workflow::Decision& vote : of.votes)
    votes.push_back({{"reviewer", vote.reviewer},
                     {"vote", workflow::name(vote.vote)},
                     {"reason", vote.reason},
                     {"note", vote.note},
                     {"time", vote.time}});
  Json json = record_json(review.head(document.kept).record);
  json["record"] = document.kept;
  json["stage"] = workflow::name(stage);
  json["votes"] = std::move(votes);
  return json;
}

void print_conflict(const workflow::ReviewStore& review, const workflow::Document& document, workflow::Stage stage) {
  const records::Record& record = review.head(document.kept).record;
  fmt::print("{:>6}  {}  {}  {}\n", document.kept, workflow::name(stage), records::short_name(record),
             shortened(record.title, 80));
  for (const workflow::Decision& vote : review.state.stage(document, stage).votes)
    fmt::print("          {}: {}{}{}\n", vote.reviewer, workflow::name(vote.vote),
               vote.reason.empty() ? "" : " (" + vote.reason + ")", vote.note.empty() ? "" : " \"" + vote.note + "\"");
}

// Conflicts with their votes: the referee sees both, and decides knowing them.
Checked list_conflicts(const DecideFlags& flags) {
  std::optional<workflow::Stage> only;
  if (!flags.stage.empty()) {
    HR_TRY(only, stage_flag(flags.stage));
  }
  HR_TRY(const workflow::ReviewStore review, open_review(flags.review));
  Json list = Json::array();
  std::size_t n = 0;
  for (const workflow::Stage stage : {workflow::Stage::abstract, workflow::Stage::fulltext}) {
    if (only && *only != stage) continue;
    for (const std::size_t index : workflow::conflicts(review.state, stage)) {
      ++n;
      if (flags.review.json)
        list.push_back(conflict_json(review, review.state.documents[index], stage));
      else
        print_conflict(review, review.state.documents[index], stage);
    }
  }
  if (flags.review.json)
    fmt::print("{}", dump({{"schema", "hedgerow.screen-conflicts/1"}, {"conflicts", std::move(list)}}));
  else
    fmt::print(stderr, "{} conflict{}\n", n, n == 1 ? "" : "s");
  return {};
}

// By keys: the stage that is named, else the first one with a conflict.
Checked resolve_on_terminal(const DecideFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Plan plan, workflow::plan_of(flags.review.folder));
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  workflow::Stage stage = workflow::conflicts(review.state, workflow::Stage::abstract).empty()
                              ? workflow::Stage::fulltext
                              : workflow::Stage::abstract;
  if (!flags.stage.empty()) {
    HR_TRY(stage, stage_flag(flags.stage));
  }
  const auto criteria = workflow::read_criteria((std::filesystem::path(flags.review.folder) / "review.toml").string());
  HR_TRY(workflow::ScreenSession session,
         workflow::ScreenSession::referee(std::move(review), author, stage, workflow::criteria_terms(criteria),
                                          plan.referee_may_vote));
  return screen_on_terminal(session);
}

Checked resolve(const DecideFlags& flags) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (flags.record == 0) {
    if (terminal && !flags.review.json && !flags.list) return resolve_on_terminal(flags);
    return list_conflicts(flags);
  }
  HR_TRY(workflow::VoteRequest request, vote_request(flags));
  HR_TRY(const workflow::Plan plan, workflow::plan_of(flags.review.folder));
  request.referee_may_vote = plan.referee_may_vote;
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const store::Event event, workflow::resolve_event(review, request));
  return carry_out(review, event, flags.review.json);
}

CLI::App& add_command(CLI::App& screen, Action& action, const char* name, const char* what,
                      const std::shared_ptr<DecideFlags>& flags, Checked (*run)(const DecideFlags&)) {
  CLI::App& command = *screen.add_subcommand(name, what);
  command.add_option("--stage", flags->stage, "abstract or fulltext (default: where the record waits)");
  add_review_flags(command, flags->review, true);
  command.callback([&action, flags, run] {
    action = [flags, run] {
      const Checked done = run(*flags);
      return done ? 0 : report(done.error());
    };
  });
  return command;
}

void add_vote_flags(CLI::App& command, DecideFlags& flags) {
  command.add_option("--reason", flags.reason, "Of an exclusion: its text or its number in the declared list");
  command.add_option("--note", flags.note, "A remark that is kept with the decision");
}

}  // namespace

void add_screen_decide_commands(CLI::App& screen, Action& action) {
  const auto vote = std::make_shared<DecideFlags>();
  CLI::App& decide_command = add_command(screen, action, "decide", "Vote on a record", vote, decide);
  decide_command.add_option("record", vote->record, "Number of the record")->required();
  decide_command.add_option("vote", vote->vote, "include, exclude or maybe")->required();
  add_vote_flags(decide_command, *vote);
  decide_command.footer(
      "\nA later vote of the same reviewer replaces the earlier one; the first stays for the agreement.\n"
      "\nExamples:\n"
      "  hedgerow screen decide 12 include --author ana\n"
      "  hedgerow screen decide 12 exclude --stage fulltext --reason 'wrong design' --author ana");

  const auto back = std::make_shared<DecideFlags>();
  CLI::App& withdraw_command = add_command(screen, action, "withdraw", "Take your own vote back", back, withdraw);
  withdraw_command.add_option("record", back->record, "Number of the record")->required();

  const auto referee = std::make_shared<DecideFlags>();
  CLI::App& resolve_command =
      add_command(screen, action, "resolve", "Decide conflicts as a referee, by keys or one by one", referee, resolve);
  resolve_command.add_option("record", referee->record,
                             "Number of the record (none: all conflicts, on a terminal by keys)");
  CLI::Option* decision = resolve_command.add_option("decision", referee->vote, "include or exclude");
  resolve_command.get_option("record")->needs(decision);
  resolve_command.add_flag("--list", referee->list, "List the conflicts, also on a terminal");
  add_vote_flags(resolve_command, *referee);
  resolve_command.footer(
      "\nA referee sees who voted how, and must not have voted on the record (referee_may_vote = true under "
      "[screening]\n"
      "in review.toml lifts that). Keys as in 'screen next'; U leaves a conflict open.\n"
      "\nExamples:\n"
      "  hedgerow screen resolve --author cy\n"
      "  hedgerow screen resolve --list\n"
      "  hedgerow screen resolve 12 include --author cy --note 'the sample is adult'");

  const auto open = std::make_shared<DecideFlags>();
  CLI::App& reopen_command =
      add_command(screen, action, "reopen", "Set the votes of a stage aside and screen again", open, reopen);
  reopen_command.add_option("record", open->record, "Number of the record");
  reopen_command.add_flag("--all", open->all, "All records of the stage");
  reopen_command.get_option("--stage")->required();
}

}  // namespace hedgerow::cli
