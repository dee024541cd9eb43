// hedgerow log and undo: what happened, and taking it back.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/review_commands.hpp"
#include "cli/review_flags.hpp"
#include "workflow/log_view.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct LogFlags {
  ReviewFlags review;
  std::int64_t record = 0;
  std::string kind, by, since;
  bool unblind = false, check = false;
};

Json line_json(const workflow::LogLine& line) {
  const store::Event& event = line.event;
  Json json = {
      {"id", event.id}, {"time", event.time}, {"author", event.author}, {"kind", event.kind}, {"counts", line.counts}};
  if (event.record != 0) json["record"] = event.record;
  if (event.other != 0) json["other"] = event.other;
  for (const auto& [name, text] :
       {std::pair("stage", event.stage), std::pair("value", event.value), std::pair("reason", event.reason)})
    if (!text.empty()) json[name] = text;
  if (Json detail = Json::parse(event.detail, nullptr, false); detail.is_object()) json["detail"] = std::move(detail);
  if (line.undone_by != 0) json["undone_by"] = line.undone_by;
  if (line.blinded) json["blinded"] = true;
  return json;
}

// Reads all of the file and all of the log.
Checked check_store(const LogFlags& flags) {
  HR_TRY(const workflow::ReviewStore review, open_review(flags.review));
  HR_CHECK(review.store.check());
  if (flags.review.json)
    fmt::print("{}", dump({{"schema", "hedgerow.log-check/1"},
                           {"sound", true},
                           {"events", review.events.size()},
                           {"records", review.heads.size()}}));
  else
    fmt::print("sound: {} events, {} records\n", review.events.size(), review.heads.size());
  return {};
}

Checked print_log(const LogFlags& flags) {
  if (flags.check) return check_store(flags);
  HR_TRY(const workflow::ReviewStore review, open_review(flags.review));
  workflow::LogRequest request;
  if (flags.record != 0) request.record = flags.record;
  request.kind = flags.kind;
  request.author = flags.by;
  request.since = flags.since;
  request.unblind = flags.unblind;
  // Who only reads need not say who they are; then every open vote is hidden.
  if (const auto reader = author_of(flags.review)) request.reader = *reader;
  if (flags.unblind && request.reader != workflow::owner(review))
    return make_error(ErrorCode::usage,
                      fmt::format("--unblind is for the owner of the review ('{}')", workflow::owner(review)));
  HR_TRY(const std::vector<workflow::LogLine> lines, workflow::log_lines(review, request));
  if (flags.review.json) {
    Json events = Json::array();
    for (const workflow::LogLine& line : lines) events.push_back(line_json(line));
    fmt::print("{}", dump({{"schema", "hedgerow.log/1"}, {"events", std::move(events)}}));
    return {};
  }
  for (const workflow::LogLine& line : lines)
    fmt::print("{:>6}  {}  {:<10} {:<15} {}\n", line.event.id, line.event.time.substr(0, 19), line.event.author,
               line.event.kind, workflow::in_words(line));
  return {};
}

struct UndoFlags {
  ReviewFlags review;
  std::vector<std::string> events;
};

// "12" or "12-20" as event numbers, the last first: what was built on something goes before it.
Expected<std::vector<std::int64_t>> event_numbers(const std::vector<std::string>& words) {
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words) {
    const std::vector<std::string> ends = split(word, '-');
    const auto first = parse_number(ends.front()), last = parse_number(ends.back());
    const bool whole = first && last && *first == static_cast<double>(static_cast<std::int64_t>(*first)) &&
                       *last == static_cast<double>(static_cast<std::int64_t>(*last));
    if (ends.size() > 2 || !whole || *first < 1 || *last < *first || *last - *first > 1e6)
      return make_error(ErrorCode::usage, fmt::format("'{}' is no event; write 12, or 12-20 for several", word));
    for (auto number = static_cast<std::int64_t>(*first); number <= static_cast<std::int64_t>(*last); ++number)
      numbers.push_back(number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

Checked undo(const UndoFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const std::vector<std::int64_t> numbers, event_numbers(flags.events));
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  // In memory first: either all of them can be undone, or none is.
  std::vector<store::Event> undos;
  const std::vector<store::Event> before = review.events;
  for (const std::int64_t number : numbers) {
    HR_TRY(store::Event event, workflow::undo_event(review, author, number));
    undos.push_back(event);
    event.id = review.events.back().id + 1;
    review.events.push_back(std::move(event));
  }
  review.events = before;
  HR_TRY(const std::int64_t first, review.append(undos));
  if (flags.review.json) {
    fmt::print("{}", dump({{"schema", "hedgerow.undo/1"}, {"event", first}, {"undone", numbers}}));
    return {};
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    fmt::print("event {} undoes event {}\n", first + static_cast<std::int64_t>(i), numbers[i]);
  return {};
}

}  // namespace

void add_log_commands(CLI::App& app, Action& action) {
  CLI::App& log = *app.add_subcommand("log", "What happened in a review: every event, who did it and when");
  const auto flags = std::make_shared<LogFlags>();
  log.add_option("--record", flags->record, "Events about a record and its duplicates");
  log.add_option("--kind", flags->kind, "Events of one kind: vote, link, import, ... (docs/formats/store.md)");
  log.add_option("--by", flags->by, "Events of one author");
  log.add_option("--since", flags->since, "Events from a time on: 2026-11-23 or 2026-11-23T10:30 (UTC)");
  log.add_flag("--unblind", flags->unblind, "Show open votes of others too (for the owner of the review)");
  log.add_flag("--check", flags->check, "Read the whole file and say whether it is sound");
  add_review_flags(log, flags->review, true);
  log.footer(
      "\nA vote of somebody else on a record that you still have to screen is shown without its value.\n"
      "\nExamples:\n"
      "  hedgerow log --since 2026-11-23\n"
      "  hedgerow log --record 12\n"
      "  hedgerow log --check");
  log.callback([&action, flags] {
    action = [flags] {
      const Checked done = print_log(*flags);
      return done ? 0 : report(done.error());
    };
  });

  CLI::App& command = *app.add_subcommand("undo", "Take an event back; an undo can be undone too");
  const auto undone = std::make_shared<UndoFlags>();
  command.add_option("events", undone->events, "Numbers of events, or ranges such as 12-20")->required();
  add_review_flags(command, undone->review, true);
  command.footer("\nExamples:\n  hedgerow undo 17\n  hedgerow undo 120-180");
  command.callback([&action, undone] {
    action = [undone] {
      const Checked done = undo(*undone);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
