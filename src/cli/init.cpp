// hedgerow init: a new review, a folder with review.toml, records/ and the store.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"
#include "cli/review_flags.hpp"
#include "engine/checklist_facts.hpp"
#include "workflow/names.hpp"
#include "workflow/plan.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct InitFlags {
  ReviewFlags review;
  std::string folder, title;
  std::vector<std::string> reviewers;
};

// A text as TOML: JSON's quotes and escapes are among TOML's.
std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string review_toml(const std::string& title) {
  return fmt::format(R"(# The review in one page; docs/formats/review-folder.md describes every key.
schema = "hedgerow.review/1"
title = {}
question = "{}"

# Words of these texts are highlighted while screening.
[picos]
population = ""
intervention = ""
comparator = ""
outcomes = ""
studies = ""

[registration]
register = ""
id = ""

# How titles and full texts are screened; the order of the reasons decides which one is the main one.
[screening]
votes_needed = 2
fulltext_reasons = ["wrong population", "wrong intervention", "wrong comparator", "wrong outcome", "wrong design"]
)",
                     quoted(title), engine::kQuestionToWrite);
}

// The rules of review.toml as the first rules of the log.
std::vector<store::Event> rules(const workflow::Plan& plan, const std::string& author) {
  std::vector<store::Event> events;
  for (const workflow::Stage stage : {workflow::Stage::abstract, workflow::Stage::fulltext}) {
    const workflow::StageRule& rule = stage == workflow::Stage::abstract ? plan.abstract : plan.fulltext;
    if (const auto event = workflow::rule_event(author, {stage, rule.votes_needed, rule.reasons}))
      events.push_back(*event);
  }
  return events;
}

Checked make_review(const InitFlags& flags, const std::string& author, const std::string& folder, bool& had_toml) {
  const std::string toml = (fs::path(folder) / "review.toml").string();
  const std::string store_file = (fs::path(folder) / workflow::kStoreFile).string();
  std::error_code code;
  if (fs::exists(store_file, code))
    return make_error(ErrorCode::usage, "there is a review here already; nothing was changed", store_file);
  had_toml = fs::exists(toml, code);
  std::string title = flags.title;
  if (title.empty()) title = fs::weakly_canonical(folder, code).filename().string();
  fs::create_directories(fs::path(folder) / "records", code);
  if (code) return make_error(ErrorCode::io, fmt::format("can't make the folder: {}", code.message()), folder);
  std::string text = review_toml(title);
  if (had_toml) {
    HR_TRY(text, read_file(toml));
  }
  HR_TRY(const workflow::Plan plan, workflow::read_plan(text, toml));
  std::vector<store::Event> events(1);
  events[0].kind = "create";
  events[0].author = author;
  events[0].detail = Json{{"title", title}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (store::Event& event : rules(plan, author)) events.push_back(std::move(event));
  for (const std::string& reviewer : flags.reviewers) {
    if (trim(reviewer).empty()) return make_error(ErrorCode::usage, "--reviewer: a reviewer needs a name");
    events.emplace_back();
    events.back().kind = "reviewer";
    events.back().author = author;
    events.back().value = trim(reviewer);
  }
  if (!had_toml) HR_CHECK(write_file(toml, text));
  HR_TRY(store::Store made, store::Store::create(store_file));
  if (const auto first = made.append(events); !first) return first.error();
  return {};
}

int init(const InitFlags& flags) {
  const auto author = author_of(flags.review);
  if (!author) return report(author.error());
  bool had_toml = false;
  if (const Checked made = make_review(flags, *author, flags.folder, had_toml); !made) return report(made.error());
  if (flags.review.json) {
    fmt::print("{}\n", Json{{"schema", "hedgerow.init/1"},
                            {"folder", flags.folder},
                            {"store", (fs::path(flags.folder) / workflow::kStoreFile).string()},
                            {"owner", *author}}
                           .dump());
    return 0;
  }
  fmt::print("A review of {} is in {}: {}review.toml, records/ and hedgerow.db.\n", *author, flags.folder,
             had_toml ? "your " : "");
  fmt::print(stderr,
             "Next: fill in review.toml, put the exports into records/, then\n"
             "  hedgerow records import records/* --review {}\n",
             flags.folder);
  return 0;
}

}  // namespace

void add_init_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("init", "Start a review: a folder with review.toml and an empty store");
  const auto flags = std::make_shared<InitFlags>();
  command.add_option("folder", flags->folder, "Folder of the review")->required()->type_name("DIR");
  command.add_option("--title", flags->title, "Title of the review (default: the folder's name)");
  command.add_option("--reviewer", flags->reviewers, "Somebody who screens; may be given several times")
      ->type_name("NAME");
  command.add_option("--author", flags->review.author, "Who owns it (default: $HEDGEROW_AUTHOR, else $USER)")
      ->type_name("NAME");
  command.add_flag("--json", flags->review.json, "For programs: JSON instead of text");
  command.footer(
      "\nA review.toml that is there already is kept, and its [screening] becomes the first rule.\n"
      "\nExamples:\n"
      "  hedgerow init knee --title 'Exercise for knee pain' --author ana --reviewer ana --reviewer bo");
  command.callback([&action, flags] { action = [flags] { return init(*flags); }; });
}

}  // namespace hedgerow::cli
