// hedgerow extract: forms to fill, double extraction compared, consensus by a third person.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/extract_files.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"

namespace hedgerow::cli {
namespace {

using Run = Expected<int> (*)(const ExtractFlags&);

/// Adds a subcommand that carries out `run`.
CLI::App& add_verb(CLI::App& extract, Action& action, const std::shared_ptr<ExtractFlags>& flags, const char* verb,
                   const char* what, Run run, bool writes = false) {
  CLI::App& command = *extract.add_subcommand(verb, what);
  command.add_option("--form", flags->form, "Form (TOML; default: extraction.toml of the review)");
  add_review_flags(command, flags->review, writes);
  command.callback([&action, flags, run] {
    action = [flags, run] {
      const auto code = run(*flags);
      return code ? *code : report(code.error());
    };
  });
  return command;
}

void add_template(CLI::App& extract, Action& action, const std::shared_ptr<ExtractFlags>& flags) {
  CLI::App& command = add_verb(extract, action, flags, "template", "An empty table for an extractor", extract_template);
  command.add_option("--studies", flags->studies, "Studies, a row for each")->delimiter(',')->allow_extra_args(false);
  command.add_option("--studies-from", flags->studies_from, "Table whose first column names the studies");
  command.add_option("-o,--output", flags->output, "File: .csv or .xlsx (default: CSV to standard output)");
}

void add_pair(CLI::App& command, ExtractFlags& flags) {
  command.add_option("files", flags.files, "Two filled tables; none: those in the review's log")->expected(0, 2);
  command.add_option("--extractors", flags.extractors, "Which two of the log, if it holds more")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_comparison(CLI::App& extract, Action& action, const std::shared_ptr<ExtractFlags>& flags) {
  CLI::App& compare =
      add_verb(extract, action, flags, "compare", "Differences, worst in effect first", extract_compare);
  add_pair(compare, *flags);
  compare.add_option("-o,--output", flags->output, "CSV with a column 'agreed' for a third person to fill");
  CLI::App& consensus =
      add_verb(extract, action, flags, "consensus", "The table that enters the analysis", extract_consensus, true);
  add_pair(consensus, *flags);
  consensus.add_option("--decisions", flags->decisions, "The filled CSV of 'extract compare'");
  consensus.add_option("-o,--output", flags->output, "Agreed table (default: standard output)");
  consensus.add_option("--sources", flags->sources, "CSV: each value with its source and who stands behind it");
  consensus.add_flag("--partial", flags->partial, "Write the table although something is undecided");
}

void add_log(CLI::App& extract, Action& action, const std::shared_ptr<ExtractFlags>& flags) {
  CLI::App& check =
      add_verb(extract, action, flags, "check", "Whether a filled table is what the form takes", extract_check);
  check.add_option("files", flags->files, "Filled tables")->required();
  CLI::App& import = add_verb(extract, action, flags, "import", "A filled table, or decisions, into the review's log",
                              extract_import, true);
  import.add_option("files", flags->files, "Filled table")->expected(0, 1);
  import.add_option("--decisions", flags->decisions, "The filled CSV of 'extract compare'");
  add_verb(extract, action, flags, "status", "Who extracted what", extract_status);
}

}  // namespace

void add_extract_command(CLI::App& app, Action& action) {
  CLI::App& extract = *app.add_subcommand("extract", "Extraction by two people: forms, comparison, consensus");
  extract.require_subcommand(1);
  const auto flags = std::make_shared<ExtractFlags>();
  add_template(extract, action, flags);
  add_log(extract, action, flags);
  add_comparison(extract, action, flags);
  extract.footer(
      "\nExamples:\n"
      "  hedgerow extract template --form extraction.toml --studies 'Smith 2015,Lee 2019' -o anna.xlsx\n"
      "  hedgerow extract compare anna.xlsx ben.xlsx --form extraction.toml -o differences.csv\n"
      "  hedgerow extract consensus anna.xlsx ben.xlsx --form extraction.toml --decisions differences.csv --author "
      "carla "
      "\\\n"
      "    -o effects.csv --sources sources.csv\n"
      "\nThe keys of a form are described in docs/formats/extraction.md.");
}

}  // namespace hedgerow::cli
