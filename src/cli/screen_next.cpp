// hedgerow screen next: the author's next record. By keys on a terminal, as text or JSON in a pipe.
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
#include "workflow/listing.hpp"
#include "workflow/model_order.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct NextFlags {
  ReviewFlags review;
  std::string stage = "abstract", highlight, order = "import";
  std::size_t count = 1;
  bool unblind = false, print = false;
};

constexpr std::size_t kWidth = 100;

std::vector<workflow::Term> terms_of(const NextFlags& flags) {
  auto criteria = workflow::read_criteria((std::filesystem::path(flags.review.folder) / "review.toml").string());
  criteria.back() = flags.highlight;
  return workflow::criteria_terms(criteria);
}

Json marks_json(const std::vector<workflow::Mark>& marks) {
  constexpr const char* kNames[] = {"population", "intervention", "comparator", "outcomes", "studies", "highlight"};
  Json list = Json::array();
  for (const workflow::Mark& mark : marks)
    list.push_back({{"begin", mark.begin}, {"end", mark.end}, {"criterion", kNames[mark.criterion]}});
  return list;
}

Json votes_json(const workflow::StageState& stage) {
  Json votes = Json::array();
  for (const workflow::Decision& vote : stage.votes)
    votes.push_back({{"reviewer", vote.reviewer}, {"vote", workflow::name(vote.vote)}, {"reason", vote.reason}});
  return votes;
}

// The order that all reviewers share. Errors: another word.
Expected<workflow::Order> order_of(const NextFlags& flags, workflow::Stage stage) {
  if (flags.order == "import") return workflow::Order{};
  if (flags.order != "model")
    return make_error(ErrorCode::usage, fmt::format("--order: '{}' is none; there are import, model", flags.order));
  const auto model = std::make_shared<workflow::ModelOrder>(stage);
  return workflow::Order([model](const workflow::ReviewStore& review) { return model->order(review); });
}

Checked print_next(const NextFlags& flags, const workflow::ReviewStore& review, const std::string& author,
                   workflow::Stage stage) {
  HR_TRY(const workflow::Order order, order_of(flags, stage));
  std::vector<std::size_t> ranked;
  if (order) {
    HR_TRY(ranked, order(review));
  }
  const workflow::WorkList list = workflow::work_list(review.state, stage, author, ranked);
  const std::vector<workflow::Term> terms = terms_of(flags);
  Json records = Json::array();
  for (std::size_t i = 0; i < std::min(flags.count, list.documents.size()); ++i) {
    const workflow::Document& document = review.state.documents[list.documents[i]];
    HR_TRY(const records::Record record, workflow::shown_record(review, document));
    if (flags.review.json) {
      Json json = record_json(record);
      json["record"] = document.kept;
      json["title_marks"] = marks_json(workflow::marks(record.title, terms));
      json["abstract_marks"] = marks_json(workflow::marks(record.abstract, terms));
      if (flags.unblind) json["votes"] = votes_json(review.state.stage(document, stage));
      records.push_back(std::move(json));
      continue;
    }
    fmt::print("{}record {}\n{}", i == 0 ? "" : "\n", document.kept, record_text(record, kWidth));
    if (!flags.unblind) continue;
    for (const workflow::Decision& vote : review.state.stage(document, stage).votes)
      fmt::print("{}: {}\n", vote.reviewer, workflow::name(vote.vote));
  }
  if (flags.review.json)
    fmt::print("{}", dump({{"schema", "hedgerow.screen-next/1"},
                           {"reviewer", author},
                           {"stage", workflow::name(stage)},
                           {"done", list.done},
                           {"left", list.documents.size()},
                           {"conflicts", list.conflicts},
                           {"records", std::move(records)}}));
  else
    fmt::print(stderr, "{} of {} done, {} conflict{}\n", list.done, list.done + list.documents.size(), list.conflicts,
               list.conflicts == 1 ? "" : "s");
  return {};
}

Checked next(const NextFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Stage stage, stage_flag(flags.stage));
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  if (flags.unblind && author != workflow::owner(review))
    return make_error(ErrorCode::usage,
                      fmt::format("--unblind is for the owner of the review ('{}'): independent votes "
                                  "are what the agreement rests on",
                                  workflow::owner(review)));
  const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (!terminal || flags.review.json || flags.print) {
    HR_CHECK(workflow::may_vote(review, author));
    return print_next(flags, review, author, stage);
  }
  HR_TRY(workflow::Order order, order_of(flags, stage));
  HR_TRY(workflow::ScreenSession session,
         workflow::ScreenSession::start(std::move(review), author, stage, terms_of(flags), std::move(order)));
  return screen_on_terminal(session);
}

}  // namespace

void add_screen_next_command(CLI::App& screen, Action& action) {
  CLI::App& command = *screen.add_subcommand("next", "Your next record; on a terminal: screen by keys");
  const auto flags = std::make_shared<NextFlags>();
  command.add_option("--stage", flags->stage, "abstract (default) or fulltext");
  command.add_option("--count", flags->count, "How many records to print")->check(CLI::PositiveNumber);
  command.add_option("--order", flags->order,
                     "import (default), or model: the most promising first, learned from what is decided");
  command.add_option("--highlight", flags->highlight, "Further words to highlight, beside those of [picos]");
  command.add_flag("--print", flags->print, "Print the record, also on a terminal");
  command.add_flag("--unblind", flags->unblind, "Show the votes of others (for the owner of the review)");
  add_review_flags(command, flags->review, true);
  command.footer(
      "\nKeys: I include, E exclude, U maybe, 1-9 exclude for that reason, N note, Z undo your last vote, J/K next "
      "and\n"
      "previous, H highlights, / search, ? help, Q quit. Each vote is stored at once.\n"
      "\nExamples:\n"
      "  hedgerow screen next --author ana\n"
      "  hedgerow screen next --stage fulltext --author bo\n"
      "  hedgerow screen next --author ana --count 10 --json");
  command.callback([&action, flags] {
    action = [flags] {
      const Checked done = next(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
