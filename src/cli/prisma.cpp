// hedgerow prisma: the flow of records as a figure, as a table, and its identities.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"
#include "cli/review_flags.hpp"
#include "data/readers.hpp"
#include "engine/figures.hpp"
#include "plot/prisma_flow.hpp"
#include "review/prisma_csv.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/prisma_step.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;

struct PrismaFlags {
  ReviewFlags review;
  std::string file, output, box, form = "auto";
};

Expected<workflow::FolderReview> review_of(const PrismaFlags& flags) {
  TerminalProgress progress;
  HR_TRY(std::optional<workflow::FolderReview> review, workflow::open_folder_review(flags.review.folder, progress));
  if (review) return std::move(*review);
  return make_error(ErrorCode::usage,
                    "this folder has no records: neither a store (hedgerow init) nor [[records]] in review.toml",
                    flags.review.folder);
}

Expected<review::Prisma> counts_of(const PrismaFlags& flags) {
  if (flags.file.empty()) {
    HR_TRY(const workflow::FolderReview folder, review_of(flags));
    return workflow::prisma_of(folder.review.state, workflow::standing_events(folder.review.events));
  }
  HR_TRY(const data::Table table, data::read_table(flags.file));
  return review::is_prisma2020(table) ? review::read_prisma2020(table) : review::read_prisma(table);
}

Json named_json(const review::NamedCounts& list) {
  Json out = Json::array();
  for (const auto& [name, count] : list) out.push_back({{"name", name}, {"n", count}});
  return out;
}

std::string json_of(const review::Prisma& prisma) {
  Json out{{"schema", "hedgerow.prisma/1"}, {"counts", Json::object()}};
  for (const review::PrismaName& known : review::prisma_names())
    if (const auto count = prisma.find(known.name)) out["counts"][known.name] = *count;
  out["databases"] = named_json(prisma.databases);
  out["registers"] = named_json(prisma.registers);
  out["dbr_excluded"] = named_json(prisma.dbr_excluded);
  out["other_excluded"] = named_json(prisma.other_excluded);
  out["problems"] = Json::array();
  for (const review::PrismaProblem& problem : review::check(prisma)) out["problems"].push_back(problem.message);
  out["identities_checked"] = review::checked_identities(prisma);
  return out.dump(1) + "\n";
}

std::string text_of(const review::Prisma& prisma) {
  std::string out;
  const auto list = [&](const review::NamedCounts& counts) {
    // "none" with 0 is how the counts say that nothing was excluded.
    for (const auto& [name, count] : counts)
      out += fmt::format("{:>8}    {}\n", count, name == "none" && count == 0 ? "reports excluded" : name);
  };
  for (const review::PrismaName& known : review::prisma_names()) {
    const auto count = prisma.find(known.name);
    if (count) out += fmt::format("{:>8}  {}\n", *count, known.words);
    if (known.name == "database_results") list(prisma.databases);
    if (known.name == "register_results") list(prisma.registers);
    if (known.name == "dbr_assessed") list(prisma.dbr_excluded);
    if (known.name == "other_assessed") list(prisma.other_excluded);
  }
  return out;
}

std::optional<review::PrismaTemplate> form_of(const std::string& word) {
  if (word == "auto") return std::nullopt;
  return review::PrismaTemplate{word.starts_with("updated"), word.ends_with("-other")};
}

int report_problems(const review::Prisma& prisma) {
  const auto problems = review::check(prisma);
  for (const review::PrismaProblem& problem : problems) fmt::print(stderr, "Broken: {}\n", problem.message);
  return problems.empty() ? 0 : 1;
}

Expected<int> show_box(const PrismaFlags& flags) {
  HR_TRY(const workflow::FolderReview folder, review_of(flags));
  HR_TRY(const std::vector<std::int64_t> ids, workflow::records_behind(folder.review.state, flags.box));
  Json out = Json::array();
  std::string text;
  for (const std::int64_t id : ids) {
    const records::Record& record = folder.review.head(id).record;
    out.push_back({{"record", id}, {"name", records::short_name(record)}, {"title", record.title}});
    text += fmt::format("{:>7}  {}: {}\n", id, records::short_name(record), record.title);
  }
  HR_CHECK(emit(flags.output, flags.review.json ? out.dump(1) + "\n" : text));
  return 0;
}

Expected<int> show(const PrismaFlags& flags) {
  if (!flags.box.empty()) return show_box(flags);
  HR_TRY(const review::Prisma prisma, counts_of(flags));
  if (flags.output.ends_with(".csv")) {
    HR_TRY(const data::Table layout, review::prisma2020_layout());
    HR_TRY(const data::Table table, review::write_prisma2020(prisma, layout));
    HR_CHECK(emit(flags.output, data::to_csv(table)));
  } else if (!flags.output.empty()) {
    plot::PrismaFlowOptions options;
    options.form = form_of(flags.form);
    HR_TRY(const std::string bytes, engine::render(plot::prisma_flow(prisma, options), flags.output));
    HR_CHECK(emit(flags.output, bytes));
  }
  if (flags.output.empty() || flags.review.json)
    HR_CHECK(emit("", flags.review.json ? json_of(prisma) : text_of(prisma)));
  return report_problems(prisma);
}

Expected<int> check(const PrismaFlags& flags) {
  HR_TRY(const review::Prisma prisma, counts_of(flags));
  const int code = report_problems(prisma);
  fmt::print("{} of the identities of PRISMA 2020 could be checked; {}.\n", review::checked_identities(prisma),
             code == 0 ? "all hold" : "not all hold");
  return code;
}

void add_counts_flags(CLI::App& command, PrismaFlags& flags) {
  command.add_option("file", flags.file, "Counts as CSV (item, count; or the layout of PRISMA2020); none: the review");
  add_review_flags(command, flags.review, false);
}

}  // namespace

void add_prisma_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("prisma", "The PRISMA 2020 flow of records: figure, table, checks");
  const auto flags = std::make_shared<PrismaFlags>();
  add_counts_flags(command, *flags);
  command.add_option("-o,--output", flags->output, "Figure (.svg, .pdf, .png) or table of PRISMA2020 (.csv)");
  command.add_option("--box", flags->box, "List the records behind a box, such as records_excluded");
  command.add_option("--template", flags->form, "Which official template (default: what the counts ask for)")
      ->check(CLI::IsMember({"auto", "new", "new-other", "updated", "updated-other"}));
  const auto run = [](const std::shared_ptr<PrismaFlags>& given, Expected<int> (*what)(const PrismaFlags&)) {
    return [given, what] {
      const auto code = what(*given);
      return code ? *code : report(code.error());
    };
  };
  CLI::App& checks = *command.add_subcommand("check", "Whether the identities between the counts hold");
  add_counts_flags(checks, *flags);
  const CLI::App& checklist = add_prisma_checklist_command(command, action);
  command.callback([&action, flags, run, &checks, &checklist] {
    if (!checklist.parsed()) action = run(flags, checks.parsed() ? check : show);
  });
  command.footer(
      "\nExamples:\n"
      "  hedgerow prisma --review examples/hormone-therapy -o flow.svg\n"
      "  hedgerow prisma --review examples/hormone-therapy --box dbr_excluded\n"
      "  hedgerow prisma PRISMA.csv -o flow.pdf\n"
      "  hedgerow prisma check counts.csv\n"
      "  hedgerow prisma checklist --review examples/eccentric-flexibility\n"
      "\nExit code 1: the counts contradict one another.");
}

}  // namespace hedgerow::cli
