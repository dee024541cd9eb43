// Runs the catalogue over a subject and sorts what it says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/check.hpp"
#include "audit/finding.hpp"
#include "audit/subject.hpp"

namespace hedgerow::audit {

/// [[audit.allow]]: silences the findings of a check on what a subject names. An empty reason is itself a finding.
struct Suppression {
  std::string check;
  std::string subject;  ///< part of the finding's subject, ignoring case; empty: all of the check
  std::string reason;
  Place place;
  bool used = false;
};

/// [audit] of a settings file.
struct Settings {
  std::vector<Suppression> allowed;         ///< [[audit.allow]]
  std::vector<std::string> dictionaries{};  ///< files of instruments, relative to the folder
  std::string profile = "all";
  std::map<std::string, double> limits{};  ///< [audit.limits]
};

struct CheckRun {
  const Check* check = nullptr;
  std::size_t looked = 0;
  std::vector<std::string> reasons;  ///< why it could not run
  std::size_t findings = 0;
  std::optional<double> limit{};  ///< that the settings put in place of the check's own
};

struct Report {
  std::vector<Finding> findings;  ///< by severity, then by place; suppressed ones last
  std::vector<CheckRun> runs;     ///< of every check
  std::vector<Suppression> suppressions;
  std::string profile{};                 ///< that was applied (profile.hpp); empty: all checks
  std::vector<std::string> instruments;  ///< names of the dictionary's entries that the tables name

  std::size_t count(Severity severity) const;  ///< without suppressed findings
  std::size_t ran() const;
  std::size_t not_applicable() const;
  std::size_t could_not_run() const;
};

/// Several threads; the result does not depend on them.
Report audit(const Subject& subject, std::vector<Suppression> suppressions = {});

}  // namespace hedgerow::audit
