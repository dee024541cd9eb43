// hedgerow audit: warnings for evidence, as a compiler gives them; hedgerow explain: what is known of a check.
#include "audit/audit.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "audit/load.hpp"
#include "audit/render.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/excerpt.hpp"
#include "cli/output.hpp"

namespace hedgerow::cli {
namespace {

struct AuditFlags {
  std::string path, format = "text", output, fail_on = "error";
};

Expected<audit::Loaded> load(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return audit::load_table(path);
  const std::string published = path + "/published.toml";
  HR_TRY(const std::string bytes, read_file(published));
  HR_TRY(audit::Loaded loaded, audit::load_published(bytes, published, path));
  if (loaded.subject.sheets.empty())
    return make_error(ErrorCode::input, "no [[table]] names a table to look at", published);
  return loaded;
}

audit::Severity severity_of(const std::string& word) {
  for (const auto severity : {audit::Severity::note, audit::Severity::warning})
    if (word == audit::name(severity)) return severity;
  return audit::Severity::error;
}

std::string rendered(const audit::Report& report, const AuditFlags& flags) {
  if (flags.format == "json") return audit::to_json(report);
  if (flags.format == "sarif") return audit::to_sarif(report);
  if (flags.format == "junit") return audit::to_junit(report, severity_of(flags.fail_on));
  return audit::to_text(report, excerpt, flags.output.empty() && isatty(fileno(stdout)) != 0);
}

int run_audit(const AuditFlags& flags) {
  auto loaded = load(flags.path);
  if (!loaded) return report(loaded.error());
  const audit::Report found = audit::audit(loaded->subject, std::move(loaded->allowed));
  if (const auto written = emit(flags.output, rendered(found, flags)); !written) return report(written.error());
  for (const audit::Finding& finding : found.findings)
    if (finding.suppressed.empty() && finding.severity >= severity_of(flags.fail_on)) return 1;
  return 0;
}

int run_explain(const std::string& id) {
  if (id.empty()) {
    for (const audit::Check* check : audit::catalogue())
      fmt::print("{}  {:<8} {}\n", check->id, audit::name(check->severity), check->title);
    return 0;
  }
  std::vector<std::string> ids;
  for (const audit::Check* check : audit::catalogue()) ids.emplace_back(check->id);
  const audit::Check* check = audit::find_check(id);
  if (!check)
    return report(make_error(ErrorCode::usage, fmt::format("there is no check '{}'{}", id, did_you_mean(id, ids))));
  fmt::print("{}", audit::explain(*check));
  return 0;
}

}  // namespace

void add_audit_commands(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("audit", "Contradictions and unsound methods, with their arithmetic and repair");
  const auto flags = std::make_shared<AuditFlags>();
  command
      .add_option("path", flags->path, "Folder with a published.toml, or a table of effects or summaries (CSV, XLSX)")
      ->required();
  command.add_option("--format", flags->format, "text, json, sarif (2.1.0) or junit")
      ->check(CLI::IsMember({"text", "json", "sarif", "junit"}))
      ->capture_default_str();
  command.add_option("--fail-on", flags->fail_on, "Exit code 1 from this severity on: error, warning, note")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->capture_default_str();
  command.add_option("-o,--output", flags->output, "File to write; default standard output");
  command.footer(
      "\nExamples:\n  hedgerow audit examples/hdt-bed-rest\n  hedgerow audit effects.csv --format sarif -o "
      "audit.sarif");
  command.callback([&action, flags] { action = [flags] { return run_audit(*flags); }; });

  CLI::App& explain =
      *app.add_subcommand("explain", "What a check of the audit finds, its rule, and when it may be wrong");
  const auto id = std::make_shared<std::string>();
  explain.add_option("check", *id, "Its id, such as AR-04; without one, all checks are listed");
  explain.callback([&action, id] { action = [id] { return run_explain(*id); }; });
}

}  // namespace hedgerow::cli
