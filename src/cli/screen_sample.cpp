// hedgerow screen sample: draws unread documents at random, for a statement about stopping.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/records_store.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/names.hpp"
#include "workflow/sample.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct SampleFlags {
  ReviewFlags review;
  std::string stage = "abstract";
  std::size_t number = 0;
  std::uint64_t seed = 0;
  bool seeded = false;
};

Checked draw(const SampleFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Stage stage, stage_flag(flags.stage));
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  const std::uint64_t seed = flags.seeded ? flags.seed : std::random_device()();
  HR_TRY(const store::Event event, workflow::sample_event(review, {author, stage, flags.number, seed}));
  HR_TRY(const std::int64_t id, review.append(std::span(&event, 1)));
  const workflow::RandomSample& sample = review.state.sample(stage);
  const bool continued = sample.event != id;
  if (flags.review.json) {
    const Json detail = Json::parse(event.detail);
    fmt::print("{}", dump({{"schema", "hedgerow.screen-sample/1"},
                           {"event", id},
                           {"stage", workflow::name(stage)},
                           {"unread", detail.at("unread")},
                           {"seed", seed},
                           {"continues", continued ? Json(sample.event) : Json(nullptr)},
                           {"records", detail.at("records")}}));
    return {};
  }
  fmt::print("{} document{} drawn at random{} (event {}); drawn ones come first in everybody's list\n", flags.number,
             flags.number == 1 ? "" : "s",
             continued ? fmt::format(", now {} of {}", sample.records.size(), sample.unread)
                       : fmt::format(" from {} unread ones", sample.unread),
             id);
  return {};
}

}  // namespace

void add_screen_sample_command(CLI::App& screen, Action& action) {
  CLI::App& command =
      *screen.add_subcommand("sample", "Draw unread documents at random: read them to know when to stop");
  const auto flags = std::make_shared<SampleFlags>();
  command.add_option("number", flags->number, "How many documents")->required()->check(CLI::PositiveNumber);
  command.add_option("--stage", flags->stage, "abstract (default) or fulltext");
  CLI::Option* seed =
      command.add_option("--seed", flags->seed, "Draw the same documents again (default: a new number)");
  add_review_flags(command, flags->review, true);
  command.footer(
      "\nThe drawn documents come first in every work list. When they are decided, 'hedgerow screen status' says with "
      "a\n"
      "probability whether the target recall is reached, and how many draws would be enough. A further sample "
      "continues\n"
      "the first one where nothing else was read in between.\n"
      "\nExamples:\n"
      "  hedgerow screen sample 200\n"
      "  hedgerow screen sample 50 --seed 7 --json");
  command.callback([&action, flags, seed] {
    flags->seeded = seed->count() > 0;
    action = [flags] {
      const Checked done = draw(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
