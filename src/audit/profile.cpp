#include "audit/profile.hpp"

#include <algorithm>

namespace hedgerow::audit {

namespace {

bool asks(const Profile& profile, std::string_view check) {
  return profile.groups.empty() || std::any_of(profile.groups.begin(), profile.groups.end(),
                                               [&](const auto& letters) { return check.substr(0, 2) == letters; });
}

}  // namespace

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all = {
      {"all", "every check", {}, {}},
      {"table", "an extraction table before it is analysed", {"AR", "DA", "DE", "RP"}, {}},
      {"published", "a published review", {"AR", "MA", "DE", "MO", "BI", "PR", "RB", "GR", "RP"}, {}},
      {"screening", "the flow of records before extraction", {"PR", "RP"}, {}},
      {"appraisal", "risk of bias and certainty", {"RB", "GR", "RP"}, {}},
      {"laboratory",
       "animal and laboratory experiments",
       {},
       {{"DA-03", "effects beyond three standard deviations are usual in the laboratory"},
        {"MO-23", "experiments report many outcomes by design"}}},
      {"ecology",
       "field and comparative studies",
       {},
       {{"DA-03", "effects beyond three standard deviations are usual in manipulative experiments"},
        {"DA-20", "seasons and life cycles differ in length"}}}};
  return all;
}

std::vector<std::string> profile_names() {
  std::vector<std::string> out;
  for (const Profile& profile : profiles()) out.emplace_back(profile.name);
  return out;
}

const Profile* find_profile(std::string_view name) {
  for (const Profile& profile : profiles())
    if (name == profile.name) return &profile;
  return nullptr;
}

void apply(const Profile& profile, Report& report) {
  std::erase_if(report.findings, [&](const Finding& finding) { return !asks(profile, finding.check); });
  std::erase_if(report.runs, [&](const CheckRun& run) { return !asks(profile, run.check->id); });
  for (Finding& finding : report.findings)
    for (const auto& [check, reason] : profile.usual)
      if (finding.check == check && finding.suppressed.empty()) finding.suppressed = reason;
  std::stable_partition(report.findings.begin(), report.findings.end(),
                        [](const Finding& finding) { return finding.suppressed.empty(); });
  report.profile = profile.name;
}

}  // namespace hedgerow::audit
