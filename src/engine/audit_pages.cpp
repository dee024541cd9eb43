#include "engine/audit_pages.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "audit/render.hpp"
#include "base/text.hpp"
#include "engine/result.hpp"

namespace hedgerow::engine {
namespace {

using report::Text;

std::string capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string finding_id(std::size_t i) { return fmt::format("audit-{}", i + 1); }

report::CalloutKind callout_kind(const audit::Finding& finding) {
  return finding.severity >= audit::Severity::warning ? report::CalloutKind::warning : report::CalloutKind::note;
}

/// One finding: what a compiler would print, in words.
report::Section finding_section(const audit::Finding& finding, std::size_t i) {
  report::Section out{finding_id(i),
                      fmt::format("{} {}: {}", capital(audit::name(finding.severity)), finding.check, finding.subject),
                      {},
                      {}};
  report::Callout box;
  box.kind = callout_kind(finding);
  box.title = finding.message;
  for (const audit::Place& place : finding.places) {
    Text where;
    where.code(audit::where(place));
    if (!place.text.empty()) where.text(fmt::format(": \"{}\"", place.text));
    box.items.push_back(std::move(where));
  }
  out.add(std::move(box));
  report::DefinitionList list;
  const auto add = [&](const char* term, const std::string& text) {
    if (!text.empty()) list.items.emplace_back(Text(term), Text(text));
  };
  add("Arithmetic", join(finding.arithmetic, "; "));
  add("Likely causes", join(finding.causes, "; "));
  add("Repair", finding.repair);
  add("Effect", finding.effect);
  add("Conclusion", finding.decides ? "A conclusion depends on it." : "");
  add("Allowed", finding.suppressed);
  if (!list.items.empty()) out.add(std::move(list));
  return out;
}

report::Table checks_table(const audit::Report& report) {
  report::Table table;
  table.id = "audit-checks";
  table.caption = Text("Every check, how often it looked, and what it found.");
  table.columns = {{"Check", report::Align::left, "check", false},
                   {"Looks for", report::Align::left, "title", false},
                   {"Looked", report::Align::right, "looked", false},
                   {"Findings", report::Align::right, "findings", false},
                   {"Could not look", report::Align::left, "could_not", false}};
  for (const audit::CheckRun& run : report.runs)
    table.rows.push_back(
        {{report::Cell(run.check->id), report::Cell(run.check->title), report::Cell(fmt::format("{}", run.looked)),
          report::Cell(fmt::format("{}", run.findings)), report::Cell(join(run.reasons, "; "))},
         report::RowClass::plain});
  return table;
}

bool belongs(const audit::Finding& finding, const std::vector<std::string>& groups, const std::string& subject) {
  if (finding.severity < audit::Severity::warning || !finding.suppressed.empty()) return false;
  if (std::find(groups.begin(), groups.end(), finding.check.substr(0, 2)) == groups.end()) return false;
  return subject.empty() || finding.subject.find(subject) != std::string::npos;
}

std::string plural(std::size_t count, const char* word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace

std::string audit_counts(const audit::Report& report) {
  return fmt::format("{}, {}, {}", plural(report.count(audit::Severity::error), "error"),
                     plural(report.count(audit::Severity::warning), "warning"),
                     plural(report.count(audit::Severity::note), "note"));
}

report::Section audit_section(const audit::Report& report) {
  report::Section out{"audit", "Audit", {}, {}};
  out.add(report::Paragraph{Text(fmt::format(
      "{}. {} looked, {} had nothing to look at, {} could not look for want of numbers. A finding says "
      "that numbers are inconsistent or a method is unsound, and never why somebody wrote them.",
      audit_counts(report), plural(report.ran(), "check"), report.not_applicable(), report.could_not_run()))});
  for (std::size_t i = 0; i < report.findings.size(); ++i)
    out.sections.push_back(finding_section(report.findings[i], i));
  out.add(report::Details{"All checks", {checks_table(report)}});
  return out;
}

std::vector<report::Block> audit_callout(const audit::Report& report, const std::vector<std::string>& groups,
                                         const std::string& subject) {
  report::Callout box;
  box.kind = report::CalloutKind::warning;
  box.title = "What the audit says of this";
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const audit::Finding& finding = report.findings[i];
    if (!belongs(finding, groups, subject)) continue;
    Text text;
    text.link(finding.check, "#" + finding_id(i)).text(fmt::format(" {}: {}", finding.subject, finding.message));
    box.items.push_back(std::move(text));
  }
  if (box.items.empty()) return {};
  return {std::move(box)};
}

report::Document audit_document(const audit::Report& report, const std::string& what) {
  report::Document out;
  out.title = "Audit of " + what;
  out.sections.push_back(audit_section(report));
  out.footer = fmt::format("Hedgerow {}", kVersion);
  return out;
}

}  // namespace hedgerow::engine
