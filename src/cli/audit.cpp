// hedgerow audit: warnings for evidence, as a compiler gives them; hedgerow explain: what is known of a check.
#include "audit/audit.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "audit/load.hpp"
#include "audit/profile.hpp"
#include "audit/render.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/excerpt.hpp"
#include "cli/logged_review.hpp"
#include "cli/output.hpp"
#include "engine/audit_pages.hpp"
#include "engine/review_evidence.hpp"
#include "report/html.hpp"

namespace hedgerow::cli {
namespace {

struct AuditFlags {
  std::string path, format = "text", output, fail_on = "error", profile;
};

Expected<audit::Report> audit_loaded(Expected<audit::Loaded> loaded) {
  if (!loaded) return loaded.error();
  audit::Report out = audit::audit(loaded->subject, std::move(loaded->allowed));
  apply(*audit::find_profile(loaded->profile), out);
  return out;
}

Expected<audit::Report> audit_published(const std::string& folder) {
  const std::string published = folder + "/" + engine::kPublishedFile;
  if (!std::filesystem::exists(published))
    return make_error(ErrorCode::usage,
                      fmt::format("this folder has neither {} (a review) nor {} (tables of a paper)",
                                  engine::kReviewFile, engine::kPublishedFile),
                      folder);
  HR_TRY(const std::string bytes, read_file(published));
  HR_TRY(audit::Loaded loaded, audit::load_published(bytes, published, folder));
  if (loaded.subject.sheets.empty())
    return make_error(ErrorCode::input, "no [[table]] names a table to look at", published);
  return audit_loaded(std::move(loaded));
}

Expected<audit::Report> audit_review(const std::string& folder) {
  TerminalProgress progress;
  HR_TRY(const engine::LoggedReview logged, logged_review(folder, progress));
  auto evidence = engine::gather_evidence(folder, progress, logged);
  progress.clear();
  if (!evidence) return evidence.error();
  // Excerpts are read from where the command was given.
  for (audit::Finding& finding : evidence->audit.findings)
    for (audit::Place& place : finding.places)
      if (std::filesystem::exists(folder + "/" + place.file)) place.file = folder + "/" + place.file;
  return std::move(evidence->audit);
}

Expected<audit::Report> audit_path(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (!std::filesystem::is_directory(path)) return audit_loaded(audit::load_table(path));
  return std::filesystem::exists(path + "/" + engine::kReviewFile) ? audit_review(path) : audit_published(path);
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
  if (flags.format == "html") return report::to_html(engine::audit_document(report, flags.path));
  return audit::to_text(report, excerpt, flags.output.empty() && isatty(fileno(stdout)) != 0);
}

int run_audit(const AuditFlags& flags) {
  auto found = audit_path(flags.path);
  if (!found) return report(found.error());
  if (!flags.profile.empty()) apply(*audit::find_profile(flags.profile), *found);
  if (const auto written = emit(flags.output, rendered(*found, flags)); !written) return report(written.error());
  for (const audit::Finding& finding : found->findings)
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
      .add_option("path", flags->path,
                  "Review folder, folder with the tables of a paper (published.toml), or a table (CSV, XLSX)")
      ->required();
  command.add_option("--format", flags->format, "text, json, sarif (2.1.0), junit or html")
      ->check(CLI::IsMember({"text", "json", "sarif", "junit", "html"}))
      ->capture_default_str();
  command.add_option("--fail-on", flags->fail_on, "Exit code 1 from this severity on: error, warning, note")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->capture_default_str();
  std::string words = "What is asked:";
  for (const audit::Profile& profile : audit::profiles())
    words += fmt::format(" {} ({});", profile.name, profile.words);
  words.back() = '.';
  command.add_option("--profile", flags->profile, words)->check(CLI::IsMember(audit::profile_names()));
  command.add_option("-o,--output", flags->output, "File to write; default standard output");
  command.footer(
      "\nExamples:\n  hedgerow audit examples/hdt-bed-rest\n  hedgerow audit my-review --format html -o audit.html\n  "
      "hedgerow audit effects.csv --format sarif -o "
      "audit.sarif");
  command.callback([&action, flags] { action = [flags] { return run_audit(*flags); }; });

  CLI::App& explain =
      *app.add_subcommand("explain", "What a check of the audit finds, its rule, and when it may be wrong");
  const auto id = std::make_shared<std::string>();
  explain.add_option("check", *id, "Its id, such as AR-04; without one, all checks are listed");
  explain.callback([&action, id] { action = [id] { return run_explain(*id); }; });
}

}  // namespace hedgerow::cli
