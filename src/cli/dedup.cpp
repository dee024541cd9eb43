// hedgerow dedup: duplicates in files, or in the store of a review.
#include "cli/dedup.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/gzip.hpp"
#include "cli/dedup_print.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/review_commands.hpp"
#include "data/readers.hpp"
#include "records/read.hpp"

namespace hedgerow::cli {
namespace {

struct DedupFlags {
  std::vector<std::string> files;
  std::string output, truth, pairs;
  dedup::Options options;
  ReviewFlags review;
  bool overlap = false, dry_run = false;
};

Expected<std::vector<records::Record>> read_files(const std::vector<std::string>& files) {
  std::vector<records::Record> all;
  for (const std::string& file : files) {
    HR_TRY(records::ReadResult read, records::read_records_file(file));
    if (read.records.empty()) return make_error(ErrorCode::input, "no record was found in it", file);
    if (!read.oddities.empty())
      fmt::print(stderr, "{}: {} oddities (hedgerow records list FILE shows them)\n", file, read.oddities.size());
    std::move(read.records.begin(), read.records.end(), std::back_inserter(all));
  }
  return all;
}

/// The number of the true group of each record.
Expected<std::vector<std::size_t>> read_truth(const std::string& path, std::span<const records::Record> records) {
  HR_TRY(std::string bytes, read_file_unpacked(path));
  HR_TRY(const data::Table table, data::parse_csv(std::move(bytes), path));
  HR_TRY(const std::vector<std::string> ids, table.texts("record_id"));
  HR_TRY(const std::vector<std::string> clusters, table.texts("cluster"));
  std::unordered_map<std::string, std::size_t> numbers, cluster_of;
  for (std::size_t row = 0; row < ids.size(); ++row)
    cluster_of[ids[row]] = numbers.emplace(clusters[row], numbers.size()).first->second;
  std::vector<std::size_t> truth;
  for (const records::Record& record : records) {
    const auto found = cluster_of.find(record_id(record));
    if (found == cluster_of.end())
      return make_error(ErrorCode::input,
                        fmt::format("no row for record_id '{}' of {}", record_id(record), record.source.file), path);
    truth.push_back(found->second);
  }
  return truth;
}

Expected<DedupRun> compare_files(const DedupFlags& flags) {
  DedupRun run;
  HR_TRY(run.records, read_files(flags.files));
  std::vector<std::size_t> truth;
  if (!flags.truth.empty()) {
    HR_TRY(truth, read_truth(flags.truth, run.records));
  }
  TerminalProgress progress;
  run.result = dedup::find_duplicates(run.records, flags.options, progress);
  progress.clear();
  if (!flags.truth.empty()) {
    std::vector<bool> removed;
    for (std::size_t i = 0; i < run.records.size(); ++i) removed.push_back(run.result.kept[run.result.group[i]] != i);
    run.truth = dedup::score(removed, truth);
  }
  return run;
}

Checked write_results(const DedupFlags& flags, const DedupRun& run) {
  const bool rows_to_stdout = flags.output == "-";
  if (!flags.output.empty()) HR_CHECK(emit(rows_to_stdout ? "" : flags.output, rows_csv(run)));
  if (!flags.pairs.empty()) HR_CHECK(emit(flags.pairs == "-" ? "" : flags.pairs, pairs_csv(run)));
  const std::string summary = flags.review.json ? dump(summary_json(run)) + "\n" : summary_text(run, flags.overlap);
  fmt::print(rows_to_stdout || flags.pairs == "-" ? stderr : stdout, "{}", summary);
  return {};
}

Checked check_thresholds(const dedup::Options& options) {
  for (const double at : {options.same_from, options.ask_from})
    if (at < 0 || at > 1)
      return make_error(ErrorCode::usage, fmt::format("{} is no probability: 0 to 1", at), "--same, --ask");
  if (options.same_from > 0 && options.ask_from > options.same_from)
    return make_error(ErrorCode::usage, "asks only above the threshold of same; give a lower --ask", "--ask");
  return {};
}

int run_dedup(const DedupFlags& flags) {
  if (const Checked checked = check_thresholds(flags.options); !checked) return report(checked.error());
  if (flags.files.empty()) {
    if (!flags.output.empty() || !flags.truth.empty() || !flags.pairs.empty())
      return report(make_error(ErrorCode::usage, "-o, --pairs and --truth are about files: name them"));
    return dedup_review(flags.review, flags.options, flags.dry_run);
  }
  const Expected<DedupRun> run = compare_files(flags);
  if (!run) return report(run.error());
  if (const Checked written = write_results(flags, *run); !written) return report(written.error());
  return 0;
}

}  // namespace

void add_dedup_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("dedup", "Duplicates among records, of files or of a review");
  const auto flags = std::make_shared<DedupFlags>();
  command.add_option("files", flags->files, "Exports in any format; none: the store of the review")->type_name("FILE");
  command.add_option("-o,--output", flags->output, "One row per record: file, record, group, kept, score, reason");
  command.add_option("--pairs", flags->pairs, "All pairs that are the same or to be asked about, as CSV");
  command.add_option("--truth", flags->truth, "CSV with record_id and cluster: counts the errors");
  command.add_option("--same", flags->options.same_from, "From this probability on two records are the same");
  command.add_option("--ask", flags->options.ask_from, "From this probability on a person is asked");
  command.add_option("--threads", flags->options.threads, "Default: all; the result does not depend on it");
  command.add_flag("--overlap", flags->overlap, "Also how many documents each two sources share");
  command.add_flag("--dry-run", flags->dry_run, "In a review: only say what would be linked");
  add_review_flags(command, flags->review, true);
  command.footer(
      "\nExamples:\n"
      "  hedgerow dedup scopus.ris pubmed.nbib -o groups.csv --overlap\n"
      "  hedgerow dedup records.csv.gz --truth truth.csv.gz --json\n"
      "  hedgerow dedup --review my-review\n"
      "  hedgerow dedup ask --review my-review        (keys: s same, d different, k skip, q quit)\n"
      "  hedgerow dedup decide 12 98 different --review my-review");
  command.callback([&action, &command, flags] {
    if (command.get_subcommands().empty()) action = [flags] { return run_dedup(*flags); };
  });
  add_dedup_review_commands(command, action);
}

}  // namespace hedgerow::cli
