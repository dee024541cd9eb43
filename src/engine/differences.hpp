// Differences between programs: from the settings of one program to those of another, one convention at a time.
//
// The job is run with the first program's choices; then each convention on which the programs differ is changed, in
// the order of the enumeration Convention, and what moved is kept. Each step starts from the state that the one before
// left, so that the last numbers are those of the second program. A step without effect on these data says so: a reader
// then knows that this is not the reason.
//
// Published numbers: every combination of the programs' choices (with the usual estimators of tau2 and tests of the
// mean) is run, and those whose numbers round to the printed ones are listed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "engine/conventions.hpp"
#include "engine/job.hpp"

namespace hedgerow::engine {

/// Choices for all conventions, in their order; an empty one leaves what the job has.
struct Settings {
  std::vector<std::string> values = std::vector<std::string>(kConventionCount);

  std::string& operator[](Convention convention) { return values[static_cast<std::size_t>(convention)]; }
  const std::string& operator[](Convention convention) const { return values[static_cast<std::size_t>(convention)]; }
};
/// All choices of a program.
Settings settings_of(const Program& program);
/// The job under the settings. One choice can decide whether another matters (`concerns`): Q of tables matters for DL.
Job with_settings(Job job, const Settings& settings);

/// Named numbers of a state, in a fixed order; NaN where a program does not offer one or it is not defined.
using Numbers = std::vector<std::pair<std::string, double>>;
double number(const Numbers& numbers, const std::string& name);

/// What a job says under some settings.
struct Outcome {
  Numbers numbers;       ///< estimate, se, ci_lb, ... (kNumberNames)
  stats::Vector yi, vi;  ///< effects of all rows
  std::vector<std::string> label;
};
/// Runs the job (its own questions left out) under the settings. Errors are those of the fit; a question without an
/// answer leaves NaN.
Expected<Outcome> outcome(const Job& job, const Settings& settings);

struct Moved {
  std::string name;  ///< "I2", "vi of Aronson"
  double before = 0, after = 0;
};
struct Step {
  Convention convention;
  std::string from, to;      ///< values of the choices
  std::vector<Moved> moved;  ///< empty: no effect on these data
};
struct Differences {
  const Program* from = nullptr;
  const Program* to = nullptr;
  Numbers start, end;
  std::vector<Step> steps;
  std::vector<std::string> notes;  ///< what the reader should know: settings not checked, equal estimators, ...
};
/// `held` conventions keep what the job has. Errors: unknown program; a model that only one program fits (multilevel,
/// counts, location-scale, dependent effects); those of the fits.
Expected<Differences> differences(const Job& job, const std::string& from, const std::string& to,
                                  const std::vector<std::string>& held = {});

/// One way to get the printed numbers.
struct Match {
  std::string method;  ///< of the model: EE, or a random-effects one whose estimator is in the settings
  Settings settings;
  std::vector<std::string> programs;  ///< whose settings these are in what concerns the job
  Numbers numbers;
};
struct PublishedSettings {
  std::vector<Match> matches;  ///< programs' own settings first
  std::size_t tried = 0;       ///< fits
  /// If nothing matches: the settings that come nearest in the worst number, and that number.
  Match nearest;
  std::string worst;
};
/// `numbers` maps names of Outcome::numbers to texts with their digits; "transf" -> "exp" if they are on the ratio
/// scale. Errors: unknown name, no number, a text that is no number.
Expected<PublishedSettings> published(const Job& job, const std::vector<std::pair<std::string, std::string>>& numbers);

/// A two-level model of independent effects with the tests of the model; an Error says why another is not compared.
Checked check_comparable(const Job& job);

/// Names of the numbers, in order.
const std::vector<std::string>& number_names();

}  // namespace hedgerow::engine
