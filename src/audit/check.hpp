// A check: what it looks for, and the function that looks. The catalogue is the list of all of them.
//
// A check tells how often it looked (`Sink::looked`) and why it could not (`Sink::could_not`), so that silence never
// passes for consent: the report says how many checks ran, had nothing to look at, or could not run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/finding.hpp"
#include "audit/subject.hpp"

namespace hedgerow::audit {

struct Check;

class Sink {
 public:
  /// `limit`: of the check, or what the settings put in its place.
  Sink(const Check& check, std::optional<double> limit);

  /// The number that the rule compares with. Only for checks that have one.
  double limit() const { return *limit_; }

  /// `times` comparisons were made.
  void looked(std::size_t times = 1) { looked_ += times; }
  /// Something was there, but not all that the check needs. Reasons are counted once.
  void could_not(const std::string& reason);
  /// Adds a finding of this check with its usual severity; the caller may change the returned one.
  Finding& add(std::string subject, std::string message, std::vector<Place> places);

  std::vector<Finding>& findings() { return findings_; }
  std::size_t times_looked() const { return looked_; }
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  const char* check_;
  Severity severity_;
  std::optional<double> limit_;
  std::size_t looked_ = 0;
  std::vector<std::string> reasons_;
  std::vector<Finding> findings_;
};

struct Check {
  const char* id;                                   ///< "AR-04"; never used again for another check
  const char* title;                                ///< "Change SD against pre and post SDs"
  Severity severity;                                ///< the usual one
  const char* detects;                              ///< one sentence
  const char* rule;                                 ///< formula and thresholds
  const char* false_alarm;                          ///< when it may be wrong
  const char* advice;                               ///< what to do
  const char* source;                               ///< key of docs/references.bib, or "own"
  void (*run)(const Subject& subject, Sink& sink);  ///< null: about the suppressions, which `audit` looks at
  std::optional<double> limit{};  ///< number in the rule that [audit.limits] may replace; nothing if there is none
};

/// Each is defined in a file of its own.
std::span<const Check> arithmetic_checks();      ///< AR: summaries of primary studies
std::span<const Check> pooled_checks();          ///< MA: the reported meta-analysis
std::span<const Check> instrument_checks();      ///< AR, DA: values on scales that the dictionary knows
std::span<const Check> table_checks();           ///< DA: plausibility of the extraction table
std::span<const Check> scale_checks();           ///< DA: skewed values, quantiles, weights
std::span<const Check> dependency_checks();      ///< DE: rows of the same people
std::span<const Check> unit_checks();            ///< DE: what is pooled together
std::span<const Check> extraction_checks();      ///< DA, MA: from the report of a study to the table
std::span<const Check> network_checks();         ///< DE, MO: several treatments, several reviews
std::span<const Check> sample_checks();          ///< DE: samples that several studies share
std::span<const Check> model_checks();           ///< MO: choice of the model
std::span<const Check> design_checks();          ///< MO: designs, measures and moderators that a model does not bear
std::span<const Check> fit_checks();             ///< DE, MO: what a fitted model rests on
std::span<const Check> selection_checks();       ///< BI: methods that correct for selection
std::span<const Check> bias_checks();            ///< BI: small-study effects, selection
std::span<const Check> flow_checks();            ///< PR: PRISMA flow, search, screening
std::span<const Check> log_checks();             ///< PR: the log of decisions
std::span<const Check> search_checks();          ///< PR: lines of a search strategy
std::span<const Check> vote_checks();            ///< PR: printed agreement against votes
std::span<const Check> protocol_checks();        ///< MO, PR, RP: the review against its plan
std::span<const Check> trial_checks();           ///< TR: what makes readers ask about a trial
std::span<const Check> trial_course_checks();    ///< TR: dates and numbers of people
std::span<const Check> trial_baseline_checks();  ///< TR: groups before treatment
std::span<const Check> rating_checks();          ///< RB: how studies were rated
std::span<const Check> rating_use_checks();      ///< RB, TR: what became of the ratings
std::span<const Check> appraisal_checks();       ///< RB: risk of bias
std::span<const Check> reporting_checks();       ///< MO, BI, RP: what a published result leaves out
std::span<const Check> grade_checks();           ///< GR: certainty of evidence
std::span<const Check> judgement_checks();       ///< GR: reasons, thresholds and words
std::span<const Check> figure_checks();          ///< RP: axes and sides of figures
std::span<const Check> text_checks();            ///< RP: text against tables

/// Version of the catalogue: it changes when a check is added, or a rule.
inline constexpr const char* kCatalogue = "2026.3";
/// All checks, by group and number.
const std::vector<const Check*>& catalogue();
/// Null if there is none.
const Check* find_check(std::string_view id);

}  // namespace hedgerow::audit
