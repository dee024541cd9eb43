#include <fmt/format.h>

#include <algorithm>

#include "audit/render.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

const char* colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\x1b[1;31m";
    case Severity::warning:
      return "\x1b[1;33m";
    case Severity::note:
      return "\x1b[1;36m";
    case Severity::info:
      break;
  }
  return "\x1b[1m";
}

std::string plural(std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

/// Lines behind a rule; their blanks are kept, because the caret stands below its column.
std::string indented(const std::string& lines) {
  std::string out;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    if (end > begin) out += "   | " + lines.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return out;
}

void add_finding(std::string& out, const Finding& finding, std::string (*excerpt)(const std::string&), bool colour) {
  out += fmt::format("{}{}[{}]{}: {}\n", colour ? colour_of(finding.severity) : "", name(finding.severity),
                     finding.check, colour ? "\x1b[0m" : "", finding.message);
  for (std::size_t i = 0; i < finding.places.size(); ++i) {
    const std::string at = where(finding.places[i]);
    out += fmt::format("  {} {}{}\n", i == 0 ? "-->" : " ..", at,
                       i == 0                           ? "  " + finding.subject
                       : finding.places[i].text.empty() ? ""
                                                        : "  \"" + finding.places[i].text + "\"");
    if (i == 0 && excerpt && finding.places[i].line > 0) out += indented(excerpt(at));
  }
  if (finding.places.empty()) out += "  --> " + finding.subject + "\n";
  for (const std::string& line : finding.arithmetic) out += "   = " + line + "\n";
  for (std::size_t i = 0; i < finding.causes.size(); ++i)
    out += fmt::format("   = {}: {}\n", i == 0 ? "likely" : "or", finding.causes[i]);
  if (!finding.repair.empty()) out += "   = repair: " + finding.repair + "\n";
  if (!finding.effect.empty()) out += "   = effect: " + finding.effect + "\n";
  if (finding.decides) out += "   = a conclusion depends on it\n";
  if (!finding.suppressed.empty()) out += "   = allowed: " + finding.suppressed + "\n";
  out += fmt::format("   = see: hedgerow explain {}\n\n", finding.check);
}

}  // namespace

std::string where(const Place& place) {
  std::string out = place.file;
  if (place.line > 0) out += fmt::format(":{}", place.line);
  if (place.line > 0 && !place.column.empty()) out += ":" + place.column;
  return out;
}

std::string to_text(const Report& report, std::string (*excerpt)(const std::string& where), bool colour) {
  std::string out;
  std::size_t allowed = 0;
  for (const Finding& finding : report.findings) {
    add_finding(out, finding, excerpt, colour);
    allowed += finding.suppressed.empty() ? 0U : 1U;
  }
  for (const CheckRun& run : report.runs)
    for (const std::string& reason : run.reasons)
      out += fmt::format("{} could not look everywhere: {}\n", run.check->id, reason);
  for (const CheckRun& run : report.runs)
    if (run.limit)
      out += fmt::format("{} with the limit {} instead of {}\n", run.check->id, format_shortest(*run.limit),
                         format_shortest(*run.check->limit));
  if (!report.instruments.empty())
    out += fmt::format("Instruments that the dictionary knows: {}\n", join(report.instruments, "; "));
  if (!report.profile.empty() && report.profile != "all")
    out += fmt::format("Profile \"{}\": checks of other groups were not asked.\n", report.profile);
  out += fmt::format("{}, {}, {}, {} allowed. ", plural(report.count(Severity::error), "error"),
                     plural(report.count(Severity::warning), "warning"), plural(report.count(Severity::note), "note"),
                     allowed);
  out += fmt::format("{} run, {} not applicable, {} could not run.\n", plural(report.ran(), "check"),
                     report.not_applicable(), report.could_not_run());
  return out;
}

std::string explain(const Check& check) {
  std::string out = fmt::format("{}  {}  ({})\n\n", check.id, check.title, name(check.severity));
  out += fmt::format("Finds:  {}\nRule:   {}\nMay be a false alarm:  {}\nDo:     {}\nSource: {}\n", check.detects,
                     check.rule, check.false_alarm, check.advice, check.source);
  if (check.limit)
    out += fmt::format("Limit:  {} ([audit.limits] \"{}\" = ... puts another in its place)\n",
                       format_shortest(*check.limit), check.id);
  return out;
}

}  // namespace hedgerow::audit
