// hedgerow dedup in a review: linking, the pairs to decide, the groups.
#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/dedup.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "workflow/dedup_step.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;
using workflow::DedupPlan;
using workflow::Question;
using workflow::ReviewStore;

struct AskFlags {
  ReviewFlags review;
  dedup::Options options;
  bool list = false;
};

struct DecideFlags {
  ReviewFlags review;
  std::int64_t first = 0, second = 0;
  std::string answer;
};

Expected<DedupPlan> make_plan(const ReviewStore& review, const std::string& author, const dedup::Options& options) {
  TerminalProgress progress;
  Expected<DedupPlan> plan = workflow::plan_dedup(review, author, options, progress);
  progress.clear();
  return plan;
}

/// Text of a record without control characters: whatever a file holds, it does not steer the terminal.
std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  return text;
}

std::string record_lines(const ReviewStore& review, std::int64_t id) {
  const records::Record& record = review.head(id).record;
  return fmt::format("{:>7}  {}\n         {}\n", id, printable(record.title), printable(citation_line(record)));
}

std::string question_text(const ReviewStore& review, const Question& question) {
  return fmt::format("{}{}         score {}: {}\n", record_lines(review, question.first),
                     record_lines(review, question.second), format_fixed(question.score, 2), question.reason);
}

/// One key without Enter; 0 at the end of the input.
char read_key() {
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  char key = 0;
  if (::read(STDIN_FILENO, &key, 1) != 1) key = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  return key >= 'A' && key <= 'Z' ? static_cast<char>(key + 32) : key;
}

Checked decide(ReviewStore& review, const std::string& author, std::int64_t first, std::int64_t second, bool same) {
  HR_TRY(const store::Event event, workflow::decide_event(review, author, first, second, same));
  return [&]() -> Checked {
    HR_TRY([[maybe_unused]] const std::int64_t id, review.append(std::span(&event, 1)));
    return {};
  }();
}

/// The questions one after the other. Each answer is an event at once, so leaving and coming back loses nothing.
Checked ask_all(ReviewStore& review, const std::string& author, const std::vector<Question>& questions) {
  std::size_t number = 0;
  for (const Question& question : questions) {
    ++number;
    if (review.state.document_of.at(question.first) == review.state.document_of.at(question.second)) continue;
    fmt::print("\n{} of {}\n{}  s same, d different, k skip, q quit: ", number, questions.size(),
               question_text(review, question));
    std::fflush(stdout);
    char key = read_key();
    while (key != 's' && key != 'd' && key != 'k' && key != 'q' && key != 0) key = read_key();
    fmt::print("{}\n", key == 's' ? "same" : key == 'd' ? "different" : key == 'k' ? "skipped" : "quit");
    if (key == 'q' || key == 0) break;
    if (key != 'k') HR_CHECK(decide(review, author, question.first, question.second, key == 's'));
  }
  return {};
}

Json questions_json(const std::vector<Question>& questions) {
  Json list = Json::array();
  for (const Question& one : questions)
    list.push_back({{"first", one.first}, {"second", one.second}, {"score", one.score}, {"reason", one.reason}});
  return list;
}

int run_ask(const AskFlags& flags) {
  Expected<ReviewStore> review = open_review(flags.review);
  if (!review) return report(review.error());
  const Expected<DedupPlan> plan = make_plan(*review, "", flags.options);
  if (!plan) return report(plan.error());
  if (flags.review.json) {
    fmt::print("{}\n", dump(questions_json(plan->questions)));
    return 0;
  }
  if (flags.list || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) {
    for (const Question& question : plan->questions) fmt::print("{}\n", question_text(*review, question));
    fmt::print("{} pairs to decide: hedgerow dedup decide ID1 ID2 same|different\n", plan->questions.size());
    return 0;
  }
  const Expected<std::string> author = author_of(flags.review);
  if (!author) return report(author.error());
  if (plan->questions.empty()) fmt::print("No pair is left to decide.\n");
  const Checked asked = ask_all(*review, *author, plan->questions);
  return asked ? 0 : report(asked.error());
}

int run_decide(const DecideFlags& flags) {
  const Expected<std::string> author = author_of(flags.review);
  if (!author) return report(author.error());
  Expected<ReviewStore> review = open_review(flags.review);
  if (!review) return report(review.error());
  const Checked decided = decide(*review, *author, flags.first, flags.second, flags.answer == "same");
  if (!decided) return report(decided.error());
  if (flags.review.json)
    fmt::print("{}\n", dump(Json{{"documents", review->state.documents.size()}}));
  else
    fmt::print("{} and {}: {}; {} documents\n", flags.first, flags.second, flags.answer,
               review->state.documents.size());
  return 0;
}

int run_groups(const ReviewFlags& flags) {
  const Expected<ReviewStore> review = open_review(flags);
  if (!review) return report(review.error());
  Json list = Json::array();
  for (const workflow::Document& document : review->state.documents) {
    if (document.records.size() < 2) continue;
    if (flags.json) {
      list.push_back({{"kept", document.kept}, {"records", document.records}});
      continue;
    }
    for (const std::int64_t id : document.records)
      fmt::print("{}{}", id == document.kept ? "*" : " ", record_lines(*review, id));
    fmt::print("\n");
  }
  if (flags.json) fmt::print("{}\n", dump(list));
  return 0;
}

}  // namespace

int dedup_review(const ReviewFlags& flags, const dedup::Options& options, bool dry_run) {
  const Expected<std::string> author = author_of(flags);
  if (!author) return report(author.error());
  Expected<ReviewStore> review = open_review(flags);
  if (!review) return report(review.error());
  const Expected<DedupPlan> plan = make_plan(*review, *author, options);
  if (!plan) return report(plan.error());
  if (!dry_run && !plan->links.empty()) {
    const auto appended = review->append(plan->links);
    if (!appended) return report(appended.error());
  }
  const std::size_t after = dry_run ? plan->documents_after : review->state.documents.size();
  if (flags.json) {
    fmt::print("{}\n", dump(Json{{"records", plan->records},
                                 {"documents_before", plan->documents_before},
                                 {"documents", after},
                                 {"links", plan->links.size()},
                                 {"ask", plan->questions.size()},
                                 {"dry_run", dry_run}}));
    return 0;
  }
  if (dry_run)
    for (const store::Event& link : plan->links)
      fmt::print("{}{}         {}\n\n", record_lines(*review, link.record), record_lines(*review, link.other),
                 link.detail);
  fmt::print("{} records: {} documents before, {} {}; {} new links{}\n", plan->records, plan->documents_before, after,
             dry_run ? "then" : "now", plan->links.size(), dry_run ? " (nothing was stored)" : "");
  fmt::print("{} pairs to decide by a person: hedgerow dedup ask\n", plan->questions.size());
  return 0;
}

void add_dedup_review_commands(CLI::App& dedup, Action& action) {
  CLI::App& ask = *dedup.add_subcommand("ask", "The pairs that a person should decide: by keys, or as a list");
  const auto asked = std::make_shared<AskFlags>();
  ask.add_option("--ask", asked->options.ask_from, "From this probability on");
  ask.add_flag("--list", asked->list, "List them, even on a terminal");
  add_review_flags(ask, asked->review, true);
  ask.callback([&action, asked] { action = [asked] { return run_ask(*asked); }; });

  CLI::App& decide = *dedup.add_subcommand("decide", "Say that two records are the same document, or different");
  const auto decided = std::make_shared<DecideFlags>();
  decide.add_option("first", decided->first, "Number of a record")->required();
  decide.add_option("second", decided->second, "Number of the other one")->required();
  decide.add_option("answer", decided->answer, "same or different")
      ->required()
      ->check(CLI::IsMember({"same", "different"}));
  add_review_flags(decide, decided->review, true);
  decide.callback([&action, decided] { action = [decided] { return run_decide(*decided); }; });

  CLI::App& groups = *dedup.add_subcommand("groups", "The documents that have several records; * marks the shown one");
  const auto shown = std::make_shared<ReviewFlags>();
  add_review_flags(groups, *shown, false);
  groups.callback([&action, shown] { action = [shown] { return run_groups(*shown); }; });
}

}  // namespace hedgerow::cli
