#include "audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "audit/detail/instrument_view.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

bool covers(const Suppression& suppression, const Finding& finding) {
  return suppression.check == finding.check &&
         to_lower(finding.subject).find(to_lower(suppression.subject)) != std::string::npos;
}

void suppress(std::vector<Finding>& findings, std::vector<Suppression>& suppressions) {
  for (Finding& finding : findings)
    for (Suppression& suppression : suppressions) {
      if (!covers(suppression, finding)) continue;
      suppression.used = true;
      if (!suppression.reason.empty()) finding.suppressed = suppression.reason;
    }
}

std::string name_of(const Suppression& suppression) {
  return suppression.subject.empty() ? suppression.check
                                     : fmt::format("{} on \"{}\"", suppression.check, suppression.subject);
}

/// The suppressions themselves: one without a reason (RP-12), one that silences nothing (RP-20).
void judge(const std::vector<Suppression>& suppressions, std::string_view check, Sink& sink) {
  for (const Suppression& suppression : suppressions) {
    sink.looked();
    if (check == "RP-12" && suppression.reason.empty())
      sink.add(name_of(suppression), fmt::format("{} was to be silenced without a reason.", suppression.check),
               {suppression.place});
    if (check == "RP-20" && !suppression.used)
      sink.add(name_of(suppression), fmt::format("Nothing was found that silencing {} concerns.", suppression.check),
               {suppression.place});
  }
}

/// Suppressed ones last, then by severity, file, line and check.
bool before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& f) {
    static const Place nowhere;
    const Place& place = f.places.empty() ? nowhere : f.places.front();
    return std::tuple(!f.suppressed.empty(), -static_cast<int>(f.severity), place.file, place.line, f.check);
  };
  return key(a) < key(b);
}

}  // namespace

Report audit(const Subject& subject, std::vector<Suppression> suppressions) {
  const std::vector<const Check*>& checks = catalogue();
  std::vector<Sink> sinks;
  for (const Check* check : checks) {
    const auto set = subject.options.limits.find(check->id);
    sinks.emplace_back(*check, set == subject.options.limits.end() ? check->limit : set->second);
  }
  in_parallel(checks.size(), 1, 0, [&](std::size_t c) {
    if (checks[c]->run) checks[c]->run(subject, sinks[c]);
  });
  for (Sink& sink : sinks) suppress(sink.findings(), suppressions);
  for (std::size_t c = 0; c < checks.size(); ++c)
    if (!checks[c]->run) judge(suppressions, checks[c]->id, sinks[c]);
  Report out;
  for (std::size_t c = 0; c < checks.size(); ++c) {
    const auto set = subject.options.limits.find(checks[c]->id);
    out.runs.push_back({checks[c], sinks[c].times_looked(), sinks[c].reasons(), sinks[c].findings().size(),
                        set == subject.options.limits.end() ? std::nullopt : std::optional(set->second)});
    std::move(sinks[c].findings().begin(), sinks[c].findings().end(), std::back_inserter(out.findings));
  }
  std::stable_sort(out.findings.begin(), out.findings.end(), before);
  out.suppressions = std::move(suppressions);
  out.instruments = detail::instruments_named(subject);
  return out;
}

std::size_t Report::count(Severity severity) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == severity && finding.suppressed.empty();
  }));
}

std::size_t Report::ran() const {
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const CheckRun& r) { return r.looked > 0; }));
}

std::size_t Report::could_not_run() const {
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const CheckRun& r) { return r.looked == 0 && !r.reasons.empty(); }));
}

std::size_t Report::not_applicable() const { return runs.size() - ran() - could_not_run(); }

}  // namespace hedgerow::audit
