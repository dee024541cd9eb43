#include <fmt/format.h>

#include "audit/render.hpp"
#include "base/markup.hpp"

namespace hedgerow::audit {

namespace {

/// Whether a finding makes its check fail.
bool fails(const Finding& finding, const Check& check, Severity fail_on) {
  return finding.check == check.id && finding.suppressed.empty() && finding.severity >= fail_on;
}

std::string test_case(const Report& report, const CheckRun& run, Severity fail_on, std::size_t& failures) {
  std::string text;
  std::size_t count = 0;
  for (const Finding& finding : report.findings) {
    if (!fails(finding, *run.check, fail_on)) continue;
    ++count;
    text += (finding.places.empty() ? finding.subject : where(finding.places.front())) + ": " + finding.message + "\n";
  }
  std::string out =
      fmt::format("  <testcase classname=\"audit.{}\" name=\"{} {}\">", std::string(run.check->id).substr(0, 2),
                  run.check->id, escape_markup(run.check->title));
  if (count > 0) {
    ++failures;
    out += fmt::format("<failure message=\"{} findings\">{}</failure>", count, escape_markup(text));
  } else if (run.looked == 0) {
    out += "<skipped/>";
  }
  return out + "</testcase>\n";
}

}  // namespace

std::string to_junit(const Report& report, Severity fail_on) {
  std::string cases;
  std::size_t failures = 0;
  for (const CheckRun& run : report.runs) cases += test_case(report, run, fail_on, failures);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n <testsuite name=\"hedgerow audit\" tests=\"{}\" "
      "failures=\"{}\" skipped=\"{}\">\n{} </testsuite>\n</testsuites>\n",
      report.runs.size(), failures, report.runs.size() - report.ran(), cases);
}

}  // namespace hedgerow::audit
